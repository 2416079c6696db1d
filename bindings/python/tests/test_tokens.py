"""Tokens that come from somewhere else: a function, or a credential of azure-core."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.credentials import TokenCredential as AzureTokenCredential
from support import ADELE, Emulator

from graph_invalidate import Client, Token, TokenCredential, TokenError


class Credential:
    """A credential as azure-identity's are."""

    def __init__(self, emulator: Emulator) -> None:
        """Gives the tokens of an emulator."""
        self.emulator = emulator
        self.asked: list[tuple[str, ...]] = []

    def get_token(self, *scopes: str, claims: str | None = None, **_: Any) -> AccessToken:
        """Mints one."""
        assert claims is None
        self.asked.append(scopes)
        return AccessToken(self.emulator.token(), 0)


def test_a_function_is_asked_before_each_call(emulator: Emulator) -> None:
    """Whatever it answers is used for that call."""
    answers = [emulator.token(), emulator.token(user=ADELE), emulator.token()]
    with Client(answers.pop, endpoint=emulator.url) as client:
        client.invalidate()
        client.verify(ADELE, "2020-01-01T00:00:00Z")
        assert len(answers) == 1
        client.invalidate()
    assert answers == []


def test_a_credential_is_asked_for_the_scope_of_its_cloud(emulator: Emulator) -> None:
    """The library knows the clouds."""
    credential = Credential(emulator)
    assert isinstance(credential, AzureTokenCredential)
    asked: TokenCredential = credential
    for cloud in (None, "usgov-dod"):
        with Client(asked, endpoint=emulator.url, cloud=cloud) as client:
            client.invalidate(ADELE)
    assert credential.asked == [
        ("https://graph.microsoft.com/.default",),
        ("https://dod-graph.microsoft.us/.default",),
    ]


def test_an_expired_token_is_asked_for_again_once(emulator: Emulator) -> None:
    """The provider may have renewed it meanwhile; a second time the error is the caller's."""
    expired = emulator.token(expires_in=-60)
    answers = [expired, emulator.token()]
    with Client(lambda: answers.pop(0), endpoint=emulator.url) as client:
        assert client.invalidate(ADELE).status == "accepted"
        assert len(emulator.requests()) == 2
        answers += [expired, expired, emulator.token()]
        with pytest.raises(TokenError) as raised:
            client.invalidate(ADELE)
    assert raised.value.outcome.status == "token_expired"
    assert raised.value.__context__ is None
    assert len(answers) == 1
    assert len(emulator.requests()) == 4


def test_nothing_else_is_ever_repeated(emulator: Emulator) -> None:
    """Neither another failure, nor a call with a plain string."""
    asked: list[str] = []

    def ask() -> str:
        asked.append(emulator.token(audience="https://x.example"))
        return asked[-1]

    with Client(ask, endpoint=emulator.url) as client:
        with pytest.raises(TokenError):
            client.invalidate(ADELE)
        assert len(asked) == 1
        client.set_token(emulator.token(expires_in=-60))
        with pytest.raises(TokenError):
            client.invalidate(ADELE)
    assert len(emulator.requests()) == 1


def test_a_token_is_replaced_for_the_next_calls(emulator: Emulator) -> None:
    """By a string or by a provider; what cannot be a token changes nothing."""
    with Client(endpoint=emulator.url) as client:
        with pytest.raises(TokenError, match="token_missing"):
            client.invalidate()
        client.set_token(emulator.token())
        client.invalidate()
        for wrong in ("two tokens", ""):
            with pytest.raises(Exception, match="token"):
                client.set_token(wrong)
        client.invalidate()
        client.set_token(Credential(emulator))
        client.invalidate()


def test_a_failure_of_the_provider_is_the_callers_own(emulator: Emulator) -> None:
    """It arrives unchanged."""

    def fail() -> str:
        raise LookupError("no token today")

    with Client(fail, endpoint=emulator.url) as client, pytest.raises(LookupError, match="no token today"):
        client.invalidate()


def test_what_is_no_token_and_no_provider_is_refused(emulator: Emulator) -> None:
    """With the type that it has, and never with its value."""

    async def later() -> str:
        return "hush"

    class Asynchronous:
        async def get_token(self, *_: str) -> str:
            await asyncio.sleep(0)
            return "hush"

    wrong: list[tuple[Any, str]] = [
        (b"hush", "not bytes"),
        (42, "not int"),
        (lambda: b"hush", "not bytes"),
        (lambda: None, "not NoneType"),
        (later, "asynchronous"),
        (Asynchronous(), "asynchronous"),
    ]
    for token, named in wrong:
        typed: Token = token
        with pytest.raises(TypeError, match=named) as raised:
            Client(typed, endpoint=emulator.url).invalidate()
        assert "hush" not in str(raised.value)
