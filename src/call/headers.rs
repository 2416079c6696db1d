//! The headers of a request: ours, and the caller's.

use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use crate::outcome::Error;
use crate::status::Status;
use crate::token::AccessToken;

/// Headers that carry the request's meaning or the token: nobody else may set them.
const OWN_HEADERS: &[&str] = &[
    "accept-encoding",
    "authorization",
    "client-request-id",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// How every request names itself.
pub(crate) const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("graph-invalidate/", env!("CARGO_PKG_VERSION")));

/// Of requests whose answers may be some moments old: the service wants it where a read names the type of what it lists
/// (<https://learn.microsoft.com/graph/aad-advanced-queries>).
pub(crate) const EVENTUAL: (HeaderName, HeaderValue) = (
    HeaderName::from_static("consistencylevel"),
    HeaderValue::from_static("eventual"),
);

/// The headers of a request with this token, beside the caller's. A user agent among these takes the place of ours.
pub(crate) fn of_request(
    of_caller: &HeaderMap,
    token: &AccessToken,
    client_request_id: &str,
) -> HeaderMap {
    let mut headers = of_caller.clone();
    headers.entry(USER_AGENT).or_insert(AGENT);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(AUTHORIZATION, token.authorization());
    if let Ok(id) = HeaderValue::from_str(client_request_id) {
        headers.insert("client-request-id", id);
    }
    headers
}

/// The trace that a call belongs to, checked.
pub(crate) fn of_trace(traceparent: &str) -> Result<HeaderValue, Error> {
    let is_hex = |part: &str, length: usize| {
        part.len() == length
            && part
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let parts: Vec<&str> = traceparent.split('-').collect();
    let refused = || {
        Error::new(
            Status::InvalidOption,
            "traceparent is not in the format of W3C Trace Context.",
        )
        .hint("It is 00, the trace's id in 32, the parent's in 16 and the flags in 2 hexadecimal digits, with hyphens between.")
    };
    match parts[..] {
        [version, trace, parent, flags]
            if is_hex(version, 2)
                && is_hex(trace, 32)
                && is_hex(parent, 16)
                && is_hex(flags, 2) =>
        {
            HeaderValue::from_str(traceparent).map_err(|_| refused())
        }
        _ => Err(refused()),
    }
}

/// The caller's further headers, checked.
pub(crate) fn of_caller(headers: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let refuse = |message: String| Error::new(Status::InvalidHeader, message);
        let parsed = HeaderName::try_from(name.as_str())
            .map_err(|_| refuse(format!("{name:?} is not the name of a header.")))?;
        if OWN_HEADERS.contains(&parsed.as_str()) {
            return Err(
                refuse(format!("The header {name} is set by the library itself."))
                    .hint("Leave it out; the access token has its own option."),
            );
        }
        // The value may be a secret of the caller's: it is not repeated.
        let mut value = HeaderValue::try_from(value.as_str()).map_err(|_| {
            refuse(format!(
                "The value of the header {name} cannot stand in a request."
            ))
            .hint("Give one line of text, without line breaks and other control characters.")
        })?;
        value.set_sensitive(true);
        map.append(parsed, value);
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, value: &str) -> Option<Error> {
        of_caller(&[(name.to_owned(), value.to_owned())]).err()
    }

    #[test]
    fn a_trace_is_taken_as_w3c_writes_it_alone() {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(of_trace(trace).ok(), HeaderValue::from_str(trace).ok());
        for wrong in [
            "",
            "00",
            &trace.to_uppercase(),
            &trace[1..],
            "a\r\nb",
            &format!("{trace}-00"),
        ] {
            assert!(
                of_trace(wrong).is_err_and(|error| error.status() == Status::InvalidOption),
                "{wrong}"
            );
        }
    }

    #[test]
    fn headers_of_the_request_itself_are_not_for_callers() {
        for name in [
            "Authorization",
            "HOST",
            "content-length",
            "Transfer-Encoding",
            "a b",
            "",
        ] {
            let error = refusal(name, "hush");
            assert!(
                error.is_some_and(|error| error.status() == Status::InvalidHeader
                    && !format!("{error:?}").contains("hush")),
                "{name}"
            );
        }
        assert!(refusal("x-ms-throttle-priority", "high\r\nx: y").is_some());
        assert!(refusal("x-ms-throttle-priority", "high").is_none());
    }
}
