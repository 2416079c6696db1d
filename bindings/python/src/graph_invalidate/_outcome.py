"""What became of a call."""

# The types of fields are no strings here: frameworks that look at them from outside find them as they are, in Python
# 3.9 too.
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Optional

from graph_invalidate._declarations import GraphOutcome
from graph_invalidate._library import library


@dataclass(frozen=True)
class Outcome:
    """What became of one call, of success and failure alike: a value that can be kept, compared and pickled.

    `to_dict` and `from_dict` carry it through JSON and CSV. In tests of your own, make one with what matters there:
    ``Outcome(status="accepted", user="adele@contoso.com")``.

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

    time: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    user: Optional[str] = None
    id: Optional[str] = None
    status: str = ""
    http_status: Optional[int] = None
    code: Optional[str] = None
    message: Optional[str] = None
    hint: Optional[str] = None
    attempts: int = 0
    request_id: Optional[str] = None
    client_request_id: Optional[str] = None
    server_date: Optional[datetime] = None
    retry_after: Optional[timedelta] = None
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuses an outcome that does not say how it ended."""
        if not self.status:
            raise TypeError("an Outcome needs a status, such as accepted")

    def to_dict(self) -> dict[str, Any]:
        """Gives what JSON and CSV can hold, by the names that the command's JSON and the journal have.

        Times are RFC 3339, ``retry_after`` is seconds, what is unknown is None; the headers are left out.

        >>> outcome = Outcome(status="accepted", user="adele@contoso.com")
        >>> Outcome.from_dict(outcome.to_dict()) == outcome
        True
        """
        return {name: _carried(getattr(self, name)) for name in self.__dataclass_fields__ if name != "headers"}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Outcome":
        """Makes an outcome of what `to_dict` gave, after JSON or CSV; or of a journal's line or the command's JSON.

        Empty texts and NaN are taken for unknown, as CSV files and tables have them; other names are passed over.

        Raises:
            ValueError: A time or a number is none.
            TypeError: The status is missing.
        """
        known = {
            name: value for name, value in values.items() if name in _READERS and not is_nothing(value) and value != ""
        }
        return cls(**{name: _READERS[name](value) for name, value in known.items()})


def _carried(value: Any) -> Any:
    if isinstance(value, datetime):
        exact = "microseconds" if value.microsecond % 1000 else "milliseconds"
        return value.astimezone(timezone.utc).isoformat(timespec=exact).replace("+00:00", "Z")
    return value.total_seconds() if isinstance(value, timedelta) else value


def _time(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    time = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if time.tzinfo is None:
        raise ValueError(f"{value} does not say its time zone: it could mean any")
    return time


def _duration(value: Any) -> timedelta:
    return value if isinstance(value, timedelta) else timedelta(seconds=float(value))


def _whole(value: Any) -> int:
    """Reads a number, which a table may have made a fraction of."""
    number = float(value)
    if not number.is_integer():
        raise ValueError(f"{value} is no whole number")
    return int(number)


def is_nothing(value: object) -> bool:
    """Whether this stands for a value that is missing: None, and what tables have in empty cells (NaN, NaT, NA)."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124 as nothing else does
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


_READERS: dict[str, Any] = {
    **dict.fromkeys(("user", "id", "status", "code", "message", "hint", "request_id", "client_request_id"), str),
    **dict.fromkeys(("http_status", "attempts"), _whole),
    **dict.fromkeys(("time", "server_date"), _time),
    "retry_after": _duration,
}


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


def read_text(value: Optional[bytes]) -> Optional[str]:
    """Reads a string."""
    return None if value is None else value.decode()


@lru_cache
def read_time(value: Optional[bytes]) -> Optional[datetime]:
    """Reads a time, which the users of one request have in common."""
    # Before Python 3.11, fromisoformat does not know the Z.
    return None if value is None else datetime.fromisoformat(value.decode().replace("Z", "+00:00"))
