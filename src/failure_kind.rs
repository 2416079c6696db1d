//! The kinds of failure: the hundreds of the statuses.

/// A kind of failure. Every language has an exception or an error for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// An argument or an option cannot be used; nothing was sent.
    Input = 100,
    /// The access token is missing, invalid, expired or was refused: get another one.
    Token = 200,
    /// The token lacks the scope, or its owner the role, for this action on this user; the hint names both.
    Permission = 300,
    /// The tenant has no such user, or the service rejects the user key.
    User = 400,
    /// The service asked to wait longer than the timeout allows; the outcome says how long.
    Throttled = 500,
    /// The network, TLS or a proxy failed, or the token would have gone to a host that must not get it.
    Network = 600,
    /// The service failed, refused the request, did not confirm it, or did not show the change in time.
    Service = 700,
    /// The call or the run ended early: it was cancelled, its time was over, or its journal cannot be used.
    Run = 800,
    /// An internal error in graph-invalidate: please report it.
    Internal = 900,
}

impl FailureKind {
    /// The kind to which a number belongs; none below the first failure.
    pub(crate) const fn of(number: i32) -> Option<FailureKind> {
        Some(match number / 100 {
            0 => return None,
            1 => FailureKind::Input,
            2 => FailureKind::Token,
            3 => FailureKind::Permission,
            4 => FailureKind::User,
            5 => FailureKind::Throttled,
            6 => FailureKind::Network,
            7 => FailureKind::Service,
            8 => FailureKind::Run,
            _ => FailureKind::Internal,
        })
    }
}
