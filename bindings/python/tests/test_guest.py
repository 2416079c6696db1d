"""What is the program's stays the program's: signals, descriptors, and a connection that rests."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import Emulator, run_program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and descriptors of Unix")

ANSWER = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{"value":true}'


def answer_once(connection: socket.socket) -> None:
    """Answers one request, closes its half, and resets what comes afterwards."""
    with connection:
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(4096)
            if not part:
                return
            head += part
        connection.sendall(ANSWER)
        connection.shutdown(socket.SHUT_WR)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.fixture
def balancer() -> Iterator[str]:
    """The address of a service whose connections are gone as soon as they rest."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer_once, args=[connection], daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


IDLE = """
import asyncio, signal, time
from graph_invalidate import AsyncClient, Client
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
statuses = set()
with Client(TOKEN, endpoint=ENDPOINT) as client:
    for number in range(30):
        statuses.add(client.invalidate().status)
        time.sleep(0.01 * (number % 3))

async def main():
    async with AsyncClient(TOKEN, endpoint=ENDPOINT) as client:
        for number in range(30):
            statuses.add((await client.invalidate()).status)
            await asyncio.sleep(0.01 * (number % 3))

asyncio.run(main())
print(statuses, signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL)
"""


def test_a_connection_that_is_gone_is_neither_a_signal_nor_a_failure(emulator: Emulator, balancer: str) -> None:
    """The program takes SIGPIPE as C programs do: one would end it."""
    result = run_program(IDLE.replace("TOKEN", repr(emulator.token())).replace("ENDPOINT", repr(balancer)))
    assert (result.returncode, result.stdout, result.stderr) == (0, "{'accepted'} True\n", "")


HELD = """
import asyncio, os, signal
from graph_invalidate import AsyncClient, Client, Credential

def shown():
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return mask, [signal.getsignal(number) for number in sorted(signal.valid_signals())]

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
before = shown()
os.kill(os.getpid(), signal.SIGUSR1)
statuses = set()
for token in (TOKEN, None):
    with Client(token or Credential("azure-cli"), endpoint=ENDPOINT) as client:
        statuses.add(client.invalidate().status)
        statuses.update(outcome.status for outcome in client.run(["me"]))

async def main():
    async with AsyncClient(TOKEN, endpoint=ENDPOINT) as client:
        statuses.add((await client.invalidate()).status)

asyncio.run(main())
print(statuses, before == shown(), signal.SIGUSR1 in signal.sigpending())
os._exit(0)
"""


def test_masks_and_dispositions_stay_though_everything_is_blocked_and_children_are_not_waited_for(
    emulator: Emulator, tmp_path: Path
) -> None:
    """Calls, awaited calls, runs, and a sign-in by a program, whose end nobody can be told of."""
    token = emulator.token()
    tool = tmp_path / "az"
    answer = json.dumps({"accessToken": token, "expires_on": 4000000000, "tokenType": "Bearer"})
    tool.write_text(f"#!/bin/sh\necho '{answer}'\n")
    tool.chmod(0o755)
    program = HELD.replace("TOKEN", repr(token)).replace("ENDPOINT", repr(emulator.url))
    result = run_program(program, PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert (result.returncode, result.stdout, result.stderr) == (0, "{'accepted'} True True\n", "")


CLOSED = """
import asyncio, os, signal, time
from graph_invalidate import AsyncClient, Client

def close_everything():
    # The thread of awaited calls has put its connections away by then.
    time.sleep(0.3)
    os.closerange(3, 1024)
    # Numbers that were the library's, and this package's, are files of the program's now; each could be written to.
    return [os.open(f"{number}.txt", os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK) for number in range(40)]

def untouched(files):
    return all(os.fstat(file).st_size == 0 for file in files)

statuses, well = set(), []
client = Client(TOKEN, endpoint=ENDPOINT)
statuses.add(client.invalidate().status)
for _ in range(3):
    files = close_everything()
    statuses.add(client.invalidate().status)
    well.append(untouched(files))
signal.signal(signal.SIGINT, lambda *_: None)
files = close_everything()
os.kill(os.getpid(), signal.SIGINT)
statuses.add(client.invalidate().status)
well.append(untouched(files))

async def main():
    async with AsyncClient(TOKEN, endpoint=ENDPOINT) as awaiting:
        statuses.add((await awaiting.invalidate()).status)

asyncio.run(main())
files = close_everything()
asyncio.run(main())
well.append(untouched(files))
child = os.fork()
if child == 0:
    statuses.add(client.invalidate().status)
    os._exit(0 if untouched(files) and statuses == {"accepted"} else 9)
well.append(os.waitpid(child, 0)[1] == 0)
del client
well.append(untouched(files))
print(statuses, all(well))
"""


def test_what_the_program_closed_is_noticed(emulator: Emulator, tmp_path: Path) -> None:
    """As daemons do: everything above 2 is closed, and files of the program's own get the numbers."""
    program = CLOSED.replace("TOKEN", repr(emulator.token())).replace("ENDPOINT", repr(emulator.url))
    result = run_program(program, tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "{'accepted'} True\n", "")


STREAMS = """
import os
from graph_invalidate import Client
with Client(TOKEN, endpoint=ENDPOINT) as client:
    statuses = {client.invalidate().status}
    run = client.run(["me"], journal="journal.jsonl")
    statuses.update(outcome.status for outcome in run)
    assert all(not os.path.exists(f"/proc/self/fd/{number}") for number in range(3))
    try:
        os.write(2, b"a warning")
    except OSError:
        statuses.add(client.invalidate().status)
open("said", "w").write(str(statuses))
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs a list of the process's descriptors")
def test_closed_standard_streams_stay_closed(emulator: Emulator, tmp_path: Path) -> None:
    """Neither a connection nor the journal is where the program's output would go."""
    program = "import os\nos.closerange(0, 3)\n" + STREAMS
    program = program.replace("TOKEN", repr(emulator.token())).replace("ENDPOINT", repr(emulator.url))
    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, timeout=60, check=False)
    assert (ended.returncode, (tmp_path / "said").read_text()) == (0, "{'accepted'}")
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert lines, "a journal"
    assert all(line.startswith("{") for line in lines)
