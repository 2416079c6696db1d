//! What it means that a listing was refused, and what to do next.

use crate::outcome::{Error, Outcome};
use crate::status::Status;

/// The code of a query that the service answers, if at all, from its index.
pub(super) const UNSUPPORTED: &str = "Request_UnsupportedQuery";

/// The failure behind an outcome, for the part of the selection in these words.
pub(super) fn of(outcome: Outcome, part: &str) -> Error {
    let said = outcome.message.clone();
    let said = said.as_deref().unwrap_or_else(|| outcome.status.name());
    let said = said.trim_end_matches('.');
    Error::new(
        outcome.status,
        format!("Whom to sign out could not be read from the directory ({part}): {said}."),
    )
    .with(|error| {
        error.hint.clone_from(&outcome.hint);
        error.http_status = outcome.http_status;
        error.code.clone_from(&outcome.code);
        error.attempts = outcome.attempts;
        error.request_id.clone_from(&outcome.request_id);
        error
            .client_request_id
            .clone_from(&outcome.client_request_id);
        error.server_date = outcome.server_date;
        error.retry_after = outcome.retry_after;
    })
}

/// The same for a filter, which is most often a filter that is wrong.
pub(super) fn of_filter(outcome: Outcome, part: &str) -> Error {
    let is_refused = outcome.status == Status::RequestRefused;
    let error = of(outcome, part);
    match is_refused {
        true => error.hint(
            "No write request was sent. Check the filter: texts stand in apostrophes, which are doubled inside (department eq 'R''D'), true and false without; a query takes up to 15 conditions with or. https://learn.microsoft.com/graph/filter-query-parameter",
        ),
        false => error,
    }
}
