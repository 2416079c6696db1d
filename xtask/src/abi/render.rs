//! Renders a language's declarations from the description.

use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Value};

use super::description::Description;
use super::languages;
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
    ("go/abi.go.j2", "bindings/go/abi.go"),
    ("go/options.go.j2", "bindings/go/options.go"),
    ("go/values.go.j2", "bindings/go/values.go"),
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
    languages::add_filters(&mut environment);
    environment
        .render_str(&source, Value::from(Serde(description)))
        .map_err(|error| format!("{}: {error:#}", path.display()))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))
}
