"""Threads of this package: they take no signals of the program's, and there are none where threads would do harm."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
from typing import Callable

# Those that a thread itself causes: blocked, they would end the process without a word of Python's fault handler.
_OWN = {"SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP"}


def start(target: Callable[[], object], name: str) -> threading.Thread | None:
    """Starts a thread that takes no signals, and keeps no program from ending; None where it cannot be started."""
    if not _may_start():
        return None
    thread = threading.Thread(target=target, name=f"graph_invalidate {name}", daemon=True)
    if not hasattr(signal, "pthread_sigmask"):
        return _started(thread)
    # A thread begins with the mask of the one that starts it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        taken = {number for number in signal.valid_signals() if getattr(number, "name", "") not in _OWN}
        signal.pthread_sigmask(signal.SIG_BLOCK, taken)
        return _started(thread)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _started(thread: threading.Thread) -> threading.Thread | None:
    try:
        thread.start()
    except RuntimeError:
        # The interpreter is shutting down, or the system gives no more threads.
        return None
    return thread


def _may_start() -> bool:
    """Subinterpreters cannot end while such a thread lives."""
    if sys.implementation.name != "cpython":
        return True
    # Taken anew, so that nobody else's declarations are changed.
    current, number = ctypes.pythonapi["PyInterpreterState_Get"], ctypes.pythonapi["PyInterpreterState_GetID"]
    current.restype, number.restype, number.argtypes = ctypes.c_void_p, ctypes.c_int64, [ctypes.c_void_p]
    return bool(number(current()) == 0)
