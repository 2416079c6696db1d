"""Ending a call before it ends by itself: Ctrl+C in the main thread, and a Cancellation from any thread."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from types import FrameType
from typing import Any, Callable

import pytest
from support import ADELE, Emulator, run_program

from graph_invalidate import Cancellation, Client, Outcome, RunError

STALL: dict[str, object] = {"kind": "stall", "times": 9}
Handler = Callable[[int, "FrameType | None"], Any]


def when_stalled(emulator: Emulator, action: Callable[[], object], stalled: int = 1) -> None:
    """Waits in a thread of its own until so many requests have reached the emulator, then acts."""

    def wait() -> None:
        while len(emulator.requests()) < stalled:
            time.sleep(0.01)
        action()

    threading.Thread(target=wait).start()


def interrupt(number: signal.Signals = signal.SIGINT) -> float:
    """Sends this process a signal; tells when."""
    now = time.monotonic()
    os.kill(os.getpid(), number)
    return now


@contextmanager
def handler(number: signal.Signals, function: Handler) -> Iterator[None]:
    """Sets the handler of a signal for a while."""
    before = signal.signal(number, function)
    try:
        yield
    finally:
        signal.signal(number, before)


def test_ctrl_c_ends_a_stalled_call_within_200_ms(client: Client, emulator: Emulator) -> None:
    """It raises KeyboardInterrupt, whatever the network does; the client works on."""
    emulator.arm(STALL)
    sent: list[float] = []
    for stalled in (1, 2, 3):
        when_stalled(emulator, lambda: sent.append(interrupt()), stalled)
        with pytest.raises(KeyboardInterrupt):
            client.invalidate(ADELE)
        elapsed = time.monotonic() - sent[-1]
        if elapsed < 0.2:
            break
    assert elapsed < 0.2
    emulator.ask("DELETE", "faults")
    assert client.invalidate(ADELE).status == "accepted"


def test_ctrl_c_ends_a_verification_that_waits(client: Client, emulator: Emulator) -> None:
    """Between two looks as well."""
    when_stalled(emulator, interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.verify(ADELE, datetime.now(timezone.utc) + timedelta(hours=1))


def test_ctrl_c_ends_its_own_call_and_leaves_the_signal_alone(client: Client, emulator: Emulator) -> None:
    """Cancelled is what the caller cancelled: calls of other threads that share the signal go on."""
    emulator.arm(STALL)
    shared = Cancellation()
    ends: dict[str, str] = {}

    def call(name: str, cancellation: Cancellation | None) -> None:
        try:
            ends[name] = client.invalidate(ADELE, cancellation=cancellation).status
        except RunError as error:
            ends[name] = error.outcome.status

    thread = threading.Thread(target=call, args=("shares", shared))
    thread.start()
    when_stalled(emulator, interrupt, 2)
    with pytest.raises(KeyboardInterrupt):
        client.invalidate(ADELE, cancellation=shared)
    thread.join(0.2)
    assert ends == {}
    shared.cancel()
    thread.join()
    assert ends == {"shares": "cancelled"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_handler_may_raise_what_it_likes(client: Client, emulator: Emulator, number: signal.Signals) -> None:
    """A service that ends on SIGTERM does not wait for a stalled call."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(number)

    emulator.arm(STALL)
    when_stalled(emulator, lambda: interrupt(number))
    with handler(number, end), pytest.raises(SystemExit):
        client.invalidate(ADELE)


def test_a_handler_that_does_not_raise_ends_no_call(client: Client, emulator: Emulator) -> None:
    """As with Python's own system calls, what was interrupted is done again."""
    emulator.arm({"kind": "stall"})
    seen: list[int] = []
    when_stalled(emulator, interrupt)
    with handler(signal.SIGINT, lambda number, _: seen.append(number)):
        assert client.invalidate(ADELE).status == "accepted"
    assert seen == [signal.SIGINT]
    assert len(emulator.requests()) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_handler_that_sets_a_flag_gives_no_signal(client: Client, emulator: Emulator, number: signal.Signals) -> None:
    """A service that ends gracefully: the call is made again, and later ones with the same signal work."""
    emulator.arm({"kind": "stall"})
    flags: list[int] = []
    given = Cancellation()
    when_stalled(emulator, lambda: interrupt(number))
    with handler(number, lambda number, _: flags.append(number)):
        assert client.invalidate(ADELE, cancellation=given).status == "accepted"
    assert client.invalidate(ADELE, cancellation=given).status == "accepted"
    assert flags == [number]
    given.cancel()
    with pytest.raises(RunError, match="cancelled"):
        client.invalidate(ADELE, cancellation=given)


def test_a_handler_may_give_the_calls_signal(client: Client, emulator: Emulator) -> None:
    """Then it is cancelled; the outcome says that the request had been sent."""
    emulator.arm(STALL)
    given = Cancellation()
    when_stalled(emulator, interrupt)
    with handler(signal.SIGINT, lambda *_: given.cancel()), pytest.raises(RunError) as raised:
        client.invalidate(ADELE, cancellation=given)
    assert raised.value.outcome.status == "cancelled"
    assert "had been sent" in (raised.value.outcome.message or "")


def test_interrupted_attempts_share_one_timeout(emulator: Emulator) -> None:
    """However often a handler that does not raise runs."""
    emulator.arm(STALL)
    begin = time.monotonic()

    def often() -> None:
        for _ in range(3):
            time.sleep(0.4)
            interrupt()

    with handler(signal.SIGINT, lambda *_: None), Client(emulator.token(), endpoint=emulator.url, timeout=1) as client:
        sender = threading.Thread(target=often)
        sender.start()
        with pytest.raises(RunError, match="deadline_exceeded"):
            client.invalidate(ADELE)
        assert time.monotonic() - begin < 1.6
        sender.join()


def test_a_default_timeout_of_sockets_does_not_end_the_watch(emulator: Emulator) -> None:
    """It is the program's, for the program's own sockets."""
    program = """
import os, signal, socket, threading, time
from graph_invalidate import Client
socket.setdefaulttimeout(0.1)
client = Client(TOKEN, timeout=20)
client.invalidate()
time.sleep(0.5)
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
begin = time.monotonic()
try:
    client.invalidate("adele.vance@contoso.example")
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - begin < 5)
"""
    emulator.arm({"kind": "stall", "user": ADELE})
    result = run_program(program.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout, result.stderr) == (0, "interrupted True\n", "")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this platform does not mask signals")
@pytest.mark.parametrize("used", ["call", "run", "provider"])
def test_a_signal_that_the_program_blocks_reaches_no_thread_of_the_package(emulator: Emulator, used: str) -> None:
    """It stays pending until the program takes it."""
    program = """
import os, signal, threading, time
from graph_invalidate import Client
def users():
    for number in range(3):
        yield "adele.vance@contoso.example" if number == 0 else "me"
        time.sleep(0.3)
def ask():
    time.sleep(0.3)
    return TOKEN
client = Client(ask if USED == "provider" else TOKEN)
if USED == "run":
    run = client.run(users())
    next(run)
    names = [thread.name for thread in threading.enumerate()]
    assert "graph_invalidate users" in names, names
else:
    client.invalidate()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(0.5)
print(signal.SIGTERM in signal.sigpending())
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if USED == "run":
    run.close()
"""
    result = run_program(program.replace("TOKEN", repr(emulator.token())).replace("USED", repr(used)))
    assert (result.returncode, result.stdout, result.stderr) == (0, "True\n", "")


def test_other_signals_neither_end_nor_disturb_a_call(client: Client, emulator: Emulator) -> None:
    """Their handlers run when it has ended, and may call themselves."""
    emulator.arm({"kind": "delay", "milliseconds": 300})
    inner: list[Outcome] = []

    def tick(number: int, _: FrameType | None) -> None:
        assert number == signal.SIGALRM
        signal.setitimer(signal.ITIMER_REAL, 0)
        inner.append(client.invalidate("me"))

    with handler(signal.SIGALRM, tick):
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        outcome = client.invalidate(ADELE)
    assert outcome.attempts == 1
    assert {it.user for it in inner} == {"me"}


def test_an_event_loop_still_learns_of_its_signals(client: Client, emulator: Emulator) -> None:
    """A call that blocks the loop's own thread does not take them away."""

    async def main() -> None:
        told = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, told.set)
        when_stalled(emulator, lambda: interrupt(signal.SIGUSR1))
        client.invalidate(ADELE)
        await asyncio.wait_for(told.wait(), 10)

    emulator.arm({"kind": "delay", "milliseconds": 200})
    asyncio.run(main())


def test_ctrl_c_never_ends_a_call_that_came_after_it(emulator: Emulator) -> None:
    """However close to the end of a call it comes."""
    program = """
import os, random, signal, threading, time
from graph_invalidate import Client
client, finished, armed, interrupted = Client(TOKEN), [], False, 0
def on_interrupt(number, frame):
    global armed
    if armed:
        armed = False
        raise KeyboardInterrupt
def send():
    for _ in range(300):
        time.sleep(random.uniform(0.0001, 0.003))
        os.kill(os.getpid(), signal.SIGINT)
    finished.append(True)
signal.signal(signal.SIGINT, on_interrupt)
threading.Thread(target=send).start()
while not finished:
    try:
        armed = True
        client.invalidate()
        armed = False
    except KeyboardInterrupt:
        interrupted += 1
print(client.invalidate().status, interrupted > 50)
"""
    result = run_program(program.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout, result.stderr) == (0, "accepted True\n", "")


def test_ctrl_c_before_the_first_call_leaves_nothing_half_made(emulator: Emulator) -> None:
    """It comes between the making of what watches for it and its first use; the next call has that."""
    program = """
import gc, os, signal
from graph_invalidate import Client, _interruption
pair = _interruption.socket.socketpair
def interrupted():
    made = pair()
    os.kill(os.getpid(), signal.SIGINT)
    return made
_interruption.socket.socketpair = interrupted
client = Client(TOKEN)
try:
    client.invalidate()
except KeyboardInterrupt:
    print("interrupted")
_interruption.socket.socketpair = pair
gc.collect()
print(client.invalidate().status)
"""
    result = run_program(program.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout, result.stderr) == (0, "interrupted\naccepted\n", "")


def test_a_cancellation_ends_a_call_of_another_thread(client: Client, emulator: Emulator) -> None:
    """It stays given: the next call with it ends at once, with nothing sent."""
    emulator.arm(STALL)
    cancellation = Cancellation()
    when_stalled(emulator, cancellation.cancel)
    with pytest.raises(RunError) as raised:
        client.invalidate(ADELE, cancellation=cancellation)
    assert raised.value.outcome.status == "cancelled"
    cancellation.cancel()
    sent = len(emulator.requests())
    with pytest.raises(RunError, match="cancelled"):
        client.invalidate(ADELE, cancellation=cancellation)
    assert len(emulator.requests()) == sent


def test_asyncio_runs_calls_in_threads_and_cancels_them(client: Client, emulator: Emulator) -> None:
    """``asyncio.to_thread`` alone would leave a cancelled task's call running: the signal ends it."""

    async def invalidate(user: str) -> Outcome:
        cancellation = Cancellation()
        try:
            return await asyncio.to_thread(client.invalidate, user, cancellation=cancellation)
        except asyncio.CancelledError:
            cancellation.cancel()
            raise

    async def main() -> list[str]:
        outcomes = await asyncio.gather(*(invalidate(user) for user in ("me", ADELE)))
        emulator.arm(STALL)
        task = asyncio.create_task(invalidate(ADELE))
        while len(await asyncio.to_thread(emulator.requests)) < 3:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return [outcome.status for outcome in outcomes]

    before = time.monotonic()
    assert asyncio.run(main()) == ["accepted", "accepted"]
    # The client's timeout is 20 s, and asyncio.run waits for its threads.
    assert time.monotonic() - before < 10
