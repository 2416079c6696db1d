//! What a sign-in says of us: that we answer claims challenges.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

/// `cp1`: whoever gets a token for such a client may demand a new sign-in at any time, and gives tokens that live
/// longer (<https://learn.microsoft.com/entra/identity-platform/app-resilience-continuous-access-evaluation>).
const ANSWERS_CHALLENGES: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

/// The `claims` of a sign-in: what a challenge demands, and what we are capable of.
pub(super) fn claims(demanded: Option<&str>) -> Cow<'static, str> {
    let demanded = demanded.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    let Some(mut claims) = demanded else {
        return Cow::Borrowed(ANSWERS_CHALLENGES);
    };
    let of_token = claims
        .entry("access_token")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(of_token) = of_token {
        of_token.insert("xms_cc".to_owned(), json!({"values": ["cp1"]}));
    }
    Cow::Owned(Value::Object(claims).to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_demanded_and_what_we_can_go_together() {
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let plain = json!({"access_token": {"xms_cc": {"values": ["cp1"]}}});
        assert_eq!(read(&claims(None)), plain);
        assert_eq!(read(&claims(Some("nonsense"))), plain);
        let demanded = r#"{"access_token":{"nbf":{"essential":true,"value":"1"}},"id_token":{}}"#;
        assert_eq!(
            read(&claims(Some(demanded))),
            json!({
                "access_token": {
                    "nbf": {"essential": true, "value": "1"},
                    "xms_cc": {"values": ["cp1"]},
                },
                "id_token": {},
            })
        );
    }
}
