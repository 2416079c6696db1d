"""What became of a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from graph_invalidate._declarations import GraphOutcome
from graph_invalidate._library import library


@dataclass(frozen=True)
class Outcome:
    """What became of one call, of success and failure alike: a value that can be kept, compared and pickled.

    Attributes:
        time: When the outcome was known, by the local clock; in UTC.
        user: The user key as given, trimmed; ``me`` for the signed-in user.
        id: The user's object id, where known.
        status: How it ended: ``accepted``, ``verified``, or the name of a failure such as ``user_not_found``.
        http_status: The HTTP status of the last answer.
        code: Graph's own error code, such as ``Request_ResourceNotFound``.
        message: What happened, in one sentence.
        hint: What to do next.
        attempts: How many times the request was tried.
        request_id: The service's id of the last request: what its support asks for.
        client_request_id: The library's id of the last request.
        server_date: The service's clock when it answered, in UTC: what `Client.verify` takes as ``not_before``.
        retry_after: How long the service asked to wait.
        headers: The headers of the last answer, in the order received; names in lower case.
    """

    time: datetime
    user: str | None
    id: str | None
    status: str
    http_status: int | None
    code: str | None
    message: str | None
    hint: str | None
    attempts: int
    request_id: str | None
    client_request_id: str | None
    server_date: datetime | None
    retry_after: timedelta | None
    headers: tuple[tuple[str, str], ...]


def read_outcome(status: int, pointer: Any) -> Outcome:
    """Copies an outcome out of the library's memory; where it had none to spare, the status alone has to do."""
    raw = pointer.contents if pointer else GraphOutcome(status=status)
    # What the constructor of a frozen class does, in a third of the time: a run makes an outcome for each user.
    outcome = object.__new__(Outcome)
    vars(outcome).update(
        time=read_time(raw.time) or datetime.now(timezone.utc),
        user=read_text(raw.user),
        id=read_text(raw.id),
        status=status_name(raw.status),
        http_status=raw.http_status or None,
        code=read_text(raw.code),
        message=read_text(raw.message),
        hint=read_text(raw.hint),
        attempts=raw.attempts,
        request_id=read_text(raw.request_id),
        client_request_id=read_text(raw.client_request_id),
        server_date=read_time(raw.server_date),
        retry_after=timedelta(seconds=raw.retry_after) if raw.retry_after else None,
        headers=tuple([(it.name.decode(), it.value.decode()) for it in raw.headers[: raw.headers_len]]),
    )
    return outcome


@lru_cache
def status_name(status: int) -> str:
    """The name of a status, also where a newer library has one that is unknown here."""
    return read_text(library().graph_status_name(status)) or f"status_{status}"


def read_text(value: bytes | None) -> str | None:
    """Reads a string."""
    return None if value is None else value.decode()


@lru_cache
def read_time(value: bytes | None) -> datetime | None:
    """Reads a time, which the users of one request have in common."""
    # Before Python 3.11, fromisoformat does not know the Z.
    return None if value is None else datetime.fromisoformat(value.decode().replace("Z", "+00:00"))
