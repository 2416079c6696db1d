//! What a sign-in request says, in its form or its query.

use std::collections::{BTreeMap, HashMap};

use percent_encoding::percent_decode_str;

/// The fields that may be shown in a transcript: none of them is a secret.
const HARMLESS: &[&str] = &[
    "api-version",
    "claims",
    "client_assertion_type",
    "client_id",
    "grant_type",
    "mi_res_id",
    "msi_res_id",
    "object_id",
    "principal_id",
    "resource",
    "scope",
];

#[derive(Default)]
pub(crate) struct Form(HashMap<String, String>);

impl Form {
    /// Reads `name=value&name=value`.
    pub(crate) fn read(text: &str) -> Form {
        let decode = |text: &str| {
            percent_decode_str(&text.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned()
        };
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        Form(
            pairs
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    /// A field; the empty text where it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The fields that are no secrets.
    pub(crate) fn harmless(&self) -> BTreeMap<String, String> {
        let fields = self.0.iter();
        fields
            .filter(|(name, _)| HARMLESS.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}
