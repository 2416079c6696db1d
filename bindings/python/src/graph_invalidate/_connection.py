"""What every client is: its options, its token, and the native client behind it."""

from __future__ import annotations

from ctypes import byref, c_void_p
from typing import Any, Callable, TypeVar

from graph_invalidate import _strings
from graph_invalidate._asking import Provider
from graph_invalidate._client_options import ClientOptions
from graph_invalidate._declarations import GraphClientOptions
from graph_invalidate._errors import outcome_of
from graph_invalidate._handle import Closable, Handle
from graph_invalidate._hidden import without_variables
from graph_invalidate._library import library
from graph_invalidate._token import asker

_Token = TypeVar("_Token")

_DEFAULT_TIMEOUT_MS = 100_000


class Connection(ClientOptions[_Token], Closable):
    """What is behind a client."""

    def _open(self, options: GraphClientOptions, asked: Any) -> None:
        self._timeout_ms = options.timeout_ms or _DEFAULT_TIMEOUT_MS
        options.timeout_ms = self._timeout_ms
        native = library()
        handle = Handle(c_void_p(), native.graph_client_free)
        outcome_of(lambda failure: native.graph_client_new(byref(options), handle.place, failure))
        self._scope: str = native.graph_client_scope(handle).decode()
        self._provider: Any = None if asked is None else self._provider_for(asked)
        self._handle = handle

    @without_variables
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
