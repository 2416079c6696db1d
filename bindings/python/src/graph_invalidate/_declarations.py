"""The C ABI as ctypes sees it: what include/graph_invalidate.h declares, and nothing else. A test compares the two."""

from __future__ import annotations

from ctypes import POINTER, Structure, c_char_p, c_double, c_int32, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p
from typing import Any

ABI_VERSION = 1
"""The ABI that these declarations describe."""


def _of(kind: Any, names: str) -> list[tuple[str, Any]]:
    """Fields of one type that follow one another."""
    return [(name, kind) for name in names.split()]


class GraphHeader(Structure):
    """``graph_header``: one HTTP header."""

    _fields_ = _of(c_char_p, "name value")


class GraphOutcome(Structure):
    """``graph_outcome``: what became of one call."""

    _fields_ = [
        ("struct_size", c_size_t),
        *_of(c_int32, "status http_status"),
        *_of(c_uint32, "attempts reserved"),
        ("retry_after", c_double),
        *_of(c_char_p, "time user id code message hint request_id client_request_id server_date"),
        ("headers", POINTER(GraphHeader)),
        ("headers_len", c_size_t),
    ]


class GraphVariable(Structure):
    """``graph_variable``: one variable of an environment."""

    _fields_ = _of(c_char_p, "name value")


class GraphCredentialOptions(Structure):
    """``graph_credential_options``: where tokens come from."""

    _fields_ = [
        ("struct_size", c_size_t),
        *_of(c_char_p, "kind tenant client_id client_secret certificate_file"),
        ("certificate", POINTER(c_uint8)),
        ("certificate_len", c_size_t),
        *_of(c_char_p, "certificate_password token_file object_id resource_id scopes authority"),
        ("environment", POINTER(GraphVariable)),
        ("environment_len", c_size_t),
        *_of(c_uint32, "send_certificate_chain flags"),
    ]


class GraphClientOptions(Structure):
    """``graph_client_options``: how a client is set up."""

    _fields_ = [
        ("struct_size", c_size_t),
        *_of(c_char_p, "token cloud endpoint api"),
        *_of(c_uint32, "timeout_ms flags"),
        *_of(c_char_p, "proxy ca_file"),
        ("headers", POINTER(GraphHeader)),
        ("headers_len", c_size_t),
        ("credential", POINTER(GraphCredentialOptions)),
        ("expect_tenant", c_char_p),
        ("environment", POINTER(GraphVariable)),
        ("environment_len", c_size_t),
    ]


class GraphAccessFinding(Structure):
    """``graph_access_finding``: whether the token may do one job."""

    _fields_ = [("struct_size", c_size_t), *_of(c_char_p, "job verdict reason hint")]


class GraphAccess(Structure):
    """``graph_access``: what a token may do."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("status", c_int32),
        ("reserved", c_uint32),
        *_of(c_char_p, "message hint kind user id tenant application application_id cloud endpoint expires"),
        ("permissions", POINTER(c_char_p)),
        ("permissions_len", c_size_t),
        ("directory_roles", POINTER(c_char_p)),
        ("directory_roles_len", c_size_t),
        ("findings", POINTER(POINTER(GraphAccessFinding))),
        ("findings_len", c_size_t),
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
        *_of(c_uint32, "resume verify dry_run verify_journal allow_unresolved_exclusions"),
        *_of(c_uint32, "batch_size concurrency wait_ms deadline_ms flags"),
    ]


class GraphProgress(Structure):
    """``graph_progress``: how far a run is."""

    _fields_ = [
        ("struct_size", c_size_t),
        *_of(c_uint64, "added duplicates excluded accepted_before accepted verified failed planned waiting"),
        *_of(c_uint64, "never_attempted in_flight verifying attempts throttled"),
        *_of(c_double, "rate pace"),
        *_of(c_uint64, "pause_ms time_left_ms"),
        *_of(c_uint32, "wanted unanswered"),
        ("unverified", c_uint64),
    ]


_client = c_void_p
_cancellation = c_void_p
_run = c_void_p
_outcome = POINTER(GraphOutcome)
_access = POINTER(GraphAccess)

FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "graph_invalidate_all_refresh_tokens": (c_int32, [c_char_p, c_char_p]),
    "graph_client_invalidate": (c_int32, [_client, c_char_p, _cancellation, POINTER(_outcome)]),
    "graph_client_verify": (c_int32, [_client, c_char_p, c_char_p, _cancellation, POINTER(_outcome)]),
    "graph_cancellation_new": (c_int32, [POINTER(_cancellation)]),
    "graph_cancellation_cancel": (None, [_cancellation]),
    "graph_cancellation_free": (None, [_cancellation]),
    "graph_client_new": (c_int32, [POINTER(GraphClientOptions), POINTER(_client), POINTER(_outcome)]),
    "graph_client_set_token": (c_int32, [_client, c_char_p, POINTER(_outcome)]),
    "graph_client_sign_in": (c_int32, [_client, _cancellation, POINTER(_outcome)]),
    "graph_client_access": (c_int32, [_client, POINTER(_access), POINTER(_outcome)]),
    "graph_client_access_online": (c_int32, [_client, c_char_p, _cancellation, POINTER(_access), POINTER(_outcome)]),
    "graph_access_free": (None, [_access]),
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
