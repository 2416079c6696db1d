//! What templates may ask for: the names, types and words of each language.

mod prose;
mod types;

use minijinja::{Environment, Value};

/// Adds every filter.
pub(super) fn add_filters(environment: &mut Environment<'_>) {
    environment.add_filter("pascal", types::pascal);
    environment.add_filter("ctypes", types::ctypes);
    environment.add_filter("csharp", types::csharp);
    environment.add_filter("csharp_prose", prose::csharp_prose);
    environment.add_filter("python_prose", prose::python_prose);
    environment.add_filter("go_name", types::go_name);
    environment.add_filter("go_field", types::go_field);
    environment.add_filter("go_type", types::go_type);
    environment.add_filter("go_prose", prose::go_prose);
    environment.add_filter("java_name", types::java_name);
    environment.add_filter("java_prose", prose::java_prose);
    environment.add_filter("java_signature", types::java_signature);
    environment.add_filter("php_prose", prose::php_prose);
    environment.add_filter("powershell_prose", prose::powershell_prose);
    environment.add_filter("in_order", in_order);
    environment.add_filter("js_prose", prose::js_prose);
    environment.add_filter("size_of", types::size_of);
    environment.add_filter("comment", prose::comment);
    environment.add_filter("pad", pad);
    environment.add_filter("sentence", prose::sentence);
    environment.add_filter("seconds", prose::seconds);
}

/// A name with blanks behind it, as wide as the widest of some names: what gofmt makes of columns.
fn pad(name: &str, names: Vec<String>, ending: Option<&str>) -> String {
    let ending = ending.unwrap_or_default();
    let width = names.iter().map(String::len).max().unwrap_or_default() + ending.len();
    format!("{:<width$}", format!("{name}{ending}"))
}

/// Fields in the order in which a language has had them, by their names there; those that came later behind them.
fn in_order(fields: Vec<Value>, order: Vec<String>) -> Result<Vec<Value>, minijinja::Error> {
    let mut placed = Vec::new();
    for field in fields {
        let name = field.get_attr("public")?.to_string();
        let place = order.iter().position(|its| *its == name);
        placed.push((place.unwrap_or(order.len()), field));
    }
    placed.sort_by_key(|(place, _)| *place);
    Ok(placed.into_iter().map(|(_, field)| field).collect())
}
