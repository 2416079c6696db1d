//! An access token: a secret that is wiped, redacted, and judged before it is sent.

pub(crate) mod access;
pub(crate) mod claims;
pub(crate) mod directory_roles;
pub(crate) mod enquiry;
pub(crate) mod expected_tenant;
pub(crate) mod permissions;
mod signing_in;
pub(crate) mod small_text;
pub(crate) mod source;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderValue;
use jiff::Timestamp;
use url::Url;
use zeroize::Zeroizing;

use crate::graph::cloud::{Cloud, Placement};
use crate::graph::endpoint::Endpoint;
use crate::outcome::{Error, Outcome, now, rfc3339};
use crate::status::Status;
use crate::token::claims::Claims;
use crate::user::User;

/// Far above the longest real token; proxies and services refuse headers long before.
const LONGEST_TOKEN: usize = 64 * 1024;

/// Clocks differ: a token is judged locally with this much grace, in seconds.
const GRACE: i64 = 5 * 60;

/// An access token for Microsoft Graph.
///
/// Its memory is wiped when the last holder drops it, and its `Debug` shows nothing of it. Two are equal when their
/// texts are: so a caller can tell whether its provider has another one.
#[derive(Clone)]
pub struct AccessToken {
    authorization: HeaderValue,
    claims: Option<Claims>,
    /// The audience as the address of a service, if it is one: read once, and not for every call.
    audience: Option<Url>,
    placement: Option<Placement>,
    brought: bool,
    credential: Option<Arc<str>>,
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &AccessToken) -> bool {
        self.authorization == other.authorization
    }
}

impl AccessToken {
    /// Takes a token as given: white space and quotation marks around it, and a leading `Bearer `, are taken off.
    ///
    /// # Errors
    ///
    /// [`Status::EmptyArgument`] for nothing, [`Status::TokenMalformed`] for what no token can be. No message repeats
    /// any of it.
    pub fn new(text: &str) -> Result<AccessToken, Error> {
        let around = |c: char| c.is_whitespace() || c == '\u{feff}';
        let text = small_text::bare(text.trim_matches(around)).trim_matches(around);
        let token = match text.split_at_checked(7) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Bearer ") => rest.trim_start(),
            _ => text,
        };
        if token.is_empty() || token.eq_ignore_ascii_case("bearer") {
            return Err(Error::new(
                Status::EmptyArgument,
                "The access token is empty.",
            ));
        }
        if token.len() > LONGEST_TOKEN {
            return Err(malformed(format!(
                "The access token is {} bytes long; the maximum is {LONGEST_TOKEN}.",
                token.len()
            )));
        }
        if let Some(position) = token.bytes().position(|byte| !is_of_a_token(byte)) {
            return Err(malformed(match token.contains(char::is_whitespace) {
                true => "The access token contains white space or a line break: perhaps it is two tokens, or was wrapped."
                    .to_owned(),
                false => format!(
                    "The access token's character {} is none that a token can have.",
                    position + 1
                ),
            }));
        }
        let mut authorization = Zeroizing::new(Vec::with_capacity(7 + token.len()));
        authorization.extend_from_slice(b"Bearer ");
        authorization.extend_from_slice(token.as_bytes());
        // The header value borrows this one buffer for its whole life, so the last holder wipes it.
        let mut authorization = HeaderValue::from_maybe_shared(Bytes::from_owner(authorization))
            .map_err(|_| malformed("The access token cannot be sent in a header.".to_owned()))?;
        authorization.set_sensitive(true);
        let claims = Claims::read(token);
        let audience = claims.as_ref().and_then(|it| it.audience.as_deref());
        Ok(AccessToken {
            authorization,
            audience: audience.and_then(|audience| Url::parse(audience).ok()),
            placement: claims.as_ref().and_then(Claims::placement),
            claims,
            brought: false,
            credential: None,
        })
    }

    /// Marks a token that a credential brought: it belongs where the credential's tokens go, and the credential renews
    /// it.
    pub(crate) fn brought_by_a_credential(mut self) -> AccessToken {
        self.brought = true;
        self
    }

    pub(crate) fn is_brought(&self) -> bool {
        self.brought
    }

    /// Says which credential brought it.
    pub(crate) fn by(mut self, credential: &str) -> AccessToken {
        self.brought = true;
        self.credential = Some(credential.into());
        self
    }

    /// The credential that brought it: its kind, and more where that tells who acts.
    pub(crate) fn credential(&self) -> Option<&str> {
        self.credential.as_deref()
    }

    /// The token alone.
    #[cfg(feature = "credentials")]
    pub(crate) fn text(&self) -> &str {
        let bytes = self.authorization.as_bytes().get(7..).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Takes a token out of the bytes of a file or of standard input, in UTF-8 or in the UTF-16 of older PowerShell.
    ///
    /// # Errors
    ///
    /// As [`AccessToken::new`]; [`Status::TokenMalformed`] for what is no text.
    pub fn from_bytes(bytes: &[u8]) -> Result<AccessToken, Error> {
        let text = small_text::decode(bytes)
            .ok_or_else(|| malformed("The access token is not text.".to_owned()))?;
        AccessToken::new(&text)
    }

    /// The claims, where the token has the shape of a JSON Web Token; tokens of personal accounts do not.
    pub fn claims(&self) -> Option<&Claims> {
        self.claims.as_ref()
    }

    pub(crate) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }

    /// Takes the token out of what a server said: it may repeat what it was sent.
    pub(crate) fn redact(&self, outcome: &mut Outcome) {
        let token = self.authorization.as_bytes().get(7..).unwrap_or_default();
        let Ok(token) = std::str::from_utf8(token) else {
            return;
        };
        let texts = [
            &mut outcome.message,
            &mut outcome.code,
            &mut outcome.request_id,
        ];
        let headers = outcome.headers.iter_mut().map(|(_, value)| value);
        for text in texts.into_iter().flatten().chain(headers) {
            if text.contains(token) {
                *text = text.replace(token, "…");
            }
        }
    }

    /// The Graph root that the token itself asks for.
    pub(crate) fn endpoint(&self) -> Result<Endpoint, Error> {
        match self.placement {
            // Unreadable tokens say nothing: they go where most do.
            None => Endpoint::of_cloud(Cloud::Global),
            Some(Placement::Cloud(cloud)) => Endpoint::of_cloud(cloud),
            Some(Placement::OtherResource) => Err(self.wrong_audience()),
            Some(Placement::Ambiguous) => Err(Error::new(
                Status::CloudAmbiguous,
                "The token is for Microsoft Graph, but does not say for which national cloud.",
            )
            .hint("Name the cloud: global, usgov, usgov-dod or china.")),
        }
    }

    /// Refuses a token that cannot work now.
    pub(crate) fn judge_lifetime(&self) -> Result<(), Error> {
        // How long a credential's own token lives was told with it: its claims, read by this machine's clock, do not
        // know better.
        let Some(claims) = self.claims.as_ref().filter(|_| !self.brought) else {
            return Ok(());
        };
        let seconds = now().as_second();
        if claims
            .expires
            .is_some_and(|end| end.saturating_add(GRACE) < seconds)
        {
            return Err(self.expired());
        }
        if let Some(begin) = claims
            .not_before
            .filter(|begin| begin.saturating_sub(GRACE) > seconds)
        {
            return Err(Error::new(
                Status::TokenNotYetValid,
                format!(
                    "The access token is not valid before {}, and this machine's clock says {}.",
                    time(begin),
                    rfc3339(now())
                ),
            )
            .hint("Check this machine's clock; nothing was sent."));
        }
        Ok(())
    }

    /// How long it lives from now on by its own claims, grace included, where they tell.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let expires = self.claims.as_ref()?.expires?;
        let left = expires
            .saturating_add(GRACE)
            .saturating_sub(now().as_second());
        Some(Duration::from_secs(u64::try_from(left).unwrap_or_default()))
    }

    /// A token whose life is over.
    pub(crate) fn expired(&self) -> Error {
        let expires = self.claims.as_ref().and_then(|claims| claims.expires);
        Error::new(
            Status::TokenExpired,
            match expires {
                Some(expires) => format!(
                    "The access token expired at {}; this machine's clock says {}.",
                    time(expires),
                    rfc3339(now())
                ),
                None => "The access token has expired.".to_owned(),
            },
        )
        .hint("Get a new token and call again; nothing was sent.")
    }

    /// Refuses a token that cannot work for this user.
    pub(crate) fn judge_user(&self, user: &User) -> Result<(), Error> {
        let is_application = self.claims.as_ref().is_some_and(Claims::is_application);
        if *user == User::Me && is_application {
            return Err(Error::new(
                Status::TokenWithoutUser,
                "The token belongs to an application, which has no signed-in user, so \"me\" cannot be used.",
            )
            .hint("Name the user by object id or user principal name, or sign in as the user."));
        }
        Ok(())
    }

    /// Refuses a token that cannot work there.
    pub(crate) fn judge_audience(&self, endpoint: &Endpoint) -> Result<(), Error> {
        if self
            .audience
            .as_ref()
            .is_some_and(|audience| endpoint.is_audience(audience))
        {
            return Ok(());
        }
        match (self.placement, endpoint.cloud()) {
            (Some(Placement::OtherResource), _) => Err(self.wrong_audience()),
            (Some(Placement::Cloud(token_cloud)), Some(cloud)) if token_cloud != cloud => {
                Err(Error::new(
                    Status::TokenWrongCloud,
                    format!(
                        "The token was issued for the {} cloud, but the request is for {}.",
                        token_cloud.name(),
                        cloud.name()
                    ),
                )
                .hint("A token works only in its own cloud: sign in to the other cloud, or leave the cloud out."))
            }
            _ => Ok(()),
        }
    }

    fn wrong_audience(&self) -> Error {
        let audience = self
            .claims
            .as_ref()
            .and_then(|claims| claims.audience.as_deref())
            .unwrap_or_default();
        Error::new(
            Status::TokenWrongAudience,
            format!("The token is for {audience:?}, not for Microsoft Graph."),
        )
        .hint("Ask the sign-in service for the scope https://graph.microsoft.com/.default (or your cloud's own Graph host).")
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AccessToken(…)")
    }
}

/// RFC 6750, section 2.1: the only characters a bearer token can have, each of them one byte.
fn is_of_a_token(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

fn malformed(message: String) -> Error {
    Error::new(Status::TokenMalformed, message)
        .hint("Give only the access token, as the sign-in service issued it.")
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| format!("{seconds} s"), rfc3339)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn jwt(claims: &str) -> AccessToken {
        let payload = URL_SAFE_NO_PAD.encode(claims);
        AccessToken::new(&format!("eyJhbGciOiJub25lIn0.{payload}.c2ln")).unwrap()
    }

    fn refusal(claims: &str, endpoint: &str, user: &str) -> Option<Status> {
        let token = jwt(claims);
        let audience = token.judge_audience(&Endpoint::named_by_caller(endpoint).unwrap());
        let judged = audience
            .and_then(|()| token.judge_lifetime())
            .and_then(|()| token.judge_user(&User::parse(user).unwrap()));
        judged.err().map(|error| error.status())
    }

    #[test]
    fn a_pasted_token_is_taken_as_it_is_meant() {
        for text in [
            "abc.def",
            " abc.def\r\n",
            "Bearer abc.def",
            "bearer  abc.def",
            "\u{feff}abc.def",
        ] {
            let token = AccessToken::new(text).unwrap();
            assert_eq!(
                token.authorization().as_bytes(),
                b"Bearer abc.def",
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_no_token_can_be_is_refused_without_repeating_it() {
        for text in [
            "hush hush",
            "hush\nhush",
            "Bearer hush Bearer hush",
            "hush\u{e9}",
            "hush\"",
            "hush\u{0}",
        ] {
            let error = AccessToken::new(text).unwrap_err();
            assert_eq!(error.status(), Status::TokenMalformed, "{text:?}");
            assert!(!format!("{error:?}").contains("hush"), "{text:?}");
        }
        let long = "x".repeat(1 << 20);
        assert_eq!(
            AccessToken::new(&long).unwrap_err().status(),
            Status::TokenMalformed
        );
        for text in ["", " \n", "Bearer ", "bearer"] {
            assert_eq!(
                AccessToken::new(text).unwrap_err().status(),
                Status::EmptyArgument
            );
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?}", AccessToken::new("hush").unwrap()),
            "AccessToken(…)"
        );
    }

    #[test]
    fn a_token_is_judged_with_five_minutes_of_grace() {
        let graph = "https://graph.microsoft.com";
        let second = now().as_second();
        let expiring = |offset: i64| {
            let claims = format!(r#"{{"aud":"{graph}","scp":"x","exp":{}}}"#, second + offset);
            refusal(&claims, graph, "me")
        };
        assert_eq!(expiring(10), None);
        assert_eq!(expiring(-290), None);
        assert_eq!(expiring(-310), Some(Status::TokenExpired));
        let beginning = |offset: i64| {
            let claims = format!(r#"{{"aud":"{graph}","scp":"x","nbf":{}}}"#, second + offset);
            refusal(&claims, graph, "me")
        };
        assert_eq!(beginning(290), None);
        assert_eq!(beginning(310), Some(Status::TokenNotYetValid));
    }

    #[test]
    fn a_token_that_a_credential_brought_lives_as_long_as_was_told_with_it() {
        let graph = "https://graph.microsoft.com";
        let claims = format!(r#"{{"aud":"{graph}","roles":[],"exp":1000,"nbf":99999999999}}"#);
        let token = jwt(&claims);
        let said = token.judge_lifetime().unwrap_err().to_string();
        assert!(
            said.contains("1970-01-01T00:16:40") && said.contains("clock says"),
            "{said}"
        );
        assert!(token.brought_by_a_credential().judge_lifetime().is_ok());
    }

    #[test]
    fn a_token_stays_in_its_cloud_and_with_its_resource() {
        let graph = r#"{"aud":"https://graph.microsoft.com","scp":"x"}"#;
        assert_eq!(refusal(graph, "https://graph.microsoft.com", "me"), None);
        assert_eq!(refusal(graph, "http://127.0.0.1:1", "me"), None);
        assert_eq!(
            refusal(graph, "https://graph.microsoft.us", "me"),
            Some(Status::TokenWrongCloud)
        );
        let other = r#"{"aud":"https://vault.azure.net","scp":"x"}"#;
        assert_eq!(
            refusal(other, "https://graph.microsoft.com", "me"),
            Some(Status::TokenWrongAudience)
        );
        assert_eq!(refusal(other, "https://vault.azure.net", "me"), None);
        assert_eq!(
            jwt(other).endpoint().unwrap_err().status(),
            Status::TokenWrongAudience
        );
    }

    #[test]
    fn an_application_is_nobodys_me() {
        let graph = "https://graph.microsoft.com";
        let application = r#"{"aud":"https://graph.microsoft.com","roles":["User.RevokeSessions.All"],"idtyp":"app"}"#;
        assert_eq!(
            refusal(application, graph, "me"),
            Some(Status::TokenWithoutUser)
        );
        assert_eq!(refusal(application, graph, "adele@contoso.com"), None);
        let no_type = r#"{"aud":"https://graph.microsoft.com","roles":[]}"#;
        assert_eq!(
            refusal(no_type, graph, "Me"),
            Some(Status::TokenWithoutUser)
        );
    }

    #[test]
    fn a_token_that_cannot_be_read_is_sent_as_it_is() {
        for text in ["opaque", "a.b.c", "a.b.c.d.e", "e30.W10.x"] {
            let token = AccessToken::new(text).unwrap();
            assert_eq!(token.claims(), None, "{text}");
            assert_eq!(token.endpoint().unwrap().cloud(), Some(Cloud::Global));
        }
    }
}
