//! Whether a token is one that Graph would take.

use std::sync::Arc;

use serde_json::Value;

use crate::reply::Reply;
use crate::state::State;
use crate::token::Signer;

/// How each challenge begins.
pub(crate) const CHALLENGE_START: &str = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\"";

/// The token's claims, or the 401 that says what is wrong with it.
pub(crate) fn authenticate(
    state: &State,
    signer: &Signer,
    token: Option<&str>,
) -> Result<Arc<Value>, Box<Reply>> {
    let refused = |message: &str| Box::new(refusal(message));
    let token = token.ok_or_else(|| refused("Access token is empty."))?;
    let claims = signer
        .verify(token)
        .ok_or_else(|| refused("CompactToken parsing failed with error code: 80049217"))?;
    let now = jiff::Timestamp::now().as_second();
    let until = claims["exp"].as_i64();
    if until.is_none_or(|until| until < now) || state.is_expired(sequence_of(&claims)) {
        return Err(Box::new(expired()));
    }
    let begin = claims["nbf"].as_i64();
    if begin.is_some_and(|begin| begin > now + 300) {
        return Err(refused(
            "Lifetime validation failed, the token is not valid yet.",
        ));
    }
    let audience = claims["aud"].as_str();
    if !audience
        .is_some_and(|audience| audience.contains("graph") || audience.starts_with("00000003-"))
    {
        return Err(Box::new(wrong_audience()));
    }
    Ok(claims)
}

/// The token's place among all that were issued, which its id begins with.
fn sequence_of(claims: &Value) -> u64 {
    let id = claims["uti"].as_str().unwrap_or_default();
    let sequence = id.split_once('.').and_then(|(first, _)| first.parse().ok());
    sequence.unwrap_or(u64::MAX)
}

pub(crate) fn wrong_audience() -> Reply {
    refusal("Access token validation failure. Invalid audience.")
}

/// Whether a token of ours is for this host; what is none of ours is judged later.
pub(crate) fn is_for(signer: &Signer, token: Option<&str>, host: &str) -> bool {
    let claims = token.and_then(|token| signer.verify(token));
    claims.is_none_or(|claims| {
        let audience = claims["aud"].as_str().unwrap_or_default();
        let address = audience.strip_prefix("https://").unwrap_or(host);
        address.trim_end_matches('/') == host || host == "localhost"
    })
}

pub(crate) fn expired() -> Reply {
    refusal("Lifetime validation failed, the token is expired.")
}

fn refusal(message: &str) -> Reply {
    let mut reply = Reply::error(401, "InvalidAuthenticationToken", message);
    reply.header("WWW-Authenticate", CHALLENGE_START);
    reply
}

/// Whether the token carries one of these permissions, as a scope or as an application's role.
pub(crate) fn has_any(claims: &Value, permissions: &[&str]) -> bool {
    let scopes = claims["scp"].as_str().unwrap_or_default().split(' ');
    let roles = claims["roles"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    scopes.chain(roles).any(|held| permissions.contains(&held))
}
