//! The platform that packages are made on, as .NET names it, and the shared library built for it.

use std::path::{Path, PathBuf};

use crate::workspace::{build_libraries, libraries, root};

/// Where what is built for Windows lies.
pub(crate) const WINDOWS: &str = "target/package/windows";

/// This platform's runtime identifier in .NET, such as `linux-x64`.
pub(crate) fn runtime_identifier() -> String {
    let system = match std::env::consts::OS {
        "windows" => "win",
        "macos" => "osx",
        other => other,
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{architecture}")
}

/// The shared library of a release build.
pub(crate) fn shared_library() -> PathBuf {
    libraries().join(format!(
        "{}graph_invalidate{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    ))
}

/// Builds the shared library, and copies it to where .NET expects it: `<folder>/runtimes/<rid>/native/`; with that for Windows, where
/// `cargo xtask windows` has made one.
pub(super) fn place_shared_library(folder: &Path) -> Result<(), String> {
    build_libraries()?;
    place(&shared_library(), folder, &runtime_identifier())?;
    let for_windows = root().join(WINDOWS).join("graph_invalidate.dll");
    if for_windows.is_file() {
        place(&for_windows, folder, "win-x64")?;
    }
    Ok(())
}

fn place(library: &Path, folder: &Path, runtime_identifier: &str) -> Result<(), String> {
    let native = folder
        .join("runtimes")
        .join(runtime_identifier)
        .join("native");
    let file = native.join(library.file_name().unwrap_or_default());
    std::fs::create_dir_all(&native)
        .and_then(|()| std::fs::copy(library, &file))
        .map(|_| ())
        .map_err(|error| format!("{} cannot be made: {error}", file.display()))
}
