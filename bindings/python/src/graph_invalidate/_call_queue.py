"""Awaited calls: submitted to one native queue, and pulled from it by one thread, however many are under way."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
from collections import defaultdict
from contextlib import suppress
from ctypes import POINTER, byref, c_uint64, c_void_p
from typing import Any, Optional

from graph_invalidate import _threads
from graph_invalidate._cancellation import Cancellation
from graph_invalidate._declarations import GraphCallOptions, GraphOutcome
from graph_invalidate._errors import FIRST_FAILURE, error_of, outcome_of
from graph_invalidate._handle import Handle
from graph_invalidate._library import library
from graph_invalidate._outcome import Outcome, read_outcome

_OK = 0

# The native thread ends two seconds after the last call, and so does the one here.
_IDLE_MS = 2_000

# Outcomes that are handed to an event loop in one go.
_MOST_AT_ONCE = 512

_Ended = tuple["asyncio.Future[Outcome]", int, Outcome]


class CallQueue:
    """Calls under way, each with the event loop that waits for it."""

    def __init__(self) -> None:
        """Makes a queue; its threads begin with the first call."""
        native = library()
        self._handle = Handle(c_void_p(), native.graph_call_queue_free)
        native.graph_call_queue_new(self._handle.place)
        self._next, self._free_outcome = native["graph_call_queue_next"], native["graph_outcome_free"]
        self._tags = itertools.count(1)
        self._waiting: dict[int, tuple[asyncio.AbstractEventLoop, asyncio.Future[Outcome]]] = {}
        self._lock = threading.Lock()
        self._thread: Optional[threading.Thread] = None

    async def call(self, client: Handle, options: GraphCallOptions) -> Outcome:
        """Makes a call; ends it where the task that awaits it is cancelled."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        tag, cancellation = next(self._tags), Cancellation()
        with self._lock:
            self._waiting[tag] = loop, future
            if self._thread is None:
                self._thread = _threads.start(self._pull, "outcomes")
            if self._thread is None:
                del self._waiting[tag]
                raise RuntimeError("an AsyncClient needs a thread, and none can be started here: use a Client")
        try:
            submit, handle = library().graph_call_queue_submit, self._handle
            outcome_of(lambda place: submit(handle, client, byref(options), cancellation, tag, place))
        except BaseException:
            self._waiting.pop(tag, None)
            raise
        try:
            return await future
        except asyncio.CancelledError:
            cancellation.cancel()
            raise

    def _pull(self) -> None:
        while True:
            ended = defaultdict[asyncio.AbstractEventLoop, list[_Ended]](list)
            timeout = _IDLE_MS
            for _ in range(_MOST_AT_ONCE):
                if not self._take(timeout, ended):
                    break
                timeout = 0
            for loop, outcomes in ended.items():
                # A loop that was closed meanwhile waits for nothing.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(_settle, outcomes)
            if ended:
                continue
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return

    def _take(self, timeout_ms: int, ended: dict[asyncio.AbstractEventLoop, list[_Ended]]) -> bool:
        """Takes a call that has ended; tells whether there was one."""
        tag, pointer = c_uint64(), POINTER(GraphOutcome)()
        try:
            if self._next(self._handle, timeout_ms, byref(tag), byref(pointer)) != _OK:
                return False
            loop, future = self._waiting.pop(tag.value)
            status = pointer.contents.status
            ended[loop].append((future, status, read_outcome(status, pointer)))
        finally:
            self._free_outcome(pointer)
        return True


def _settle(outcomes: list[_Ended]) -> None:
    for future, status, outcome in outcomes:
        if future.done():
            continue
        if status < FIRST_FAILURE:
            future.set_result(outcome)
        else:
            future.set_exception(error_of(status, outcome))


_queue: Any = None


def call_queue() -> CallQueue:
    """The one queue of this process."""
    global _queue
    if _queue is None:
        _queue = CallQueue()
    queue: CallQueue = _queue
    return queue


def _after_fork_in_child() -> None:
    """A queue does not cross a fork: the child makes one of its own."""
    global _queue
    _queue = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
