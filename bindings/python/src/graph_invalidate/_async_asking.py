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
from graph_invalidate._asking import Provider, answered, late

# What was answered, and what was raised instead.
_Answer = tuple[Any, Optional[BaseException]]

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
        if not task.done():
            raise late(user)
        # A cancellation of its own is the provider's failure: that of the caller would have been raised above.
        answer: _Answer = (None, asyncio.CancelledError()) if task.cancelled() else task.result()
        if monotonic() < until:
            return answered(user, *answer)
        # One that blocks the loop may have taken as long as it liked.
        answered(user, *answer)
        del answer, task
        raise late(user)

    def blocking(self, loop: asyncio.AbstractEventLoop) -> Provider:
        """Gives the same for a thread that is not the loop's."""

        def ask() -> Any:
            here = not self._is_asynchronous and not self._provider.looks_at_its_thread
            answer = self._ask() if here else None
            if here and not hasattr(answer, "__await__"):
                return answer
            asked = self._awaited(answer) if here else self._answer()
            answer, error = asyncio.run_coroutine_threadsafe(asked, loop).result()
            if error is not None:
                raise error
            return answer

        provider = Provider(ask)
        provider.looks_at_its_thread = False
        return provider

    async def _answer(self) -> _Answer:
        """Gives the answer, or what was raised: as a value, since a task makes something else of some exceptions."""
        if not self._is_asynchronous and not self._provider.looks_at_its_thread:
            answer, error = await self._elsewhere()
            return await self._awaited(answer) if error is None else (None, error)
        try:
            answer = self._ask()
        except BaseException as error:
            return None, error
        return await self._awaited(answer)

    async def _awaited(self, answer: Any) -> _Answer:
        try:
            return (await answer if hasattr(answer, "__await__") else answer), None
        except BaseException as error:
            return None, error

    async def _elsewhere(self) -> _Answer:
        loop = asyncio.get_running_loop()
        slots = self._slots.setdefault(loop, asyncio.Semaphore(_MOST_THREADS))
        await slots.acquire()
        given: asyncio.Future[_Answer] = loop.create_future()
        context = contextvars.copy_context()

        def give(answer: _Answer) -> None:
            if not given.done():
                given.set_result(answer)

        def ask() -> None:
            try:
                answer: _Answer = context.run(self._ask), None
            except BaseException as error:
                answer = None, error
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(give, answer)

        try:
            if _threads.start(ask, "token") is None:
                ask()
            return await given
        finally:
            # A thread that hangs, and that nobody waits for any more, holds up nobody else's.
            slots.release()
