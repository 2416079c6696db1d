"""Many users, for asyncio: outcomes that are awaited."""

from __future__ import annotations

import asyncio
import queue
import weakref
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from typing import Any, Optional, TypeVar

from graph_invalidate import _strings, _threads
from graph_invalidate._feed import Feed, broken
from graph_invalidate._outcome import Outcome
from graph_invalidate._progress import Progress
from graph_invalidate._run import Run

# Outcomes that are handed to the event loop in one go, as far as they are known already.
_MOST_AT_ONCE = 64

_Me = TypeVar("_Me", bound="AsyncRun")


class AsyncRun:
    """Many users on their way: an asynchronous iterator of one `Outcome` for each, in the order in which it is known.

    Made by `AsyncClient.run`; everything else is as for `Run`. Leaving a loop over it ends the run, and so does the
    cancellation of the task that waits for it. One thread of the package waits for outcomes, as long as the run lasts.
    """

    def __init__(self, run: Run, users: Optional[AsyncIterable[Any]]) -> None:
        """Takes a run that was made; `AsyncClient.run` does."""
        self._run = run
        self._users = users
        self._feeding: Optional[asyncio.Task[None]] = None
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._demand: queue.SimpleQueue[Optional[asyncio.AbstractEventLoop]] = queue.SimpleQueue()
        self._ready: deque[Outcome] = deque()
        self._pulling: Optional[asyncio.Future[None]] = None
        self._has_ended = False
        self._error: Optional[BaseException] = None

    @property
    def notice(self) -> Optional[str]:
        """What there is to know before the run begins, as for `Run`."""
        return self._run.notice

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        return self._run.progress

    def cancel(self) -> None:
        """Ends the run without waiting for anything; outcomes that are known still come. From any thread."""
        self._run.cancel()

    async def aclose(self) -> None:
        """Cancels the run where it has not ended, and completes its journal."""
        self._stop()
        await asyncio.to_thread(self._run.close)

    async def __aenter__(self: _Me) -> _Me:
        """Gives this very object, which is closed at the end of the block."""
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Closes."""
        await self.aclose()

    def __del__(self) -> None:
        """Cancels what is forgotten."""
        self._stop()

    def __aiter__(self) -> AsyncIterator[Outcome]:
        """Gives an iterator whose end, of whatever kind, is the end of the run."""
        return _Outcomes(self)

    async def __anext__(self) -> Outcome:
        """The next outcome.

        Raises:
            StopAsyncIteration: Everyone has had an outcome, or the run was cancelled: see `progress`.
            GraphInvalidateError: Something ended the whole run; the subclass says what kind it was.
        """
        while not self._ready:
            if self._error is not None:
                raise self._error
            if self._has_ended:
                raise StopAsyncIteration
            await asyncio.shield(self._pulling or self._begin(asyncio.get_running_loop()))
        return self._ready.popleft()

    def _begin(self, loop: asyncio.AbstractEventLoop) -> "asyncio.Future[None]":
        """Asks the thread for outcomes, and begins to read an asynchronous source."""
        if self._loop is None:
            self._loop = loop
            if _threads.start(_puller(self._run, self._demand, weakref.ref(self)), "outcomes") is None:
                raise RuntimeError("an AsyncClient needs a thread, and none can be started here: use a Client")
            if self._users is not None:
                self._feeding = loop.create_task(_push(self._run._feed, self._users))
        self._pulling = loop.create_future()
        self._demand.put(loop)
        return self._pulling

    def _arrive(self, outcomes: list[Outcome], error: Optional[BaseException], *, has_ended: bool) -> None:
        self._ready.extend(outcomes)
        self._has_ended, self._error = has_ended, error
        pulling, self._pulling = self._pulling, None
        if pulling is not None and not pulling.done():
            pulling.set_result(None)
        if has_ended:
            self._stop()

    def _stop(self) -> None:
        """Lets the thread and the source go."""
        self._demand.put(None)
        with suppress(ValueError):  # it is closed
            self._run.cancel()
        if self._feeding is not None and self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._feeding.cancel)


class _Outcomes:
    """What a loop holds, and drops when it is left."""

    def __init__(self, run: AsyncRun) -> None:
        self._run = run

    def __aiter__(self) -> AsyncIterator[Outcome]:
        return self

    async def __anext__(self) -> Outcome:
        return await self._run.__anext__()

    def __del__(self) -> None:
        if not self._run._has_ended:
            with suppress(ValueError):
                self._run.cancel()


def _puller(run: Run, demand: "queue.SimpleQueue[Any]", asker: "weakref.ref[AsyncRun]") -> Any:
    """What the thread does: takes outcomes when they are asked for, without keeping a run that was forgotten."""

    def arrive(outcomes: list[Outcome], error: Optional[BaseException], has_ended: bool) -> None:  # noqa: FBT001
        waiting = asker()
        if waiting is not None:
            waiting._arrive(outcomes, error, has_ended=has_ended)

    def pull() -> None:
        has_ended = False
        while not has_ended and (loop := demand.get()) is not None:
            outcomes: list[Outcome] = []
            failure = None
            try:
                outcome = run._take()
                while outcome is not None:
                    outcomes.append(outcome)
                    outcome = run._take_known() if len(outcomes) < _MOST_AT_ONCE else None
                has_ended = not outcomes
            except BaseException as error:
                failure, has_ended = error, True
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(arrive, outcomes, failure, has_ended)

    return pull


async def _push(feed: Feed, users: AsyncIterable[Any]) -> None:
    """Reads an asynchronous source to its end, and gives each user to the run before the next one is asked for."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(asked.set)

    feed.wake = wake
    try:
        wanted = 0
        async for user in users:
            feed.add([_strings.key(user)])
            wanted -= 1
            while wanted <= 0 and not feed.is_closed:
                asked.clear()
                wanted = feed.wanted()
                if wanted == 0:
                    await asked.wait()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        if feed.is_closed:
            raise
        feed.error = broken(error)
    feed.finish()
