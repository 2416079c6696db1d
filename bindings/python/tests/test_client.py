"""What a caller gets from a client."""

from __future__ import annotations

import copy
import csv
import io
import json
import math
import os
import pickle
import traceback
import types
import typing
from dataclasses import asdict, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from support import ADELE, Emulator, run_program

import graph_invalidate
from graph_invalidate import (
    Cancellation,
    Client,
    GraphInvalidateError,
    InvalidInputError,
    NetworkError,
    Outcome,
    PermissionDeniedError,
    RunError,
    ServiceError,
    ThrottledError,
    TokenError,
    UserError,
)

ADELES_ID = "87d349ed-44d7-43e1-9a83-5f2406dee5bd"


def test_an_outcome_tells_all_that_is_known_in_pythons_own_types(client: Client) -> None:
    """Times are datetimes in UTC, what is unknown is None, headers are pairs."""
    outcome = client.invalidate(ADELE)
    now = datetime.now(timezone.utc)
    assert (outcome.status, outcome.user, outcome.http_status, outcome.attempts) == ("accepted", ADELE, 200, 1)
    assert (outcome.id, outcome.code, outcome.message, outcome.hint, outcome.retry_after) == (None,) * 5
    assert outcome.server_date is not None
    for time in (outcome.time, outcome.server_date):
        assert time.utcoffset() == timedelta(0)
        assert abs(now - time) < timedelta(minutes=1)
    assert dict(outcome.headers)["request-id"] == outcome.request_id
    assert outcome.client_request_id == dict(outcome.headers)["client-request-id"]


def test_what_was_accepted_can_be_verified(client: Client) -> None:
    """With the outcome's own date, or a time in RFC 3339."""
    accepted = client.invalidate(ADELE)
    verified = client.verify(ADELE, not_before=accepted.server_date)
    assert (verified.status, verified.id) == ("verified", ADELES_ID)
    assert client.verify(ADELE, not_before="2020-01-01T00:00:00+01:00").status == "verified"


def test_the_signed_in_user_is_the_default(client: Client, emulator: Emulator) -> None:
    """No argument at all is me, and nothing else but the word."""
    assert client.invalidate().user == client.invalidate("me").user == "me"
    assert {request["path"] for request in emulator.requests()} == {"/beta/me/invalidateAllRefreshTokens"}


def test_one_function_does_the_whole_job(emulator: Emulator) -> None:
    """GRAPH_INVALIDATE_ENDPOINT leads it to the emulator."""
    outcome = graph_invalidate.invalidate_all_refresh_tokens(ADELE, token=emulator.token())
    assert outcome.status == "accepted"
    with pytest.raises(UserError, match="user_not_found"):
        graph_invalidate.invalidate_all_refresh_tokens("nobody@contoso.example", token=emulator.token)


def test_the_error_says_what_to_do_next_and_carries_the_outcome(client: Client) -> None:
    """One sentence for a log, and every field for a program."""
    with pytest.raises(UserError) as raised:
        client.invalidate("nobody@contoso.example")
    outcome = raised.value.outcome
    assert outcome.code == "Request_ResourceNotFound"
    assert str(raised.value) == f"user_not_found: {outcome.message} {outcome.hint}"
    assert isinstance(raised.value, GraphInvalidateError)


def test_each_kind_of_failure_is_its_own_exception(client: Client, emulator: Emulator) -> None:
    """So that a caller can do something else for each."""

    def status(number: int, **more: object) -> dict[str, object]:
        return {"kind": "status", "status": number, "times": 9, **more}

    situations: list[tuple[type[GraphInvalidateError], str, dict[str, object] | None]] = [
        (InvalidInputError, "a/b", None),
        (PermissionDeniedError, "break.glass@contoso.example", None),
        (UserError, "nobody@contoso.example", None),
        (ThrottledError, ADELE, status(429, headers=[["Retry-After", "900"]])),
        (NetworkError, ADELE, status(302, headers=[["Location", "https://evil.example/"]])),
        (ServiceError, ADELE, {"kind": "value_false"}),
        (TokenError, ADELE, status(401)),
    ]
    for kind, user, fault in situations:
        emulator.ask("DELETE", "faults")
        if fault:
            emulator.arm(fault)
        with pytest.raises(kind) as raised:
            client.invalidate(user)
        assert raised.value.outcome.user == user


def test_how_long_the_service_wants_to_wait_is_a_timedelta(client: Client, emulator: Emulator) -> None:
    """Fractions and all."""
    emulator.arm({"kind": "status", "status": 429, "headers": [["Retry-After", "900.5"]]})
    with pytest.raises(ThrottledError) as throttled:
        client.invalidate(ADELE)
    assert throttled.value.outcome.retry_after == timedelta(seconds=900.5)


def test_a_timeout_is_seconds_or_a_timedelta(emulator: Emulator) -> None:
    """It bounds the whole call."""
    emulator.arm({"kind": "stall", "times": 2})
    for timeout in (0.2, timedelta(milliseconds=200)):
        with Client(emulator.token(), endpoint=emulator.url, timeout=timeout) as client:
            with pytest.raises(RunError) as raised:
                client.invalidate(ADELE)
            assert raised.value.outcome.status == "deadline_exceeded"


def test_headers_go_with_every_request(emulator: Emulator) -> None:
    """Two of them here; what belongs to the library is refused."""
    headers = {"x-ms-throttle-priority": "high", "x-contoso-case": "4711"}
    with Client(emulator.token(), endpoint=emulator.url, headers=headers) as client:
        assert client.invalidate(ADELE).status == "accepted"
    with pytest.raises(InvalidInputError, match="Authorization"):
        Client(headers={"Authorization": "Bearer hush"})


def test_every_option_reaches_the_library(emulator: Emulator) -> None:
    """Each is refused by name where it is nonsense."""
    options: list[tuple[dict[str, str], str, type[GraphInvalidateError]]] = [
        ({"cloud": "mars"}, "mars", InvalidInputError),
        ({"api": "v9"}, "v9", InvalidInputError),
        ({"endpoint": "http://far.example"}, "Plain http", NetworkError),
        ({"proxy": "nonsense"}, "proxy", InvalidInputError),
        ({"ca_file": "/nonexistent.pem"}, "nonexistent", InvalidInputError),
        ({"token": "two tokens"}, "token", TokenError),
    ]
    for option, named, kind in options:
        with pytest.raises(kind, match=named):
            Client(**option)  # type: ignore[arg-type]
    assert emulator.requests() == []


def test_outcomes_and_errors_are_values(client: Client) -> None:
    """They are compared, copied, pickled between processes, and do not change."""
    outcome = client.invalidate(ADELE)
    assert pickle.loads(pickle.dumps(outcome)) == copy.deepcopy(outcome) == outcome
    assert hash(outcome) == hash(copy.copy(outcome))
    with pytest.raises(AttributeError):
        outcome.status = "verified"  # type: ignore[misc]
    with pytest.raises(UserError) as raised:
        client.invalidate("nobody@contoso.example")
    again = pickle.loads(pickle.dumps(raised.value))
    assert type(again) is UserError
    assert again.outcome == raised.value.outcome
    assert isinstance(again.outcome, Outcome)


@pytest.mark.parametrize("user", [ADELE, "nobody@contoso.example"])
def test_an_outcome_is_carried_by_json_and_csv(client: Client, emulator: Emulator, user: str) -> None:
    """By the names of the command's JSON; what comes back is the same, but for the headers, and proves as much."""
    emulator.arm({"kind": "status", "status": 503, "headers": [["Retry-After", "0.5"]]})
    try:
        outcome = client.invalidate(user)
    except UserError as error:
        outcome = error.outcome
    bare = replace(outcome, headers=())
    assert Outcome.from_dict(json.loads(json.dumps(outcome.to_dict()))) == bare
    table = io.StringIO()
    writer = csv.DictWriter(table, outcome.to_dict())
    writer.writeheader()
    writer.writerow(outcome.to_dict())
    [row] = csv.DictReader(io.StringIO(table.getvalue()))
    assert Outcome.from_dict(row) == bare
    if outcome.status == "accepted":
        assert client.verify(ADELE, not_before=row["server_date"]).status == "verified"
        assert client.verify(ADELE, not_before=str(outcome.server_date)).status == "verified"
    as_it_is = json.loads(json.dumps(asdict(outcome), default=str))
    assert Outcome.from_dict({**as_it_is, "retry_after": None}) == replace(bare, retry_after=None)


def test_an_outcome_may_be_made_for_a_test(client: Client) -> None:
    """With what matters there; one without a status is none."""
    made = Outcome(status="user_not_found", user="nobody@contoso.example")
    assert str(UserError(made)) == "user_not_found: "
    assert made.time.utcoffset() == timedelta(0)
    with pytest.raises(TypeError, match="needs a status"):
        Outcome(user=ADELE)
    with pytest.raises(TypeError, match="needs a status"):
        Outcome.from_dict({"user": ADELE})
    wrong: dict[str, list[object]] = {
        "time": ["11/28/2026", "28.11.2026 10:00", "2026-11-28T10:00:00"],
        "http_status": ["two hundred", "200.5"],
        "attempts": [1.5],
    }
    for name, texts in wrong.items():
        for nonsense in texts:
            with pytest.raises(ValueError, match=str(nonsense)):
                Outcome.from_dict({**client.invalidate(ADELE).to_dict(), name: nonsense})


def test_what_a_table_makes_of_an_outcome_is_read(client: Client) -> None:
    """Empty cells are NaN there, and numbers beside them fractions."""
    outcome = client.invalidate(ADELE)
    row = {name: math.nan if value is None else value for name, value in outcome.to_dict().items()}
    row.update(http_status=200.0, attempts="1.0")
    assert Outcome.from_dict(row) == replace(outcome, headers=())


def test_a_line_of_a_journal_is_read_as_an_outcome(client: Client, tmp_path: Path) -> None:
    """What else it says is passed over."""
    journal = tmp_path / "journal.jsonl"
    [outcome] = client.run([ADELE], journal=journal)
    lines = map(json.loads, journal.read_text("utf-8").splitlines())
    [line] = [line for line in lines if line["type"] == "outcome"]
    assert Outcome.from_dict(line) == replace(outcome, headers=())


def public_items() -> list[tuple[str, Any]]:
    """Every public class and function, and the methods of the classes."""
    items: list[tuple[str, Any]] = []
    for name in graph_invalidate.__all__:
        public = getattr(graph_invalidate, name)
        if isinstance(public, (type, types.FunctionType)):
            items.append((name, public))
        if isinstance(public, type):
            items += [(f"{name}.{key}", it) for key, it in vars(public).items() if isinstance(it, types.FunctionType)]
    return items


@pytest.mark.parametrize(("name", "item"), public_items(), ids=[name for name, _ in public_items()])
def test_type_hints_can_be_evaluated_as_the_program_runs(name: str, item: Any) -> None:
    """As frameworks do, in every Python that the package is for."""
    assert isinstance(typing.get_type_hints(item), dict), name


def test_names_are_public_ones(client: Client) -> None:
    """In tracebacks, and in what is pickled."""
    with pytest.raises(UserError) as raised:
        client.invalidate("nobody@contoso.example")
    assert "graph_invalidate.UserError: user_not_found" in "".join(
        traceback.format_exception_only(UserError, raised.value)
    )
    assert b"_errors" not in pickle.dumps(raised.value)


def test_a_closed_client_says_so(client: Client, emulator: Emulator) -> None:
    """Closing twice is fine; everything else raises."""
    client.close()
    client.close()
    for use in (client.invalidate, lambda: client.verify(ADELE, "2020-01-01T00:00:00Z"), lambda: client.set_token("x")):
        with pytest.raises(ValueError, match="this Client is closed"):
            use()
    with Client(emulator.token()) as inside:
        pass
    with pytest.raises(ValueError, match="closed"):
        inside.invalidate(ADELE)


def test_a_client_is_not_pickled(client: Client) -> None:
    """Nor copied: neither connections nor tokens travel; and a signal that is given to a copy would end nothing."""
    for what in (client, Cancellation()):
        for travel in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="make one in each process"):
                travel(what)


def test_a_program_may_end_with_open_clients(emulator: Emulator) -> None:
    """At module level, in a thread, in a cycle, or at work in an exit handler: no warning, no crash."""
    program = """
import atexit, threading
from graph_invalidate import Cancellation, Client, RunError
client = Client(TOKEN)
client.invalidate()
atexit.register(lambda: print(client.invalidate().status))
class Cycle: pass
cycle = Cycle()
cycle.itself, cycle.client, cycle.cancellation = cycle, Client(TOKEN), Cancellation()
cycle.client.invalidate()
threading.Thread(target=client.invalidate, daemon=True).start()
"""
    result = run_program(program.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout, result.stderr) == (0, "accepted\n", "")


def test_a_program_may_call_for_the_first_time_as_it_ends(emulator: Emulator) -> None:
    """When Python starts no threads any more."""
    program = """
import atexit
from graph_invalidate import Client
atexit.register(lambda: print(Client(TOKEN).invalidate().status))
"""
    result = run_program(program.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stdout, result.stderr) == (0, "accepted\n", "")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="the memory in use is read from /proc")
def test_calls_leave_no_memory_behind(emulator: Emulator) -> None:
    """Accepted, refused by the service, refused before anything is sent."""
    program = """
from graph_invalidate import Client, InvalidInputError, UserError
client = Client(TOKEN)
def pages():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])
def calls(count):
    for _ in range(count):
        client.invalidate()
        for user, kind in (("nobody@contoso.example", UserError), ("a/b", InvalidInputError)):
            try:
                client.invalidate(user)
            except kind:
                pass
calls(200)
before = pages()
calls(1000)
print(pages() - before)
"""
    result = run_program(program.replace("TOKEN", repr(emulator.token())))
    assert (result.returncode, result.stderr) == (0, "")
    # An outcome has more than 1,000 bytes: 3,000 of them would be more than 700 pages.
    assert int(result.stdout) < 100
