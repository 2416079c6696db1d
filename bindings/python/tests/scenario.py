"""What the runners of scenarios share: how a call ended, and what its file says of that."""

from __future__ import annotations

import traceback
from typing import Any, Callable

from graph_invalidate import GraphInvalidateError, Outcome

COMPARED = ("status", "http_status", "code", "user", "attempts")
JUDGED = {*COMPARED, "message_contains", "hint_contains", "requests"}


def observe(call: Callable[[], Outcome]) -> tuple[Outcome, str]:
    """Calls; gives the outcome, and all that a person may be shown of a failure."""
    try:
        return call(), ""
    except GraphInvalidateError as error:
        shown = f"{error} {error!r} {''.join(traceback.format_exception(type(error), error, error.__traceback__))}"
        return error.outcome, shown


def judge(expect: dict[str, Any], outcome: Outcome, requests: list[dict[str, Any]]) -> None:
    """Holds what was seen, and what the service was asked, against what is expected."""
    for field in COMPARED:
        if field in expect:
            assert getattr(outcome, field) == expect[field], f"{field} of {outcome}"
    assert expect.get("message_contains", "") in (outcome.message or "")
    assert expect.get("hint_contains", "") in (outcome.hint or "")
    assert len(requests) == expect.get("requests", len(requests)), requests
