"""Ending a call from another thread."""

from __future__ import annotations

from ctypes import c_void_p
from typing import NoReturn

from graph_invalidate._handle import Handle
from graph_invalidate._library import library


class Cancellation:
    """A signal that ends the calls it is given to.

    One signal may be given to any number of calls. It stays given once given: take a new one for what comes next.
    Nobody but `cancel` gives it: Ctrl+C ends a call and leaves its signal as it is.
    """

    def __init__(self) -> None:
        """Makes a signal that is not given yet."""
        native = library()
        self._as_parameter_ = Handle(c_void_p(), native.graph_cancellation_free)
        native.graph_cancellation_new(self._as_parameter_.place)
        self._is_given = False
        self._followers: set[Cancellation] = set()

    def cancel(self) -> None:
        """Ends every call that was given this signal, now and later, with a `RunError` of status ``cancelled``.

        Each ends within 100 ms whatever the network, or the caller's own token function, does. From any thread, any
        number of times.
        """
        # In this order, and none of it under a lock: a signal's handler may do this in the middle of `_follow`.
        self._is_given = True
        library().graph_cancellation_cancel(self)
        for follower in tuple(self._followers):
            follower.cancel()

    def __reduce__(self) -> NoReturn:
        """Refuses to be copied and pickled: what is given to a copy would end nothing."""
        raise TypeError("a Cancellation cannot be copied or pickled: share it, or make one in each process")

    def _follow(self, follower: Cancellation) -> None:
        """Gives another signal with this one, until `_unfollow`."""
        self._followers.add(follower)
        if self._is_given:
            follower.cancel()

    def _unfollow(self, follower: Cancellation) -> None:
        self._followers.discard(follower)
