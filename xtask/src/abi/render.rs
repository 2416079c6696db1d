//! Renders a language's declarations from the description.

use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Value};

use super::description::Description;
use crate::workspace::root;

/// Every template below xtask/templates/, and the file that is made of it.
pub(super) const TARGETS: &[(&str, &str)] = &[
    (
        "python/declarations.py.j2",
        "bindings/python/src/graph_invalidate/_declarations.py",
    ),
    (
        "csharp/Native.cs.j2",
        "bindings/csharp/src/GraphInvalidate/Native.cs",
    ),
];

/// The text that a template makes of the description.
pub(super) fn render(template: &str, description: &Description) -> Result<String, String> {
    let path = root().join("xtask/templates").join(template);
    let source = read(&path)?;
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .map_err(|error| error.to_string())?;
    environment.set_syntax(syntax);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.add_filter("pascal", pascal);
    environment.add_filter("ctypes", ctypes);
    environment.add_filter("csharp", csharp);
    environment
        .render_str(&source, Value::from(Serde(description)))
        .map_err(|error| format!("{}: {error:#}", path.display()))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))
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
