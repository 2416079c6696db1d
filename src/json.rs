//! Reading JSON that others wrote: objects alone, and each field for itself.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::terminal::can_steer_a_terminal;

/// Why something is not the object that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotRead {
    /// It breaks off: what is there may be the beginning of one.
    BrokenOff,
    /// It is something else.
    SomethingElse,
}

/// Reads an object. A list would be read as one, field by field, and is none.
pub(crate) fn object<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, NotRead> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(NotRead::SomethingElse);
    }
    serde_json::from_slice(bytes).map_err(|error| match error.is_eof() {
        true => NotRead::BrokenOff,
        false => NotRead::SomethingElse,
    })
}

/// A field that is left out where it has another type than expected: it costs itself, and not the others.
pub(crate) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// The fields of an object, unread, in their order; the same name may stand there twice.
pub(crate) struct Fields<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields<'de>, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(Name(name)) = map.next_key()? {
                    fields.push((name, map.next_value()?));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// JSON whose texts steer no terminal that shows it: control characters and invisible ones are escapes, which readers
/// take for the same characters.
pub(crate) fn harmless(json: &str) -> Cow<'_, str> {
    if !json.contains(can_steer_a_terminal) {
        return Cow::Borrowed(json);
    }
    let mut kept = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        match can_steer_a_terminal(character) {
            true => kept.push_str(&format!("\\u{:04x}", u32::from(character))),
            false => kept.push(character),
        }
    }
    Cow::Owned(kept)
}

/// A name that is borrowed where it holds no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Sample {
        #[serde(deserialize_with = "lenient")]
        number: Option<u32>,
        #[serde(deserialize_with = "lenient")]
        text: Option<String>,
    }

    #[test]
    fn only_an_object_is_read_and_one_that_breaks_off_is_told_apart() {
        let read = |text: &str| object::<Sample>(text.as_bytes());
        assert_eq!(read(r#"[7,"x"]"#), Err(NotRead::SomethingElse));
        for text in ["", "null", "true", "<html>", "{}}", "{]", "\u{1f}\u{8b}"] {
            assert_eq!(read(text), Err(NotRead::SomethingElse), "{text}");
        }
        for text in ["{", r#"{"number":"#, " {\"text\":\"x"] {
            assert_eq!(read(text), Err(NotRead::BrokenOff), "{text}");
        }
        assert_eq!(read("\u{feff} {}"), Ok(Sample::default()));
    }

    #[test]
    fn what_could_steer_a_terminal_is_an_escape_and_reads_the_same() {
        let text = "a\u{80}b\u{9b}31m\u{9f}\u{7f}\u{1b}\u{202e}\u{feff}\"\\ é";
        let json = serde_json::to_string(text).unwrap();
        let harmless = harmless(&json);
        assert!(!harmless.contains(char::is_control), "{harmless}");
        assert!(harmless.contains("\\u009b31m"), "{harmless}");
        assert_eq!(serde_json::from_str::<String>(&harmless).unwrap(), text);
        assert_eq!(super::harmless("\"é\""), "\"é\"");
    }

    #[test]
    fn a_field_of_another_type_costs_itself() {
        let read: Sample = object(br#"{"number":{"x":1},"text":"t","further":[]}"#).unwrap();
        assert_eq!(read.number, None);
        assert_eq!(read.text.as_deref(), Some("t"));
    }

    #[test]
    fn fields_are_kept_as_they_stand() {
        let fields: Fields<'_> = object(br#"{"a":1,"b\u0062":[2],"a":"\ud800"}"#).unwrap();
        let shown: Vec<(&str, &str)> = fields
            .0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.get()))
            .collect();
        assert_eq!(shown, [("a", "1"), ("bb", "[2]"), ("a", r#""\ud800""#)]);
    }
}
