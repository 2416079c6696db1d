"""What the scenarios of runs cannot say: laziness, Ctrl+C, closing, and who is asked for tokens."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ADELE, Emulator

from graph_invalidate import Client, InvalidInputError, RunError, TokenError


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


def test_an_exception_of_the_source_ends_the_run(client: Client) -> None:
    """It comes out as it is."""

    def source() -> Iterator[str]:
        yield ADELE
        raise LookupError("the list is gone")

    with pytest.raises(LookupError, match="the list is gone"):
        list(client.run(source()))


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
    with pytest.raises(TokenError, match="token_expired"):
        list(client.run(users(30)))


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
        ({"rate": 0}, InvalidInputError),
        ({"rate": float("nan")}, InvalidInputError),
        ({"batch_size": 21}, InvalidInputError),
        ({"batch_size": 0}, ValueError),
        ({"wait": 0}, ValueError),
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


def test_what_is_no_key_is_an_outcome_and_what_is_no_string_is_an_error(client: Client) -> None:
    """A list may hold anything."""
    statuses = {outcome.user: outcome.status for outcome in client.run(["a b", "", ADELE])}
    assert statuses == {"a b": "invalid_user", None: "empty_argument", ADELE: "accepted"}
    with pytest.raises(TypeError):
        list(client.run([7]))  # type: ignore[list-item]
    assert [outcome.user for outcome in client.run(ADELE)] == [ADELE]
