"""Bad input gets one clear sentence, and never crashes the host."""

from __future__ import annotations

import math
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Callable
from urllib.parse import quote

import pytest
from support import ADELE, Emulator

import graph_invalidate
from graph_invalidate import Client, InvalidInputError

OBRIEN = "o'brien@contoso.example"

USERS = [
    ("", "empty_argument", "user is empty"),
    (" \t\n", "empty_argument", "empty"),
    ("x" * 1_000_000, "invalid_user", "1000000 bytes"),
    (ADELE + "\0x", "invalid_utf8", "NUL character (U+0000) at byte 27"),
    ("\0", "invalid_utf8", "NUL character (U+0000) at byte 0"),
    ("a\ud800b", "invalid_utf8", "half of a surrogate pair (U+D800) at byte 1"),
    ("a b", "invalid_user", "U+0020"),
    ("../me", "invalid_user", "U+002F"),
]


@pytest.mark.parametrize(("user", "status", "named"), USERS, ids=range(len(USERS)))
def test_a_user_that_cannot_be_one_is_refused_before_anything_is_sent(
    client: Client, emulator: Emulator, user: str, status: str, named: str
) -> None:
    """In particular nothing is cut off at a NUL: that would be another user."""
    with pytest.raises(InvalidInputError) as raised:
        client.invalidate(user)
    assert raised.value.outcome.status == status
    assert named in (raised.value.outcome.message or "")
    assert len(str(raised.value)) < 300
    assert emulator.requests() == []


def test_a_key_that_cannot_be_one_is_a_failed_outcome_of_a_run_and_the_others_go_on(client: Client) -> None:
    """Also one that C cannot hold; it is shown as far as it can be."""
    keys: list[Any] = [ADELE, "ad\0x", "\ud83dx", "", None, math.nan, "a b", 7, b"hush", {"upn": ADELE}, OBRIEN]
    outcomes = list(client.run(keys))
    failed = [(outcome.status, outcome.user) for outcome in outcomes if outcome.status != "accepted"]
    assert failed == [
        ("invalid_utf8", "ad\N{REPLACEMENT CHARACTER}x"),
        ("invalid_utf8", "\N{REPLACEMENT CHARACTER}x"),
        ("empty_argument", None),
        ("null_argument", None),
        ("null_argument", None),
        ("invalid_user", "a b"),
        ("invalid_user", "no string: int 7"),
        ("invalid_user", "no string: bytes"),
        ("invalid_user", "no string: dict"),
    ]
    messages = " ".join(outcome.message or "" for outcome in outcomes)
    assert "U+0000" in messages
    assert "U+D83D" in messages
    assert {outcome.user for outcome in outcomes if outcome.status == "accepted"} == {ADELE, OBRIEN}


def test_a_value_of_the_wrong_type_is_named(client: Client) -> None:
    """As a TypeError, with the argument and the type."""
    wrong: Any = b"adele"
    wrong_list: Any = [ADELE]
    uses: list[tuple[Callable[[], object], str]] = [
        (lambda: client.invalidate(wrong), "user must be a string, not bytes"),
        (lambda: client.verify(ADELE, wrong), "not_before must be a string, not bytes"),
        (lambda: Client(cloud=wrong), "cloud must be a string, not bytes"),
        (lambda: Client(ca_file=wrong), "ca_file must be a string or an os.PathLike of one, not bytes"),
        (lambda: client.run([ADELE], journal=wrong), "journal must be a string or an os.PathLike of one, not bytes"),
        (lambda: client.run([ADELE], exclude=[wrong]), "exclude must be a string, not bytes"),
        (lambda: client.invalidate(wrong_list), "user must be a string, not list"),
        (lambda: Client(headers={"x": wrong}), "headers must be a string, not bytes"),
        (lambda: Client(timeout=wrong), "timeout must be seconds or a timedelta, not bytes"),
    ]
    for use, named in uses:
        with pytest.raises(TypeError, match=named):
            use()


@pytest.mark.parametrize("timeout", [-1, math.nan, -math.inf, timedelta(-1), timedelta(days=50), 1e300])
def test_a_timeout_that_cannot_be_one_is_refused(timeout: float | timedelta) -> None:
    """It is below nothing, or beyond what the library counts."""
    with pytest.raises(ValueError, match=r"timeout must be from 0, the default, to 4294967 seconds or math\.inf"):
        Client(timeout=timeout)


def test_a_tiny_timeout_is_not_taken_for_none(emulator: Emulator) -> None:
    """It is rounded up."""
    with Client(emulator.token(), endpoint=emulator.url, timeout=1e-9) as client:
        emulator.arm({"kind": "stall"})
        with pytest.raises(Exception, match="deadline_exceeded"):
            client.invalidate(ADELE)


def test_a_time_must_say_its_zone(client: Client) -> None:
    """A naive datetime could be hours off; any zone will do, also one that RFC 3339 cannot write."""
    with pytest.raises(ValueError, match="not_before must say its time zone"):
        client.verify(ADELE, datetime(2020, 1, 1))
    odd = timezone(timedelta(minutes=53, seconds=28))
    assert client.verify(ADELE, datetime(2020, 1, 1, tzinfo=odd)).status == "verified"
    nothing: Any = None
    with pytest.raises(InvalidInputError, match="not_before is None"):
        client.verify(ADELE, nothing)


@pytest.mark.parametrize("zone", [timezone.utc, timezone(timedelta(hours=1))])
def test_a_time_that_no_outcome_can_have_is_refused(client: Client, emulator: Emulator, zone: timezone) -> None:
    """It would prove everything of everybody."""
    with pytest.raises((InvalidInputError, ValueError), match=r"not_before|time"):
        client.verify(ADELE, datetime.min.replace(tzinfo=zone))
    assert emulator.requests() == []


def unjudged(*_: object) -> bool:
    """Compares as pandas' empty cell does."""
    raise TypeError("boolean value of NA is ambiguous")


NA = type("NAType", (), {"__ne__": unjudged, "__hash__": None})()


@pytest.mark.parametrize("nothing", [None, math.nan, Decimal("NaN"), NA], ids=["None", "NaN", "Decimal", "NA"])
def test_a_user_who_is_missing_is_nobody_and_never_the_caller(client: Client, emulator: Emulator, nothing: Any) -> None:
    """An empty cell must not sign out the administrator: neither in a call nor in a run."""
    for call in (client.invalidate, lambda user: client.verify(user, "2020-01-01T00:00:00Z")):
        with pytest.raises(InvalidInputError, match="user is") as raised:
            call(nothing)
        assert raised.value.outcome.status == "null_argument"
    with pytest.raises(InvalidInputError, match="user is"):
        graph_invalidate.invalidate_all_refresh_tokens(nothing, token=emulator.token())
    assert [outcome.status for outcome in client.run([nothing, ADELE])] == ["null_argument", "accepted"]
    assert {request["path"] for request in emulator.requests()} == {
        f"/beta/users/{quote(ADELE)}/invalidateAllRefreshTokens"
    }


def test_a_uuid_is_a_user(client: Client) -> None:
    """In calls, in runs, and as an exclusion."""
    adele = uuid.UUID("87d349ed-44d7-43e1-9a83-5f2406dee5bd")
    assert client.invalidate(adele).user == str(adele)
    assert [outcome.status for outcome in client.run([adele])] == ["accepted"]
    assert list(client.run([ADELE], exclude=adele)) == list(client.run([adele], exclude=[ADELE])) == []
