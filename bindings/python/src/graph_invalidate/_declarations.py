"""The C ABI as ctypes sees it: what include/graph_invalidate.h declares, and nothing else. A test compares the two."""

from __future__ import annotations

from ctypes import POINTER, Structure, c_char_p, c_double, c_int32, c_size_t, c_uint32, c_void_p
from typing import Any

ABI_VERSION = 1
"""The ABI that these declarations describe."""


class GraphHeader(Structure):
    """``graph_header``: one HTTP header."""

    _fields_ = [("name", c_char_p), ("value", c_char_p)]


class GraphOutcome(Structure):
    """``graph_outcome``: what became of one call."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("status", c_int32),
        ("http_status", c_int32),
        ("attempts", c_uint32),
        ("reserved", c_uint32),
        ("retry_after", c_double),
        ("time", c_char_p),
        ("user", c_char_p),
        ("id", c_char_p),
        ("code", c_char_p),
        ("message", c_char_p),
        ("hint", c_char_p),
        ("request_id", c_char_p),
        ("client_request_id", c_char_p),
        ("server_date", c_char_p),
        ("headers", POINTER(GraphHeader)),
        ("headers_len", c_size_t),
    ]


class GraphClientOptions(Structure):
    """``graph_client_options``: how a client is set up."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("token", c_char_p),
        ("cloud", c_char_p),
        ("endpoint", c_char_p),
        ("api", c_char_p),
        ("timeout_ms", c_uint32),
        ("flags", c_uint32),
        ("proxy", c_char_p),
        ("ca_file", c_char_p),
        ("headers", POINTER(GraphHeader)),
        ("headers_len", c_size_t),
    ]


_client = c_void_p
_cancellation = c_void_p
_outcome = POINTER(GraphOutcome)

FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "graph_invalidate_all_refresh_tokens": (c_int32, [c_char_p, c_char_p]),
    "graph_client_invalidate": (c_int32, [_client, c_char_p, _cancellation, POINTER(_outcome)]),
    "graph_client_verify": (c_int32, [_client, c_char_p, c_char_p, _cancellation, POINTER(_outcome)]),
    "graph_cancellation_new": (c_int32, [POINTER(_cancellation)]),
    "graph_cancellation_cancel": (None, [_cancellation]),
    "graph_cancellation_free": (None, [_cancellation]),
    "graph_client_new": (c_int32, [POINTER(GraphClientOptions), POINTER(_client), POINTER(_outcome)]),
    "graph_client_set_token": (c_int32, [_client, c_char_p, POINTER(_outcome)]),
    "graph_client_scope": (c_char_p, [_client]),
    "graph_client_free": (None, [_client]),
    "graph_outcome_free": (None, [_outcome]),
    "graph_status_name": (c_char_p, [c_int32]),
    "graph_version": (c_char_p, []),
    "graph_abi_version": (c_uint32, []),
}
"""Every function: what it returns, and what it takes."""
