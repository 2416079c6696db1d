//! Renders a language's declarations from the description.

use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};

use super::description::Description;
use super::languages;
use crate::workspace::root;

macro_rules! java {
    ($class:literal) => {
        concat!(
            "bindings/java/src/main/java/graphinvalidate/",
            $class,
            ".java"
        )
    };
}

macro_rules! php_exception {
    ($kind:literal) => {
        concat!("bindings/php/src/Exception/", $kind, "Exception.php")
    };
}

/// Every template below xtask/templates/, and the file that is made of it.
pub(super) const TARGETS: &[(&str, &str)] = &[
    (
        "python/declarations.py.j2",
        "bindings/python/src/graph_invalidate/_declarations.py",
    ),
    (
        "python/outcome.py.j2",
        "bindings/python/src/graph_invalidate/_outcome.py",
    ),
    (
        "python/run_options.py.j2",
        "bindings/python/src/graph_invalidate/_run_options.py",
    ),
    (
        "python/credential.py.j2",
        "bindings/python/src/graph_invalidate/_credential.py",
    ),
    (
        "python/client_options.py.j2",
        "bindings/python/src/graph_invalidate/_client_options.py",
    ),
    (
        "python/failures.py.j2",
        "bindings/python/src/graph_invalidate/_failures.py",
    ),
    (
        "python/values.py.j2",
        "bindings/python/src/graph_invalidate/_access.py",
    ),
    (
        "python/values.py.j2",
        "bindings/python/src/graph_invalidate/_progress.py",
    ),
    (
        "csharp/ClientOptions.cs.j2",
        "bindings/csharp/src/GraphInvalidate/GraphInvalidateClientOptions.Fields.cs",
    ),
    (
        "csharp/Access.cs.j2",
        "bindings/csharp/src/GraphInvalidate/TokenAccess.Fields.cs",
    ),
    (
        "csharp/Progress.cs.j2",
        "bindings/csharp/src/GraphInvalidate/GraphInvalidateRunProgress.Fields.cs",
    ),
    (
        "csharp/Failures.cs.j2",
        "bindings/csharp/src/GraphInvalidate/GraphInvalidateException.Kinds.cs",
    ),
    (
        "csharp/RunOptions.cs.j2",
        "bindings/csharp/src/GraphInvalidate/GraphInvalidateRunOptions.cs",
    ),
    (
        "csharp/Credential.cs.j2",
        "bindings/csharp/src/GraphInvalidate/GraphInvalidateCredential.cs",
    ),
    (
        "csharp/Outcome.cs.j2",
        "bindings/csharp/src/GraphInvalidate/InvalidateOutcome.Fields.cs",
    ),
    (
        "powershell/RunOptions.cs.j2",
        "powershell/src/InvokeGraphInvalidateRunCommand.Options.cs",
    ),
    (
        "csharp/Native.cs.j2",
        "bindings/csharp/src/GraphInvalidate/Native.cs",
    ),
    ("go/abi.go.j2", "bindings/go/abi.go"),
    ("go/linked.go.j2", "bindings/go/linked.go"),
    ("go/failures.go.j2", "bindings/go/failures.go"),
    ("go/options.go.j2", "bindings/go/options.go"),
    ("go/values.go.j2", "bindings/go/values.go"),
    ("node/fields.h.j2", "bindings/node/native/fields.h"),
    ("node/failures.ts.j2", "bindings/node/src/made/failures.ts"),
    ("node/options.ts.j2", "bindings/node/src/made/options.ts"),
    ("node/status.ts.j2", "bindings/node/src/made/status.ts"),
    ("node/values.ts.j2", "bindings/node/src/made/values.ts"),
    ("java/Abi.java.j2", java!("Abi")),
    ("java/Failures.java.j2", java!("GraphInvalidateException")),
    ("java/Status.java.j2", java!("Status")),
    (
        "java/Options.java.j2",
        java!("GraphInvalidateClientBuilder"),
    ),
    ("java/Options.java.j2", java!("Credential")),
    ("java/Options.java.j2", java!("RunOptions")),
    ("java/Value.java.j2", java!("InvalidateOutcome")),
    ("java/Value.java.j2", java!("Header")),
    ("java/Value.java.j2", java!("Access")),
    ("java/Value.java.j2", java!("AccessFinding")),
    ("java/Value.java.j2", java!("RunProgress")),
    (
        "php/graph_invalidate.h.j2",
        "bindings/php/ffi/graph_invalidate.h",
    ),
    (
        "php/Declarations.php.j2",
        "bindings/php/src/Native/Declarations.php",
    ),
    ("php/Runs.php.j2", "bindings/php/src/Native/Runs.php"),
    ("php/Status.php.j2", "bindings/php/src/Status.php"),
    (
        "php/Failures.php.j2",
        "bindings/php/src/Exception/Failures.php",
    ),
    ("php/Failure.php.j2", php_exception!("InvalidInput")),
    ("php/Failure.php.j2", php_exception!("Token")),
    ("php/Failure.php.j2", php_exception!("PermissionDenied")),
    ("php/Failure.php.j2", php_exception!("User")),
    ("php/Failure.php.j2", php_exception!("Throttled")),
    ("php/Failure.php.j2", php_exception!("Network")),
    ("php/Failure.php.j2", php_exception!("Service")),
    ("php/Failure.php.j2", php_exception!("Run")),
    ("php/Failure.php.j2", php_exception!("Internal")),
    ("php/Credential.php.j2", "bindings/php/src/Credential.php"),
    ("php/Value.php.j2", "bindings/php/src/Outcome.php"),
    ("php/Value.php.j2", "bindings/php/src/Access.php"),
    ("php/Value.php.j2", "bindings/php/src/AccessFinding.php"),
    ("php/Value.php.j2", "bindings/php/src/Progress.php"),
];

/// The text that a template makes of the description. It knows the name of the file that it makes, without ending, as
/// `target`.
pub(super) fn render(
    template: &str,
    target: &str,
    description: &Description,
) -> Result<String, String> {
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
        .render_str(
            &source,
            context! { target => Path::new(target).file_stem().and_then(|name| name.to_str()), ..Value::from(Serde(description)) },
        )
        .map_err(|error| format!("{}: {error:#}", path.display()))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))
}
