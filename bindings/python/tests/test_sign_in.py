"""Signing in with a credential: the clouds under their own names, certificates as bytes, a person, Ctrl+C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import ADELE, ROOT, Emulator, run_program

from graph_invalidate import (
    Client,
    Credential,
    GraphInvalidateError,
    TokenError,
    invalidate_all_refresh_tokens,
)

CERTIFICATES = ROOT / "tests/certificates"
APPLICATION: dict[str, Any] = {
    "tenant": "contoso.example",
    "client_id": "aaaaaaaa-0000-4000-8000-000000000003",
    "client_secret": "emulated-secret",
}
CLOUDS = [
    ("global", "login.microsoftonline.com", "graph.microsoft.com"),
    ("usgov", "login.microsoftonline.us", "graph.microsoft.us"),
    ("usgov-dod", "login.microsoftonline.us", "dod-graph.microsoft.us"),
    ("china", "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"),
]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, Path]]:
    """An emulator that answers for the clouds' own host names, and the authority behind its certificates."""
    authority = tmp_path_factory.mktemp("authority") / "authority.pem"
    emulator = Emulator("--as-proxy", "--write-ca", str(authority))
    yield emulator, authority
    emulator.stop()


@pytest.mark.parametrize(("cloud", "login", "graph"), CLOUDS)
def test_a_client_signs_in_and_acts_under_each_clouds_own_names(
    cloud: str, login: str, graph: str, proxy: tuple[Emulator, Path]
) -> None:
    """A proxy and an authority alone bring it there."""
    emulator, authority = proxy
    emulator.ask("POST", "reset", {})
    credential = Credential("client-secret", **APPLICATION)
    with Client(credential, cloud=cloud, proxy=emulator.url, ca_file=authority) as client:
        assert client.invalidate(ADELE).status == "accepted"
    requests = emulator.requests()
    assert [request["server_name"] for request in requests] == [login, graph]
    assert [dict(request["headers"])["host"] for request in requests] == [login, graph]
    assert requests[0]["asked"]["scope"] == f"https://{graph}/.default"


def test_a_certificate_may_come_as_bytes(emulator: Emulator) -> None:
    """For programs that keep it elsewhere than in a file."""
    given = {name: APPLICATION[name] for name in ("tenant", "client_id")}
    pfx = (CERTIFICATES / "client.pfx").read_bytes()
    credential = Credential("client-certificate", certificate=pfx, certificate_password="emulated-password", **given)
    with Client(credential, endpoint=emulator.url) as client:
        assert client.sign_in().status == "signed_in"
    assert "0\\x82" not in repr(credential)
    empty = Credential("client-certificate", certificate=b"", **given)
    with pytest.raises(GraphInvalidateError, match="certificate"):
        Client(empty, endpoint=emulator.url)


def test_the_one_call_function_signs_in_too(emulator: Emulator) -> None:
    """With a credential where a token may be."""
    outcome = invalidate_all_refresh_tokens(ADELE, token=Credential("client-secret", **APPLICATION))
    assert outcome.status == "accepted"
    assert len(emulator.requests()) == 2


def test_a_run_outlives_its_tokens(emulator: Emulator) -> None:
    """The credential renews them without anybody's hand."""
    with Client(Credential("client-secret", **APPLICATION), endpoint=emulator.url) as client:
        emulator.arm({"kind": "tokens_expire", "after": 1})
        users = [ADELE, "o'brien@contoso.example", "a+b@contoso.example"]
        ends = {outcome.user: outcome.status for outcome in client.run(users, batch_size=1, concurrency=1)}
    assert ends == dict.fromkeys(users, "accepted")
    assert len([request for request in emulator.requests() if request.get("asked")]) == 2


def test_a_person_is_shown_where_to_sign_in_and_waited_for(emulator: Emulator) -> None:
    """Step by step, without a callback."""
    with Client(Credential("device-code", environment={}), endpoint=emulator.url) as client:
        first = client.sign_in()
        assert first.status == "sign_in_pending"
        assert first.code
        assert first.code in (first.message or "")
        emulator.ask("POST", "approve", {"user_code": first.code, "user": "admin@contoso.example"})
        assert client.sign_in().status == "signed_in"
        assert client.invalidate(ADELE).status == "accepted"


def test_ctrl_c_ends_the_wait_for_a_person(emulator: Emulator) -> None:
    """At once, with a KeyboardInterrupt."""
    result = run_program(
        "import os, threading, time\n"
        "from graph_invalidate import Client, Credential\n"
        "client = Client(Credential('device-code', environment={}))\n"
        "assert client.sign_in().status == 'sign_in_pending'\n"
        f"threading.Timer(0.5, os.kill, (os.getpid(), {int(signal.SIGINT)})).start()\n"
        "began = time.monotonic()\n"
        "try:\n"
        "    client.sign_in()\n"
        "except KeyboardInterrupt:\n"
        "    print(time.monotonic() - began < 3)\n",
        GRAPH_INVALIDATE_ENDPOINT=emulator.url,
    )
    assert (result.stdout, result.stderr) == ("True\n", "")


def test_another_tenant_than_the_expected_one_is_refused(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the option or the environment; before anything is sent to Graph."""
    elsewhere = "11111111-2222-4333-8444-555555555555"
    client = Client(emulator.token(), endpoint=emulator.url, expect_tenant=elsewhere)
    with pytest.raises(TokenError, match=f"token_wrong_tenant.*{elsewhere}"):
        client.invalidate(ADELE)
    monkeypatch.setenv("GRAPH_INVALIDATE_EXPECT_TENANT", elsewhere)
    client = Client(Credential("client-secret", **APPLICATION), endpoint=emulator.url)
    with pytest.raises(TokenError, match="token_wrong_tenant"):
        client.invalidate(ADELE)
    assert [request["path"] for request in emulator.requests()] == ["/contoso.example/oauth2/v2.0/token"]


def test_a_credential_shows_no_secret_and_refuses_what_makes_no_sense(emulator: Emulator) -> None:
    """Not even where it is printed."""
    credential = Credential("client-secret", **APPLICATION, environment={"X": "hush"})
    assert "contoso.example" in repr(credential)
    assert "emulated" not in repr(credential)
    assert "hush" not in repr(credential)
    wrong: Any = 42
    with pytest.raises(TypeError, match="kind must be a string, not int"):
        Client(Credential(wrong))
    with pytest.raises(TypeError, match="client_secret must be a string, not int") as raised:
        Client(Credential("client-secret", client_secret=wrong))
    assert "42" not in str(raised.value)
    with Client(emulator.token(), endpoint=emulator.url) as client:
        late: Any = credential
        with pytest.raises(TypeError, match="not Credential"):
            client.set_token(late)
        assert client.invalidate(ADELE).status == "accepted"
