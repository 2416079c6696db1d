//! That no answer came: what it is called, and what may be done then.

use http::Method;

use crate::call::retry::Retry;
use crate::outcome::Outcome;
use crate::status::Status;

/// After a request that changes something, of which the end is not known.
pub(crate) const MAY_HAVE_ACTED: &str =
    "The service may have acted; the action can safely be repeated.";

/// After a request that only reads.
pub(crate) const NOTHING_CHANGED: &str =
    "Check the network and call again; the request only reads.";

/// Why an attempt brought no answer.
#[derive(Debug)]
pub(crate) struct TransportFailure {
    pub(crate) status: Status,
    pub(crate) message: String,
    /// None where it depends on what was asked.
    pub(crate) hint: Option<&'static str>,
    pub(crate) retry: Retry,
}

impl TransportFailure {
    pub(super) fn new(
        status: Status,
        message: impl Into<String>,
        retry: Retry,
    ) -> TransportFailure {
        TransportFailure {
            status,
            message: message.into(),
            hint: None,
            retry,
        }
    }

    pub(super) fn hint(mut self, hint: &'static str) -> TransportFailure {
        self.hint = Some(hint);
        self
    }

    /// Writes into the outcome why there was no answer to such a request.
    pub(crate) fn describe(self, method: &Method, outcome: &mut Outcome) {
        outcome.status = self.status;
        outcome.message = Some(self.message);
        let hint = self.hint.unwrap_or(if *method == Method::GET {
            NOTHING_CHANGED
        } else {
            MAY_HAVE_ACTED
        });
        outcome.hint = Some(hint.to_owned());
    }

    pub(crate) fn timed_out(seconds: u64) -> TransportFailure {
        TransportFailure::new(
            Status::ConnectionBroken,
            format!("No complete response arrived within {seconds} s."),
            Retry::Soon,
        )
    }
}
