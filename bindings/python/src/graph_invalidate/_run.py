"""Many users: an iterator of their outcomes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from ctypes import POINTER, byref, c_char_p, c_void_p, sizeof
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from graph_invalidate import _strings
from graph_invalidate._declarations import GraphOutcome, GraphProgress, GraphRunOptions
from graph_invalidate._errors import TokenError, error_of, outcome_of
from graph_invalidate._handle import Closable, Handle
from graph_invalidate._library import library
from graph_invalidate._outcome import Outcome, read_outcome
from graph_invalidate._progress import Progress, read_progress

if TYPE_CHECKING:
    from graph_invalidate._client import Client

_OutcomePointer = POINTER(GraphOutcome)

# The good ends of graph_run_next().
_OK, _DONE, _TIMEOUT, _TOKEN_NEEDED = 0, 1, 2, 3

# Python runs the handlers of signals between two looks: Ctrl+C is never further away than this.
_LOOK_MS = 100

# What no user is: None among them is a mistake to be told, not the end.
_END = object()

# A slow source of users must not hold back outcomes that are there already.
_PATIENCE_S = 0.005
_MOST_AT_ONCE = 512


class Run(Closable):
    """Many users on their way: an iterator of one `Outcome` for each, in the order in which they are known.

    Made by `Client.run`. Users are taken from their source as they are sent, and outcomes come while it still gives
    users. A user who fails is an outcome like others; what ends the whole run is raised. One thread iterates;
    `progress` and `cancel` are for any thread. Closing, or forgetting, a run cancels it: its journal is complete then,
    and it can be resumed. A run stays with the process that began it.
    """

    def __init__(self, client: Client, users: Iterable[str], options: GraphRunOptions) -> None:
        """Begins a run; `Client.run` does."""
        native = library()
        # Taken anew, without the declared types: comparing with them, for each user, takes longer than the calls.
        self._next, self._free_outcome = native["graph_run_next"], native["graph_outcome_free"]
        self._users: Iterator[str] | None = iter(users)
        self._client = client
        self._is_slow = False
        self._token: str | None = None
        if client._ask is not None:
            self._give_token()
        handle = Handle(c_void_p(), native.graph_run_free)
        opened = client._open_handle()
        notice = outcome_of(lambda place: native.graph_run_new(opened, byref(options), handle.place, place))
        self._handle = handle
        self.notice: str | None = notice.message
        """What there is to know before the run begins: what a resumed journal holds, whether its last line was torn."""

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        raw = GraphProgress(struct_size=sizeof(GraphProgress))
        handle = self._open_handle()
        outcome_of(lambda _: library().graph_run_progress(handle, byref(raw)))
        return read_progress(raw)

    def cancel(self) -> None:
        """Ends the run without waiting for anything; outcomes that are known still come. From any thread."""
        library().graph_run_cancel(self._open_handle())

    def __iter__(self) -> Run:
        """Gives this very object."""
        return self

    def __next__(self) -> Outcome:
        """The next outcome.

        Raises:
            StopIteration: Everyone has had an outcome, or the run was cancelled: see `progress`.
            TokenError: The token is used up, and there is nobody to ask for another.
            RunError: The journal cannot be written any more, an exclusion is unknown, the deadline has passed.
            GraphInvalidateError: Something else ended the whole run; the subclass says what kind it was.
        """
        try:
            # What is known already comes first: the source of users may be slow.
            outcome = self._look(0)
            while outcome is None:
                outcome = self._look(0 if self._feed() and not self._is_slow else _LOOK_MS)
        except BaseException as exception:
            if not isinstance(exception, StopIteration) and self._handle is not None:
                self.cancel()
            raise
        return outcome

    def _look(self, timeout_ms: int) -> Outcome | None:
        handle, pointer = self._open_handle(), _OutcomePointer()
        try:
            status = self._next(handle, timeout_ms, byref(pointer))
            outcome = read_outcome(status, pointer) if status not in (_DONE, _TIMEOUT) else None
        finally:
            self._free_outcome(pointer)
        if status == _OK or outcome is None:
            if status == _DONE:
                raise StopIteration
            return outcome
        if status != _TOKEN_NEEDED:
            raise error_of(status, outcome)
        if self._client._ask is None or not self._give_token():
            raise TokenError(outcome)
        return None

    def _give_token(self) -> bool:
        """Asks whom the client asks for a token; tells whether there is another one than before."""
        ask = self._client._ask
        token = None if ask is None else ask()
        if token is None or token == self._token:
            return False
        self._client._hand_over(token)
        self._token = token
        return True

    def _feed(self) -> bool:
        """Adds users as far as they are wanted; tells whether it added any."""
        if self._users is None:
            return False
        until = time.monotonic() + _PATIENCE_S
        keys = []
        for _ in range(min(self.progress.wanted, _MOST_AT_ONCE)):
            user = next(self._users, _END)
            if user is _END:
                self._users = None
                break
            keys.append(_strings.text("user", cast("str | None", user)))
            self._is_slow = time.monotonic() > until
            if self._is_slow:
                break
        native, handle = library(), self._open_handle()
        if keys:
            array = (c_char_p * len(keys))(*keys)
            outcome_of(lambda place: native.graph_run_add(handle, array, len(keys), place))
        if self._users is None:
            outcome_of(lambda _: native.graph_run_finish_input(handle))
        return bool(keys)


def run_options(  # noqa: PLR0913 the options that every language has
    *,
    journal: str | os.PathLike[str] | None,
    resume: bool,
    verify: bool,
    dry_run: bool,
    verify_journal: bool,
    exclude: Iterable[str],
    allow_unresolved_exclusions: bool,
    rate: float | None,
    batch_size: int | None,
    concurrency: int | None,
    wait: float | timedelta | None,
    deadline: float | timedelta | None,
    throttle_priority: str | None,
) -> GraphRunOptions:
    """The options as the native library takes them."""
    keys = [_strings.text("exclude", key) for key in ([exclude] if isinstance(exclude, str) else exclude)]
    return GraphRunOptions(
        struct_size=sizeof(GraphRunOptions),
        journal=_strings.path("journal", journal),
        exclude=(c_char_p * len(keys))(*keys),
        exclude_len=len(keys),
        throttle_priority=_strings.text("throttle_priority", throttle_priority),
        rate=0.0 if rate is None else float(rate) or -1.0,
        resume=resume,
        verify=verify,
        dry_run=dry_run,
        verify_journal=verify_journal,
        allow_unresolved_exclusions=allow_unresolved_exclusions,
        batch_size=_strings.count("batch_size", batch_size),
        concurrency=_strings.count("concurrency", concurrency),
        wait_ms=_strings.milliseconds("wait", wait),
        deadline_ms=_strings.milliseconds("deadline", deadline),
    )
