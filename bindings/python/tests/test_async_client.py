"""Awaited calls and runs: what a caller gets from an AsyncClient, and what it costs."""

from __future__ import annotations

import asyncio
import contextvars
import math
import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, Callable, TypeVar

import pytest
from azure.core.credentials import AccessToken
from support import ADELE, Emulator, run_program

from graph_invalidate import (
    AsyncClient,
    AsyncTokenCredential,
    Credential,
    InvalidInputError,
    Outcome,
    PermissionDeniedError,
    RunError,
    TokenError,
    UserError,
)

_Result = TypeVar("_Result")
STALL: dict[str, object] = {"kind": "stall", "times": 99}
ADMIN, USER = "admin@contoso.example", "a+b@contoso.example"


@pytest.fixture(scope="module")
def tenant() -> Iterator[Emulator]:
    """An emulator with many users."""
    emulator = Emulator("--users", "20000")
    yield emulator
    emulator.stop()


@pytest.fixture
def many(tenant: Emulator) -> Emulator:
    """That emulator, as new."""
    tenant.ask("POST", "reset", {})
    return tenant


def users(count: int) -> list[str]:
    """The first generated users."""
    return [f"user{number:06}@contoso.example" for number in range(1, count + 1)]


def with_client(emulator: Emulator, use: Callable[[AsyncClient], Awaitable[_Result]], token: Any = None) -> _Result:
    """Runs a loop with a client in it."""

    async def main() -> _Result:
        async with AsyncClient(token or emulator.token(), endpoint=emulator.url, timeout=20) as client:
            return await use(client)

    return asyncio.run(main())


def threads() -> int:
    """How many this process has, whoever made them."""
    return len(os.listdir("/proc/self/task"))


def test_an_awaited_call_ends_as_a_blocking_one_does(emulator: Emulator) -> None:
    """The same outcomes, the same errors, the same defaults."""

    async def use(client: AsyncClient) -> list[Outcome]:
        with pytest.raises(UserError, match="user_not_found"):
            await client.invalidate("nobody@contoso.example")
        nothing: Any = None
        for call in (client.invalidate(nothing), client.verify(ADELE, nothing)):
            with pytest.raises(InvalidInputError, match="is None"):
                await call
        with pytest.raises(InvalidInputError, match="white space"):
            await client.invalidate("a b")
        accepted = await client.invalidate(ADELE)
        access = await client.access(ADELE)
        assert "target" in {finding.job for finding in access.findings}
        return [accepted, await client.verify(ADELE, accepted.server_date), await client.invalidate()]

    outcomes = with_client(emulator, use)
    assert [outcome.status for outcome in outcomes] == ["accepted", "verified", "accepted"]
    assert outcomes[-1].user == "me"


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="threads are counted in /proc")
def test_a_thousand_awaited_calls_take_two_threads(many: Emulator) -> None:
    """They are under way at the same time, and cost the latency of one."""
    many.arm({"kind": "delay", "milliseconds": 300, "times": 1000})
    before, most = threads(), 0

    async def use(client: AsyncClient) -> set[str]:
        nonlocal most
        calls = [asyncio.ensure_future(client.invalidate(user)) for user in users(1000)]
        while not all(call.done() for call in calls):
            most = max(most, threads())
            await asyncio.sleep(0.02)
        return {call.result().status for call in calls}

    begin = time.monotonic()
    assert with_client(many, use) == {"accepted"}
    assert most - before <= 2
    # One after the other they would take 300 s, on the 6 threads of asyncio.to_thread 50 s.
    assert time.monotonic() - begin < 25


def test_a_cancelled_task_ends_its_call_and_no_other(emulator: Emulator) -> None:
    """At once; the client works on."""
    emulator.arm(STALL)

    async def use(client: AsyncClient) -> float:
        tasks = [asyncio.ensure_future(client.invalidate(ADELE)) for _ in range(2)]
        while len(await asyncio.to_thread(emulator.requests)) < 2:
            await asyncio.sleep(0.01)
        begin = time.monotonic()
        tasks[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        took = time.monotonic() - begin
        assert not tasks[1].done()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(tasks[1], 0.1)
        await asyncio.to_thread(emulator.ask, "DELETE", "faults")
        assert (await client.invalidate(ADELE)).status == "accepted"
        return took

    assert with_client(emulator, use) < 0.1


def test_many_identities_share_a_client_by_task(emulator: Emulator) -> None:
    """The provider sees the context of the task that calls, and its answer goes with that call alone."""
    tokens = {"admin": emulator.token(user=ADMIN), "user": emulator.token(user=USER)}
    current: contextvars.ContextVar[str] = contextvars.ContextVar("current")

    async def later() -> str:
        name = current.get()
        await asyncio.sleep(0.001)
        return tokens[name]

    async def act(client: AsyncClient, name: str) -> str:
        current.set(name)
        try:
            return (await client.invalidate(ADELE)).status
        except PermissionDeniedError as error:
            return error.outcome.status

    async def use(client: AsyncClient) -> None:
        for _ in range(30):
            ends = await asyncio.gather(act(client, "admin"), act(client, "user"))
            assert tuple(ends) == ("accepted", "permission_denied")

    with_client(emulator, use, later)
    with_client(emulator, use, lambda: tokens[current.get()])


class Later:
    """A credential as those of ``azure.identity.aio`` are."""

    def __init__(self, emulator: Emulator) -> None:
        """Gives the tokens of an emulator."""
        self.emulator = emulator
        self.asked: list[tuple[str, ...]] = []

    async def get_token(self, *scopes: str) -> AccessToken:
        """Mints one."""
        self.asked.append(scopes)
        return AccessToken(await asyncio.to_thread(self.emulator.token), 0)


def test_a_credential_that_answers_later_is_asked_for_the_scope(emulator: Emulator) -> None:
    """In calls, in runs and for access; a client's own credential signs in as elsewhere."""
    credential = Later(emulator)
    asked: AsyncTokenCredential = credential

    async def use(client: AsyncClient) -> list[str]:
        await client.invalidate(ADELE)
        assert (await client.access()).status == "accepted"
        return [outcome.status async for outcome in client.run([ADELE])]

    assert with_client(emulator, use, asked) == ["accepted"]
    assert credential.asked == [("https://graph.microsoft.com/.default",)] * 3
    own = Credential(
        "client-secret",
        tenant="c0ffee00-1111-4222-8333-444455556666",
        client_id="aaaaaaaa-0000-4000-8000-000000000003",
        client_secret="emulated-secret",
    )

    async def sign_in(client: AsyncClient) -> list[str]:
        return [(await client.sign_in()).status, (await client.invalidate(ADELE)).status]

    assert with_client(emulator, sign_in, own) == ["signed_in", "accepted"]


@pytest.mark.parametrize("kind", ["asynchronous", "blocking"])
def test_a_provider_that_hangs_holds_up_neither_timeout_nor_loop(emulator: Emulator, kind: str) -> None:
    """And nothing is sent when it answers too late."""
    token, release = emulator.token(), threading.Event()

    async def hang() -> str:
        await asyncio.sleep(60)
        return token

    def block() -> str:
        release.wait(60)
        return token

    async def main() -> None:
        provider: Any = hang if kind == "asynchronous" else block
        async with AsyncClient(provider, endpoint=emulator.url, timeout=0.3) as client:
            begin = time.monotonic()
            with pytest.raises(RunError, match="deadline_exceeded"):
                await client.invalidate(ADELE)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.invalidate(ADELE), 0.1)
            assert time.monotonic() - begin < 2
            run = client.run([ADELE])
            asyncio.get_running_loop().call_later(0.2, run.cancel)
            assert [outcome async for outcome in run] == []

    asyncio.run(main())
    release.set()
    assert emulator.requests() == []


@pytest.mark.parametrize("kind", ["coroutine", "function"])
@pytest.mark.parametrize(
    "failure",
    [LookupError("hush"), asyncio.TimeoutError(), asyncio.CancelledError(), GeneratorExit(), StopAsyncIteration()],
    ids=repr,
)
def test_a_providers_failure_is_a_token_error_and_no_cancellation(
    emulator: Emulator, failure: BaseException, kind: str
) -> None:
    """Cancelled is what the caller cancelled."""

    async def fail_later() -> str:
        await asyncio.sleep(0)
        raise failure

    def fail() -> str:
        raise failure

    async def use(client: AsyncClient) -> None:
        with pytest.raises(TokenError, match=type(failure).__name__) as raised:
            await client.invalidate(ADELE)
        assert isinstance(raised.value.__cause__, type(failure))
        assert "hush" not in str(raised.value)

    with_client(emulator, use, fail_later if kind == "coroutine" else fail)
    assert emulator.requests() == []


def test_a_function_that_gives_an_awaitable_is_a_provider_for_calls_and_runs(emulator: Emulator) -> None:
    """Nothing shows beforehand that it answers later."""

    async def use(client: AsyncClient) -> list[str]:
        called = await client.invalidate(ADELE)
        return [called.status] + [outcome.status async for outcome in client.run([ADELE])]

    assert with_client(emulator, use, lambda: asyncio.sleep(0, emulator.token())) == ["accepted", "accepted"]


def test_functions_that_hang_hold_up_no_other_call(emulator: Emulator) -> None:
    """However many of them hang: each is asked on a thread that nobody waits for any more."""
    hanging, token = threading.Event(), emulator.token()
    caller = contextvars.ContextVar[str]("caller")

    def ask() -> str:
        if caller.get() == "hangs":
            hanging.wait(60)
        return token

    async def call(client: AsyncClient, who: str) -> str:
        caller.set(who)
        try:
            return (await client.invalidate(ADELE)).status
        except RunError as failure:
            return failure.outcome.status

    async def calls() -> list[str]:
        async with AsyncClient(ask, endpoint=emulator.url, timeout=0.5) as client:
            hung = await asyncio.gather(*[asyncio.ensure_future(call(client, "hangs")) for _ in range(20)])
            return [*hung, await asyncio.ensure_future(call(client, "answers"))]

    try:
        assert asyncio.run(calls()) == ["deadline_exceeded"] * 20 + ["accepted"]
    finally:
        hanging.set()


def test_an_expired_token_is_asked_for_again_once(emulator: Emulator) -> None:
    """As in a blocking call."""
    answers = [emulator.token(expires_in=-60), emulator.token()]

    async def ask() -> str:
        return answers.pop(0)

    async def use(client: AsyncClient) -> str:
        return (await client.invalidate(ADELE)).status

    assert with_client(emulator, use, ask) == "accepted"
    assert answers == []


def test_loops_one_after_another_and_at_once_share_a_client(emulator: Emulator) -> None:
    """In any thread; a loop that was closed in the middle of its calls harms no other."""
    client = AsyncClient(emulator.token(), endpoint=emulator.url)
    emulator.arm({"kind": "delay", "milliseconds": 200})

    async def give_up() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.invalidate(ADELE), 0.05)

    asyncio.run(give_up())
    statuses: list[str] = []

    def use() -> None:
        statuses.append(asyncio.run(client.invalidate(ADELE)).status)

    workers = [threading.Thread(target=use) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert statuses == ["accepted"] * 4
    client.close()
    with pytest.raises(ValueError, match="this AsyncClient is closed"):
        asyncio.run(client.invalidate(ADELE))


@pytest.mark.parametrize("kind", ["list", "generator", "asynchronous"])
def test_outcomes_of_a_run_are_awaited(many: Emulator, kind: str) -> None:
    """From whatever source; whom it gives is sent at once, though the next one is long in coming."""

    def generator() -> Iterator[str]:
        yield from users(500)

    async def asynchronous() -> AsyncIterator[str]:
        for user in users(500):
            yield user
            if user == users(2)[-1]:
                await asyncio.sleep(1)
                assert await asyncio.to_thread(many.accepted, user)

    async def use(client: AsyncClient) -> int:
        source: Any = {"list": users(500), "generator": generator(), "asynchronous": asynchronous()}[kind]
        run = client.run(source, rate=math.inf)
        statuses = [outcome.status async for outcome in run]
        assert set(statuses) == {"accepted"}
        assert run.progress.accepted == 500
        return len(statuses)

    assert with_client(many, use) == 500


def test_leaving_an_asynchronous_loop_ends_the_run(many: Emulator) -> None:
    """By ``break``, or as its task is cancelled while a source makes everybody wait."""

    async def endless() -> AsyncIterator[str]:
        yield ADELE
        await asyncio.sleep(60)

    async def use(client: AsyncClient) -> None:
        run = client.run(users(3000), rate=200)
        async for _ in run:
            break
        sent = many.ask("GET", "requests")["users"]
        await asyncio.sleep(0.3)
        assert many.ask("GET", "requests")["users"] - sent < 100
        assert run.progress.never_attempted > 0

        async def wait() -> None:
            async for outcome in client.run(endless()):
                assert outcome.user == ADELE

        begin = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(wait(), 0.5)
        assert time.monotonic() - begin < 2

    with_client(many, use)


def test_an_exception_of_an_asynchronous_source_comes_after_the_outcomes(many: Emulator) -> None:
    """And again by whoever goes on."""

    async def source() -> AsyncIterator[str]:
        for user in users(400):
            yield user
        raise LookupError("the list is gone")

    async def use(client: AsyncClient) -> int:
        run, handed = client.run(source(), rate=math.inf), 0

        async def read() -> None:
            nonlocal handed
            async for _ in run:
                handed += 1

        for _ in range(2):
            with pytest.raises(LookupError, match="the list is gone"):
                await read()
        return handed

    assert with_client(many, use) == many.ask("GET", "requests")["users"] == 400


@pytest.mark.parametrize("failure", [asyncio.CancelledError(), GeneratorExit(), BaseException()], ids=repr)
def test_a_source_that_gives_up_in_any_way_ends_its_run(many: Emulator, failure: BaseException) -> None:
    """With an error that says so, whatever it is read with: nobody has cancelled, and the list is not at its end."""

    async def later() -> AsyncIterator[str]:
        yield ADELE
        raise failure

    def now() -> Iterator[str]:
        yield ADELE
        raise failure

    async def use(client: AsyncClient) -> None:
        for source in (later(), now()):
            run, seen = client.run(source), []
            with pytest.raises(BaseException) as raised:  # noqa: PT011 the type is what is looked at
                seen = [outcome.user async for outcome in run]
            assert not isinstance(raised.value, (asyncio.CancelledError, GeneratorExit)), seen
            assert failure in {raised.value, raised.value.__cause__}
            assert run.progress.accepted == 1

    with_client(many, use)


def test_a_program_may_end_with_calls_under_way(emulator: Emulator) -> None:
    """No warning, no crash, no wait."""
    emulator.arm(STALL)
    program = """
import asyncio
from graph_invalidate import AsyncClient
client = AsyncClient(TOKEN)
async def main():
    task = asyncio.ensure_future(client.invalidate("adele.vance@contoso.example"))
    await asyncio.sleep(0.2)
    print("ended")
asyncio.run(main())
"""
    begin = time.monotonic()
    result = run_program(program.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout, result.stderr) == (0, "ended\n", "")
    assert time.monotonic() - begin < 15


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")
def test_an_awaited_call_works_in_a_forked_child(emulator: Emulator) -> None:
    """With a queue of its own."""
    program = """
import asyncio, os, time
from graph_invalidate import AsyncClient
client = AsyncClient(TOKEN)
print(asyncio.run(client.invalidate()).status, flush=True)
time.sleep(3)
child = os.fork()
if child == 0:
    print(asyncio.run(client.invalidate()).status, flush=True)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print(asyncio.run(client.invalidate()).status)
"""
    result = run_program(program.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout, result.stderr) == (0, "accepted\n" * 3, "")
