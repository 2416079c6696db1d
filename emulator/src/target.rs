//! A request to Graph, and what its path asks for.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// A request to Graph, as far as it matters.
pub(crate) struct GraphRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) body: &'a Value,
    /// Where Graph was addressed: scheme, host and port.
    pub(crate) base: &'a str,
    /// Whether the answer may be some moments old.
    pub(crate) is_eventual: bool,
}

/// What a path asks for.
pub(crate) struct Target<'a> {
    pub(crate) version: &'a str,
    pub(crate) who: Who,
    pub(crate) action: Option<&'a str>,
}

/// Whom a path names.
pub(crate) enum Who {
    Me,
    /// The key, decoded.
    User(String),
    /// The users whose ids are in the body.
    Many,
}

/// What follows a user in the path of its directory roles.
pub(crate) const ROLES: &str = "transitiveMemberOf/microsoft.graph.directoryRole";

/// Takes a path apart; `None` where there is nothing at it.
pub(crate) fn read_path(path: &str) -> Option<Target<'_>> {
    let mut segments = path.strip_prefix('/')?.split('/');
    let version = segments
        .next()
        .filter(|version| ["beta", "v1.0"].contains(version))?;
    let collection = segments.next()?;
    let who = match collection {
        "me" => Who::Me,
        "users" => {
            let key = decoded(segments.next()?)?;
            // OData would take it for a system query option.
            Who::User(Some(key).filter(|key| !key.is_empty() && !key.starts_with('$'))?)
        }
        "directoryObjects" => (segments.next()? == "getByIds").then_some(Who::Many)?,
        _ => {
            let quoted = decoded(collection.strip_prefix("users(")?.strip_suffix(')')?)?;
            let key = quoted.strip_prefix('\'')?.strip_suffix('\'')?;
            Who::User(key.replace("''", "'"))
        }
    };
    let action = match (segments.next(), segments.clone().next()) {
        (Some("transitiveMemberOf"), Some("microsoft.graph.directoryRole")) => {
            segments.next();
            Some(ROLES)
        }
        (action, _) => action,
    };
    segments.next().is_none().then_some(Target {
        version,
        who,
        action,
    })
}

fn decoded(segment: &str) -> Option<String> {
    percent_decode_str(segment)
        .decode_utf8()
        .ok()
        .map(|text| text.into_owned())
}
