"""Ending a call from another thread."""

from __future__ import annotations

from ctypes import c_void_p

from graph_invalidate._handle import Handle
from graph_invalidate._library import library


class Cancellation:
    """A signal that ends the calls it is given to.

    One signal may be given to any number of calls. It stays given once given: take a new one for what comes next.
    """

    def __init__(self) -> None:
        """Makes a signal that is not given yet."""
        native = library()
        self._as_parameter_ = Handle(c_void_p(), native.graph_cancellation_free)
        native.graph_cancellation_new(self._as_parameter_.place)

    def cancel(self) -> None:
        """Ends every call that was given this signal, now and later, with a `RunError` of status ``cancelled``.

        Each ends within 100 ms whatever the network does. From any thread, any number of times.
        """
        library().graph_cancellation_cancel(self)
