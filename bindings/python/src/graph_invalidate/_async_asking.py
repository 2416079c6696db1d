"""Asking for a token where callers await: whoever is asked may answer later, or hang."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
from contextlib import suppress
from time import monotonic
from typing import Any, Callable, Optional
from weakref import WeakKeyDictionary

from graph_invalidate import _threads
from graph_invalidate._asking import Provider, late, provider_failed
from graph_invalidate._token import token_of

# Functions that answer at once are asked on so many threads at most.
_MOST_THREADS = 8


class AsyncProvider:
    """Whom the caller named to be asked for tokens, by calls that are awaited.

    A coroutine function is awaited in a task of its own, any other function asked on a thread of its own; both have the
    context variables of the caller's. Timeout and cancellation wait for neither.
    """

    def __init__(self, ask: Callable[[], Any]) -> None:
        """Takes the function that asks."""
        self._ask = ask
        self._provider = Provider(ask)
        self._slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
        function = ask.func if isinstance(ask, functools.partial) else ask
        self._is_asynchronous = any(map(inspect.iscoroutinefunction, (function, getattr(function, "__call__", None))))  # noqa: B004 the method itself

    async def token(self, user: Optional[str], until: float) -> str:
        """Asks for a token, until a time.

        Raises:
            TokenError: The provider failed; its own exception is the cause.
            RunError: The time has passed.
        """
        task = asyncio.ensure_future(self._answer())
        try:
            await asyncio.wait({task}, timeout=max(0.0, until - monotonic()))
        finally:
            if not task.done():
                task.cancel()
        if task.done() and not task.cancelled() and task.exception() is None:
            return token_of(task.result())
        if not task.done():
            raise late(user)
        # A cancellation of its own is the provider's failure: that of the caller would have been raised above.
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None or not isinstance(error, (Exception, asyncio.CancelledError)):
            raise error or RuntimeError
        raise provider_failed(user, error) from error

    def blocking(self, loop: asyncio.AbstractEventLoop) -> Provider:
        """Gives the same for a thread that is not the loop's."""
        if not self._is_asynchronous and not self._provider.looks_at_its_thread:
            return self._provider
        return Provider(lambda: asyncio.run_coroutine_threadsafe(self._answer(), loop).result())

    async def _answer(self) -> Any:
        answer = self._ask() if self._is_asynchronous or self._provider.looks_at_its_thread else await self._elsewhere()
        return await answer if hasattr(answer, "__await__") else answer

    async def _elsewhere(self) -> Any:
        loop = asyncio.get_running_loop()
        slots = self._slots.setdefault(loop, asyncio.Semaphore(_MOST_THREADS))
        await slots.acquire()
        answered, context = loop.create_future(), contextvars.copy_context()

        def answer(result: Any, error: Optional[BaseException]) -> None:
            slots.release()
            if answered.done():
                return
            if error is None:
                answered.set_result(result)
            else:
                answered.set_exception(error)

        def ask() -> None:
            result, failure = None, None
            try:
                result = context.run(self._ask)
            except BaseException as error:
                failure = error
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(answer, result, failure)

        if _threads.start(ask, "token") is None:
            ask()
        return await answered
