//! Asking the service that runs a job for the job's token.

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use super::super::answered::{Answered, Asked};
use super::super::authority::Reach;
use super::super::exchange::send;
use super::super::form::ENCODED;
use super::super::{Secret, Wire, refusal};
use crate::graph::endpoint::is_loopback;
use crate::outcome::{Error, now};
use crate::status::Status;
use crate::token::claims::Claims;
use crate::transport::Request;

/// Clocks differ: a token is called over with this much grace, in seconds.
const GRACE: i64 = 5 * 60;

/// A request for a job's token.
pub(super) struct TokenRequest {
    name: &'static str,
    method: Method,
    url: Url,
    headers: HeaderMap,
    token: Secret,
    /// The field of the answer that holds the assertion.
    field: &'static str,
    /// What to do where the request is refused.
    refused: &'static str,
}

impl TokenRequest {
    /// <https://docs.github.com/actions/reference/security/oidc>
    pub(super) fn of_github(
        variable: &str,
        address: &str,
        token: &str,
        audience: &str,
        reach: Reach,
    ) -> Result<TokenRequest, Error> {
        let mut url = check(variable, address, reach)?;
        set_parameter(&mut url, "audience", audience);
        TokenRequest {
            name: "GitHub Actions",
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            token: Secret::new(token)?,
            field: "value",
            refused: "Give the job permissions: id-token: write, and call from a step of the same job: the token is valid only for that job.",
        }
        .authorized()
    }

    /// As the tasks of Azure Pipelines ask.
    pub(super) fn of_azure_pipelines(
        variable: &str,
        address: &str,
        token: &str,
        connection: &str,
        reach: Reach,
    ) -> Result<TokenRequest, Error> {
        let mut url = check(variable, address, reach)?;
        set_parameter(&mut url, "api-version", "7.1");
        set_parameter(&mut url, "serviceConnectionId", connection);
        let mut headers = HeaderMap::new();
        // Otherwise a token that is not good enough is answered with the way to a sign-in page.
        headers.insert(
            HeaderName::from_static("x-tfs-fedauthredirect"),
            HeaderValue::from_static("Suppress"),
        );
        TokenRequest {
            name: "Azure Pipelines",
            method: Method::POST,
            url,
            headers,
            token: Secret::new(token)?,
            field: "oidcToken",
            refused: "Give the step env: SYSTEM_ACCESSTOKEN: $(System.AccessToken), and check that the pipeline may use the service connection with this id.",
        }
        .authorized()
    }

    fn authorized(mut self) -> Result<TokenRequest, Error> {
        let value = Zeroizing::new(format!("Bearer {}", self.token.text()));
        let mut value = HeaderValue::from_str(&value).map_err(|_| {
            Error::new(
                Status::InvalidCredential,
                format!(
                    "The token with which {} is asked cannot stand in a header.",
                    self.name
                ),
            )
            .hint("Hand the job's variables over as they are.")
        })?;
        value.set_sensitive(true);
        self.headers.insert(AUTHORIZATION, value);
        Ok(self)
    }

    pub(super) async fn send(&self, wire: Wire<'_>) -> Result<Secret, Error> {
        let secrets = [self.token.text()];
        let asked = Asked {
            name: self.name,
            host: self.url.host_str().unwrap_or_default().to_owned(),
            secrets: &secrets,
        };
        let answered = send(wire, &asked, &[], || Request {
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.headers.clone(),
            body: bytes::Bytes::new(),
        })
        .await?;
        match answered.answer.status {
            status if status.is_success() => self.read(&answered, &asked),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
                let status = answered.answer.status;
                let message = format!("{} returned no token for this job: {status}.", asked.whom());
                let error = asked.error(&answered, Status::SignInRefused, message);
                Err(error.hint(self.refused))
            }
            _ => Err(refusal::read(&answered).into_error(&asked)),
        }
    }

    fn read(&self, answered: &Answered, asked: &Asked<'_>) -> Result<Secret, Error> {
        let senseless = |what: &str| asked.senseless(answered, what);
        let body = match answered.answer.body.whole() {
            Ok(body) => body,
            Err(unread) => return Err(senseless(&format!("gave no token: {unread}"))),
        };
        let Ok(mut answer) = serde_json::from_slice::<Value>(body) else {
            return Err(senseless("responded with something that contains no token"));
        };
        let text = match answer.get_mut(self.field).map(Value::take) {
            Some(Value::String(text)) => Zeroizing::new(text),
            _ => {
                let what = format!("responded without the field {}", self.field);
                return Err(senseless(&what));
            }
        };
        let has_shape = text.split('.').filter(|part| !part.is_empty()).count() == 3;
        let token = Secret::new(&text).ok().filter(|_| has_shape);
        let token = token.ok_or_else(|| senseless("responded with an invalid token"))?;
        let end = Claims::read(&text).and_then(|claims| claims.expires);
        if end.is_some_and(|end| end.saturating_add(GRACE) < now().as_second()) {
            let message = format!(
                "{} returned a token that has already expired.",
                asked.whom()
            );
            let error = asked.error(answered, Status::SignInRefused, message);
            return Err(
                error.hint("Check this machine's clock; if it is right, run the job again.")
            );
        }
        Ok(token)
    }
}

/// An address that the environment names: https, or this machine.
fn check(variable: &str, address: &str, reach: Reach) -> Result<Url, Error> {
    let refuse = |status: Status, what: &str| {
        Error::new(status, format!("{variable} {what}."))
            .hint(format!("Hand {variable} over exactly as the job has it."))
    };
    let url = Url::parse(address.trim())
        .map_err(|_| refuse(Status::InvalidCredential, "is not a URL"))?;
    let is_here = is_loopback(url.host_str().unwrap_or_default());
    if !(url.scheme() == "https" || url.scheme() == "http" && is_here) {
        let what = "is not https, which a token requires";
        return Err(refuse(Status::HostRefused, what));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(refuse(
            Status::InvalidCredential,
            "holds a user name, a password or a fragment",
        ));
    }
    if !reach.includes(&url) {
        return Err(Error::new(
            Status::CredentialUnavailable,
            format!("{variable} is not contacted: the Graph endpoint is this machine, so nothing may leave it."),
        )
        .hint("Leave the endpoint out, or take the variables from graph-invalidate emulator --env."));
    }
    Ok(url)
}

/// Sets a parameter of a query that may be there already, and leaves the others as they are written.
fn set_parameter(url: &mut Url, name: &str, value: &str) {
    let own = format!("{name}={}", utf8_percent_encode(value, ENCODED));
    let before = url.query().unwrap_or_default();
    let others = before.split('&').filter(|pair| {
        let found = pair.split_once('=').map_or(*pair, |(name, _)| name);
        !found.is_empty() && !found.eq_ignore_ascii_case(name)
    });
    let all: Vec<&str> = others.chain([own.as_str()]).collect();
    url.set_query(Some(&all.join("&")));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_comes_to_a_query_that_is_there_already() {
        for (before, after) in [
            (
                "https://h.example/t",
                "https://h.example/t?audience=api%3A%2F%2Fx",
            ),
            (
                "https://h.example/t?",
                "https://h.example/t?audience=api%3A%2F%2Fx",
            ),
            (
                "https://h.example/t?api-version=2.0&x=a%20b",
                "https://h.example/t?api-version=2.0&x=a%20b&audience=api%3A%2F%2Fx",
            ),
            (
                "https://h.example/t?audience=other&y",
                "https://h.example/t?y&audience=api%3A%2F%2Fx",
            ),
        ] {
            let mut url = Url::parse(before).unwrap();
            set_parameter(&mut url, "audience", "api://x");
            assert_eq!(url.as_str(), after);
        }
    }

    #[test]
    fn only_https_and_this_machine_are_asked() {
        let status = |address: &str, reach: Reach| {
            check("THE_VARIABLE", address, reach)
                .err()
                .map(|error| error.status())
        };
        for (address, expected) in [
            ("https://token.example/x?y=1", None),
            ("http://127.0.0.1:1/x", None),
            ("http://localhost:1/x", None),
            ("http://token.example/x", Some(Status::HostRefused)),
            ("http://127.0.0.1.evil.example/", Some(Status::HostRefused)),
            ("ftp://127.0.0.1/", Some(Status::HostRefused)),
            (
                "https://a:b@token.example/",
                Some(Status::InvalidCredential),
            ),
            ("https://token.example/#x", Some(Status::InvalidCredential)),
            ("nonsense", Some(Status::InvalidCredential)),
        ] {
            assert_eq!(status(address, Reach::Anywhere), expected, "{address}");
        }
        let here = |address: &str| status(address, Reach::ThisMachine);
        assert_eq!(here("http://127.0.0.1:1/x"), None);
        let elsewhere = Some(Status::CredentialUnavailable);
        assert_eq!(here("https://token.example/x"), elsewhere);
    }
}
