//! The Composer package, with the native library of each platform inside.

use std::fs;
use std::path::PathBuf;

use crate::workspace::{files_with_ending, root};

use super::Package;
use super::platform::{self, copy};

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
    let libraries = platform::package_libraries()?;
    let _ = fs::remove_dir_all(folder());
    let source = root().join("bindings/php");
    for file in files_with_ending("")? {
        if let Ok(name) = file.strip_prefix(&source)
            && !NOT_INSIDE.iter().any(|folder| name.starts_with(folder))
        {
            copy(&file, &folder().join(name))?;
        }
    }
    platform::place_licences(&folder(), &libraries)?;
    for library in &libraries {
        let place = folder().join("lib").join(library.platform.rid);
        copy(
            &library.file,
            &place.join(library.platform.shared_library()),
        )?;
    }
    println!("{}", folder().display());
    Ok(())
}
