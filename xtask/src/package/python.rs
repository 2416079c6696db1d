//! The Python package: a wheel with the shared library of the platform that it is made on, and a source distribution.

use std::fs;
use std::path::{Path, PathBuf};

use crate::python::{module, pip, tools};
use crate::workspace::{files_with_ending, root, succeed};

use super::{Package, platform};

pub(super) const PACKAGE: Package = Package {
    language: "python",
    make,
};

/// Where the packages lie.
pub(crate) fn folder() -> PathBuf {
    root().join("target/package/python")
}

/// Makes the wheel and the source distribution, in target/package/python/.
pub(crate) fn make() -> Result<(), String> {
    let interpreter = tools()?;
    let library = platform::own()?;
    let source = folder().join("source");
    let _ = fs::remove_dir_all(folder());
    lay_out(&source, &library)?;
    succeed(
        module(&interpreter, "build")
            .args(["--no-isolation", "--sdist", "--wheel", "--outdir"])
            .arg(folder())
            .arg(&source),
    )?;
    if cfg!(target_os = "linux") {
        // Reads from the library which C libraries it runs with, and names the wheel for them.
        let wheel = wheel()?;
        succeed(
            module(&interpreter, "auditwheel")
                .args(["repair", "--wheel-dir"])
                .arg(folder())
                .arg(&wheel),
        )?;
        fs::remove_file(&wheel)
            .map_err(|error| format!("{} cannot be removed: {error}", wheel.display()))?;
    }
    println!("{}", folder().display());
    Ok(())
}

/// Makes the package and installs its wheel among the tools, as a user would.
pub(crate) fn tools_with_package() -> Result<PathBuf, String> {
    make()?;
    let interpreter = tools()?;
    let wheel = wheel()?;
    succeed(
        pip(&interpreter)
            .args(["--no-index", "--no-deps", "--force-reinstall"])
            .arg(wheel),
    )?;
    Ok(interpreter)
}

/// Makes the wheel of one platform from its library, which is known to run there, in `to`; and the source distribution.
pub(crate) fn make_wheel(library: &platform::Library, to: &Path) -> Result<(), String> {
    let interpreter = tools()?;
    let source = folder().join(library.platform.rid);
    let _ = fs::remove_dir_all(&source);
    lay_out(&source, library)?;
    succeed(
        module(&interpreter, "build")
            .args(["--no-isolation", "--sdist", "--wheel", "--outdir"])
            .arg(to)
            .arg(&source)
            .env("GRAPH_INVALIDATE_WHEEL_PLATFORM", library.platform.wheel),
    )
}

/// The one wheel in the folder.
pub(crate) fn wheel() -> Result<PathBuf, String> {
    fs::read_dir(folder())
        .map_err(|error| format!("{} cannot be read: {error}", folder().display()))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
        .ok_or_else(|| "no wheel was made".to_owned())
}

/// The wheel for a platform, in a folder of several.
pub(crate) fn wheel_of(folder: &Path, platform: &str) -> Result<PathBuf, String> {
    fs::read_dir(folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().ends_with(&format!("{platform}.whl")))
        .ok_or_else(|| format!("no wheel was made for {platform}"))
}

/// The package's files, the licences and the library together, as the build wants them.
fn lay_out(source: &Path, library: &platform::Library) -> Result<(), String> {
    let package = root().join("bindings/python");
    let mut copies: Vec<(PathBuf, PathBuf)> = files_with_ending("")?
        .into_iter()
        .filter_map(|file| {
            let place = source.join(file.strip_prefix(&package).ok()?);
            Some((file, place))
        })
        .collect();
    let place = source.join("src/graph_invalidate");
    copies.push((
        library.file.clone(),
        place.join(library.platform.shared_library()),
    ));
    for (from, to) in copies {
        fs::create_dir_all(to.parent().unwrap_or(source))
            .and_then(|()| fs::copy(&from, &to))
            .map_err(|error| format!("{} cannot be copied: {error}", from.display()))?;
    }
    platform::place_licences(source, std::slice::from_ref(library))
}
