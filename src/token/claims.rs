//! What a token says about itself, read without being verified.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::graph::cloud::{Cloud, Placement};
use crate::json::{self, Fields};

/// What a token says about itself. Nothing here is verified: it serves to choose a cloud and to explain, never to
/// trust.
///
/// A claim of an unexpected type, or one that stands there twice and differs, counts as not there; the others are read.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Claims {
    /// The resource that the token is for.
    pub audience: Option<String>,
    /// The authority that issued it.
    pub issuer: Option<String>,
    /// The end of its lifetime, in seconds since 1970.
    pub expires: Option<i64>,
    /// The begin of its lifetime, in seconds since 1970.
    pub not_before: Option<i64>,
    /// The tenant's id.
    pub tenant_id: Option<String>,
    /// The object id of the user, or of the application's service principal.
    pub object_id: Option<String>,
    /// The user principal name of the signed-in user.
    pub user_principal_name: Option<String>,
    /// The application's id.
    pub application_id: Option<String>,
    /// The application's name.
    pub application_name: Option<String>,
    /// `user` or `app`.
    pub identity_type: Option<String>,
    /// The delegated scopes, separated by spaces.
    pub scopes: Option<String>,
    /// The application roles.
    pub roles: Vec<String>,
    /// The template ids of the signed-in user's directory roles.
    pub directory_roles: Vec<String>,
}

/// Whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdentityKind {
    /// A user signed in.
    Delegated,
    /// An application acts as itself.
    Application,
}

impl IdentityKind {
    /// The name in every language: `delegated`, `application`.
    pub const fn name(self) -> &'static str {
        match self {
            IdentityKind::Delegated => "delegated",
            IdentityKind::Application => "application",
        }
    }
}

impl Claims {
    /// Whether this is an application's own token, without a signed-in user.
    pub fn is_application(&self) -> bool {
        match self.identity_type.as_deref() {
            Some(kind) => kind.eq_ignore_ascii_case("app"),
            None => self.scopes.is_none(),
        }
    }

    pub(crate) fn kind(&self) -> IdentityKind {
        if self.is_application() {
            IdentityKind::Application
        } else {
            IdentityKind::Delegated
        }
    }

    /// The delegated scopes, or the application's roles.
    pub(crate) fn permissions(&self) -> Vec<String> {
        match self.kind() {
            IdentityKind::Application => self.roles.clone(),
            IdentityKind::Delegated => {
                let scopes = self
                    .scopes
                    .iter()
                    .flat_map(|scopes| scopes.split_whitespace());
                scopes.map(str::to_owned).collect()
            }
        }
    }

    /// The first of these permissions that the token carries.
    pub(crate) fn first_of<'a>(&self, permissions: &[&'a str]) -> Option<&'a str> {
        let mut permissions = permissions.iter().copied();
        permissions.find(|permission| self.has_permission(permission))
    }

    /// Whether the token carries this scope, or this application role.
    pub fn has_permission(&self, name: &str) -> bool {
        self.scopes
            .iter()
            .flat_map(|scopes| scopes.split(' '))
            .chain(self.roles.iter().map(String::as_str))
            .any(|permission| permission.eq_ignore_ascii_case(name))
    }

    /// The cloud that the audience and the issuer name, if they name one.
    pub fn cloud(&self) -> Option<Cloud> {
        match self.placement()? {
            Placement::Cloud(cloud) => Some(cloud),
            _ => None,
        }
    }

    pub(crate) fn placement(&self) -> Option<Placement> {
        let audience = self.audience.as_deref()?;
        Some(Cloud::place(audience, self.issuer.as_deref()))
    }

    /// The claims of a token that has the shape of a JSON Web Token.
    pub(crate) fn read(token: &str) -> Option<Claims> {
        let mut parts = token.split('.');
        let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let json = BASE64.decode(payload.trim_end_matches('=')).ok()?;
        // What is not UTF-8 costs the claim in which it stands.
        let json = Zeroizing::new(String::from_utf8(json).unwrap_or_else(|error| {
            let bytes = Zeroizing::new(error.into_bytes());
            String::from_utf8_lossy(&bytes).into_owned()
        }));
        let Fields(fields) = json::object(json.as_bytes()).ok()?;
        Some(Claims::of(&Said(fields)))
    }

    fn of(said: &Said<'_>) -> Claims {
        let issuer = said.text(&["iss"]);
        Claims {
            audience: said.audience(issuer.as_deref()),
            issuer,
            expires: said.seconds("exp"),
            not_before: said.seconds("nbf"),
            tenant_id: said.text(&["tid"]),
            object_id: said.text(&["oid"]),
            user_principal_name: said.text(&["upn", "preferred_username"]),
            application_id: said.text(&["appid", "azp"]),
            application_name: said.text(&["app_displayname"]),
            identity_type: said.text(&["idtyp"]),
            // Empty scopes are a user's token all the same.
            scopes: match said.claim("scp") {
                Some(Value::String(scopes)) => Some(scopes),
                Some(scopes @ Value::Array(_)) => Some(texts(scopes).join(" ")),
                _ => None,
            },
            roles: said.claim("roles").map(texts).unwrap_or_default(),
            directory_roles: said.claim("wids").map(texts).unwrap_or_default(),
        }
    }
}

/// As the parts of a token are encoded; some libraries leave bits over at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The claims as they stand in the token.
struct Said<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl Said<'_> {
    /// A claim; none where it stands there twice and differs.
    fn claim(&self, name: &str) -> Option<Value> {
        let named = self.0.iter().filter(|(present, _)| present == name);
        let mut values = named.map(|(_, value)| serde_json::from_str::<Value>(value.get()).ok());
        let first = values.next()??;
        values
            .all(|value| value.as_ref() == Some(&first))
            .then_some(first)
    }

    /// The first of these names that has a text.
    fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match self.claim(name)? {
            Value::String(text) if !text.is_empty() => Some(text),
            _ => None,
        })
    }

    /// Seconds since 1970: a number, which may have a fraction, or a text of one.
    fn seconds(&self, name: &str) -> Option<i64> {
        let seconds = match self.claim(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        // What lies beyond the calendar is no time.
        seconds
            .filter(|seconds| Timestamp::MAX.as_second() as f64 >= seconds.abs())
            .map(|seconds| seconds.floor() as i64)
    }

    /// Of several audiences, Microsoft Graph; otherwise the first.
    fn audience(&self, issuer: Option<&str>) -> Option<String> {
        let mut audiences = match self.claim("aud")? {
            Value::String(audience) => vec![audience],
            list => texts(list),
        };
        audiences.retain(|audience| !audience.is_empty());
        let of_graph =
            |audience: &String| Cloud::place(audience, issuer) != Placement::OtherResource;
        let chosen = audiences.iter().position(of_graph).unwrap_or_default();
        (chosen < audiences.len()).then(|| audiences.swap_remove(chosen))
    }
}

/// The texts of a list, or the one that stands for a list.
fn texts(value: Value) -> Vec<String> {
    let list = match value {
        Value::Array(list) => list,
        one => vec![one],
    };
    list.into_iter()
        .filter_map(|one| match one {
            Value::String(text) => Some(text),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(payload: impl AsRef<[u8]>) -> Option<Claims> {
        Claims::read(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload)))
    }

    fn of(claims: Value) -> Claims {
        read(claims.to_string()).unwrap()
    }

    #[test]
    fn of_two_names_of_one_claim_the_first_counts_that_says_something() {
        let both = of(json!({"upn": "u", "preferred_username": "p", "appid": "a", "azp": "z"}));
        assert_eq!(both.user_principal_name.as_deref(), Some("u"));
        assert_eq!(both.application_id.as_deref(), Some("a"));
        let second = of(json!({"upn": null, "preferred_username": "p", "appid": 7, "azp": "z"}));
        assert_eq!(second.user_principal_name.as_deref(), Some("p"));
        assert_eq!(second.application_id.as_deref(), Some("z"));
    }

    #[test]
    fn a_claim_that_stands_there_twice_counts_where_it_says_the_same() {
        let claims = read(r#"{"aud":"a","tid":"t","tid":"t","oid":"1","oid":"2","aud":"a"}"#);
        let claims = claims.unwrap();
        assert_eq!(claims.audience.as_deref(), Some("a"));
        assert_eq!(claims.tenant_id.as_deref(), Some("t"));
        assert_eq!(claims.object_id, None);
    }

    #[test]
    fn times_are_numbers_with_or_without_a_fraction_and_texts_of_them() {
        for (said, seconds) in [
            (json!(1_700_000_000), Some(1_700_000_000)),
            (json!(1_700_000_000.9), Some(1_700_000_000)),
            (json!("1700000000"), Some(1_700_000_000)),
            (json!(" 1700000000.5 "), Some(1_700_000_000)),
            (json!(1.7e9), Some(1_700_000_000)),
            (json!(-1.5), Some(-2)),
            (json!("soon"), None),
            (json!("NaN"), None),
            (json!("inf"), None),
            (json!(1e300), None),
            (json!(true), None),
            (json!([1]), None),
            (json!(null), None),
        ] {
            assert_eq!(
                of(json!({"exp": said, "nbf": said})).expires,
                seconds,
                "{said}"
            );
        }
        // A number that no computer holds costs itself.
        let claims = read(r#"{"exp":1e999,"tid":"t"}"#).unwrap();
        assert_eq!(
            (claims.expires, claims.tenant_id.as_deref()),
            (None, Some("t"))
        );
    }

    #[test]
    fn an_audience_may_be_a_list() {
        let graph = "https://graph.microsoft.com";
        for (said, audience) in [
            (json!("x"), Some("x")),
            (json!(["x"]), Some("x")),
            (json!(["x", graph, "y"]), Some(graph)),
            (json!(["x", "y"]), Some("x")),
            (json!([7, null, "y"]), Some("y")),
            (json!([]), None),
            (json!({"x": 1}), None),
            (json!(7), None),
            (json!(""), None),
        ] {
            assert_eq!(
                of(json!({"aud": said})).audience.as_deref(),
                audience,
                "{said}"
            );
        }
    }

    #[test]
    fn scopes_and_roles_may_be_texts_or_lists() {
        let claims = of(json!({"scp": ["A", "B"], "roles": "C", "wids": ["d", 7, "e"]}));
        assert_eq!(claims.scopes.as_deref(), Some("A B"));
        assert_eq!(claims.roles, ["C"]);
        assert_eq!(claims.directory_roles, ["d", "e"]);
        assert!(!of(json!({"scp": ""})).is_application());
    }

    #[test]
    fn what_is_broken_in_one_claim_leaves_the_others() {
        for broken in [
            &b"{\"upn\":\"\xff\",\"tid\":\"t\"}"[..],
            br#"{"upn":"\ud800","tid":"t"}"#,
            br#"{"upn":{"a":[[[1]]]},"tid":"t"}"#,
        ] {
            assert_eq!(read(broken).unwrap().tenant_id.as_deref(), Some("t"));
        }
        for none in ["[]", "null", "7", "", "{", r#"["aud"]"#] {
            assert_eq!(read(none), None, "{none}");
        }
        // Left-over bits at the end of the encoding.
        assert_eq!(Claims::read("e30.e31.x"), Some(Claims::default()));
    }

    proptest! {
        #[test]
        fn no_claim_costs_another(
            name in "aud|iss|exp|nbf|oid|upn|preferred_username|appid|azp|idtyp|scp|roles|wids|x",
            value in "null|true|-1|1e99|\"t\"|\\[\\]|\\[1,\"t\"\\]|\\{\"a\":\\[\\]\\}",
            twice in any::<bool>(),
        ) {
            let one = format!("\"{name}\":{value}");
            let further = if twice { format!(",\"{name}\":7") } else { String::new() };
            let claims = read(format!("{{{one},\"tid\":\"tenant\"{further}}}"));
            let tenant = claims.unwrap().tenant_id;
            prop_assert_eq!(tenant.as_deref(), Some("tenant"));
        }
    }
}
