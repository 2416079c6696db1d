"""Native objects: who owns them, and when they are freed."""

from ctypes import byref
from typing import Any, Callable, NoReturn, Optional, TypeVar

_Me = TypeVar("_Me", bound="Closable")


class Handle:
    """A native object, freed when nothing uses it any more.

    Python's reference counts do the counting: a call holds a reference as long as it lasts. So a close from another
    thread gives up the owner's reference only, and the native object is freed when the last call has ended.
    """

    __slots__ = ("_as_parameter_", "_free")

    def __init__(self, pointer: Any, free: Callable[[Any], None]) -> None:
        """Takes a NULL pointer, for a native function to fill, and the function that frees what it put there."""
        self._as_parameter_ = pointer
        self._free = free

    def __del__(self) -> None:
        self._free(self._as_parameter_)

    @property
    def place(self) -> Any:
        """Where a native function writes the pointer to what it made."""
        return byref(self._as_parameter_)


class Closable:
    """A Python object with a native one behind it, until it is closed."""

    _handle: Optional[Handle] = None

    def _open_handle(self) -> Handle:
        handle = self._handle
        if handle is None:
            raise ValueError(f"this {type(self).__name__} is closed")
        return handle

    def close(self) -> None:
        """Gives up the connections and wipes the token; calls in flight run to their end. Closing twice is fine."""
        self._handle = None

    def __enter__(self: _Me) -> _Me:
        """Gives this very object, which is closed at the end of the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Closes."""
        self.close()

    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled: connections and tokens do not travel."""
        raise TypeError(f"a {type(self).__name__} cannot be pickled: make one in each process")
