//! One request of a sign-in, repeated while that may help.

use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use url::Url;

use super::answered::{Answered, Asked};
use super::form::Form;
use super::issued;
use super::refusal;
use super::{Issued, Wire};
use crate::call::answer;
use crate::call::headers::AGENT;
use crate::call::retry::{self, Decision, Retry};
use crate::outcome::Error;
use crate::transport::{ATTEMPT_TIMEOUT, Departure, Request, TransportFailure};
use crate::unique_id::unique_id;

/// Signs in at the token endpoint with this form.
pub(super) async fn redeem(
    wire: Wire<'_>,
    page: Url,
    form: Form,
    secrets: &[&str],
) -> Result<Issued, Error> {
    redeem_with(wire, page, form, None, secrets).await
}

/// The same, with a further header.
pub(super) async fn redeem_with(
    wire: Wire<'_>,
    page: Url,
    form: Form,
    header: Option<(HeaderName, HeaderValue)>,
    secrets: &[&str],
) -> Result<Issued, Error> {
    let asked = Asked::sign_in_service(&page, secrets);
    let answered = post_with(wire, page, form, header, &asked).await?;
    if answered.answer.status.is_success() {
        issued::read(&answered, &asked)
    } else {
        Err(refusal::read(&answered).into_error(&asked))
    }
}

/// Posts a form, and comes back with whatever is answered for good.
pub(super) async fn post(
    wire: Wire<'_>,
    page: Url,
    form: Form,
    asked: &Asked<'_>,
) -> Result<Answered, Error> {
    post_with(wire, page, form, None, asked).await
}

async fn post_with(
    wire: Wire<'_>,
    page: Url,
    form: Form,
    header: Option<(HeaderName, HeaderValue)>,
    asked: &Asked<'_>,
) -> Result<Answered, Error> {
    let body = form.into_body();
    let mut headers: HeaderMap = header.into_iter().collect();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    send(wire, asked, &[], || Request {
        method: Method::POST,
        url: page.clone(),
        headers: headers.clone(),
        body: body.clone(),
    })
    .await
}

/// Sends a request until it is answered for good. `repeated` are further HTTP statuses that are worth repeating.
pub(super) async fn send(
    wire: Wire<'_>,
    asked: &Asked<'_>,
    repeated: &[u16],
    make: impl Fn() -> Request,
) -> Result<Answered, Error> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let client_request_id = unique_id().to_string();
        let mut request = make();
        request.headers.insert(USER_AGENT, AGENT);
        request
            .headers
            .insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Ok(id) = HeaderValue::from_str(&client_request_id) {
            request.headers.insert("client-request-id", id);
        }
        log::debug!("asking {} (attempt {attempts})", asked.whom());
        let departure = Departure::default();
        let sending = wire.transport.send(request, &departure);
        // Whoever waits for the sign-in ends it at the deadline.
        let attempt = tokio::time::timeout(ATTEMPT_TIMEOUT, sending).await;
        let (retry, error) = match attempt {
            Ok(Ok(answer)) => {
                log::debug!("answered {}", answer.status);
                let retry = answer::retry_of((&answer).into(), repeated);
                let answered = Answered {
                    answer,
                    attempts,
                    client_request_id,
                };
                if retry == Retry::Never {
                    return Ok(answered);
                }
                (retry, refusal::read(&answered).into_error(asked))
            }
            Ok(Err(failure)) => (failure.retry, asked.failed(failure, attempts)),
            Err(_) => {
                let failure = TransportFailure::timed_out(ATTEMPT_TIMEOUT.as_secs());
                (failure.retry, asked.failed(failure, attempts))
            }
        };
        // Connections that cannot be made are given up after a few attempts of this sign-in alone.
        let in_a_row = match retry {
            Retry::SoonForConnecting => attempts,
            _ => wire.attempts_before.saturating_add(attempts),
        };
        match retry::decide_for_call(retry, in_a_row, wire.deadline) {
            Decision::GiveUp => return Err(error),
            Decision::WaitTooLong(wait) => return Err(error.throttled(wait)),
            Decision::Wait(wait) => {
                log::debug!("trying again in {:.1} s", wait.as_secs_f64());
                tokio::time::sleep(wait).await;
            }
        }
    }
}
