//! What a request gets that is not allowed, or not yet.

use crate::reply::Reply;
use crate::state::State;

pub(crate) fn method_not_allowed() -> Reply {
    Reply::error(
        405,
        "Request_BadRequest",
        "Specified HTTP method is not allowed for the request target.",
    )
}

pub(crate) fn insufficient_privileges() -> Reply {
    Reply::error(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )
}

/// What a request gets that a quota has nothing left for; `kind` is Read or Write.
pub(crate) fn throttled(state: &mut State, kind: &str, wait: f64) -> Reply {
    state.totals.throttled += 1;
    let mut reply = Reply::error(
        429,
        "TooManyRequests",
        "Too many requests. Please try again later.",
    );
    reply.header("Retry-After", &format!("{wait:.3}"));
    let tenant = &state.directory.tenant.id;
    let scope = format!("Tenant_Application/{kind}/emulator/{tenant}");
    reply.header("x-ms-throttle-scope", &scope);
    let information = if kind == "Write" {
        "WriteLimitExceeded"
    } else {
        "ResourceUnitLimitExceeded"
    };
    reply.header("x-ms-throttle-information", information);
    reply
}
