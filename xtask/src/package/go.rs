//! The Go module, with the native library of the platform that it is made on inside.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::workspace::{files_with_ending, root};

use super::Package;
use super::platform::{self, copy};

pub(super) const PACKAGE: Package = Package {
    language: "go",
    make,
};

/// Where the module lies.
pub(crate) fn folder() -> PathBuf {
    root().join("target/package/go")
}

/// The one module that it needs.
pub(crate) const DEPENDENCY: &str = "github.com/ebitengine/purego";

/// Its version, and its source where Go keeps it.
pub(crate) fn dependency() -> Result<(String, PathBuf), String> {
    let source = root().join("bindings/go");
    let output = Command::new("go")
        .current_dir(source)
        .args(["mod", "download", "-json", DEPENDENCY])
        .output()
        .map_err(|error| format!("go cannot be run: {error}"))?;
    let found: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("go mod download says nothing: {error}"))?;
    match (found["Version"].as_str(), found["Dir"].as_str()) {
        (Some(version), Some(folder)) => Ok((version.to_owned(), PathBuf::from(folder))),
        _ => Err(format!("{DEPENDENCY} cannot be had: {}", found["Error"])),
    }
}

/// Lays the module out in target/package/go/.
pub(crate) fn make() -> Result<(), String> {
    let libraries = platform::package_libraries()?;
    let _ = fs::remove_dir_all(folder());
    let source = root().join("bindings/go");
    for file in files_with_ending("")? {
        if let Ok(name) = file.strip_prefix(&source) {
            copy(&file, &folder().join(name))?;
        }
    }
    platform::place_licences(&folder(), &libraries)?;
    for library in &libraries {
        if let Some(name) = library.platform.go {
            let place = folder().join("lib").join(name);
            copy(
                &library.file,
                &place.join(library.platform.shared_library()),
            )?;
        }
    }
    println!("{}", folder().display());
    Ok(())
}
