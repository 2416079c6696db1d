"""Takes the figures of docs/performance.md: ``figures.py EMULATOR DIRECT_CALL``; cargo xtask bench runs it.

Each is the median of ratios taken in turns. DIRECT_CALL is the C program that calls the C ABI directly.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from statistics import median
from typing import Callable

from graph_invalidate import Client

ROUNDS = 41
CALLS = 100

FIRST_CALL = """
import time
begin = time.perf_counter()
{}
print(time.perf_counter() - begin)
"""
OURS = "import graph_invalidate; assert graph_invalidate.Client({token!r}, endpoint={url!r}).invalidate().status"
THEIRS = """import requests
headers = {{"Authorization": "Bearer " + {token!r}}}
assert requests.post({url!r} + "/beta/me/invalidateAllRefreshTokens", headers=headers, timeout=100).json()["value"]"""


def in_turns(name: str, ours: Callable[[], float], theirs: Callable[[], float]) -> None:
    """Prints the ratio of two times, and both in microseconds; the first round only warms up."""
    pairs = [(ours(), theirs()) for _ in range(ROUNDS + 1)][1:]
    ratio = median(one / other for one, other in pairs)
    times = [median(times) * 1e6 for times in zip(*pairs)]
    print(f"{name} {ratio:.3f} {times[0]:.0f} {times[1]:.0f}", flush=True)


def main() -> None:
    """Takes both figures."""
    url, direct_call = sys.argv[1:]
    with urllib.request.urlopen(urllib.request.Request(f"{url}/__emulator/tokens", b"{}")) as answer:
        token = json.load(answer)["access_token"]

    def program(text: str) -> float:
        text = FIRST_CALL.format(text.format(url=url, token=token))
        return float(subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout)

    in_turns("first_call", lambda: program(OURS), lambda: program(THEIRS))

    direct = subprocess.Popen(
        [direct_call, url, str(CALLS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    with direct, Client(token, endpoint=url) as client:
        assert direct.stdin
        assert direct.stdout
        given, said = direct.stdin, direct.stdout
        given.write(f"{token}\n")

        def directly() -> float:
            given.write("go\n")
            return float(said.readline()) / CALLS

        def through_the_binding() -> float:
            begin = time.perf_counter()
            for _ in range(CALLS):
                client.invalidate("me")
            return (time.perf_counter() - begin) / CALLS

        in_turns("warm_call", through_the_binding, directly)
        given.close()


if __name__ == "__main__":
    main()
