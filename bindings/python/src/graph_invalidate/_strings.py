"""Python's values in the form that the native library takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ctypes import Array, Structure
from datetime import datetime, timedelta, timezone
from typing import TypeVar

_Pair = TypeVar("_Pair", bound=Structure)

_LARGEST = 0xFFFF_FFFF
_LONGEST = _LARGEST // 1000


def text(name: str, value: str | None) -> bytes | None:
    """Encodes a string.

    NUL would end it early, and a lone surrogate has no UTF-8: both are passed on as what the library refuses by name.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    return value.encode("utf-8", "surrogatepass").replace(b"\0", b"\xc0\x80")


def path(name: str, value: str | os.PathLike[str] | None) -> bytes | None:
    """Encodes a path."""
    return text(name, os.fspath(value) if isinstance(value, os.PathLike) else value)


def pairs(name: str, structure: type[_Pair], values: Mapping[str, str]) -> Array[_Pair]:
    """Encodes names with their values, as an array of a structure of two strings."""
    encoded = [[text(name, value) for value in pair] for pair in values.items()]
    return (structure * len(encoded))(*(structure(*pair) for pair in encoded))


def time(name: str, value: datetime | str | None) -> bytes | None:
    """Encodes a time, as RFC 3339."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{name} must say its time zone: a naive datetime could mean any")
        value = value.astimezone(timezone.utc).isoformat()
    return text(name, value)


def milliseconds(name: str, value: float | timedelta | None) -> int:
    """Gives a duration in milliseconds; 0, which is the library's default, for None."""
    if value is None:
        return 0
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if not isinstance(seconds, (int, float)):
        raise TypeError(f"{name} must be seconds or a timedelta, not {type(value).__name__}")
    if not 0 < seconds <= _LONGEST:
        raise ValueError(f"{name} must be more than 0 and at most {_LONGEST} seconds, not {seconds}")
    return max(1, round(seconds * 1000))


def count(name: str, value: int | None) -> int:
    """Gives a number of things; 0, which is the library's default, for None."""
    if value is None:
        return 0
    if not 0 < value <= _LARGEST:
        raise ValueError(f"{name} must be more than 0, not {value}")
    return value
