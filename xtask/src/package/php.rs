//! The Composer package, with the native library of the platform that it is made on inside.

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::{build_libraries, files_with_ending, root};

use super::{Package, platform};

pub(super) const PACKAGE: Package = Package {
    language: "php",
    make,
};

/// What users of the package have no use for.
const NOT_INSIDE: &[&str] = &["tests", "bench", "phpcs.xml", "phpunit.xml"];

/// Where the package lies.
pub(crate) fn folder() -> PathBuf {
    root().join("target/package/php")
}

/// Lays the package out in target/package/php/.
pub(crate) fn make() -> Result<(), String> {
    build_libraries()?;
    let _ = fs::remove_dir_all(folder());
    let source = root().join("bindings/php");
    for file in files_with_ending("")? {
        if let Ok(name) = file.strip_prefix(&source)
            && !NOT_INSIDE.iter().any(|folder| name.starts_with(folder))
        {
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

/// This platform as the package names it, such as `linux-x64` or `linux-x64-musl`.
fn platform_name() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let musl = if cfg!(target_env = "musl") {
        "-musl"
    } else {
        ""
    };
    format!("{system}-{architecture}{musl}")
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to.parent().unwrap_or(to))
        .and_then(|()| fs::copy(from, to))
        .map(|_| ())
        .map_err(|error| format!("{} cannot be copied: {error}", from.display()))
}
