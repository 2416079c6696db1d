//! The exit statuses: scripts rest on these numbers.

use std::process::ExitCode;

use graph_invalidate::{FailureKind, Status};

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
    /// Nobody was selected: a group without users, or a condition that holds for nobody.
    NobodySelected = 5,
    /// SIGHUP: the terminal, or the connection to it, is gone.
    #[cfg(unix)]
    HungUp = 129,
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
    /// The status after these failures, of users or of a whole run, when something was done or nothing.
    pub(crate) fn after(done: bool, failures: impl IntoIterator<Item = Status>) -> ExitStatus {
        let failures: Vec<Status> = failures.into_iter().collect();
        let all = |judge: fn(Status) -> bool| failures.iter().copied().all(judge);
        if failures.is_empty() {
            ExitStatus::AllDone
        } else if failures.iter().copied().any(is_about_ourselves) {
            ExitStatus::NothingDone
        } else if failures.contains(&Status::SelectionEmpty) {
            ExitStatus::NobodySelected
        } else if done {
            ExitStatus::SomeFailed
        } else if all(is_about_the_command_line) {
            ExitStatus::Usage
        } else if all(is_about_the_token) {
            ExitStatus::TokenRefused
        } else if all(is_about_the_network) {
            ExitStatus::NothingDone
        } else {
            ExitStatus::SomeFailed
        }
    }

    /// The status when no client, or no run, could be made.
    pub(crate) fn of_setup(status: Status) -> ExitStatus {
        match status.failure() {
            Some(FailureKind::Input) => ExitStatus::Usage,
            Some(FailureKind::Token) => ExitStatus::TokenRefused,
            _ if status == Status::HostRefused || is_about_the_command_line(status) => {
                ExitStatus::Usage
            }
            _ => ExitStatus::NothingDone,
        }
    }
}

fn is_about_the_token(status: Status) -> bool {
    matches!(
        status.failure(),
        Some(FailureKind::Token | FailureKind::Permission)
    )
}

fn is_about_the_network(status: Status) -> bool {
    status.failure() == Some(FailureKind::Network)
        || matches!(
            status,
            Status::ServiceUnavailable | Status::UnexpectedAnswer | Status::DeadlineExceeded
        )
}

/// The record or the program failed: whatever was done before, there is something to mend first.
fn is_about_ourselves(status: Status) -> bool {
    status.failure() == Some(FailureKind::Internal)
        || matches!(
            status,
            Status::JournalFailed
                | Status::JournalLost
                | Status::JournalUnusable
                | Status::JournalLocked
        )
}

/// Another journal was named than the one that belongs to this run, or a group that is not there: nothing was sent.
fn is_about_the_command_line(status: Status) -> bool {
    matches!(
        status,
        Status::JournalExists
            | Status::JournalMismatch
            | Status::JournalTooOld
            | Status::JournalEmpty
            | Status::GroupNotFound
            | Status::GroupAmbiguous
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_told_by_what_to_do_next() {
        use Status::{
            Cancelled, ConnectFailed, DeadlineExceeded, ExclusionUnresolved, GroupAmbiguous,
            InvalidUser, JournalExists, JournalFailed, JournalMismatch, PermissionDenied,
            SelectionEmpty, TokenExpired, Unconfirmed, UserNotFound,
        };
        for (done, failures, status) in [
            (true, &[][..], ExitStatus::AllDone),
            (false, &[], ExitStatus::AllDone),
            (true, &[UserNotFound], ExitStatus::SomeFailed),
            (true, &[ConnectFailed], ExitStatus::SomeFailed),
            (true, &[TokenExpired], ExitStatus::SomeFailed),
            (
                false,
                &[ConnectFailed, DeadlineExceeded],
                ExitStatus::NothingDone,
            ),
            (
                false,
                &[TokenExpired, PermissionDenied],
                ExitStatus::TokenRefused,
            ),
            (
                false,
                &[TokenExpired, ConnectFailed],
                ExitStatus::SomeFailed,
            ),
            (false, &[InvalidUser], ExitStatus::SomeFailed),
            (false, &[Unconfirmed], ExitStatus::SomeFailed),
            (false, &[Cancelled], ExitStatus::SomeFailed),
            (false, &[ExclusionUnresolved], ExitStatus::SomeFailed),
            (false, &[SelectionEmpty], ExitStatus::NobodySelected),
            (false, &[GroupAmbiguous], ExitStatus::Usage),
            (false, &[JournalExists], ExitStatus::Usage),
            (false, &[JournalMismatch], ExitStatus::Usage),
            (
                true,
                &[UserNotFound, JournalFailed],
                ExitStatus::NothingDone,
            ),
        ] {
            assert_eq!(
                ExitStatus::after(done, failures.iter().copied()),
                status,
                "{done} {failures:?}"
            );
        }
    }
}
