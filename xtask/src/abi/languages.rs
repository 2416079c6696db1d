//! What templates may ask for: the names and types of each language.

use minijinja::{Environment, Value};

/// Adds every filter.
pub(super) fn add_filters(environment: &mut Environment<'_>) {
    environment.add_filter("pascal", pascal);
    environment.add_filter("ctypes", ctypes);
    environment.add_filter("csharp", csharp);
    environment.add_filter("csharp_prose", csharp_prose);
    environment.add_filter("python_prose", python_prose);
    environment.add_filter("go_name", go_name);
    environment.add_filter("go_field", go_field);
    environment.add_filter("go_type", go_type);
    environment.add_filter("go_prose", go_prose);
    environment.add_filter("java_name", java_name);
    environment.add_filter("java_prose", java_prose);
    environment.add_filter("java_signature", java_signature);
    environment.add_filter("php_prose", php_prose);
    environment.add_filter("js_prose", js_prose);
    environment.add_filter("size_of", size_of);
    environment.add_filter("comment", comment);
    environment.add_filter("pad", pad);
    environment.add_filter("sentence", sentence);
    environment.add_filter("seconds", seconds);
}

/// `graph_run_options` as `GraphRunOptions`.
fn pascal(name: &str) -> String {
    name.split('_')
        .flat_map(|part| {
            let mut letters = part.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect::<String>())
        })
        .collect()
}

fn is_handle(name: &str, handles: &Value) -> bool {
    handles.try_iter().is_ok_and(|mut handles| {
        handles.any(|handle| {
            handle
                .get_attr("name")
                .is_ok_and(|its| its.as_str() == Some(name))
        })
    })
}

/// A C type as Python's ctypes has it. A handle is a plain address.
fn ctypes(c_type: &str, handles: &Value) -> Result<String, minijinja::Error> {
    let (name, stars) = parts(c_type);
    let (base, pointers) = match name {
        "void" if stars == 0 => ("None".to_owned(), 0),
        "char" => ("c_char_p".to_owned(), stars.saturating_sub(1)),
        "size_t" => ("c_size_t".to_owned(), stars),
        "int32_t" | "uint8_t" | "uint32_t" | "uint64_t" => {
            (format!("c_{}", name.trim_end_matches("_t")), stars)
        }
        "double" => ("c_double".to_owned(), stars),
        handle if is_handle(handle, handles) => ("c_void_p".to_owned(), stars.saturating_sub(1)),
        structure if structure.starts_with("graph_") => (pascal(structure), stars),
        other => return Err(unknown(other)),
    };
    Ok(format!(
        "{}{base}{}",
        "POINTER(".repeat(pointers),
        ")".repeat(pointers)
    ))
}

/// A C type as C# has it in unsafe code. A handle is a plain address.
fn csharp(c_type: &str, handles: &Value) -> Result<String, minijinja::Error> {
    let (name, stars) = parts(c_type);
    let (base, pointers) = match name {
        "void" => ("void", stars),
        "char" | "uint8_t" => ("byte", stars),
        "int32_t" => ("int", stars),
        "uint32_t" => ("uint", stars),
        "uint64_t" => ("ulong", stars),
        "size_t" => ("nuint", stars),
        "double" => ("double", stars),
        handle if is_handle(handle, handles) => ("nint", stars.saturating_sub(1)),
        structure if structure.starts_with("graph_") => (structure, stars),
        other => return Err(unknown(other)),
    };
    Ok(format!("{base}{}", "*".repeat(pointers)))
}

/// A blank at which no line is broken.
const BLANK: char = '\u{1}';

/// Documentation that speaks of C, as C#'s readers know the same things, for XML.
fn csharp_prose(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let named = prose(&escaped, |name| match name {
        "graph_run_add" => format!("<see{BLANK}cref=\"GraphInvalidateRun.Add(string)\"/>"),
        other => pascal(other),
    });
    statuses(&named, |name| format!("<c>{name}</c>"))
        .replace(
            "INFINITY",
            &format!("<see{BLANK}cref=\"double.PositiveInfinity\"/>"),
        )
        .replace("NULL", "null")
}

/// The same for Python's docstrings.
fn python_prose(text: &str) -> String {
    let named = prose(text, |name| match name {
        "graph_run_add" => "the users given".to_owned(),
        other => pascal(other),
    });
    statuses(&named, |name| format!("``{name}``"))
        .replace("INFINITY", "``math.inf``")
        .replace("NULL", "None")
}

/// Each status under the name that outcomes have, written as `reference` does.
fn statuses(text: &str, reference: fn(&str) -> String) -> String {
    let mut parts = text.split("GRAPH_STATUS_");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|letter: char| !(letter.is_ascii_uppercase() || letter == '_'))
            .unwrap_or(part.len());
        written.push_str(&reference(&part[..end].to_lowercase()));
        written.push_str(&part[end..]);
    }
    written
}

/// The name in front of the stars, and how many there are.
fn parts(c_type: &str) -> (&str, usize) {
    let name = c_type.trim_end_matches(['*', ' ']);
    (name, c_type.matches('*').count())
}

fn unknown(name: &str) -> minijinja::Error {
    minijinja::Error::new(
        minijinja::ErrorKind::InvalidOperation,
        format!("{name} has no type here"),
    )
}

/// Words that Go writes in capitals.
const INITIALISMS: &[&str] = &["abi", "api", "ca", "http", "id", "tls", "utf8"];

/// `ca_file` as Go exports it: `CAFile`.
fn go_name(name: &str) -> String {
    name.split('_')
        .map(|part| {
            if INITIALISMS.contains(&part) {
                part.to_uppercase()
            } else {
                pascal(part)
            }
        })
        .collect()
}

/// `ca_file` as Go keeps it to itself: `caFile`. What Go reserves gets an ending.
fn go_field(name: &str) -> String {
    let (first, rest) = name.split_once('_').unwrap_or((name, ""));
    let joined = format!(
        "{first}{}",
        if rest.is_empty() {
            String::new()
        } else {
            go_name(rest)
        }
    );
    if matches!(
        joined.as_str(),
        "type" | "func" | "range" | "map" | "default"
    ) {
        joined + "_"
    } else {
        joined
    }
}

/// A C type as Go lays it out. A handle is a plain address.
fn go_type(c_type: &str, handles: &Value) -> Result<String, minijinja::Error> {
    let (name, stars) = parts(c_type);
    let (base, pointers) = match name {
        "char" | "uint8_t" => ("byte".to_owned(), stars),
        "int32_t" => ("int32".to_owned(), stars),
        "uint32_t" => ("uint32".to_owned(), stars),
        "uint64_t" => ("uint64".to_owned(), stars),
        "size_t" => ("uintptr".to_owned(), stars),
        "double" => ("float64".to_owned(), stars),
        handle if is_handle(handle, handles) => ("uintptr".to_owned(), stars.saturating_sub(1)),
        structure if structure.starts_with("graph_") => (
            format!("native{}", pascal(structure.trim_start_matches("graph_"))),
            stars,
        ),
        other => return Err(unknown(other)),
    };
    Ok(format!("{}{base}", "*".repeat(pointers)))
}

/// Documentation that speaks of C, as Go's readers know the same things.
fn go_prose(text: &str) -> String {
    prose(text, go_reference)
        .replace("INFINITY", "math.Inf(1)")
        .replace("NULL", "empty")
        .split(' ')
        .map(go_status)
        .collect::<Vec<_>>()
        .join(" ")
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

/// `GRAPH_STATUS_TOKEN_MISSING,` as `[StatusTokenMissing],`.
fn go_status(word: &str) -> String {
    let name = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
    match name.strip_prefix("GRAPH_STATUS_") {
        Some("OK") => format!("[StatusAccepted]{}", &word[name.len()..]),
        Some(status) => format!(
            "[Status{}]{}",
            go_name(&status.to_lowercase()),
            &word[name.len()..]
        ),
        None => word.to_owned(),
    }
}

/// A number of milliseconds, where the text is one, in seconds; what it says behind the number is said in its place.
fn seconds(text: &str) -> String {
    let (number, spoken) = text.split_once(", ").unwrap_or((text, ""));
    match number.replace(',', "").parse::<u64>() {
        Ok(_) if !spoken.is_empty() => spoken.to_owned(),
        Ok(milliseconds) if milliseconds >= 1000 => format!("{} seconds", milliseconds / 1000),
        _ => text.to_owned(),
    }
}

/// `graph_client_set_token` as `Client.SetToken`; a structure by the name of its type.
fn go_reference(name: &str) -> String {
    let name = name.trim_start_matches("graph_");
    for handle in ["client", "run", "cancellation", "outcome", "access"] {
        if let Some(verb) = name
            .strip_prefix(handle)
            .and_then(|rest| rest.strip_prefix('_'))
            && verb != "options"
        {
            return format!("[{}.{}]", pascal(handle), go_name(verb));
        }
    }
    pascal(name)
}

/// `ca_file` as Java writes it: `caFile`.
fn java_name(name: &str) -> String {
    let mut letters = pascal(name);
    if let Some(first) = letters.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    letters
}

/// Documentation that speaks of C, as Java's readers know the same things, for Javadoc.
fn java_prose(text: &str) -> String {
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

/// `graph_client_set_token` as Java names it.
fn java_reference(name: &str) -> String {
    let name = name.trim_start_matches("graph_");
    for (handle, class) in [
        ("client", "GraphInvalidateClient"),
        ("run", "InvalidateRun"),
    ] {
        if let Some(verb) = name
            .strip_prefix(handle)
            .and_then(|rest| rest.strip_prefix('_'))
            && verb != "options"
        {
            return format!("{class}.{}", java_name(verb));
        }
    }
    pascal(name)
}

/// Documentation that speaks of C, as PHP's readers know the same things, for PHPDoc.
fn php_prose(text: &str) -> String {
    prose(text, php_reference)
        .replace("not_before", "notBefore")
        .replace("INFINITY", "INF")
        .replace("NULL", "null")
        .split(' ')
        .map(php_status)
        .collect::<Vec<_>>()
        .join(" ")
}

/// `GRAPH_STATUS_TOKEN_MISSING,` as `Status::TokenMissing,`.
fn php_status(word: &str) -> String {
    let name = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
    match name.strip_prefix("GRAPH_STATUS_") {
        Some("OK") => format!("Status::Accepted{}", &word[name.len()..]),
        Some(status) => format!(
            "Status::{}{}",
            pascal(&status.to_lowercase()),
            &word[name.len()..]
        ),
        None => word.to_owned(),
    }
}

/// `graph_client_set_token` as PHP names it.
fn php_reference(name: &str) -> String {
    let name = name.trim_start_matches("graph_");
    for (handle, class) in [("client", "Client"), ("run", "Run")] {
        if let Some(verb) = name
            .strip_prefix(handle)
            .and_then(|rest| rest.strip_prefix('_'))
            && verb != "options"
        {
            return format!("{class}::{}()", java_name(verb));
        }
    }
    pascal(name)
}

/// Documentation that speaks of C, as JavaScript's readers know the same things.
fn js_prose(text: &str) -> String {
    let prose = prose(text, js_reference)
        .replace("INFINITY", "Infinity")
        .replace("must not be NULL", "must be given")
        .replace("NULL", "undefined")
        .replace("GRAPH_STATUS_OK", "GRAPH_STATUS_ACCEPTED");
    prose
        .split(' ')
        .map(|word| match word.strip_prefix("GRAPH_STATUS_") {
            Some(status) => {
                let end = status
                    .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
                    .unwrap_or(status.len());
                format!("`{}`{}", status[..end].to_lowercase(), &status[end..])
            }
            None => word.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// `graph_client_set_token` as JavaScript names it.
fn js_reference(name: &str) -> String {
    let name = name.trim_start_matches("graph_");
    for (handle, class) in [("client", "Client"), ("run", "Run")] {
        if let Some(verb) = name
            .strip_prefix(handle)
            .and_then(|rest| rest.strip_prefix('_'))
            && verb != "options"
        {
            return format!("{class}.{}", java_name(verb));
        }
    }
    pascal(name)
}

/// The types of a function, one letter each and the result first: v(oid), i(nt), l(ong), and an address is a long as well.
fn java_signature(function: &Value) -> Result<String, minijinja::Error> {
    let letter = |c_type: &str| match c_type {
        "void" => 'v',
        "int32_t" | "uint32_t" => 'i',
        _ => 'l',
    };
    let mut signature = String::new();
    signature.push(letter(&function.get_attr("result")?.to_string()));
    for parameter in function.get_attr("parameters")?.try_iter()? {
        signature.push(letter(&parameter.get_attr("type")?.to_string()));
    }
    Ok(signature)
}

/// How many bytes these fields take, one after another, on a machine of 64 bits.
fn size_of(fields: &Value) -> Result<usize, minijinja::Error> {
    let mut size: usize = 0;
    for field in fields.try_iter()? {
        let width = match field.get_attr("type")?.to_string().as_str() {
            "int32_t" | "uint32_t" => 4,
            _ => 8,
        };
        size = size.next_multiple_of(width) + width;
    }
    Ok(size.next_multiple_of(8))
}

/// A name with blanks behind it, as wide as the widest of some names: what gofmt makes of columns.
fn pad(name: &str, names: Vec<String>, ending: Option<&str>) -> String {
    let ending = ending.unwrap_or_default();
    let width = names.iter().map(String::len).max().unwrap_or_default() + ending.len();
    format!("{:<width$}", format!("{name}{ending}"))
}

/// A sentence that stood behind a colon, as one of its own.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Text as a comment of lines that begin with `lead`, none of them wider than 110 columns.
fn comment(text: &str, lead: &str) -> String {
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
