"""Users on their way into a run: from a list that is at hand, or from a source that may let everybody wait."""

from __future__ import annotations

import asyncio
import contextvars
import io
import os
import stat
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from ctypes import byref, c_char_p, sizeof
from typing import Any, Callable

from graph_invalidate import _strings, _threads
from graph_invalidate._declarations import GraphProgress
from graph_invalidate._errors import outcome_of
from graph_invalidate._handle import Handle
from graph_invalidate._library import library

# What no user is: None among them is a mistake to be told, not the end.
_END = object()

# Containers whose next user can be had at once, whatever is in them. A subclass may do anything.
_AT_HAND = {list, tuple, set, frozenset, dict, type({}.keys()), type({}.values()), deque}


class Feed:
    """The source of a run's users.

    The run tells when it wants users, and whoever reads it calls `give`. A source that may wait is read on a thread of
    its own, and each user goes to the run before the next one is asked for. A list is at hand, and costs no thread.
    """

    def __init__(self, users: Iterable[Any], handle: Handle) -> None:
        """Takes the source; nothing is read yet."""
        self._users: Iterator[Any] | None = iter(users)
        self._is_at_hand = _is_at_hand(users)
        self._can_be_read_once = isinstance(users, Iterator)
        self._handle: Handle | None = handle
        self._has_thread = False
        self.is_pushed = False
        """Whether somebody else reads the source, adds its users, and says when it is finished."""
        self._closed, self._over, self._asked = threading.Event(), threading.Event(), threading.Event()
        self.wake: Callable[[], object] = self._asked.set
        """Tells whoever reads the source elsewhere that users are wanted."""
        self.error: BaseException | None = None
        """What ended the source before its time."""

    @property
    def is_closed(self) -> bool:
        """Whether the run takes no more users."""
        return self._closed.is_set()

    @property
    def gave_nobody(self) -> bool:
        """Whether a source that can be read once was read to its end; the run tells whether it gave somebody."""
        return self._can_be_read_once and self._users is None and not self.is_closed

    def begin(self) -> None:
        """Begins to read, on a thread where there may be something to wait for."""
        if self._is_at_hand or self.is_pushed or self._closed.is_set():
            return
        context = contextvars.copy_context()
        self._has_thread = _threads.start(lambda: context.run(_pump, self), "users") is not None

    def close(self) -> None:
        """Lets go of the run; a source that is waiting is left to itself, and forgotten when it comes back."""
        self._closed.set()
        self._asked.set()
        self._handle = None
        if not self._has_thread:
            self._users = None

    def give(self) -> None:
        """Gives the run the users that it wants, or lets whoever reads the source do it."""
        if self._has_thread or self.is_pushed:
            self.wake()
            return
        if self._users is None:
            return
        keys: list[bytes | None] = []
        # Where no thread can be had, a slow source must not hold back those it gave.
        for _ in range(self.wanted() if self._is_at_hand else 1):
            if not self._read_into(keys):
                break
        self.add(keys)

    def settle(self, seconds: float) -> None:
        """Waits for a source that is soon read, so that whom it gave is counted."""
        if self._has_thread:
            self._over.wait(seconds)
        else:
            self.give()

    def finish(self) -> None:
        """Says that no more users will come, where somebody else adds them."""
        self._users = None
        self.add([])

    def _read_into(self, keys: list[bytes | None]) -> bool:
        """Reads one user; tells whether there was one."""
        users = self._users
        if users is None:
            return False
        try:
            user = next(users, _END)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self.error, user = broken(error), _END
        if user is _END:
            self._users = None
            return False
        keys.append(_strings.key(user))
        return True

    def wanted(self) -> int:
        """Tells how many more users may be added without memory growing."""
        handle, raw = self._handle, GraphProgress(struct_size=sizeof(GraphProgress))
        if handle is None:
            return 0
        outcome_of(lambda _: library().graph_run_progress(handle, byref(raw)))
        wanted: int = raw.wanted
        return wanted

    def add(self, keys: list[bytes | None]) -> None:
        """Gives users to the run, which sends them at once; after the last says so."""
        native, handle = library(), self._handle
        if handle is None:
            return
        if keys:
            array = (c_char_p * len(keys))(*keys)
            outcome_of(lambda place: native.graph_run_add(handle, array, len(keys), place))
        if self._users is None:
            # The record of a run whose list broke says so: it is not complete, and can be resumed with the whole list.
            end = native.graph_run_finish_input if self.error is None else native.graph_run_fail_input
            outcome_of(lambda _: end(handle))


def _pump(feed: Feed) -> None:
    """Reads a source to its end, whichever it is, and lets go of it: a generator is closed by who reads it."""
    try:
        _read(feed)
    except BaseException as error:
        feed.error = broken(error)
        feed.finish()
    feed._users = None
    feed._over.set()


def _read(feed: Feed) -> None:
    """Gives each user to the run before the next one is asked for."""
    while feed._users is not None and not feed.is_closed:
        feed._asked.clear()
        wanted = feed.wanted()
        if wanted == 0 and not feed.is_closed:
            feed._asked.wait()
        for _ in range(wanted):
            keys: list[bytes | None] = []
            more = feed._read_into(keys)
            if feed.is_closed:
                break
            feed.add(keys)
            if not more:
                break


def broken(error: BaseException) -> BaseException:
    """What is raised for a source that broke: what a loop takes for its own end or cancellation becomes an error."""
    if not isinstance(error, (asyncio.CancelledError, GeneratorExit, StopAsyncIteration, StopIteration)):
        return error
    gave_up = RuntimeError(f"the source of users gave up: it raised {type(error).__name__}")
    gave_up.__cause__ = error
    return gave_up


def _is_at_hand(users: Iterable[Any]) -> bool:
    """Whether the next user can be had without waiting: a container, or a file on a disk."""
    if type(users) in _AT_HAND:
        return True
    try:
        return isinstance(users, io.TextIOBase) and stat.S_ISREG(os.fstat(users.fileno()).st_mode)
    except (OSError, ValueError):
        return False
