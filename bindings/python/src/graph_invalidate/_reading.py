"""How values of the library's, and values that were written down, are read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Optional

from graph_invalidate._library import library


def carried(value: Any) -> Any:
    """Gives what JSON and CSV can hold of a value."""
    if isinstance(value, datetime):
        exact = "microseconds" if value.microsecond % 1000 else "milliseconds"
        return value.astimezone(timezone.utc).isoformat(timespec=exact).replace("+00:00", "Z")
    return value.total_seconds() if isinstance(value, timedelta) else value


def time_of(value: Any) -> datetime:
    """Reads a time that was written as text."""
    if isinstance(value, datetime):
        return value
    time = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if time.tzinfo is None:
        raise ValueError(f"{value} does not say its time zone: it could mean any")
    return time


def duration_of(value: Any) -> timedelta:
    """Reads a number of seconds."""
    return value if isinstance(value, timedelta) else timedelta(seconds=float(value))


def whole_of(value: Any) -> int:
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


_LONGEST_MS = int(timedelta.max.total_seconds()) * 1000


def milliseconds(value: int) -> timedelta:
    """Reads a number of milliseconds; what is beyond every duration is the longest one."""
    return timedelta(milliseconds=min(value, _LONGEST_MS))


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
