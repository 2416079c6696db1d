//! The one number of everything that is published: Cargo.toml has it, and so have the files of other ecosystems.

use std::fs;

use crate::workspace::root;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where the number stands: the file, and what stands right before it. Files that .NET, Python's build and the library
/// make read Cargo.toml or are made by `cargo xtask abi`.
const PLACES: &[(&str, &str)] = &[
    ("Cargo.toml", "[workspace.package]\nversion = \""),
    ("Cargo.lock", "name = \"graph-invalidate\"\nversion = \""),
    (
        "Cargo.lock",
        "name = \"graph-invalidate-cli\"\nversion = \"",
    ),
    (
        "Cargo.lock",
        "name = \"graph-invalidate-emulator\"\nversion = \"",
    ),
    ("Cargo.lock", "name = \"xtask\"\nversion = \""),
    ("bindings/go/README.md", "bindings/go@v"),
    ("bindings/java/README.md", "<version>"),
    ("bindings/java/README.md", "graph-invalidate-"),
    (
        "bindings/java/pom.xml",
        "<artifactId>graph-invalidate</artifactId>\n  <version>",
    ),
    ("bindings/node/package.json", "  \"version\": \""),
    ("bindings/node/package-lock.json", "\n  \"version\": \""),
    ("bindings/node/package-lock.json", "\n      \"version\": \""),
    ("bindings/node/src/version.ts", "VERSION = \""),
    ("bindings/php/composer.json", "\"version\": \""),
    ("bindings/php/src/Native/Declarations.php", "VERSION = '"),
    (
        "bindings/python/src/graph_invalidate/_version.py",
        "__version__ = \"",
    ),
    (
        "powershell/module/GraphInvalidate.psd1",
        "ModuleVersion          = '",
    ),
];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The new number, such as 0.2.0
    version: String,
    /// The day of the release, for the changelog, such as 2027-01-31
    #[arg(long, value_name = "DAY")]
    day: String,
}

/// Sets the number everywhere, and gives what is unreleased in the changelog its heading.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let new = &arguments.version;
    if new.split('.').count() != 3 || new.split('.').any(|part| part.parse::<u32>().is_err()) {
        return Err(format!(
            "{new} is no version: three numbers with points between them"
        ));
    }
    for (file, before) in PLACES {
        let text = read(file)?;
        let place = format!("{before}{VERSION}");
        if !text.contains(&place) {
            return Err(format!("{file} has no {place:?}"));
        }
        write(file, &text.replace(&place, &format!("{before}{new}")))?;
    }
    let install = "docs/install.md";
    write(install, &read(install)?.replace(VERSION, new))?;
    let changes = read("CHANGELOG.md")?;
    let heading = format!("## Unreleased\n\n## {new} - {}\n", arguments.day);
    write(
        "CHANGELOG.md",
        &changes.replacen("## Unreleased\n", &heading, 1),
    )?;
    println!(
        "{VERSION} is now {new}: cargo xtask keep takes its public names for what the next release must keep"
    );
    Ok(true)
}

/// Files whose number is another than Cargo.toml's.
pub(crate) fn faults() -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    for (file, before) in PLACES {
        if !read(file)?.contains(&format!("{before}{VERSION}")) {
            faults.push(format!("{file} does not say {VERSION} after {before:?}"));
        }
    }
    Ok(faults)
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(root().join(file)).map_err(|error| format!("{file} cannot be read: {error}"))
}

fn write(file: &str, text: &str) -> Result<(), String> {
    fs::write(root().join(file), text).map_err(|error| format!("{file} cannot be written: {error}"))
}
