"""One error, with a subclass for each kind of failure."""

from __future__ import annotations

from ctypes import POINTER, byref
from typing import Any, Callable

from graph_invalidate._declarations import GraphOutcome
from graph_invalidate._library import library
from graph_invalidate._outcome import Outcome, read_outcome
from graph_invalidate._reading import status_name

_KINDS: dict[int, type[GraphInvalidateError]] = {}

FIRST_FAILURE = 100


class GraphInvalidateError(Exception):
    """A call that failed. The subclasses are the kinds of failure; ``outcome`` holds all that is known."""

    def __init_subclass__(cls, hundred: int = 0) -> None:
        """Notes which hundred of status numbers a kind stands for; that of a caller's own subclass is none."""
        if hundred:
            _KINDS[hundred] = cls

    def __init__(self, outcome: Outcome) -> None:
        """Makes an error of an outcome."""
        super().__init__(outcome)
        self.outcome: Outcome = outcome

    def __str__(self) -> str:
        """The status, what happened, and what to do next."""
        outcome = self.outcome
        return f"{outcome.status}: " + " ".join(filter(None, (outcome.message, outcome.hint)))


NULL_ARGUMENT, EMPTY_ARGUMENT, TOKEN_PROVIDER_FAILED, CANCELLED, DEADLINE_EXCEEDED = 100, 101, 217, 800, 801
"""Of ``graph_status``: what is known here before the native library is asked."""


def outcome_of(call: Callable[[Any], int]) -> Outcome:
    """Calls with a place for an outcome; gives what the library puts there, or raises it where it is a failure."""
    pointer = POINTER(GraphOutcome)()
    try:
        status = call(byref(pointer))
        outcome = read_outcome(status, pointer)
    finally:
        library().graph_outcome_free(pointer)
    if status >= FIRST_FAILURE:
        raise error_of(status, outcome)
    return outcome


def error_of(status: int, outcome: Outcome) -> GraphInvalidateError:
    """Makes the kind of error that the hundred of a status stands for."""
    return _KINDS.get(status // 100 * 100, GraphInvalidateError)(outcome)


def error_with(status: int, user: str | None, message: str, hint: str | None = None) -> GraphInvalidateError:
    """Makes an error for what was found out before the native library was asked."""
    return error_of(status, Outcome(status=status_name(status), user=user, message=message, hint=hint))
