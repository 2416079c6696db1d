//! The shared libraries that go into packages: that of the platform that they are made on, or those of every platform.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::components::{self, Component, Product};
use crate::cross::{PLATFORMS, Platform};
use crate::workspace::{build_libraries, libraries, root};

/// Where what is built for Windows lies.
pub(crate) const WINDOWS: &str = "target/package/windows";

/// A shared library, and the platform that it is for.
#[derive(Clone)]
pub(crate) struct Library {
    pub(crate) platform: &'static Platform,
    pub(crate) file: PathBuf,
}

/// What a release has built; nothing otherwise.
static RELEASE: OnceLock<Vec<Library>> = OnceLock::new();

/// From now on packages are made of these.
pub(crate) fn take_for_release(libraries: Vec<Library>) {
    let _ = RELEASE.set(libraries);
}

/// The libraries for a package: those of a release, or that of this platform, which is built.
pub(crate) fn package_libraries() -> Result<Vec<Library>, String> {
    if let Some(libraries) = RELEASE.get() {
        return Ok(libraries.clone());
    }
    let mut found = vec![own()?];
    // That for Windows, where `cargo xtask windows` has made one.
    let file = root().join(WINDOWS).join("graph_invalidate.dll");
    if file.is_file() {
        found.push(Library {
            platform: named("win-x64")?,
            file,
        });
    }
    Ok(found)
}

/// That of this platform, built now.
pub(super) fn own() -> Result<Library, String> {
    build_libraries()?;
    Ok(Library {
        platform: named(&runtime_identifier())?,
        file: shared_library(),
    })
}

fn named(rid: &str) -> Result<&'static Platform, String> {
    PLATFORMS
        .iter()
        .find(|platform| platform.rid == rid)
        .ok_or_else(|| format!("there are no packages for {rid}"))
}

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

/// Copies the libraries to where .NET expects them, `<folder>/runtimes/<rid>/native/`, and the licences beside them.
pub(super) fn place_shared_libraries(folder: &Path) -> Result<(), String> {
    if RELEASE.get().is_some() {
        // Nothing of an earlier build goes into what is published.
        let _ = std::fs::remove_dir_all(folder.join("runtimes"));
    }
    let libraries = package_libraries()?;
    for library in &libraries {
        let place = folder
            .join("runtimes")
            .join(library.platform.rid)
            .join("native");
        copy(
            &library.file,
            &place.join(library.platform.shared_library()),
        )?;
    }
    place_licences(folder, &libraries)
}

/// Copies a file, and makes the folder that it goes to.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    std::fs::create_dir_all(to.parent().unwrap_or(to))
        .and_then(|()| std::fs::copy(from, to))
        .map(drop)
        .map_err(|error| format!("{} cannot be copied: {error}", from.display()))
}

/// Writes the licences of a package into a folder: the project's own, and those of everything that is linked into these
/// libraries.
pub(super) fn place_licences(folder: &Path, libraries: &[Library]) -> Result<(), String> {
    let platforms: Vec<&Platform> = libraries.iter().map(|library| library.platform).collect();
    place_licences_for(folder, &platforms)
}

/// The same for what is linked into the libraries of these platforms.
pub(super) fn place_licences_for(folder: &Path, platforms: &[&Platform]) -> Result<(), String> {
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root().join(licence), &folder.join(licence))?;
    }
    let mut linked = BTreeSet::new();
    for platform in platforms {
        linked.extend(components::linked(Product::Library, platform)?);
    }
    let linked: Vec<Component> = linked.into_iter().collect();
    let file = folder.join("LICENSE-THIRD-PARTY.txt");
    std::fs::write(&file, components::licences(&linked)?)
        .map_err(|error| format!("{} cannot be written: {error}", file.display()))
}
