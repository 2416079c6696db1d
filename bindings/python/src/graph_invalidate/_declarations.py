"""The C ABI as ctypes sees it: what include/graph_invalidate.h declares, and nothing else. A test compares the two."""

from __future__ import annotations

from ctypes import POINTER, Structure, c_char_p, c_double, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
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


class GraphRunOptions(Structure):
    """``graph_run_options``: how a run is set up."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("journal", c_char_p),
        ("exclude", POINTER(c_char_p)),
        ("exclude_len", c_size_t),
        ("throttle_priority", c_char_p),
        ("rate", c_double),
        ("resume", c_uint32),
        ("verify", c_uint32),
        ("dry_run", c_uint32),
        ("verify_journal", c_uint32),
        ("allow_unresolved_exclusions", c_uint32),
        ("batch_size", c_uint32),
        ("concurrency", c_uint32),
        ("wait_ms", c_uint32),
        ("deadline_ms", c_uint32),
        ("flags", c_uint32),
    ]


class GraphProgress(Structure):
    """``graph_progress``: how far a run is."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("added", c_uint64),
        ("duplicates", c_uint64),
        ("excluded", c_uint64),
        ("accepted_before", c_uint64),
        ("accepted", c_uint64),
        ("verified", c_uint64),
        ("failed", c_uint64),
        ("planned", c_uint64),
        ("waiting", c_uint64),
        ("never_attempted", c_uint64),
        ("in_flight", c_uint64),
        ("verifying", c_uint64),
        ("attempts", c_uint64),
        ("throttled", c_uint64),
        ("rate", c_double),
        ("pace", c_double),
        ("pause_ms", c_uint64),
        ("time_left_ms", c_uint64),
        ("wanted", c_uint32),
        ("unanswered", c_uint32),
    ]


_client = c_void_p
_cancellation = c_void_p
_run = c_void_p
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
    "graph_run_new": (c_int32, [_client, POINTER(GraphRunOptions), POINTER(_run), POINTER(_outcome)]),
    "graph_run_add": (c_int32, [_run, POINTER(c_char_p), c_size_t, POINTER(_outcome)]),
    "graph_run_finish_input": (c_int32, [_run]),
    "graph_run_next": (c_int32, [_run, c_uint32, POINTER(_outcome)]),
    "graph_run_progress": (c_int32, [_run, POINTER(GraphProgress)]),
    "graph_run_cancel": (None, [_run]),
    "graph_run_free": (None, [_run]),
    "graph_outcome_free": (None, [_outcome]),
    "graph_status_name": (c_char_p, [c_int32]),
    "graph_version": (c_char_p, []),
    "graph_abi_version": (c_uint32, []),
}
"""Every function: what it returns, and what it takes."""
