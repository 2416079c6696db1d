"""Knowing before acting: what a token may do."""

from __future__ import annotations

from typing import Any

import pytest
from support import ADELE, Emulator

from graph_invalidate import Client, Credential, GraphInvalidateError, Token

ADMIN = "admin@contoso.example"


def verdicts(client: Client, user: str | None = None) -> dict[str, str]:
    """What the token may do, job for job."""
    return {finding.job: finding.verdict for finding in client.access(user).findings}


def test_a_token_tells_who_it_is_and_nothing_is_sent(emulator: Emulator) -> None:
    """By its own claims."""
    token = emulator.token(user=ADMIN)
    with Client(token, endpoint=emulator.url) as client:
        access = client.access()
    assert (access.status, access.kind, access.user, access.cloud) == ("accepted", "delegated", ADMIN, "global")
    assert access.tenant == "c0ffee00-1111-4222-8333-444455556666"
    assert access.expires
    assert access.expires.tzinfo
    assert access.permissions
    assert {"me", "others", "administrators", "verification"} <= {finding.job for finding in access.findings}
    assert all(finding.reason for finding in access.findings)
    assert token not in repr(access)
    assert emulator.requests() == []


def test_a_token_that_cannot_work_is_no_failure(emulator: Emulator) -> None:
    """The status says why."""
    for token, status in [
        (None, "token_missing"),
        (emulator.token(expires_in=-3600), "token_expired"),
        (emulator.token(audience="https://x.example"), "token_wrong_audience"),
    ]:
        with Client(token, endpoint=emulator.url) as client:
            access = client.access()
        assert access.status == status
        assert access.message


def test_who_gives_tokens_is_asked(emulator: Emulator) -> None:
    """As before a call."""
    ask: Token = emulator.token
    with Client(ask, endpoint=emulator.url) as client:
        assert client.access().status == "accepted"


def test_harmless_reads_tell_more(emulator: Emulator) -> None:
    """Whether one user can be found and signed out; nobody is."""
    with Client(emulator.token(user=ADMIN), endpoint=emulator.url) as client:
        assert "target" not in verdicts(client)
        assert verdicts(client, ADELE)["target"] == "allowed"
        assert verdicts(client, "nobody@contoso.example")["target"] == "refused"
        assert client.access(online=True).status == "accepted"
    assert {request["method"] for request in emulator.requests()} == {"GET"}


def test_a_credential_signs_in_to_tell(emulator: Emulator) -> None:
    """A sign-in that fails is a failure."""
    application: dict[str, Any] = {"tenant": "contoso.example", "client_id": "aaaaaaaa-0000-4000-8000-000000000003"}
    credential = Credential("client-secret", client_secret="emulated-secret", **application)
    with Client(credential, endpoint=emulator.url) as client:
        access = client.access(online=True)
        assert (access.kind, access.status) == ("application", "accepted")
    wrong = Credential("client-secret", client_secret="hush", **application)
    with Client(wrong, endpoint=emulator.url) as client, pytest.raises(GraphInvalidateError, match="sign_in_refused"):
        client.access(online=True)
