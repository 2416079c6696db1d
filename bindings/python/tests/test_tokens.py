"""Tokens that come from somewhere else: a function, or a credential of azure-core."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import json
import os
import threading
import time
from concurrent import futures
from typing import Any, Callable

import pytest
from azure.core.credentials import AccessToken
from azure.core.credentials import TokenCredential as AzureTokenCredential
from support import ADELE, Emulator

from graph_invalidate import (
    AsyncClient,
    Cancellation,
    Client,
    PermissionDeniedError,
    RunError,
    Token,
    TokenCredential,
    TokenError,
)
from graph_invalidate._asking import Provider


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


FAILURES = [
    LookupError("no token today"),
    TimeoutError("hush"),
    futures.CancelledError(),
    asyncio.CancelledError(),
    GeneratorExit(),
    StopIteration(),
]


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_failure_of_the_provider_is_a_token_error_with_its_cause(emulator: Emulator, failure: BaseException) -> None:
    """Neither a time-out nor a cancellation of its own is one of the call's; its text stays with it."""

    def fail() -> str:
        raise failure

    with Client(fail, endpoint=emulator.url) as client:
        for use in (client.invalidate, client.access, lambda: list(client.run([ADELE]))):
            with pytest.raises(TokenError, match=type(failure).__name__) as raised:
                use()
            assert raised.value.__cause__ is failure
            assert raised.value.outcome.status == "token_provider_failed"
            assert "hush" not in str(raised.value)
    assert emulator.requests() == []


ADMIN, USER = "admin@contoso.example", "a+b@contoso.example"


class Identities:
    """A service with one client: whoever calls has a token of their own, which the provider finds."""

    def __init__(self, emulator: Emulator) -> None:
        """Makes a token each of an administrator and of a user without rights."""
        self.emulator = emulator
        self.tokens = {"admin": emulator.token(user=ADMIN), "user": emulator.token(user=USER)}
        self.barrier = threading.Barrier(2)

    def ends(self, act: Callable[[str], str]) -> dict[str, str]:
        """What both get when they act at the same time."""
        with futures.ThreadPoolExecutor(2) as pool:
            return dict(zip(self.tokens, pool.map(act, self.tokens)))


def play(identities: Identities, client: Client, become: Callable[[str], object]) -> None:
    """Round after round both act at once: the one may, and the other may not."""

    def act(name: str) -> str:
        become(name)
        identities.barrier.wait()
        try:
            return client.invalidate(ADELE).status
        except PermissionDeniedError as error:
            return error.outcome.status

    for _ in range(30):
        assert identities.ends(act) == {"admin": "accepted", "user": "permission_denied"}


def test_many_identities_share_a_client_by_thread_local_data(emulator: Emulator) -> None:
    """What a provider gives for a call goes with that call and with no other."""
    identities, local = Identities(emulator), threading.local()
    with Client(lambda: identities.tokens[local.name], endpoint=emulator.url) as client:
        play(identities, client, lambda name: setattr(local, "name", name))


def test_many_identities_share_a_client_by_thread(emulator: Emulator) -> None:
    """A provider may look up who calls by the thread's number."""
    identities, names = Identities(emulator), dict[int, str]()
    with Client(lambda: identities.tokens[names[threading.get_ident()]], endpoint=emulator.url) as client:
        play(identities, client, lambda name: names.update({threading.get_ident(): name}))


def test_many_identities_share_a_client_by_context(emulator: Emulator) -> None:
    """Context variables are the caller's, wherever the provider is asked."""
    identities, current = Identities(emulator), contextvars.ContextVar[str]("current")
    with Client(lambda: identities.tokens[current.get()], endpoint=emulator.url) as client:
        play(identities, client, current.set)


def test_a_token_that_is_set_is_not_that_of_a_call_with_a_provider(emulator: Emulator) -> None:
    """A run that was begun with a provider keeps it, too."""
    asked: list[str] = []

    def ask() -> str:
        asked.append(emulator.token())
        return asked[-1]

    with Client(ask, endpoint=emulator.url) as client:
        run = client.run([ADELE])
        client.set_token(emulator.token(expires_in=-60))
        with pytest.raises(TokenError, match="token_expired"):
            client.invalidate(ADELE)
        assert [outcome.status for outcome in run] == ["accepted"]
    assert len(asked) == 1


class Tenant:
    """An object whose method finds the token by the thread, some steps away."""

    def __init__(self) -> None:
        """With thread-local data of its own."""
        self.local = threading.local()

    def current(self) -> str:
        """The token of this thread."""
        token: str = self.local.token
        return token

    def get_token(self, *_: str) -> AccessToken:
        """As a credential."""
        return AccessToken(self.current(), 0)


def test_a_provider_that_looks_at_its_thread_is_known() -> None:
    """Thread-local data, the thread's name or number; everything else is asked where it cannot hang a call."""
    tenant, local = Tenant(), threading.local()

    def inner() -> str:
        return str(local.token)

    def name() -> str:
        return threading.current_thread().name

    looking: list[Any] = [
        tenant.current,
        tenant.get_token,
        lambda: tenant.current() + "",
        inner,
        lambda: inner() + "",
        functools.partial(getattr, local, "token"),
        name,
    ]
    for ask in looking:
        assert Provider(ask).looks_at_its_thread, ask
    others: list[Any] = [lambda: "token", json.dumps, functools.partial(os.environ.get, "TOKEN"), Credential]
    for ask in others:
        assert not Provider(ask).looks_at_its_thread, ask


def test_a_provider_that_hangs_holds_up_neither_timeout_nor_cancellation(emulator: Emulator) -> None:
    """And nothing is sent when it answers too late."""
    token, answered = emulator.token(), threading.Event()

    def slow() -> str:
        time.sleep(1.5)
        answered.set()
        return token

    begin = time.monotonic()
    with Client(slow, endpoint=emulator.url, timeout=0.3) as client:
        with pytest.raises(RunError, match="deadline_exceeded"):
            client.invalidate(ADELE)
        cancellation = Cancellation()
        threading.Timer(0.2, cancellation.cancel).start()
    with Client(slow, endpoint=emulator.url) as client:
        with pytest.raises(RunError, match="cancelled"):
            client.invalidate(ADELE, cancellation=cancellation)
        run = client.run([ADELE])
        threading.Timer(0.2, run.cancel).start()
        assert list(run) == []
    assert time.monotonic() - begin < 1.5
    assert answered.wait(10)
    assert emulator.requests() == []


def test_a_token_that_comes_after_the_timeout_is_not_used(emulator: Emulator) -> None:
    """Where the function is asked on the caller's thread, which nobody can call off."""
    own, token = threading.local(), emulator.token()

    def slow() -> str:
        own.asked = True
        time.sleep(0.5)
        return token

    with Client(slow, endpoint=emulator.url, timeout=0.3) as client, pytest.raises(RunError, match="deadline_exceeded"):
        client.invalidate(ADELE)
    assert own.asked
    assert emulator.requests() == []


def test_what_is_no_token_and_no_provider_is_refused(emulator: Emulator) -> None:
    """With the type that it has, and never with its value."""
    wrong: list[tuple[Any, str]] = [(b"hush", "not bytes"), (42, "not int")]
    for token, named in wrong:
        typed: Token = token
        with pytest.raises(TypeError, match=named) as raised:
            Client(typed, endpoint=emulator.url)
        assert "hush" not in str(raised.value)


def test_an_answer_that_is_no_token_is_the_providers_failure(emulator: Emulator) -> None:
    """Whatever it is, in every form of call; what it was is told by the cause, and its value by nobody."""

    async def later() -> str:
        return "hush"

    class Asynchronous:
        async def get_token(self, *_: str) -> str:
            await asyncio.sleep(0)
            return "hush"

    class Spiteful:
        @property
        def token(self) -> str:
            raise LookupError("hush")

    wrong: list[tuple[Any, str]] = [
        (lambda: b"hush", "not bytes"),
        (lambda: None, "not NoneType"),
        (lambda: 7, "not int"),
        (lambda: {"access_token": "hush"}, "not dict"),
        (lambda: "", "empty"),
        (lambda: " \n", "empty"),
        (Spiteful, "hush"),
    ]
    asynchronous: list[tuple[Any, str]] = [(later, "asynchronous"), (Asynchronous(), "asynchronous")]

    async def awaited(ask: Any, *, whole_run: bool) -> None:
        async with AsyncClient(ask, endpoint=emulator.url) as client:
            if whole_run:
                assert not [outcome async for outcome in client.run([ADELE])]
            else:
                await client.invalidate()

    for ask, named in wrong + asynchronous:
        client = Client(ask, endpoint=emulator.url)
        uses: list[Any] = [client.invalidate, client.access, lambda client=client: list(client.run([ADELE]))]
        if (ask, named) in wrong:
            uses += [lambda ask=ask, run=run: asyncio.run(awaited(ask, whole_run=run)) for run in (False, True)]
        for use in uses:
            with pytest.raises(TokenError, match="token_provider_failed") as raised:
                use()
            assert named in str(raised.value.__cause__)
            assert "hush" not in str(raised.value)
    assert emulator.requests() == []
