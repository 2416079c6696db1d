"""Many users: an iterator of their outcomes."""

from __future__ import annotations

import contextvars
import sys
import time
import warnings
from collections.abc import Iterable, Iterator
from ctypes import POINTER, byref, sizeof
from functools import partial
from typing import Any, Callable, Optional

from graph_invalidate import _strings
from graph_invalidate._asking import Asking, Provider
from graph_invalidate._declarations import GraphOutcome, GraphProgress
from graph_invalidate._errors import error_of, outcome_of
from graph_invalidate._failures import TokenError
from graph_invalidate._feed import Feed
from graph_invalidate._handle import Closable, Handle
from graph_invalidate._library import library
from graph_invalidate._outcome import Outcome, read_outcome
from graph_invalidate._progress import Progress, read_progress

_OutcomePointer = POINTER(GraphOutcome)

# The good ends of graph_run_next().
_OK, _DONE, _TIMEOUT, _TOKEN_NEEDED, _USERS_WANTED = 0, 1, 2, 3, 12

# Python runs the handlers of signals between two looks: Ctrl+C is never further away than this.
_LOOK_MS = 50
_TOKEN_LOOK_S = 0.02
_SETTLE_S = 1.0


class Run(Closable):
    """Many users on their way: an iterator of one `Outcome` for each, in the order in which they are known.

    Made by `Client.run`, and begun by the first look at it. Users are taken from their source as they are sent, and
    outcomes come while it still gives users. A user who fails is an outcome like others; what ends the whole run is
    raised, after the outcomes that are known, and again by whoever goes on.

    Leaving a loop over it ends the run: with ``break``, an exception, or Ctrl+C. So does closing or forgetting it. Its
    journal is complete then, and it can be resumed. To take outcomes one by one, use ``next``, which ends nothing. One
    thread reads; `progress` and `cancel` are for any thread. A run keeps its connections and whom to ask for tokens
    when its client is closed. It stays with the process that began it.
    """

    def __init__(
        self, handle: Handle, notice: Optional[str], users: Iterable[Any], provider: Optional[Provider]
    ) -> None:
        """Takes a run that was made; `Client.run` does."""
        native = library()
        # Taken anew, without the declared types: comparing with them, for each user, takes longer than the calls.
        self._next, self._free_outcome = native["graph_run_next"], native["graph_outcome_free"]
        self._provider = provider
        # Whoever began the run is asked for, whoever reads it.
        self._context = contextvars.copy_context()
        self._asking: Optional[Asking] = None
        self._last_token = 0
        self._failure: Optional[Callable[[], BaseException]] = None
        self._progress: Optional[Progress] = None
        self._was_read = False
        self._feed = Feed(users, handle)
        self._handle = handle
        self.notice: Optional[str] = notice
        """What there is to know before the run begins: what a resumed journal holds, whether its last line was torn."""

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        if self._progress is not None:
            return self._progress
        raw = GraphProgress(struct_size=sizeof(GraphProgress))
        handle = self._open_handle()
        outcome_of(lambda _: library().graph_run_progress(handle, byref(raw)))
        return read_progress(raw)

    def cancel(self) -> None:
        """Ends the run without waiting for anything; outcomes that are known still come. From any thread."""
        if self._progress is None:
            library().graph_run_cancel(self._open_handle())

    def close(self) -> None:
        """Cancels the run where it has not ended, and completes its journal. Closing twice is fine."""
        self._was_read = True
        self._feed.close()
        super().close()

    def __del__(self) -> None:
        """Cancels what is forgotten; tells where nobody has looked at it."""
        handle, self._handle = self._handle, None
        if handle is None or sys.is_finalizing():
            return
        self._feed.close()
        # The source's thread may hold it for a moment longer.
        library().graph_run_cancel(handle)
        if not self._was_read:
            message = "a run was never read, so that nobody was sent: iterate over what Client.run gives"
            warnings.warn(message, RuntimeWarning, source=self, stacklevel=2)

    def __iter__(self) -> Iterator[Outcome]:
        """Gives an iterator whose end, of whatever kind, is the end of the run."""
        try:
            while (outcome := self._take()) is not None:
                yield outcome
        finally:
            if self._handle is not None:
                self.cancel()

    def __next__(self) -> Outcome:
        """The next outcome.

        Raises:
            StopIteration: Everyone has had an outcome, or the run was cancelled: see `progress`.
            TokenError: The token is used up, and there is nobody to ask for another.
            RunError: The journal cannot be written any more, an exclusion is unknown, the deadline has passed.
            GraphInvalidateError: Something else ended the whole run; the subclass says what kind it was.
        """
        outcome = self._take()
        if outcome is None:
            raise StopIteration
        return outcome

    def _take(self) -> Optional[Outcome]:
        """Gives the next outcome; None after the last."""
        if self._progress is not None:
            self._ended()
            return None
        try:
            if not self._was_read:
                self._was_read = True
                self._feed.begin()
            found = self._look(_LOOK_MS)
            while found is _TIMEOUT:
                found = self._look(_LOOK_MS)
        except BaseException:
            if self._handle is not None:
                self.cancel()
            raise
        if found is _DONE:
            self._end()
            self._ended()
            return None
        assert isinstance(found, Outcome)  # noqa: S101
        return found

    def _take_known(self) -> Optional[Outcome]:
        """Gives the next outcome where it is known already."""
        found = self._look(0) if self._progress is None and self._failure is None else _TIMEOUT
        if found is _DONE:
            self._end()
        return found if isinstance(found, Outcome) else None

    def _look(self, timeout_ms: int) -> Any:
        """Gives an outcome, `_TIMEOUT` or `_DONE`."""
        handle, pointer = self._open_handle(), _OutcomePointer()
        try:
            status = self._next(handle, timeout_ms, byref(pointer))
            if status in {_DONE, _TIMEOUT}:
                return status
            if status == _USERS_WANTED:
                self._feed.give()
                return _TIMEOUT
            outcome = read_outcome(status, pointer)
        finally:
            self._free_outcome(pointer)
        if status == _OK:
            return outcome
        if status == _TOKEN_NEEDED:
            self._give_token(outcome)
            return _TIMEOUT
        # Nothing more will come.
        self._failure = self._failure or (lambda: error_of(status, outcome))
        return _DONE

    def _give_token(self, why: Outcome) -> None:
        """Gives the run another token, as soon as whoever is asked has answered."""
        if self._failure is not None:
            # Who is on the way has an outcome to come: nobody is signed out without one.
            if self.progress.in_flight == 0:
                self.cancel()
            time.sleep(_TOKEN_LOOK_S)
            return
        if self._provider is None:
            # Who was given and never attempted is told by the progress.
            self._feed.settle(_SETTLE_S)
            self._failure = lambda: TokenError(why)
            return
        self._asking = self._asking or Asking(self._provider, self._context)
        if not self._asking.wait(_TOKEN_LOOK_S):
            return
        asking, self._asking = self._asking, None
        try:
            token = asking.token()
            if hash(token) == self._last_token:
                raise TokenError(why)  # noqa: TRY301 as every other reason why there is none
            self._last_token = hash(token)
            handle, encoded = self._open_handle(), _strings.text("token", token)
            outcome_of(lambda place: library().graph_run_set_token(handle, encoded, place))
        except Exception as error:
            self._failure = partial(_same, error)

    def _end(self) -> None:
        """After the last outcome: lets go of everything native, so that the journal is free for another run."""
        if self._failure is None and self._feed.error is not None:
            self._failure = partial(_same, self._feed.error)
        progress = self.progress
        if progress.added == 0 and self._failure is None and self._feed.gave_nobody:
            message = "the source of a run gave nobody: what can be read once may have been read before"
            warnings.warn(message, RuntimeWarning, stacklevel=4)
        self._progress = progress
        self.close()

    def _ended(self) -> None:
        if self._failure is not None:
            raise self._failure()


def _same(error: BaseException) -> BaseException:
    return error
