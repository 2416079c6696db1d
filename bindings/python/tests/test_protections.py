"""What protects, or leads elsewhere, and is given as nothing: a value that somebody lost, and never "not given"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from support import ADELE, Emulator

from graph_invalidate import Client, Credential, GraphInvalidateError, InvalidInputError

OTHER = "break.glass@contoso.example"

USED_UP: list[tuple[str, Callable[[Path], Any]]] = [
    ("generator", lambda _: (user for user in [ADELE])),
    ("map", lambda _: map(str.strip, [ADELE])),
    ("iterator", lambda _: iter([ADELE])),
    ("file", lambda folder: _written(folder).open()),
]


def _written(folder: Path) -> Path:
    file = folder / "exclusions.txt"
    file.write_text(ADELE + "\n")
    return file


@pytest.mark.parametrize(("kind", "made"), USED_UP, ids=[kind for kind, _ in USED_UP])
def test_exclusions_that_a_rehearsal_has_used_up_are_refused(
    client: Client, emulator: Emulator, tmp_path: Path, kind: str, made: Callable[[Path], Any]
) -> None:
    """What can be read once protected in the rehearsal, and would protect nobody in the run."""
    exclude = made(tmp_path)
    assert list(client.run([ADELE], exclude=exclude, dry_run=True)) == [], kind
    with pytest.raises(InvalidInputError, match="read once was read before"):
        client.run([ADELE], exclude=exclude)
    assert emulator.accepted(ADELE) == 0
    getattr(exclude, "close", bool)()


@pytest.mark.parametrize("nothing", [None, "", [], (), set(), {}, [None], [""], [float("nan")]], ids=repr)
def test_exclusions_that_hold_nobody_are_refused(client: Client, nothing: Any) -> None:
    """A list that came out empty, or an empty cell in it. Left out, there are none."""
    with pytest.raises(InvalidInputError, match=r"exclu"):
        client.run([ADELE], exclude=nothing)
    assert [outcome.status for outcome in client.run([ADELE])] == ["accepted"]


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("name", ["endpoint", "expect_tenant", "ca_file"])
def test_a_client_is_not_led_elsewhere_by_a_lost_value(name: str, nothing: Any) -> None:
    """Without the endpoint of the tests, for example, the token would go to Microsoft."""
    options: dict[str, Any] = {name: nothing}
    with pytest.raises(InvalidInputError, match=name):
        Client("token", **options)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_run_has_its_journal_or_is_refused(client: Client, nothing: Any) -> None:
    """A record that was wanted and is not kept is found out too late."""
    with pytest.raises(InvalidInputError, match="journal"):
        client.run([ADELE], journal=nothing)


@pytest.mark.parametrize(
    "name",
    [
        "tenant",
        "client_id",
        "client_secret",
        "certificate_file",
        "certificate",
        "federated_token_file",
        "object_id",
        "authority",
    ],
)
def test_a_credential_does_not_take_the_environments_part_for_a_lost_value(name: str) -> None:
    """Another identity would act."""
    options: dict[str, Any] = {name: None}
    with pytest.raises(InvalidInputError, match=name):
        Credential("client-secret", **options)
    options = {name: b"" if name == "certificate" else ""}
    with pytest.raises(GraphInvalidateError, match=r"empty|cannot|needs"):
        Client(Credential("client-certificate" if "certificate" in name else "client-secret", **options))


def test_users_of_a_generator_may_be_excluded_as_they_come(client: Client) -> None:
    """One that gives somebody is a list like any other."""

    def break_glass() -> Iterator[str]:
        yield OTHER
        yield ADELE

    assert list(client.run([ADELE], exclude=break_glass())) == []
