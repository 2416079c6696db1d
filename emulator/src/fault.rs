//! Faults on demand: what goes wrong, for whom, how often.

use serde::Deserialize;
use serde_json::Value;

/// A fault that is armed until it has struck as often as it should. Faults strike in the order in which they were
/// armed.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// How often.
    pub times: u32,
    /// So many requests that it would strike are spared first.
    pub after: u32,
    /// For this user key only.
    pub user: Option<String>,
    /// For requests only whose path contains this. A batch as a whole is struck by faults that name its path, `$batch`;
    /// others strike its items.
    pub path_contains: Option<String>,
}

/// Where a fault can strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The sign-in service.
    SignIn,
    /// A request to Graph of its own.
    Single,
    /// A whole batch.
    Batch,
    /// An item of a batch.
    Item,
}

/// A fault that waits for its requests.
#[derive(Clone, Debug)]
pub(crate) struct Armed {
    pub(crate) fault: Fault,
    pub(crate) user: Option<usize>,
}

/// What goes wrong.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// Another answer; the action is not done.
    Status {
        /// The HTTP status.
        status: u16,
        /// Graph's error code.
        #[serde(default)]
        code: Option<String>,
        /// Graph's message.
        #[serde(default)]
        message: Option<String>,
        /// Further headers.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The whole body instead of an error body.
        #[serde(default)]
        body: Option<String>,
    },
    /// The true answer comes late.
    Delay {
        /// By how much, in milliseconds.
        milliseconds: u64,
    },
    /// Nothing is ever answered; the action is not done.
    Stall,
    /// The connection is reset; the action is not done.
    ResetBefore,
    /// The action is done, then the connection is reset.
    ResetAfter,
    /// The action is done, but the answer breaks off.
    TruncatedBody,
    /// The action answers an explicit false.
    ValueFalse,
    /// The action answers 204 without a body, as its documentation says.
    Empty,
    /// The answer has no date that can be read.
    Undated,
    /// The token is refused with a claims challenge.
    ClaimsChallenge,
    /// The cut-off is shown this much later than it was set.
    VerificationLag {
        /// By how much, in milliseconds.
        milliseconds: u64,
    },
    /// Every token issued before now has expired, this request's included.
    TokensExpire,
    /// An item of a batch is done, but there is no answer to it.
    ItemMissing,
    /// An item of a batch is done and answered twice.
    ItemDuplicated,
    /// An item of a batch is done, but answered under an id that nobody asked with.
    ItemUnknownId,
    /// A page's link leads to that page again.
    LinkRepeated,
    /// A page's link leads to another host.
    LinkElsewhere,
    /// A page's link is none.
    LinkNonsense,
    /// Polling for a device code is told to slow down.
    SlowDown,
    /// The sign-in service refuses with this AADSTS number, in the words that belong to it.
    SignInRefused {
        /// The number.
        number: u32,
    },
}

/// The fields beside `kind` that each kind knows: a typing error must never pass in silence.
const FIELDS: &[(&str, &[&str])] = &[
    ("status", &["status", "code", "message", "headers", "body"]),
    ("delay", &["milliseconds"]),
    ("verification_lag", &["milliseconds"]),
    ("sign_in_refused", &["number"]),
];

impl Fault {
    /// A fault that strikes once, whoever comes first.
    pub fn once(kind: FaultKind) -> Fault {
        Fault {
            kind,
            times: 1,
            after: 0,
            user: None,
            path_contains: None,
        }
    }

    /// Reads a fault as the control interface takes it: `kind`, its own fields, and optionally `times` (once if left
    /// out), `after`, `user` and `path_contains`.
    ///
    /// # Errors
    ///
    /// Names the field or kind that is unknown or wrong.
    pub fn from_json(value: Value) -> Result<Fault, String> {
        let Value::Object(mut map) = value else {
            return Err("A fault is a JSON object.".to_owned());
        };
        let read = |value: Option<Value>, name: &str| {
            value
                .map(|value| {
                    value
                        .as_str()
                        .map(str::to_owned)
                        .ok_or(format!("{name} is not a string."))
                })
                .transpose()
        };
        let user = read(map.remove("user"), "user")?;
        let path_contains = read(map.remove("path_contains"), "path_contains")?;
        let number = |value: Option<Value>, name: &str, default: u32| match value {
            None => Ok(default),
            Some(value) => value
                .as_u64()
                .and_then(|value| u32::try_from(value).ok())
                .ok_or(format!("{name} is not a whole number.")),
        };
        let times = number(map.remove("times"), "times", 1)?;
        let after = number(map.remove("after"), "after", 0)?;
        let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default();
        let known = FIELDS
            .iter()
            .find(|(name, _)| *name == kind)
            .map_or(&[][..], |(_, fields)| fields);
        if let Some(stray) = map
            .keys()
            .find(|key| *key != "kind" && !known.contains(&key.as_str()))
        {
            return Err(format!("A fault of kind {kind:?} has no field {stray:?}."));
        }
        let kind = serde_json::from_value(Value::Object(map)).map_err(|error| error.to_string())?;
        Ok(Fault {
            kind,
            times,
            after,
            user,
            path_contains,
        })
    }
}

impl Armed {
    /// Whether it is meant for such a request.
    pub(crate) fn is_for(&self, place: Place, path: &str, user: Option<usize>) -> bool {
        let named = self.fault.path_contains.as_deref();
        self.fault.kind.strikes_at(place)
            && self.user.is_none_or(|meant| user == Some(meant))
            && named.is_none_or(|part| path.contains(part))
            && (place != Place::Batch || named.is_some())
    }
}

impl FaultKind {
    fn strikes_at(&self, place: Place) -> bool {
        use FaultKind::{
            ClaimsChallenge, Empty, ItemDuplicated, ItemMissing, ItemUnknownId, LinkElsewhere,
            LinkNonsense, LinkRepeated, SlowDown, TokensExpire, ValueFalse, VerificationLag,
        };
        match self {
            ItemMissing | ItemDuplicated | ItemUnknownId => place == Place::Item,
            SlowDown => place == Place::SignIn,
            LinkRepeated
            | LinkElsewhere
            | LinkNonsense
            | ValueFalse
            | Empty
            | VerificationLag { .. } => {
                matches!(place, Place::Single | Place::Item)
            }
            ClaimsChallenge | TokensExpire => place != Place::SignIn,
            _ => true,
        }
    }
}
