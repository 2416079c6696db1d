//! The Go module, with the native library of the platform that it is made on inside.

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::{build_libraries, files_with_ending, root};

use super::{Package, platform};

pub(super) const PACKAGE: Package = Package {
    language: "go",
    make,
};

/// Where the module lies.
pub(crate) fn folder() -> PathBuf {
    root().join("target/package/go")
}

/// Lays the module out in target/package/go/.
pub(crate) fn make() -> Result<(), String> {
    build_libraries()?;
    let _ = fs::remove_dir_all(folder());
    let source = root().join("bindings/go");
    for file in files_with_ending("")? {
        if let Ok(name) = file.strip_prefix(&source) {
            copy(&file, &folder().join(name))?;
        }
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root().join(licence), &folder().join(licence))?;
    }
    let library = platform::shared_library();
    let name = library.file_name().unwrap_or_default();
    copy(
        &library,
        &folder().join("lib").join(platform_name()).join(name),
    )?;
    println!("{}", folder().display());
    Ok(())
}

/// This platform as Go names it, such as `linux_amd64`.
fn platform_name() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}_{architecture}")
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to.parent().unwrap_or(to))
        .and_then(|()| fs::copy(from, to))
        .map(|_| ())
        .map_err(|error| format!("{} cannot be copied: {error}", from.display()))
}
