"""What the scenarios of runs cannot say: laziness, Ctrl+C, closing, and who is asked for tokens."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import math
import os
import queue
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support import ADELE, Emulator

from graph_invalidate import Client, GraphInvalidateError, InvalidInputError, RunError, TokenError


@pytest.fixture(scope="module")
def tenant() -> Iterator[Emulator]:
    """An emulator with many users."""
    emulator = Emulator("--users", "20000")
    yield emulator
    emulator.stop()


@pytest.fixture
def client(tenant: Emulator) -> Iterator[Client]:
    """A client of that tenant, as new."""
    tenant.ask("POST", "reset", {})
    with Client(tenant.token(), endpoint=tenant.url, timeout=20) as client:
        yield client


def users(count: int) -> list[str]:
    """The first generated users."""
    return [f"user{number:06}@contoso.example" for number in range(1, count + 1)]


def test_outcomes_come_while_the_source_still_gives_users(client: Client) -> None:
    """A generator is not read to its end first."""
    given = 0

    def source() -> Iterator[str]:
        nonlocal given
        for user in users(12):
            given += 1
            yield user
            time.sleep(0.2)

    run = client.run(source())
    assert next(run).status == "accepted"
    assert given < 12
    assert len(list(run)) == 11


def test_a_long_list_is_taken_as_it_is_sent(client: Client) -> None:
    """A caller who stops reading stops the source."""
    given = 0

    def source() -> Iterator[str]:
        nonlocal given
        for user in users(20_000):
            given += 1
            yield user

    with client.run(source(), rate=float("inf")) as run:
        for _ in range(100):
            next(run)
        assert given < 15_000
    with pytest.raises(ValueError, match="closed"):
        next(run)


def test_users_of_a_source_that_waits_are_sent_at_once_and_handed_out(client: Client, tenant: Emulator) -> None:
    """Though the next one is long in coming; and cancelling ends the loop, while the source still waits."""
    waiting: queue.Queue[str | None] = queue.Queue()
    for user in users(2):
        waiting.put(user)
    run = client.run(iter(waiting.get, None))
    assert {next(run).user for _ in range(2)} == set(users(2))
    assert all(tenant.accepted(user) for user in users(2))
    ended: list[float] = []

    def read() -> None:
        assert list(run) == []
        ended.append(time.monotonic())

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(0.2)
    cancelled = time.monotonic()
    run.cancel()
    reader.join(10)
    assert ended
    assert ended[0] - cancelled < 0.5
    waiting.put(None)


def test_leaving_a_loop_whose_source_waits_takes_no_time(client: Client) -> None:
    """Nothing waits for the source, and what it gives later is not sent."""
    waiting: queue.Queue[str | None] = queue.Queue()
    waiting.put(users(1)[0])
    begin = time.monotonic()
    for outcome in client.run(iter(waiting.get, None)):
        assert outcome.status == "accepted"
        break
    assert time.monotonic() - begin < 5
    waiting.put(None)


def test_a_slow_source_costs_its_own_time_or_the_services_and_not_both(client: Client) -> None:
    """200 users at 6 ms each; the service answers meanwhile."""

    def source() -> Iterator[str]:
        for user in users(200):
            time.sleep(0.006)
            yield user

    def took(users: Iterable[object]) -> float:
        begin = time.monotonic()
        assert len(list(users)) == 200
        return time.monotonic() - begin

    alone = took(source())
    assert took(client.run(source())) < 3 * alone + 1


def test_a_source_is_read_with_the_callers_context(client: Client) -> None:
    """Though on another thread; and it is closed where it was read, whichever way the run ends."""
    current = contextvars.ContextVar[str]("current")
    current.set(ADELE)
    closed = threading.Event()

    def source() -> Iterator[str]:
        try:
            yield current.get()
            yield from users(10_000)
        finally:
            closed.set()

    for outcome in client.run(source()):
        assert outcome.user == ADELE
        break
    assert closed.wait(10)


@pytest.mark.parametrize("how", ["break", "exception", "enumerate"])
def test_leaving_a_loop_over_a_run_that_has_a_name_ends_it(client: Client, tenant: Emulator, how: str) -> None:
    """No more users are signed out; the run still tells how far it came, and hands out what is known."""
    run = client.run(users(3000), rate=200)
    with suppress(LookupError):
        if how == "enumerate":
            for number, _ in enumerate(run):
                if number == 9:
                    break
        else:
            for _ in run:
                if how == "break":
                    break
                raise LookupError
    rest = list(run)
    sent = tenant.ask("GET", "requests")["users"]
    assert sent < 1000
    time.sleep(0.3)
    assert tenant.ask("GET", "requests")["users"] == sent
    assert len(rest) < 1000
    assert run.progress.never_attempted > 0


def test_taking_outcomes_one_by_one_ends_nothing(client: Client) -> None:
    """And a loop may take the others."""
    run = client.run(users(60))
    assert next(run).status == "accepted"
    assert len(list(run)) == 59
    assert list(run) == []


def test_a_run_that_nobody_reads_says_so(client: Client, tenant: Emulator) -> None:
    """``client.run(users)`` alone signs nobody out."""
    with pytest.warns(RuntimeWarning, match="was never read"):
        client.run(users(10))
    assert tenant.ask("GET", "requests")["users"] == 0
    with client.run(users(10)):
        pass


def test_a_run_tells_its_progress_and_is_cancelled_from_another_thread(client: Client, tenant: Emulator) -> None:
    """Everything stalls; the iterator ends all the same."""
    tenant.arm({"kind": "stall", "times": 1000})
    run = client.run(users(100))
    threading.Timer(0.5, run.cancel).start()
    assert list(run) == []
    progress = run.progress
    assert progress.added == 100
    assert progress.in_flight + progress.waiting == 100


def test_ctrl_c_ends_a_stalled_run_and_leaves_a_good_journal(client: Client, tenant: Emulator, tmp_path: Path) -> None:
    """Within 200 ms; the journal has its summary."""
    tenant.arm({"kind": "stall", "times": 1000})
    journal = tmp_path / "journal.jsonl"
    run = client.run(users(100), journal=journal)
    interrupted = 0.0

    def interrupt() -> None:
        nonlocal interrupted
        interrupted = time.monotonic()
        signal.raise_signal(signal.SIGINT)

    threading.Timer(0.5, interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        list(run)
    assert time.monotonic() - interrupted < 0.2
    run.close()
    assert '"reason":"cancelled"' in journal.read_text("utf-8").splitlines()[-1]


@pytest.mark.parametrize("count", [0, 1, 400, 2500])
def test_an_exception_of_the_source_comes_after_the_outcomes(client: Client, tenant: Emulator, count: int) -> None:
    """As it is; nobody is signed out without an outcome. Going on raises it again."""

    def source() -> Iterator[str]:
        yield from users(count)
        raise LookupError("the list is gone")

    run, handed = client.run(source(), rate=math.inf), list[str]()
    with pytest.raises(LookupError, match="the list is gone"):
        handed.extend(outcome.user or "" for outcome in run)
    assert len(handed) == len(set(handed)) == tenant.ask("GET", "requests")["users"] == count
    for again in (lambda: next(run), lambda: list(run)):
        with pytest.raises(LookupError, match="the list is gone"):
            again()
    assert run.progress.accepted == count


@pytest.mark.parametrize("failure", [asyncio.CancelledError(), GeneratorExit(), StopAsyncIteration()], ids=repr)
@pytest.mark.parametrize("kind", ["list", "generator"])
def test_what_a_loop_would_take_for_its_own_end_is_an_error(client: Client, failure: BaseException, kind: str) -> None:
    """A source that gives up has not come to its end; nobody on its way is lost."""

    def source() -> Iterator[str]:
        yield from users(40)
        raise failure

    class Container(list[str]):
        def __iter__(self) -> Iterator[str]:
            return source()

    handed: list[str | None] = []
    with pytest.raises(RuntimeError, match=f"gave up: it raised {type(failure).__name__}") as raised:
        handed.extend(outcome.user for outcome in client.run(Container() if kind == "list" else source()))
    assert raised.value.__cause__ is failure
    assert len(handed) == 40


def test_the_record_of_a_list_that_broke_is_not_complete(client: Client, tmp_path: Path) -> None:
    """With the whole list the same journal is resumed, and nobody is left out."""
    journal = tmp_path / "journal.jsonl"

    def source() -> Iterator[str]:
        yield from users(30)
        raise LookupError("the list is gone")

    with pytest.raises(LookupError):
        list(client.run(source(), journal=journal))
    assert '"complete":false,"reason":"list"' in journal.read_text("utf-8").splitlines()[-1]
    again = client.run(users(60), journal=journal, resume=True)
    assert len(list(again)) == 30
    assert again.progress.accepted_before == 30


def test_a_run_that_nobody_gives_a_token_says_so_in_its_record(
    client: Client, tenant: Emulator, tmp_path: Path
) -> None:
    """An auditor is not told that somebody cancelled it."""
    journal = tmp_path / "journal.jsonl"
    tenant.arm({"kind": "tokens_expire", "user": users(1)[0]})
    with pytest.raises(TokenError):
        list(client.run(users(30), journal=journal))
    assert '"reason":"token' in journal.read_text("utf-8").splitlines()[-1]


def test_a_source_that_was_read_before_is_told(client: Client) -> None:
    """Rehearsed with it, the run itself signs nobody out; an empty list is a list."""
    source = iter(users(3))
    assert len(list(client.run(source, dry_run=True))) == 3
    with pytest.warns(RuntimeWarning, match="may have been read before"):
        assert list(client.run(source)) == []
    assert list(client.run([])) == []


def test_an_exception_of_a_container_comes_after_the_outcomes_too(client: Client) -> None:
    """It is read by the one who reads outcomes, and no other rule applies."""

    class Broken(list[str]):
        def __iter__(self) -> Iterator[str]:
            yield ADELE
            raise LookupError("the list is gone")

    seen: list[str | None] = []
    with pytest.raises(LookupError):
        seen.extend(outcome.user for outcome in client.run(Broken()))
    assert seen == [ADELE]


def test_a_provider_is_asked_when_the_token_is_used_up(tenant: Emulator) -> None:
    """Nobody is lost."""
    tenant.ask("POST", "reset", {})
    asked = []

    def provider() -> str:
        asked.append(tenant.token())
        return asked[-1]

    tenant.arm({"kind": "tokens_expire", "user": users(50)[-1]})
    with Client(provider, endpoint=tenant.url, timeout=20) as client:
        outcomes = list(client.run(users(100)))
    assert [outcome.status for outcome in outcomes] == ["accepted"] * 100
    assert len(asked) == 2


def test_a_token_that_nobody_renews_ends_the_run(client: Client, tenant: Emulator) -> None:
    """With the reason, and what to do."""
    tenant.arm({"kind": "tokens_expire", "user": users(1)[0]})
    run = client.run(users(30))
    for _ in range(3):
        # Whoever goes on, with a new token for the client or without, is told again.
        with pytest.raises(TokenError, match="token_expired"):
            list(run)
        client.set_token(tenant.token())
    assert run.progress.never_attempted > 0


def test_a_run_outlives_its_client(tenant: Emulator) -> None:
    """It keeps whom to ask, also when the token is used up after the client was closed."""
    tenant.ask("POST", "reset", {})
    with Client(tenant.token, endpoint=tenant.url, timeout=20) as client:
        run = client.run(users(300), rate=200)
    statuses: list[str] = []
    for outcome in run:
        statuses.append(outcome.status)
        if len(statuses) == 50:
            tenant.ask("POST", "expire_tokens", {})
    assert statuses == ["accepted"] * 300


def test_a_provider_that_fails_midway_loses_no_outcome(tenant: Emulator) -> None:
    """Its error comes after the outcomes."""
    tenant.ask("POST", "reset", {})
    tokens = [tenant.token()]
    tenant.arm({"kind": "tokens_expire", "user": users(300)[-1]})
    with Client(tokens.pop, endpoint=tenant.url, timeout=20) as client:
        run, handed = client.run(users(400), rate=math.inf), list[Any]()
        with pytest.raises(TokenError, match="IndexError") as raised:
            handed.extend(outcome.user for outcome in run if outcome.status == "accepted")
    assert isinstance(raised.value.__cause__, IndexError)
    assert len(handed) == tenant.ask("GET", "requests")["users"]


def test_the_journal_is_free_as_soon_as_a_run_has_ended(client: Client, tenant: Emulator, tmp_path: Path) -> None:
    """Also where the run has a name: the next one need not wait until it is forgotten."""
    journal = tmp_path / "journal.jsonl"
    tenant.arm({"kind": "tokens_expire", "user": users(30)[-1]})
    first = client.run(users(100), journal=journal, batch_size=10, concurrency=1)
    with pytest.raises(TokenError):
        list(first)
    client.set_token(tenant.token())
    second = client.run(users(100), journal=journal, resume=True)
    list(second)
    assert second.progress.accepted + second.progress.accepted_before == 100
    assert first.progress.accepted == second.progress.accepted_before


def open_files() -> int:
    """How many this process holds."""
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="open files are counted in /proc")
def test_what_is_forgotten_is_freed(tenant: Emulator) -> None:
    """Clients with a provider, runs in the middle, runs that failed: without waiting for the collector of cycles."""

    class Credential:
        def get_token(self, *_: str) -> str:
            return tenant.token()

    def use() -> None:
        client = Client(Credential(), endpoint=tenant.url)
        client.invalidate(ADELE)
        next(client.run(iter(users(100))))
        with suppress(GraphInvalidateError):
            list(client.run(users(1), exclude=["nobody@contoso.example"]))

    use()
    gc.collect()
    gc.disable()
    try:
        before = open_files()
        for _ in range(20):
            use()
        # The service's ends of closed connections are not counted here; a thread may be on its way out.
        assert open_files() < before + 10
    finally:
        gc.enable()


def test_a_journal_is_resumed(client: Client, tmp_path: Path) -> None:
    """The same call twice does the work once."""
    journal = tmp_path / "journal.jsonl"
    first = client.run(users(40), journal=journal)
    assert first.notice is None
    assert len(list(first)) == 40
    first.close()
    with pytest.raises(RunError, match="journal_exists"):
        client.run(users(40), journal=journal)
    again = client.run(users(40), journal=journal, resume=True, verify=True)
    assert "40 accepted users" in (again.notice or "")
    assert {outcome.status for outcome in again} == {"verified"}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"rate": -1}, ValueError),
        ({"rate": float("nan")}, ValueError),
        ({"batch_size": 21}, InvalidInputError),
        ({"batch_size": -1}, ValueError),
        ({"wait": -1}, ValueError),
        ({"resume": True}, InvalidInputError),
        ({"throttle_priority": "urgent"}, InvalidInputError),
        ({"exclude": ["a b"]}, InvalidInputError),
        ({"journal": "/"}, RunError),
        ({"exclude": [7]}, TypeError),
    ],
)
def test_an_option_that_cannot_be_used_is_refused(
    client: Client, options: dict[str, object], error: type[Exception]
) -> None:
    """Before anything is sent."""
    with pytest.raises(error):
        client.run([ADELE], **options)  # type: ignore[arg-type]


def test_what_is_no_key_is_an_outcome(client: Client) -> None:
    """A list may hold anything; a single string is a list of one."""
    statuses = {outcome.user: outcome.status for outcome in client.run(["a b", "", ADELE])}
    assert statuses == {"a b": "invalid_user", None: "empty_argument", ADELE: "accepted"}
    assert [outcome.user for outcome in client.run(ADELE)] == [ADELE]
