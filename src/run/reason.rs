//! Why a run ended: one word for the record, the report and whoever reads it by program.

use crate::failure_kind::FailureKind;
use crate::outcome::Error;
use crate::status::Status;

/// How a run comes to its end.
#[derive(Debug)]
pub(super) enum Ended {
    Done,
    Cancelled,
    DeadlinePassed,
    /// `None` where the exchange knows the failure: that of the journal.
    Failed(Option<Error>),
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndReason {
    /// Every user of the list has an outcome.
    Complete,
    /// The caller ended it: Ctrl+C, a signal, a loop that was left.
    Cancelled,
    /// Its deadline passed.
    Deadline,
    /// The token was used up or refused, and there was no other.
    Token,
    /// The token's permissions do not suffice for anybody.
    Permissions,
    /// The service could not be reached.
    Network,
    /// The service failed.
    Service,
    /// The journal could not be written any more, or belongs to another run.
    Journal,
    /// An exclusion could not be looked up.
    Exclusions,
    /// The list could not be read any further.
    List,
    /// Something failed that should not.
    Internal,
}

impl EndReason {
    /// What a run that failed with this status ended for.
    pub fn of(status: Status) -> EndReason {
        match status {
            Status::Cancelled => EndReason::Cancelled,
            Status::DeadlineExceeded => EndReason::Deadline,
            Status::ExclusionUnresolved => EndReason::Exclusions,
            Status::SelectionEmpty | Status::SelectionIncomplete => EndReason::List,
            _ => match status.failure() {
                None => EndReason::Complete,
                Some(FailureKind::Input | FailureKind::User) => EndReason::List,
                Some(FailureKind::Token) => EndReason::Token,
                Some(FailureKind::Permission) => EndReason::Permissions,
                Some(FailureKind::Network) => EndReason::Network,
                Some(FailureKind::Throttled | FailureKind::Service) => EndReason::Service,
                Some(FailureKind::Run) => EndReason::Journal,
                Some(FailureKind::Internal) => EndReason::Internal,
            },
        }
    }

    /// The word in journals and reports.
    pub const fn name(self) -> &'static str {
        match self {
            EndReason::Complete => "complete",
            EndReason::Cancelled => "cancelled",
            EndReason::Deadline => "deadline",
            EndReason::Token => "token",
            EndReason::Permissions => "permissions",
            EndReason::Network => "network",
            EndReason::Service => "service",
            EndReason::Journal => "journal",
            EndReason::Exclusions => "exclusions",
            EndReason::List => "list",
            EndReason::Internal => "internal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_an_end_has_a_word() {
        for (status, word) in [
            (Status::Ok, "complete"),
            (Status::Cancelled, "cancelled"),
            (Status::DeadlineExceeded, "deadline"),
            (Status::TokenExpired, "token"),
            (Status::TokenRejected, "token"),
            (Status::PermissionDenied, "permissions"),
            (Status::ConnectFailed, "network"),
            (Status::ServiceUnavailable, "service"),
            (Status::JournalFailed, "journal"),
            (Status::JournalMismatch, "journal"),
            (Status::ExclusionUnresolved, "exclusions"),
            (Status::SelectionEmpty, "list"),
            (Status::Panic, "internal"),
        ] {
            assert_eq!(EndReason::of(status).name(), word);
        }
    }
}
