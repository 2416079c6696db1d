"""Users on their way into a run: from a list that is at hand, or from a source that may let everybody wait."""

from __future__ import annotations

import contextvars
import io
import os
import stat
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from ctypes import byref, c_char_p, sizeof
from typing import Any

from graph_invalidate import _strings, _threads
from graph_invalidate._declarations import GraphProgress
from graph_invalidate._errors import outcome_of
from graph_invalidate._handle import Handle
from graph_invalidate._library import library

# What no user is: None among them is a mistake to be told, not the end.
_END = object()

# Where no thread can be had, a slow source must not hold back outcomes that are there already.
_PATIENCE_S = 0.005
_MOST_AT_ONCE = 512

# How soon a thread that has given enough users looks whether more are wanted.
_PAUSE_S = 0.01


class Feed:
    """The source of a run's users.

    A source that may wait is read on a thread of its own, and each user goes to the run before the next one is asked
    for. A list is at hand, and costs no thread.
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
        self._closed, self._over = threading.Event(), threading.Event()
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
        self._handle = None
        if not self._has_thread:
            self._users = None

    def feed(self) -> bool:
        """Adds users as far as they are wanted, unless a thread does; tells whether there are more at hand."""
        if self._has_thread or self.is_pushed or self._users is None:
            return False
        until = time.monotonic() + _PATIENCE_S
        keys: list[bytes | None] = []
        for _ in range(min(self.wanted(), _MOST_AT_ONCE)):
            if not self._read_into(keys) or time.monotonic() > until:
                break
        self.add(keys)
        return bool(keys) and time.monotonic() < until

    def settle(self, seconds: float) -> None:
        """Waits for a source that is soon read, so that whom it gave is counted."""
        until = time.monotonic() + seconds
        if self._has_thread:
            self._over.wait(seconds)
        while self.feed() and time.monotonic() < until:
            pass

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
        except Exception as error:
            self.error, user = error, _END
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
        feed.error = error
        feed.finish()
    feed._users = None
    feed._over.set()


def _read(feed: Feed) -> None:
    """Gives each user to the run before the next one is asked for."""
    while feed._users is not None and not feed.is_closed:
        wanted = feed.wanted()
        if wanted == 0:
            feed._closed.wait(_PAUSE_S)
        for _ in range(wanted):
            keys: list[bytes | None] = []
            more = feed._read_into(keys)
            if feed.is_closed:
                break
            feed.add(keys)
            if not more:
                break


def _is_at_hand(users: Iterable[Any]) -> bool:
    """Whether the next user can be had without waiting: a container, or a file on a disk."""
    if isinstance(users, Collection):
        return True
    try:
        return isinstance(users, io.TextIOBase) and stat.S_ISREG(os.fstat(users.fileno()).st_mode)
    except (OSError, ValueError):
        return False
