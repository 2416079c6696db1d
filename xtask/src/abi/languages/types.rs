//! The names and types of each language.

use minijinja::Value;

/// `graph_run_options` as `GraphRunOptions`.
pub(super) fn pascal(name: &str) -> String {
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
pub(super) fn ctypes(c_type: &str, handles: &Value) -> Result<String, minijinja::Error> {
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
pub(super) fn csharp(c_type: &str, handles: &Value) -> Result<String, minijinja::Error> {
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
pub(super) fn go_name(name: &str) -> String {
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
pub(super) fn go_field(name: &str) -> String {
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
pub(super) fn go_type(c_type: &str, handles: &Value) -> Result<String, minijinja::Error> {
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

/// `ca_file` as Java writes it: `caFile`.
pub(super) fn java_name(name: &str) -> String {
    let mut letters = pascal(name);
    if let Some(first) = letters.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    letters
}

/// The types of a function, one letter each and the result first: v(oid), i(nt), l(ong), and an address is a long as
/// well.
pub(super) fn java_signature(function: &Value) -> Result<String, minijinja::Error> {
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
pub(super) fn size_of(fields: &Value) -> Result<usize, minijinja::Error> {
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
