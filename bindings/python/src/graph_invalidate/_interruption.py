"""Ctrl+C during a call.

Python runs the handler of a signal when the main thread is back from a call: too late. But it writes the number of the
signal to the "wake-up" socket at once, and a thread that watches this socket ends the call. If the handler then raises,
that is that; otherwise the call is made again, as Python does with system calls (PEP 475): repeating it is safe. Its
time goes on running meanwhile, and the caller's own `Cancellation` stays as it is.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import Callable, TypeVar

if sys.platform != "win32":
    import fcntl

from graph_invalidate import _threads
from graph_invalidate._cancellation import Cancellation
from graph_invalidate._failures import RunError

_Result = TypeVar("_Result")

_STANDARD_STREAMS = range(3)

_ENDING = {signal.SIGINT, signal.SIGTERM}


class _Watcher:
    def __init__(self) -> None:
        self._receiver, self._sender = map(_above_standard_streams, socket.socketpair())
        # A program's socket.setdefaulttimeout is not meant for these two.
        self._receiver.settimeout(None)
        self._sender.settimeout(0)
        self._sockets = _identity(self._receiver), _identity(self._sender)
        self._spare = Cancellation()
        self._cancellation: Cancellation | None = None
        self._thread = threading.current_thread()

    def during(self, call: Callable[[Cancellation], _Result], given: Cancellation | None) -> _Result:
        # The handler of a signal may call, too: what was before it comes back after it.
        before, listener = self._cancellation, None
        own = self._spare if given is None else Cancellation()
        try:
            if given is not None:
                given._follow(own)
            self._cancellation = own
            # A thread that a program took for its main one has no signals to be told of.
            with suppress(ValueError):
                listener = signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
            if listener is not None and listener not in {-1, self._sender.fileno()}:
                # An event loop of this thread is told of signals in this way: it must not miss one.
                signal.set_wakeup_fd(listener)
            return call(own)
        finally:
            self._cancellation = before
            if given is not None:
                given._unfollow(own)
            if listener is not None:
                signal.set_wakeup_fd(listener)

    def watch(self) -> None:
        """Waits for signals, until it is stopped."""
        while numbers := self._received():
            cancellation = self._cancellation
            if cancellation is not None and not _ENDING.isdisjoint(numbers):
                if cancellation is self._spare:
                    self._spare = Cancellation()
                cancellation.cancel()

    def _received(self) -> bytes:
        try:
            return self._receiver.recv(256)
        except OSError:  # it was closed
            return b""

    def is_idle(self) -> bool:
        return self._cancellation is None and threading.current_thread() is threading.main_thread()

    def stop(self) -> None:
        self._sender.close()
        self._thread.join()
        self.close()

    def is_sound(self) -> bool:
        """Whether the socket is still there: a program may have closed all descriptors, as daemons do."""
        return _identity(self._sender) == self._sockets[1]

    def forget(self) -> None:
        """Gives up what a forked child has of it: it has no such thread, and the socket is its parent's."""
        listener = signal.set_wakeup_fd(-1)
        if listener != self._sender.fileno():
            signal.set_wakeup_fd(listener)
        self.close()

    def close(self) -> None:
        """Lets go of the socket: where a program has closed it, of its number alone; the thread ends by either."""
        for one, identity in zip((self._receiver, self._sender), self._sockets):
            if _identity(one) == identity:
                one.close()
            else:
                # The number is another file's, or nobody's.
                one.detach()


def _above_standard_streams(one: socket.socket) -> socket.socket:
    """Where the program's standard streams are closed, what it writes to them must not come here."""
    if sys.platform == "win32" or one.fileno() not in _STANDARD_STREAMS:
        return one
    with one:
        return socket.socket(fileno=fcntl.fcntl(one.fileno(), fcntl.F_DUPFD_CLOEXEC, len(_STANDARD_STREAMS)))


def _identity(one: socket.socket) -> tuple[int, int] | None:
    """What is behind a socket's number, to recognise it again; None where the system does not tell."""
    try:
        told = os.fstat(one.fileno())
    except OSError:
        return None
    return told.st_dev, told.st_ino


_watcher: _Watcher | None = None
_published = threading.Lock()


def _begin() -> None:
    """Makes the watcher, on its own thread: on the main one a signal's handler may raise and leave it half made."""
    made, failure = threading.Event(), list[BaseException]()

    def run() -> None:
        global _watcher
        watcher, is_the_one = None, False
        try:
            watcher = _Watcher()
            with _published:
                # A call that was interrupted while it waited for one has left it to the next.
                is_the_one = _watcher is None
                _watcher = _watcher or watcher
        except BaseException as error:
            failure.append(error)
        made.set()
        if is_the_one and watcher is not None:
            watcher.watch()
        elif watcher is not None:
            watcher.close()

    # An interpreter that is shutting down starts no thread, and a subinterpreter bears none: there is no Ctrl+C then.
    if _threads.start(run, "Ctrl+C") is not None:
        made.wait()
    for error in failure:
        raise error


def interruptible(call: Callable[[Cancellation | None], _Result], given: Cancellation | None) -> _Result:
    """Makes a call of the main thread with a signal that Ctrl+C gives, and the caller's own where there is one."""
    global _watcher
    if _watcher is not None and not _watcher.is_sound():
        _watcher.close()
        _watcher = None
    if _watcher is None:
        _begin()
    while _watcher is not None:
        try:
            return _watcher.during(call, given)
        except RunError as error:
            if error.outcome.status != "cancelled" or (given is not None and given._is_given):
                raise
    return call(given)


def _before_fork() -> None:
    global _watcher
    if _watcher is not None and not _watcher.is_sound():
        _watcher.close()
        _watcher = None
    if _watcher is not None and _watcher.is_idle():
        _watcher.stop()
        _watcher = None


def _after_fork_in_child() -> None:
    global _watcher
    if _watcher is not None:
        _watcher.forget()
        _watcher = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork_in_child)
