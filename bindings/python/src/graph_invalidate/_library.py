"""Finds, checks and loads the native library: the one place that does."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from pathlib import Path
from typing import Union

from graph_invalidate._declarations import ABI_VERSION, FUNCTIONS
from graph_invalidate._version import __version__

_loaded: ctypes.CDLL | None = None

_FILE = {"win32": "graph_invalidate.dll", "darwin": "libgraph_invalidate.dylib"}.get(
    sys.platform, "libgraph_invalidate.so"
)


class NativeLibraryError(ImportError):
    """The native library is missing, or is not the one that this package needs. ``path`` is where it was looked for."""


def library() -> ctypes.CDLL:
    """Gives the native library; loads the one beside this file where none is loaded yet."""
    global _loaded
    if _loaded is None:
        _loaded = _load(os.path.join(os.path.dirname(os.path.abspath(__file__)), _FILE))
    return _loaded


def use_library(path: Union[str, os.PathLike[str]]) -> None:
    """Loads another native library than the one in this package, for the whole process and before all else.

    No environment variable does the same, so that none can slip in foreign code.

    Raises:
        NativeLibraryError: The file is missing, or is no library that fits this package.
        RuntimeError: A library is loaded already.
    """
    global _loaded
    if _loaded is not None:
        raise RuntimeError(f"{_loaded._name} is loaded already; use_library comes before the first client")
    # An absolute path: a bare name would be searched for in places that the environment names.
    _loaded = _load(os.path.abspath(path))


def library_version() -> str:
    """Tells the version of the loaded native library.

    >>> library_version() == __version__
    True
    """
    version: bytes = library().graph_version()
    return version.decode()


def _load(path: str) -> ctypes.CDLL:
    def refusal(what: str) -> NativeLibraryError:
        return NativeLibraryError(f"{path} {what}", name="graph_invalidate", path=path)

    if not os.path.isfile(path):
        archive = next((str(above) for above in Path(path).parents if above.is_file()), None)
        if archive is not None:
            raise refusal(
                f"lies inside the archive {archive}, from which the system loads no library: unpack it, or name a "
                "library outside with graph_invalidate.use_library"
            )
        raise refusal(
            "is missing: this package has no native library for this platform; there are wheels for Linux (glibc 2.17 "
            "or musl 1.2) and Windows, on x86-64 and arm64: install a wheel that has one, or name one with "
            "graph_invalidate.use_library"
        )
    fault = _fault(path)
    if fault:
        raise refusal(fault)
    try:
        loaded = ctypes.CDLL(path)
    except OSError as error:
        raise refusal(f"cannot be loaded on this machine: {error}") from error
    if not hasattr(loaded, "graph_abi_version"):
        raise refusal("is another library than graph-invalidate's")
    loaded.graph_abi_version.restype = ctypes.c_uint32
    abi = loaded.graph_abi_version()
    ours = f"graph_invalidate {__version__} for Python needs ABI {ABI_VERSION}"
    if abi != ABI_VERSION:
        raise refusal(f"has ABI {abi}; {ours}: install the package and the library of one version")
    for name, (result, arguments) in FUNCTIONS.items():
        if not hasattr(loaded, name):
            raise refusal(f"has ABI {abi} but no {name} yet; {ours} with it: install a newer library")
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


def _fault(path: str) -> str:
    """What is wrong with a library of Linux, as far as its beginning tells.

    One that ends before the table of its sections does, which stands at its end, could kill the process by SIGBUS; of
    one for another processor the system would say that there is no such file.
    """
    with Path(path).open("rb") as file:
        head = file.read(64)
        size = file.seek(0, os.SEEK_END)
    if head[:5] != b"\x7fELF\x02" or len(head) < 64:  # noqa: PLR2004
        return ""
    (table,) = struct.unpack_from("<Q", head, 40)
    entry, count = struct.unpack_from("<HH", head, 58)
    if table + entry * count > size:
        return "is cut short: install the package again"
    try:
        with Path("/proc/self/exe").open("rb") as program:
            ours = program.read(20)
    except OSError:
        return ""
    if ours[:4] == head[:4] and ours[18:] != head[18:20]:
        return "is for another processor than this Python: install the package for this one"
    return ""
