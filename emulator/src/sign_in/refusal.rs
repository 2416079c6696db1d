//! What the sign-in service answers when it does not sign anybody in.

use jiff::Timestamp;
use serde_json::json;

use crate::reply::Reply;

/// A refusal by its number: HTTP status, error, suberror, text. The texts have the service's gist.
struct Known {
    number: u32,
    status: u16,
    error: &'static str,
    suberror: Option<&'static str>,
    text: &'static str,
}

/// <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
const KNOWN: &[Known] = &[
    known(
        50034,
        400,
        "invalid_grant",
        "The user account does not exist in the directory.",
    ),
    Known {
        suberror: Some("basic_action"),
        ..known(
            50076,
            400,
            "interaction_required",
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
        )
    },
    Known {
        suberror: Some("message_only"),
        ..known(
            53003,
            400,
            "invalid_grant",
            "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        )
    },
    Known {
        suberror: Some("consent_required"),
        ..known(
            65001,
            400,
            "invalid_grant",
            "The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.",
        )
    },
    known(
        70016,
        400,
        "authorization_pending",
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    ),
    known(
        70018,
        400,
        "bad_verification_code",
        "Invalid verification code due to user typing in wrong user code for device code flow.",
    ),
    known(
        70020,
        400,
        "expired_token",
        "The device code has expired. Please start a new sign-in.",
    ),
    known(
        700_027,
        401,
        "invalid_client",
        "The certificate with identifier used to sign the client assertion is not registered on application.",
    ),
    known(
        700_024,
        401,
        "invalid_client",
        "Client assertion is not within its valid time range.",
    ),
    known(
        1_000_502,
        401,
        "invalid_client",
        "The provided certificate is not within its specified validity period.",
    ),
    known(
        7_000_112,
        401,
        "unauthorized_client",
        "Application is disabled.",
    ),
    known(
        7_000_215,
        401,
        "invalid_client",
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
    ),
    known(
        7_000_218,
        401,
        "invalid_client",
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    known(
        7_000_222,
        401,
        "invalid_client",
        "The provided client secret keys for the app are expired. Visit the Azure portal to create new keys for your app, or consider using certificate credentials.",
    ),
    known(
        90033,
        503,
        "temporarily_unavailable",
        "A transient error has occurred. Please try again.",
    ),
];

const fn known(number: u32, status: u16, error: &'static str, text: &'static str) -> Known {
    Known {
        number,
        status,
        error,
        suberror: None,
        text,
    }
}

/// A refusal by its number alone; one that is not in the table is an `invalid_request`.
pub(crate) fn by_number(number: u32) -> Reply {
    match KNOWN.iter().find(|known| known.number == number) {
        Some(known) => worded(
            known.status,
            known.error,
            known.suberror,
            known.number,
            known.text,
        ),
        None => refusal(400, "invalid_request", number, "The request was refused."),
    }
}

/// An error as the token endpoint words one.
pub(super) fn refusal(status: u16, error: &str, number: u32, text: &str) -> Reply {
    worded(status, error, None, number, text)
}

fn worded(status: u16, error: &str, suberror: Option<&str>, number: u32, text: &str) -> Reply {
    let (trace, correlation) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let time = format!("{:.0}", Timestamp::now()).replace('T', " ");
    let mut body = json!({
        "error": error,
        "error_description": format!("AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}"),
        "error_codes": [number],
        "timestamp": time,
        "trace_id": trace.to_string(),
        "correlation_id": correlation.to_string(),
        "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
    });
    if let Some(suberror) = suberror {
        body["suberror"] = suberror.into();
    }
    Reply::json(status, body)
}

/// What those get who poll too often (RFC 8628, section 3.5).
pub(crate) fn slow_down() -> Reply {
    refusal(
        400,
        "slow_down",
        70016,
        "OAuth 2.0 device flow error. Polling too fast: wait 5 seconds more between polls from now on.",
    )
}
