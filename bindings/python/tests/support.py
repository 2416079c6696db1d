"""What the tests share: the emulator as a process of its own, and programs that import the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
ADELE = "adele.vance@contoso.example"


def needed(variable: str) -> Path:
    """The path that ``cargo xtask test python`` hands over in this variable."""
    value = os.environ.get(variable)
    assert value, f"{variable} is not set: run cargo xtask test python"
    return Path(value)


class Emulator:
    """The emulator and its control interface."""

    def __init__(self, *arguments: str) -> None:
        """Starts it, and waits until it listens."""
        command = needed("GRAPH_INVALIDATE_TEST_COMMAND")
        self._process = subprocess.Popen([command, "emulator", *arguments], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip().replace("listening on ", "")

    def stop(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.communicate()

    def ask(self, method: str, what: str, body: object = None) -> Any:
        """Sends a request to the control interface."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/__emulator/{what}", data, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def token(self, **wanted: object) -> str:
        """Mints an access token: for the tenant's administrator unless the arguments want another."""
        token: str = self.ask("POST", "tokens", wanted)["access_token"]
        return token

    def arm(self, *faults: dict[str, object]) -> None:
        """Arms faults for the next requests."""
        self.ask("POST", "faults", list(faults))

    def accepted(self, user: str) -> int:
        """How often the service accepted this user since the last reset."""
        request = urllib.request.Request(f"{self.url}/__emulator/accepted?user={user}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            line = answer.read()
        count: int = json.loads(line)["count"] if line else 0
        return count

    def requests(self) -> list[dict[str, Any]]:
        """What was asked of Graph since the last reset."""
        requests: list[dict[str, Any]] = self.ask("GET", "requests")["requests"]
        return requests


# In development mode asyncio reports every callback that takes 0.1 s, as on a busy machine any may.
_QUIET = "import logging; logging.getLogger('asyncio').setLevel(logging.ERROR)\n"


def run_program(text: str, folder: Path | None = None, /, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a Python program in a process of its own, in a folder, with every warning an error."""
    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", _QUIET + text],
        env={**os.environ, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
