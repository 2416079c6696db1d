"""What became of a call. Made by ``cargo xtask abi`` from the library's source: do not edit."""

# The types of fields are no strings here: frameworks that look at them from outside find them as they are, in Python
# 3.9 too.
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from graph_invalidate._declarations import GraphOutcome
from graph_invalidate._reading import (
    carried,
    duration_of,
    is_nothing,
    read_text,
    read_time,
    status_name,
    time_of,
    whole_of,
)


@dataclass(frozen=True)
class Outcome:
    """What became of one call, of success and failure alike: a value that can be kept, compared and pickled.

    `to_dict` and `from_dict` carry it through JSON and CSV. In tests of your own, make one with what matters there:
    ``Outcome(status="accepted", user="adele@contoso.com")``.

    Attributes:
        time: When the outcome was known, by the local clock; in UTC.
        user: The user key as given, trimmed; ``me`` for the signed-in user; None where no user is
            concerned.
        id: The user's object id, where it is known.
        status: How it ended: ``accepted``, ``verified``, or the name of a failure such as
            ``user_not_found``.
        http_status: The HTTP status of the last answer.
        code: The service's own error code: Graph's, for example Request_ResourceNotFound, or the sign-in
            service's. Where a person is to sign in, the code for them to enter.
        message: What happened, in one sentence.
        hint: What to do next.
        attempts: Number of attempts.
        request_id: The service's id of the last request: what its support asks for.
        client_request_id: The library's id of the last request, a GUID.
        server_date: The service's clock when it answered, in UTC. What `Client.verify` takes as
            ``not_before``.
        retry_after: How long the service asked to wait.
        headers: The headers of the last answer, in the order received; names in lower case.
        sessions_valid_from: From when the user's sign-in sessions are valid, as the last read of it
            showed, in UTC.
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
    sessions_valid_from: Optional[datetime] = None

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
        return {name: carried(getattr(self, name)) for name in self.__dataclass_fields__ if name != "headers"}

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


_READERS: dict[str, Any] = {
    "time": time_of,
    "user": str,
    "id": str,
    "status": str,
    "http_status": whole_of,
    "code": str,
    "message": str,
    "hint": str,
    "attempts": whole_of,
    "request_id": str,
    "client_request_id": str,
    "server_date": time_of,
    "retry_after": duration_of,
    "sessions_valid_from": time_of,
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
        sessions_valid_from=read_time(raw.sessions_valid_from),
    )
    return outcome
