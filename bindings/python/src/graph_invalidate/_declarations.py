"""The C ABI as ctypes sees it. Made by ``cargo xtask abi`` from the library's source: do not edit."""

from __future__ import annotations

from ctypes import POINTER, Structure, c_char_p, c_double, c_int32, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p
from typing import Any

ABI_VERSION = 1
"""The ABI that these declarations describe."""


class GraphAccessFinding(Structure):
    """``graph_access_finding``."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("job", c_char_p),
        ("verdict", c_char_p),
        ("reason", c_char_p),
        ("hint", c_char_p),
    ]


class GraphAccess(Structure):
    """``graph_access``."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("status", c_int32),
        ("reserved", c_uint32),
        ("message", c_char_p),
        ("hint", c_char_p),
        ("kind", c_char_p),
        ("user", c_char_p),
        ("id", c_char_p),
        ("tenant", c_char_p),
        ("application", c_char_p),
        ("application_id", c_char_p),
        ("cloud", c_char_p),
        ("endpoint", c_char_p),
        ("expires", c_char_p),
        ("permissions", POINTER(c_char_p)),
        ("permissions_len", c_size_t),
        ("directory_roles", POINTER(c_char_p)),
        ("directory_roles_len", c_size_t),
        ("findings", POINTER(POINTER(GraphAccessFinding))),
        ("findings_len", c_size_t),
        ("credential", c_char_p),
    ]


class GraphCallOptions(Structure):
    """``graph_call_options``."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("user", c_char_p),
        ("user_len", c_size_t),
        ("token", c_char_p),
        ("token_len", c_size_t),
        ("not_before", c_char_p),
        ("timeout_ms", c_uint32),
        ("kind", c_uint32),
        ("flags", c_uint32),
        ("reserved", c_uint32),
        ("traceparent", c_char_p),
    ]


class GraphHeader(Structure):
    """``graph_header``."""

    _fields_ = [
        ("name", c_char_p),
        ("value", c_char_p),
    ]


class GraphOutcome(Structure):
    """``graph_outcome``."""

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
        ("sessions_valid_from", c_char_p),
    ]


class GraphProgress(Structure):
    """``graph_progress``."""

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
        ("unverified", c_uint64),
    ]


class GraphRunOptions(Structure):
    """``graph_run_options``."""

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
        ("token", c_char_p),
        ("resume_within_ms", c_uint64),
        ("ahead", c_uint32),
        ("tell_users_wanted", c_uint32),
        ("max_failures", c_uint32),
        ("group", POINTER(c_char_p)),
        ("group_len", c_size_t),
        ("exclude_group", POINTER(c_char_p)),
        ("exclude_group_len", c_size_t),
        ("filter", c_char_p),
        ("everyone", c_uint32),
        ("guests", c_uint32),
        ("allow_empty", c_uint32),
        ("who", c_uint32),
    ]


class GraphVariable(Structure):
    """``graph_variable``."""

    _fields_ = [
        ("name", c_char_p),
        ("value", c_char_p),
    ]


class GraphCredentialOptions(Structure):
    """``graph_credential_options``."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("kind", c_char_p),
        ("tenant", c_char_p),
        ("client_id", c_char_p),
        ("client_secret", c_char_p),
        ("certificate_file", c_char_p),
        ("certificate", POINTER(c_uint8)),
        ("certificate_len", c_size_t),
        ("certificate_password", c_char_p),
        ("federated_token_file", c_char_p),
        ("object_id", c_char_p),
        ("resource_id", c_char_p),
        ("scopes", c_char_p),
        ("authority", c_char_p),
        ("environment", POINTER(GraphVariable)),
        ("environment_len", c_size_t),
        ("send_certificate_chain", c_uint32),
        ("flags", c_uint32),
        ("assertion_from", c_char_p),
        ("audience", c_char_p),
        ("service_connection_id", c_char_p),
        ("identity_client_id", c_char_p),
        ("token_proxy", c_uint32),
        ("reserved", c_uint32),
    ]


class GraphClientOptions(Structure):
    """``graph_client_options``."""

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
        ("credential", POINTER(GraphCredentialOptions)),
        ("expect_tenant", c_char_p),
        ("environment", POINTER(GraphVariable)),
        ("environment_len", c_size_t),
    ]


FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "graph_abi_version": (
        c_uint32,
        [],
    ),
    "graph_access_free": (
        None,
        [
            POINTER(GraphAccess),
        ],
    ),
    "graph_call_queue_close": (
        c_int32,
        [
            c_void_p,
        ],
    ),
    "graph_call_queue_free": (
        None,
        [
            c_void_p,
        ],
    ),
    "graph_call_queue_new": (
        c_int32,
        [
            POINTER(c_void_p),
        ],
    ),
    "graph_call_queue_next": (
        c_int32,
        [
            c_void_p,
            c_uint32,
            POINTER(c_uint64),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_call_queue_submit": (
        c_int32,
        [
            c_void_p,
            c_void_p,
            POINTER(GraphCallOptions),
            c_void_p,
            c_uint64,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_cancellation_cancel": (
        None,
        [
            c_void_p,
        ],
    ),
    "graph_cancellation_free": (
        None,
        [
            c_void_p,
        ],
    ),
    "graph_cancellation_new": (
        c_int32,
        [
            POINTER(c_void_p),
        ],
    ),
    "graph_client_access": (
        c_int32,
        [
            c_void_p,
            POINTER(POINTER(GraphAccess)),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_client_access_online": (
        c_int32,
        [
            c_void_p,
            c_char_p,
            c_void_p,
            POINTER(POINTER(GraphAccess)),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_client_access_with": (
        c_int32,
        [
            c_void_p,
            POINTER(GraphCallOptions),
            c_void_p,
            POINTER(POINTER(GraphAccess)),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_client_call": (
        c_int32,
        [
            c_void_p,
            POINTER(GraphCallOptions),
            c_void_p,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_client_free": (
        None,
        [
            c_void_p,
        ],
    ),
    "graph_client_invalidate": (
        c_int32,
        [
            c_void_p,
            c_char_p,
            c_void_p,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_client_new": (
        c_int32,
        [
            POINTER(GraphClientOptions),
            POINTER(c_void_p),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_client_scope": (
        c_char_p,
        [
            c_void_p,
        ],
    ),
    "graph_client_set_token": (
        c_int32,
        [
            c_void_p,
            c_char_p,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_client_set_token_counted": (
        c_int32,
        [
            c_void_p,
            c_char_p,
            c_size_t,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_client_sign_in": (
        c_int32,
        [
            c_void_p,
            c_void_p,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_client_verify": (
        c_int32,
        [
            c_void_p,
            c_char_p,
            c_char_p,
            c_void_p,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_enquiry_free": (
        None,
        [
            c_void_p,
        ],
    ),
    "graph_enquiry_new": (
        c_int32,
        [
            c_void_p,
            POINTER(GraphCallOptions),
            c_void_p,
            POINTER(c_void_p),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_enquiry_wait": (
        c_int32,
        [
            c_void_p,
            c_uint32,
            POINTER(POINTER(GraphAccess)),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_invalidate_all_refresh_tokens": (
        c_int32,
        [
            c_char_p,
            c_char_p,
        ],
    ),
    "graph_outcome_free": (
        None,
        [
            POINTER(GraphOutcome),
        ],
    ),
    "graph_run_add": (
        c_int32,
        [
            c_void_p,
            POINTER(c_char_p),
            c_size_t,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_run_add_counted": (
        c_int32,
        [
            c_void_p,
            POINTER(c_char_p),
            POINTER(c_size_t),
            c_size_t,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_run_cancel": (
        None,
        [
            c_void_p,
        ],
    ),
    "graph_run_fail_input": (
        c_int32,
        [
            c_void_p,
        ],
    ),
    "graph_run_finish_input": (
        c_int32,
        [
            c_void_p,
        ],
    ),
    "graph_run_free": (
        None,
        [
            c_void_p,
        ],
    ),
    "graph_run_new": (
        c_int32,
        [
            c_void_p,
            POINTER(GraphRunOptions),
            POINTER(c_void_p),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_run_new_counted": (
        c_int32,
        [
            c_void_p,
            POINTER(GraphRunOptions),
            POINTER(c_size_t),
            POINTER(c_void_p),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_run_next": (
        c_int32,
        [
            c_void_p,
            c_uint32,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_run_progress": (
        c_int32,
        [
            c_void_p,
            POINTER(GraphProgress),
        ],
    ),
    "graph_run_set_token": (
        c_int32,
        [
            c_void_p,
            c_char_p,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_run_set_token_counted": (
        c_int32,
        [
            c_void_p,
            c_char_p,
            c_size_t,
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_status_name": (
        c_char_p,
        [
            c_int32,
        ],
    ),
    "graph_user_of_row": (
        c_int32,
        [
            POINTER(c_char_p),
            POINTER(c_char_p),
            c_size_t,
            POINTER(c_size_t),
            POINTER(POINTER(GraphOutcome)),
        ],
    ),
    "graph_version": (
        c_char_p,
        [],
    ),
}
"""Every function: what it returns, and what it takes."""
