//! Documentation that speaks of C, in the words of each language.

use super::types::{go_name, java_name, pascal};

/// A blank at which no line is broken.
const BLANK: char = '\u{1}';

/// Documentation that speaks of C, as C#'s readers know the same things, for XML.
pub(super) fn csharp_prose(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let named = prose(&escaped, |name| match name {
        "graph_run_add" => format!("<see{BLANK}cref=\"GraphInvalidateRun.Add(string)\"/>"),
        "graph_client_verify" => format!("<see{BLANK}cref=\"GraphInvalidateClient.Verify\"/>"),
        "graph_client_sign_in" => format!("<see{BLANK}cref=\"GraphInvalidateClient.SignIn\"/>"),
        "graph_client_set_token" => {
            format!("<see{BLANK}cref=\"GraphInvalidateClient.SetAccessToken\"/>")
        }
        "graph_client_access_online" => {
            format!("<see{BLANK}cref=\"GraphInvalidateClient.AccessOnline\"/>")
        }
        other => pascal(other),
    });
    statuses(&named, |name| format!("<c>{name}</c>"))
        .replace(
            "INFINITY",
            &format!("<see{BLANK}cref=\"double.PositiveInfinity\"/>"),
        )
        .replace("not_before", "<c>notBefore</c>")
        .replace("NULL", "null")
}

/// The same for Python's docstrings.
pub(super) fn python_prose(text: &str) -> String {
    let named = prose(text, |name| match name {
        "graph_run_add" => "the users given".to_owned(),
        "graph_client_verify" => "`Client.verify`".to_owned(),
        "graph_client_access_online" => "`Client.access`".to_owned(),
        other => pascal(other),
    });
    statuses(&named, |name| format!("``{name}``"))
        .replace("not_before", "``not_before``")
        .replace("INFINITY", "``math.inf``")
        .replace("NULL", "None")
}

/// The same for the comments of which PowerShell's help is made: XML, and nothing in it but text.
pub(super) fn powershell_prose(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let named = prose(&escaped, |name| match name {
        "graph_run_add" => "the pipeline".to_owned(),
        other => pascal(other),
    });
    statuses(&named, str::to_owned)
        .replace("INFINITY", "([double]::PositiveInfinity)")
        .replace("NULL", "$null")
}

/// Documentation that speaks of C, as Go's readers know the same things.
pub(super) fn go_prose(text: &str) -> String {
    let named = prose(text, go_reference)
        .replace("INFINITY", "math.Inf(1)")
        .replace("NULL", "empty");
    statuses(&named, |name| format!("[Status{}]", go_name(name)))
}

/// Documentation that speaks of C, as Java's readers know the same things, for Javadoc.
pub(super) fn java_prose(text: &str) -> String {
    prose(text, java_reference)
        .replace("INFINITY", "Double.POSITIVE_INFINITY")
        .replace("NULL", "null")
        .replace("GRAPH_STATUS_OK", "Status.ACCEPTED")
        .replace("GRAPH_STATUS_", "Status.")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('@', "{@literal @}")
}

/// Documentation that speaks of C, as PHP's readers know the same things, for PHPDoc.
pub(super) fn php_prose(text: &str) -> String {
    let named = prose(text, |name| match name {
        "graph_run_add" => "the users given".to_owned(),
        other => php_reference(other),
    })
    .replace("not_before", "notBefore")
    .replace("INFINITY", "INF")
    .replace("NULL", "null");
    statuses(&named, |name| format!("Status::{}", pascal(name)))
}

/// Documentation that speaks of C, as JavaScript's readers know the same things.
pub(super) fn js_prose(text: &str) -> String {
    let named = prose(text, js_reference)
        .replace("INFINITY", "Infinity")
        .replace("must not be NULL", "must be given")
        .replace("NULL", "undefined");
    statuses(&named, |name| format!("`{name}`"))
}

/// The same with each name of C as `reference` writes it, and without what only C's callers need to know.
fn prose(text: &str, reference: fn(&str) -> String) -> String {
    let mut prose = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("graph_") {
        prose.push_str(&rest[..at]);
        let end = rest[at..]
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            .map_or(rest.len(), |length| at + length);
        prose.push_str(&reference(&rest[at..end]));
        rest = rest[end..].strip_prefix("()").unwrap_or(&rest[end..]);
    }
    prose.push_str(rest);
    let prose: Vec<&str> = prose
        .split_inclusive(". ")
        .filter(|sentence| !sentence.contains("_len is 0") && !sentence.starts_with("Never NULL"))
        .collect();
    prose.concat()
}

/// Each status under the name that outcomes have, written as `reference` does.
fn statuses(text: &str, reference: fn(&str) -> String) -> String {
    let mut parts = text.split("GRAPH_STATUS_");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|letter: char| !(letter.is_ascii_uppercase() || letter == '_'))
            .unwrap_or(part.len());
        written.push_str(&match &part[..end] {
            "OK" => reference("accepted"),
            name => reference(&name.to_lowercase()),
        });
        written.push_str(&part[end..]);
    }
    written
}

/// A function of a handle as a method of the class that `class` names, and everything else as the name of a type.
fn method(
    name: &str,
    class: fn(&str) -> Option<&'static str>,
    written: fn(&str, &str) -> String,
) -> String {
    let name = name.trim_start_matches("graph_");
    match name.split_once('_') {
        Some((handle, verb)) if verb != "options" => match class(handle) {
            Some(class) => written(class, verb),
            None => pascal(name),
        },
        _ => pascal(name),
    }
}

/// The handles by the names of their classes, in most languages.
fn class(handle: &str) -> Option<&'static str> {
    match handle {
        "client" => Some("Client"),
        "run" => Some("Run"),
        _ => None,
    }
}

/// `graph_client_set_token` as `Client.SetToken`; a structure by the name of its type.
fn go_reference(name: &str) -> String {
    let class = |handle: &str| match handle {
        "cancellation" => Some("Cancellation"),
        "outcome" => Some("Outcome"),
        "access" => Some("Access"),
        other => class(other),
    };
    method(name, class, |class, verb| {
        format!("[{class}.{}]", go_name(verb))
    })
}

/// `graph_client_set_token` as Java names it.
fn java_reference(name: &str) -> String {
    let class = |handle: &str| match handle {
        "client" => Some("GraphInvalidateClient"),
        "run" => Some("InvalidateRun"),
        _ => None,
    };
    method(name, class, |class, verb| {
        format!("{class}.{}", java_name(verb))
    })
}

/// `graph_client_set_token` as PHP names it.
fn php_reference(name: &str) -> String {
    method(name, class, |class, verb| {
        format!("{class}::{}()", java_name(verb))
    })
}

/// `graph_client_set_token` as JavaScript names it.
fn js_reference(name: &str) -> String {
    method(name, class, |class, verb| {
        format!("{class}.{}", java_name(verb))
    })
}

/// A sentence that stood behind a colon, as one of its own.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// A number of milliseconds, where the text is one, in seconds; what it says behind the number is said in its place.
pub(super) fn seconds(text: &str) -> String {
    let (number, spoken) = text.split_once(", ").unwrap_or((text, ""));
    match number.replace(',', "").parse::<u64>() {
        Ok(_) if !spoken.is_empty() => spoken.to_owned(),
        Ok(milliseconds) if milliseconds >= 1000 => format!("{} seconds", milliseconds / 1000),
        _ => text.to_owned(),
    }
}

/// Text as a comment of lines that begin with `lead`, none of them wider than 110 columns.
pub(super) fn comment(text: &str, lead: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, String::len);
        if line > 0 && line + 1 + word.len() + lead.len() > 110 {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("{lead}{line}")).collect();
    lines.join("\n").replace(BLANK, " ")
}
