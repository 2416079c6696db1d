"""The client for asyncio: awaited calls that are no threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterable
from ctypes import sizeof
from datetime import datetime
from time import monotonic
from typing import Any, Callable, Optional, TypeVar, Union

from graph_invalidate import _strings
from graph_invalidate._access import TokenAccess
from graph_invalidate._async_asking import AsyncProvider
from graph_invalidate._async_run import AsyncRun
from graph_invalidate._call_queue import call_queue
from graph_invalidate._cancellation import Cancellation
from graph_invalidate._client import INVALIDATE, VERIFY, Client
from graph_invalidate._connection import Connection
from graph_invalidate._declarations import GraphCallOptions
from graph_invalidate._failures import TokenError
from graph_invalidate._outcome import Outcome
from graph_invalidate._strings import NOT_GIVEN, User
from graph_invalidate._token import AsyncToken

_Result = TypeVar("_Result")
_Me = TypeVar("_Me", bound="AsyncClient")


class AsyncClient(Connection[AsyncToken]):
    """A connection to Microsoft Graph for programs that await: the asynchronous form of `Client`.

    Any number of calls may be awaited at once, from any number of tasks and event loops: they take one thread of the
    native library's and one of this package's, both while calls are under way. Cancelling a task ends its call; nothing
    more is sent for it after 100 ms. Whom to ask for tokens may be a coroutine function, too, or a credential of
    ``azure.identity.aio``; it is asked for each call, in a task of its own that has the caller's context.

    >>> import asyncio
    >>> async def main():
    ...     async with AsyncClient(token) as client:
    ...         return await client.invalidate("adele.vance@contoso.example")
    >>> asyncio.run(main()).status
    'accepted'
    """

    async def aclose(self) -> None:
        """Gives up the connections and wipes the token; calls in flight run to their end. Closing twice is fine."""
        self.close()

    async def __aenter__(self: _Me) -> _Me:
        """Gives this very object, which is closed at the end of the block."""
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Closes."""
        self.close()

    async def invalidate(self, user: User = "me") -> Outcome:
        """Invalidates all refresh tokens and session cookies of a user: see `Client.invalidate`."""
        return await self._call(INVALIDATE, user)

    async def verify(self, user: User, not_before: Union[datetime, str, None] = NOT_GIVEN) -> Outcome:
        """Reads a user's cut-off back until it lies at or after a time: see `Client.verify`."""
        return await self._call(VERIFY, user, _strings.time("not_before", not_before))

    def run(self, users: Union[User, Iterable[User], AsyncIterable[User]] = (), **options: Any) -> AsyncRun:
        """Signs many users out: see `Client.run`, whose options it takes.

        Args:
            users: As for `Client.run`; an asynchronous iterator, too.
            options: Those of `Client.run`, by their names.

        >>> async def main():
        ...     async with AsyncClient(token) as client:
        ...         return [outcome.status async for outcome in client.run(["adele.vance@contoso.example"])]
        >>> asyncio.run(main())
        ['accepted']
        """
        client = self._blocking()
        if isinstance(users, AsyncIterable):
            run = client.run((), **options)
            run._feed.is_pushed = True
            return AsyncRun(run, users)
        return AsyncRun(client.run(users, **options), None)

    async def sign_in(self) -> Outcome:
        """Signs in with the client's `Credential`: see `Client.sign_in`."""
        return await self._in_thread(lambda client, signal: client.sign_in(cancellation=signal))

    async def access(self, user: Optional[User] = None, *, online: bool = False) -> TokenAccess:
        """Tells what the client's token may do, before anything is done: see `Client.access`."""
        return await self._in_thread(lambda client, signal: client.access(user, online=online, cancellation=signal))

    def _provider_of(self, ask: Callable[[], object]) -> AsyncProvider:
        return AsyncProvider(ask)

    async def _call(self, kind: int, user: object, not_before: Optional[bytes] = None) -> Outcome:
        """Calls with the token of whoever is asked; where that has expired, once more with another one."""
        until, provider, handle = monotonic() + self._timeout_ms / 1000, self._provider, self._open_handle()
        key = _strings.user(user)
        options = GraphCallOptions(struct_size=sizeof(GraphCallOptions), user=key, not_before=not_before, kind=kind)
        for is_last in (provider is None, True):
            if provider is not None:
                options.token = _strings.text("token", await provider.token(key.decode("utf-8", "replace"), until))
            options.timeout_ms = max(1, round((until - monotonic()) * 1000))
            try:
                return await call_queue().call(handle, options)
            except TokenError as error:
                if is_last or error.outcome.status != "token_expired":
                    raise
        raise AssertionError("the last attempt has returned or raised")

    async def _in_thread(self, call: Callable[[Client, Cancellation], _Result]) -> _Result:
        """Makes one of the rare calls that are not submitted."""
        signal = Cancellation()
        try:
            return await asyncio.to_thread(call, self._blocking(), signal)
        except asyncio.CancelledError:
            signal.cancel()
            raise

    def _blocking(self) -> Client:
        """The same connection as a blocking client, which asks by way of the running loop."""
        client = Client.__new__(Client)
        vars(client).update(vars(self))
        client._provider = None if self._provider is None else self._provider.blocking(asyncio.get_running_loop())
        return client
