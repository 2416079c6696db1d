"""Many threads, and processes of every start method."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import ADELE, Emulator, run_program

from graph_invalidate import Client, NetworkError, TokenError


def test_32_threads_share_a_client(client: Client, emulator: Emulator) -> None:
    """Their calls run at the same time: the interpreter's lock is free during a call."""
    emulator.arm({"kind": "delay", "milliseconds": 250, "times": 32})
    with ThreadPoolExecutor(32) as pool:
        started = time.monotonic()
        outcomes = list(pool.map(lambda _: client.invalidate(ADELE), range(32)))
        elapsed = time.monotonic() - started
    assert {outcome.status for outcome in outcomes} == {"accepted"}
    assert len({outcome.client_request_id for outcome in outcomes}) == 32
    # One after the other they would have waited for 8 s.
    assert elapsed < 4


def test_a_client_may_be_closed_while_threads_call(emulator: Emulator) -> None:
    """What is in flight ends well; what comes later is told."""
    for _ in range(20):
        client = Client(emulator.token(), endpoint=emulator.url)
        ends: list[str] = []

        def call(client: Client = client, ends: list[str] = ends) -> None:
            while True:
                try:
                    ends.append(client.invalidate(ADELE).status)
                except ValueError as error:
                    ends.append(str(error))
                    return

        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        while not ends:
            time.sleep(0.001)
        closers = [threading.Thread(target=client.close) for _ in range(2)]
        for thread in closers:
            thread.start()
        for thread in closers + threads:
            thread.join()
        assert set(ends) == {"accepted", "this Client is closed"}
        assert ends.count("this Client is closed") == 8


def test_a_stalled_call_outlives_the_close(client: Client, emulator: Emulator) -> None:
    """The native client is freed when the call has ended, not under it."""
    emulator.arm({"kind": "delay", "milliseconds": 400})
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.invalidate, ADELE)
        while not emulator.requests():
            time.sleep(0.005)
        client.close()
        assert call.result().status == "accepted"


def test_tokens_are_replaced_while_threads_call(client: Client, emulator: Emulator) -> None:
    """Each call has one of them, whole."""
    tokens = [emulator.token(), emulator.token()]
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(client.invalidate, ADELE) for _ in range(200)]
        while not all(call.done() for call in calls):
            client.set_token(tokens[0])
            client.set_token(tokens[1])
    assert {call.result().status for call in calls} == {"accepted"}


CHILDREN = """
import multiprocessing, os, sys, threading
from graph_invalidate import Client
parent = os.getpid()
client = Client(TOKEN) if METHOD == "fork" or __name__ == "__main__" else None

def child(number):
    assert os.getpid() != parent or METHOD != "fork"
    with Client(TOKEN) as own:
        outcomes = [own.invalidate()]
    if METHOD == "fork":
        # The parent's client, with connections of the child's own.
        outcomes += [client.invalidate(), client.invalidate()]
        client.close()
    return [outcome.status for outcome in outcomes]

if __name__ == "__main__":
    for _ in range(3):
        client.invalidate()
        with multiprocessing.get_context(METHOD).Pool(4, maxtasksperchild=1) as pool:
            statuses = pool.map(child, range(8), chunksize=1)
            pool.close()
            pool.join()
        assert {status for child in statuses for status in child} == {"accepted"}, statuses
    print(client.invalidate().status)
"""


# A pool of processes has threads itself, of which Python warns when another process is forked.
STARTER = """
import runpy, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
sys.argv = ["children.py"]
sys.path.insert(0, {folder!r})
runpy.run_path({program!r}, run_name="__main__")
"""


@pytest.mark.parametrize("method", [it for it in ("fork", "spawn") if it in multiprocessing.get_all_start_methods()])
def test_clients_work_in_other_processes(method: str, emulator: Emulator, tmp_path: os.PathLike[str]) -> None:
    """Forked with the parent's client, or spawned with one of their own."""
    text = CHILDREN.replace("TOKEN", repr(emulator.token())).replace("METHOD", repr(method))
    program = os.path.join(tmp_path, "children.py")
    with open(program, "w", encoding="utf-8") as file:
        file.write(text)
    result = run_program(STARTER.format(folder=str(tmp_path), program=program))
    assert (result.returncode, result.stdout) == (0, "accepted\n"), result.stderr


SUBINTERPRETER = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
inner = '''
import sys
sys.path[:0] = PATH
from graph_invalidate import Client
def ask(): return TOKEN
def users():
    yield "me"
client = Client(ask)
print(client.invalidate().status, [outcome.status for outcome in client.run(users())], flush=True)
'''.replace("PATH", repr(sys.path))
legacy = {"config": "legacy"} if sys.version_info >= (3, 13) else {"isolated": False}
for _ in range(2):
    interpreter = interpreters.create(*legacy.values()) if "config" in legacy else interpreters.create(**legacy)
    failed = interpreters.run_string(interpreter, inner)
    assert failed is None, failed
    interpreters.destroy(interpreter)
print("ended")
"""


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="only CPython has subinterpreters")
def test_a_call_works_in_a_subinterpreter_and_its_end_is_no_abort(emulator: Emulator) -> None:
    """As under mod_wsgi: signals cannot be watched there, and a daemon thread would abort the process."""
    result = run_program(SUBINTERPRETER.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout) == (0, "accepted ['accepted']\n" * 2 + "ended\n"), result.stderr


ENVIRONMENT = """
import os, sys, threading, time
from graph_invalidate import Client
stop = []
def change():
    number = 0
    while not stop:
        number += 1
        os.environ["V%d" % number] = "x" * (number % 200)
        if number % 5000 == 0:
            for name in [name for name in os.environ if name.startswith("V")]:
                del os.environ[name]
threading.Thread(target=change, daemon=True).start()
shared, end = Client(TOKEN), time.monotonic() + 3
while time.monotonic() < end:
    Client(TOKEN)
    shared.invalidate()
stop.append(True)
print("well", flush=True)
os._exit(0)
"""


def test_a_thread_may_change_the_environment_while_others_make_clients(emulator: Emulator) -> None:
    """The interpreter's lock guards ``os.environ``: nothing is read past it."""
    result = run_program(ENVIRONMENT.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout, result.stderr) == (0, "well\n", "")


def test_a_client_reads_pythons_environment_or_the_one_that_it_is_given(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is when the client is made; the process's own, which C code may set, counts for nothing."""
    token = emulator.token()
    monkeypatch.setenv("GRAPH_INVALIDATE_EXPECT_TENANT", "22222222-2222-4222-8222-222222222222")
    strict = Client(token)
    monkeypatch.delenv("GRAPH_INVALIDATE_EXPECT_TENANT")
    with pytest.raises(TokenError, match="token_wrong_tenant"):
        strict.invalidate()
    given = {"GRAPH_INVALIDATE_ENDPOINT": emulator.url}
    monkeypatch.setenv("GRAPH_INVALIDATE_ENDPOINT", "https://far.example")
    assert Client(token, environment=given).invalidate().status == "accepted"
    with pytest.raises(NetworkError, match="host_refused"):
        Client(token)
    set_in_c = ctypes.CDLL(None).setenv
    set_in_c(b"GRAPH_INVALIDATE_EXPECT_TENANT", b"22222222-2222-4222-8222-222222222222", 1)
    try:
        assert Client(token, environment=given).invalidate().status == "accepted"
    finally:
        ctypes.CDLL(None).unsetenv(b"GRAPH_INVALIDATE_EXPECT_TENANT")


FORK = """
import os, signal, sys, threading, time
from graph_invalidate import Client
client = Client(TOKEN)
client.invalidate()
child = os.fork()
if child == 0:
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        client.invalidate("adele.vance@contoso.example")
    except KeyboardInterrupt:
        os._exit(7)
    os._exit(8)
print(client.invalidate().status, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")
def test_ctrl_c_in_a_forked_child_ends_the_childs_call_alone(emulator: Emulator) -> None:
    """A fork right after a call makes no warning, since no thread of the package is left."""
    emulator.arm({"kind": "stall", "user": ADELE})
    result = run_program(FORK.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout, result.stderr) == (0, "accepted 7\n", "")
