//! The exit statuses: scripts rest on these numbers.

use std::process::ExitCode;

use graph_invalidate::Status;

/// How the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// Every user was accepted, and verified where that was asked for.
    AllDone = 0,
    /// Nobody was accepted because of the network, the service or ourselves.
    NothingDone = 1,
    /// The command line was wrong.
    Usage = 2,
    /// Some users failed.
    SomeFailed = 3,
    /// Nobody was accepted because the token or its permissions were refused.
    TokenRefused = 4,
    /// Ctrl+C.
    Interrupted = 130,
    /// Standard output was closed.
    OutputClosed = 141,
    /// SIGTERM.
    Terminated = 143,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(status as u8)
    }
}

impl ExitStatus {
    /// The status after these fates of users.
    pub(crate) fn of_fates(fates: &[Status]) -> ExitStatus {
        let failures: Vec<Status> = fates
            .iter()
            .copied()
            .filter(|fate| fate.is_failure())
            .collect();
        let all = |judge: fn(Status) -> bool| failures.iter().copied().all(judge);
        if failures.is_empty() {
            ExitStatus::AllDone
        } else if failures.len() < fates.len() {
            ExitStatus::SomeFailed
        } else if all(is_about_the_token) {
            ExitStatus::TokenRefused
        } else if all(is_about_the_network) {
            ExitStatus::NothingDone
        } else {
            ExitStatus::SomeFailed
        }
    }

    /// The status when no client could be made.
    pub(crate) fn of_setup(status: Status) -> ExitStatus {
        match status.group() {
            100 => ExitStatus::Usage,
            200 => ExitStatus::TokenRefused,
            _ if status == Status::HostRefused => ExitStatus::Usage,
            _ => ExitStatus::NothingDone,
        }
    }
}

fn is_about_the_token(status: Status) -> bool {
    matches!(status.group(), 200 | 300)
}

fn is_about_the_network(status: Status) -> bool {
    matches!(status.group(), 600 | 900)
        || matches!(
            status,
            Status::ServiceUnavailable | Status::UnexpectedAnswer | Status::DeadlineExceeded
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_told_by_what_to_do_next() {
        use Status::{
            Cancelled, ConnectFailed, InvalidUser, Ok, PermissionDenied, TokenExpired, Unconfirmed,
            UserNotFound, Verified,
        };
        for (fates, status) in [
            (&[Ok, Verified][..], ExitStatus::AllDone),
            (&[Ok, UserNotFound], ExitStatus::SomeFailed),
            (&[Ok, ConnectFailed], ExitStatus::SomeFailed),
            (&[ConnectFailed, ConnectFailed], ExitStatus::NothingDone),
            (&[TokenExpired, PermissionDenied], ExitStatus::TokenRefused),
            (&[TokenExpired, ConnectFailed], ExitStatus::SomeFailed),
            (&[InvalidUser], ExitStatus::SomeFailed),
            (&[Unconfirmed], ExitStatus::SomeFailed),
            (&[Cancelled], ExitStatus::SomeFailed),
        ] {
            assert_eq!(ExitStatus::of_fates(fates), status, "{fates:?}");
        }
    }
}
