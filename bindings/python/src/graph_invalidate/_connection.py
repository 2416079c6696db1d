"""What every client is: its options, its token, and the native client behind it."""

from __future__ import annotations

from collections.abc import Mapping
from ctypes import byref, c_void_p, pointer, sizeof
from typing import Any, Callable, Generic, Optional, TypeVar, Union

from graph_invalidate import _strings
from graph_invalidate._asking import Provider
from graph_invalidate._credential import Credential, credential_options
from graph_invalidate._declarations import GraphClientOptions, GraphHeader, GraphVariable
from graph_invalidate._errors import outcome_of
from graph_invalidate._handle import Closable, Handle
from graph_invalidate._library import library
from graph_invalidate._strings import NOT_GIVEN, Duration, Path
from graph_invalidate._token import asker

_Token = TypeVar("_Token")

_DEFAULT_TIMEOUT_MS = 100_000


class Connection(Closable, Generic[_Token]):
    """What is behind a client."""

    def __init__(  # noqa: PLR0913 the options that every language has
        self,
        token: Optional[Union[_Token, Credential]] = None,
        *,
        cloud: Optional[str] = None,
        endpoint: str = NOT_GIVEN,
        api: Optional[str] = None,
        timeout: Optional[Duration] = None,
        proxy: Optional[str] = None,
        ca_file: Path = NOT_GIVEN,
        headers: Optional[Mapping[str, str]] = None,
        expect_tenant: str = NOT_GIVEN,
        environment: Optional[Mapping[str, str]] = None,
    ) -> None:
        """Makes a client. Nothing is sent yet.

        Args:
            token: The access token, or who to ask for one: see `set_token`. It may come later. A `Credential` signs in
                by itself.
            cloud: ``global``, ``usgov``, ``usgov-dod`` or ``china``. Left out, the token's own claims choose it.
            endpoint: The root of the service, ``https://host[:port]``, plain http to loopback only; beats ``cloud``.
                The token is sent there: name only what you trust.
            api: ``beta`` (the default: invalidateAllRefreshTokens) or ``v1.0`` (revokeSignInSessions).
            timeout: How long a call may take, with all its attempts and waits: seconds or a timedelta. Left out: 100 s.
            proxy: An HTTP proxy, ``http://[user:password@]host:port``. Left out, HTTPS_PROXY and NO_PROXY apply.
                Loopback never goes through a proxy.
            ca_file: A PEM file of certificate authorities, trusted besides the system's.
            headers: Further headers for every request.
            expect_tenant: The id of the only tenant in which the client may act: with a token of another one nothing is
                sent. Left out, GRAPH_INVALIDATE_EXPECT_TENANT applies, if set.
            environment: The variables to read, and to hand to the Azure CLI. Left out: those of ``os.environ`` as they
            are
                now. The process's own are never read.

        Raises:
            InvalidInputError: An option cannot be used. Nothing (None, or an empty string) under the name of what leads
                elsewhere or protects, such as ``endpoint`` or ``expect_tenant``, is a value that was lost.
            NetworkError: The endpoint is a host that may not have the token.
            TokenError: The token cannot be one.
            NativeLibraryError: The native library is missing or does not fit.
        """
        native = library()
        credential, given = (token, None) if isinstance(token, Credential) else (None, token)
        variables = _strings.pairs("environment", GraphVariable, _strings.environment(environment))
        self._timeout_ms = _strings.milliseconds("timeout", timeout) or _DEFAULT_TIMEOUT_MS
        options = GraphClientOptions(
            struct_size=sizeof(GraphClientOptions),
            token=_strings.text("token", given) if isinstance(given, str) else None,
            cloud=_strings.text("cloud", cloud),
            endpoint=_strings.text("endpoint", _strings.given("endpoint", endpoint)),
            api=_strings.text("api", api),
            timeout_ms=self._timeout_ms,
            proxy=_strings.text("proxy", proxy),
            ca_file=_strings.path("ca_file", _strings.given("ca_file", ca_file)),
            headers=_strings.pairs("headers", GraphHeader, headers or {}),
            headers_len=len(headers or {}),
            credential=None if credential is None else pointer(credential_options(credential)),
            expect_tenant=_strings.text("expect_tenant", _strings.given("expect_tenant", expect_tenant)),
            environment=variables,
            environment_len=len(variables),
        )
        handle = Handle(c_void_p(), native.graph_client_free)
        outcome_of(lambda failure: native.graph_client_new(byref(options), handle.place, failure))
        self._scope: str = native.graph_client_scope(handle).decode()
        self._provider: Any = None if given is None else self._provider_for(given)
        self._handle = handle

    def set_token(self, token: _Token) -> None:
        """Replaces the access token for the calls that begin from now on, in whatever thread.

        A function or a `TokenCredential` is asked before each call, and once more where its answer has expired; what it
        answers goes with that call alone, so that one client serves many identities. It should keep its token as long
        as that is good, and bear being asked by every thread that calls.

        It is asked on a thread of its own, with the caller's context variables, since it may hang: the call's timeout
        and cancellation hold all the same. A function that looks at its thread, by thread-local data for example, is
        asked on the caller's.

        Args:
            token: The access token, without or with ``Bearer`` in front, or who to ask for one.

        Raises:
            TokenError: The token cannot be one; the old one stays.
        """
        provider = self._provider_for(token)
        if isinstance(token, str):
            handle, encoded = self._open_handle(), _strings.text("token", token)
            outcome_of(lambda failure: library().graph_client_set_token(handle, encoded, failure))
        self._provider = provider

    def _provider_for(self, token: Any) -> Any:
        ask = asker(token, self._scope)
        return None if ask is None else self._provider_of(ask)

    def _provider_of(self, ask: Callable[[], Any]) -> Any:
        return Provider(ask)
