"""Python's values in the form that the native library takes."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from ctypes import Array, Structure
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar, Union
from uuid import UUID

from graph_invalidate._errors import EMPTY_ARGUMENT, NULL_ARGUMENT, error_with
from graph_invalidate._reading import is_nothing

_Pair = TypeVar("_Pair", bound=Structure)

_LARGEST = 0xFFFF_FFFF
_LONGEST = _LARGEST // 1000

FOR_EVER = 1_000_000_000_000
"""Seconds beyond every age."""


User = Union[str, UUID]
Duration = Union[float, timedelta]
Path = Union[str, os.PathLike[str]]


class _NotGiven:
    """What is known by its identity, also after it was copied."""

    def __repr__(self) -> str:
        return "..."

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Any = _NotGiven()
"""What a parameter has that was left out: None under its name is a value that somebody has lost."""


def text(name: str, value: Any) -> bytes | None:
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
    value = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(value, (str, type(None))):
        raise TypeError(f"{name} must be a string or an os.PathLike of one, not {type(value).__name__}")
    return text(name, value)


def uuid_text(value: Any) -> Any:
    """Gives a UUID as its text, and everything else as it is."""
    return str(value) if isinstance(value, UUID) else value


def given(name: str, value: Any) -> Any:
    """Gives what protects, or leads elsewhere; None where it was left out. Nothing under its name is refused."""
    if value is NOT_GIVEN:
        return None
    if is_nothing(value):
        raise error_with(NULL_ARGUMENT, None, f"{name} is {value}.", f"Give {name} a value, or leave it out.")
    if isinstance(value, (str, bytes)) and not value:
        raise error_with(EMPTY_ARGUMENT, None, f"{name} is empty.", f"Give {name} a value, or leave it out.")
    return value


def user(value: object) -> bytes:
    """Encodes the key of a user.

    Raises:
        InvalidInputError: There is none.
        TypeError: It is no string and no UUID.
    """
    if is_nothing(value):
        hint = 'Give an object id or a user principal name; "me", or no user at all, is the signed-in user.'
        raise error_with(NULL_ARGUMENT, None, f"user is {value}.", hint)
    encoded: bytes = text("user", uuid_text(value)) or b""
    return encoded


def key(value: object) -> bytes | None:
    """Encodes an entry of a list of users: what is no key becomes one that the library refuses, as an outcome."""
    value = uuid_text(value)
    if isinstance(value, str):
        return text("user", value)
    if is_nothing(value):
        return None
    shown = f" {value}" if isinstance(value, (int, float)) else ""
    # White space is in no key: an object never becomes one by its text.
    return f"no string: {type(value).__name__}{shown}".encode()


def keys(name: str, values: Any) -> list[bytes | None]:
    """Encodes a list of users, such as those that are never signed out; nobody, under its name, is refused."""
    if values is NOT_GIVEN:
        return []
    if isinstance(values, (str, UUID)):
        values = [values]
    elif is_nothing(values):
        given(name, values)
    meant = "group" if "group" in name else "user"
    encoded = []
    for value in values:
        if is_nothing(value):
            raise error_with(
                NULL_ARGUMENT, None, f"{name} holds {value}.", f"Leave it out, or name the {meant} it stands for."
            )
        encoded.append(text(name, uuid_text(value)))
    if not encoded:
        what = "gave nobody: what can be read once was read before" if isinstance(values, Iterator) else "holds nobody"
        raise error_with(EMPTY_ARGUMENT, None, f"{name} {what}.", f"Give a list of the {meant}s, or leave {name} out.")
    return encoded


def environment(values: Mapping[str, str] | None) -> dict[str, str]:
    """The variables to read: those given, or the program's own, as Python has them."""
    if values is not None:
        return dict(values)
    # Name by name: another thread may set some meanwhile.
    return {name: value for name in os.environ for value in [os.environ.get(name)] if value is not None}


def pairs(name: str, structure: type[_Pair], values: Mapping[str, str]) -> Array[_Pair]:
    """Encodes names with their values, as an array of a structure of two strings."""
    encoded = [[text(name, value) for value in pair] for pair in values.items()]
    return (structure * len(encoded))(*(structure(*pair) for pair in encoded))


def time(name: str, value: Any) -> bytes | None:
    """Encodes a time, as RFC 3339; None where it was left out."""
    if value is NOT_GIVEN:
        return None
    if is_nothing(value):
        raise error_with(NULL_ARGUMENT, None, f"{name} is {value}.", f"Give {name} a time, or leave it out.")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{name} must say its time zone: a naive datetime could mean any")
        try:
            value = value.astimezone(timezone.utc).isoformat()
        except OverflowError:
            raise ValueError(f"{name} is {value}: no outcome has such a time") from None
    return text(name, value)


def milliseconds(name: str, value: float | timedelta | None, longest: int = _LONGEST) -> int:
    """Gives a duration in milliseconds, rounded up: 0, the library's default, for None; the longest for infinity."""
    if value is None:
        return 0
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if not isinstance(seconds, (int, float)):
        raise TypeError(f"{name} must be seconds or a timedelta, not {type(value).__name__}")
    if seconds == math.inf:
        return longest * 1000
    if not 0 <= seconds <= longest:
        raise ValueError(f"{name} must be from 0, the default, to {longest} seconds or math.inf, not {seconds}")
    return math.ceil(round(seconds * 1000, 6))


def real(name: str, value: float | None) -> float:
    """Gives a number with a fraction; 0, which is the library's default, for None."""
    if value is None:
        return 0.0
    if not value >= 0:
        raise ValueError(f"{name} must be from 0, the default, to math.inf, not {value}")
    return float(value)


def count(name: str, value: int | None) -> int:
    """Gives a number of things; 0, which is the library's default, for None."""
    if value is None:
        return 0
    if not 0 <= value <= _LARGEST:
        raise ValueError(f"{name} must be 0, the default, or more, not {value}")
    return value
