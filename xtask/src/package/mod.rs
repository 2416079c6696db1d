//! Packages of the bindings, laid out below target/package/ as they would be published.

pub(crate) mod csharp;
pub(crate) mod go;
pub(crate) mod java;
pub(crate) mod node;
pub(crate) mod php;
pub(crate) mod platform;
pub(crate) mod powershell;
pub(crate) mod python;

/// One package: the language it is for, and what makes it.
struct Package {
    language: &'static str,
    make: fn() -> Result<(), String>,
}

const PACKAGES: &[Package] = &[
    csharp::PACKAGE,
    go::PACKAGE,
    java::PACKAGE,
    node::PACKAGE,
    php::PACKAGE,
    powershell::PACKAGE,
    python::PACKAGE,
];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The languages whose packages to make; all of them if none is named.
    languages: Vec<String>,
}

/// Makes the packages, each in a folder of its own.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let known: Vec<&str> = PACKAGES.iter().map(|package| package.language).collect();
    for name in &arguments.languages {
        if !known.contains(&name.as_str()) {
            return Err(format!(
                "there is no package for {name:?}; there are {}",
                known.join(", ")
            ));
        }
    }
    let wanted = |language: &str| {
        arguments.languages.is_empty() || arguments.languages.iter().any(|name| name == language)
    };
    for package in PACKAGES.iter().filter(|package| wanted(package.language)) {
        (package.make)()?;
    }
    Ok(true)
}
