//! The npm packages: the JavaScript with its types, and the native addon of the platform that it is made on.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::node::{self, copy, npm};
use crate::workspace::{root, succeed};

use super::Package;

pub(super) const PACKAGE: Package = Package {
    language: "node",
    make,
};

/// Where the packages lie.
pub(crate) fn folder() -> PathBuf {
    root().join("target/package/node")
}

/// Makes both packages, packed as npm takes them, in target/package/node/.
pub(crate) fn make() -> Result<(), String> {
    node::build()?;
    let _ = fs::remove_dir_all(folder());
    for (name, lay_out) in [
        (
            "graph-invalidate",
            lay_out_package as fn(&Path) -> Result<(), String>,
        ),
        ("addon", lay_out_addon),
    ] {
        let place = root().join("target/node-packages").join(name);
        let _ = fs::remove_dir_all(&place);
        lay_out(&place)?;
        fs::create_dir_all(folder()).map_err(|error| error.to_string())?;
        let packed = folder().display().to_string();
        succeed(&mut npm(
            &place,
            &["pack", "--silent", "--pack-destination", &packed],
        ))?;
    }
    println!("{}", folder().display());
    Ok(())
}

fn lay_out_package(place: &Path) -> Result<(), String> {
    let mut description = description()?;
    if let Some(fields) = description.as_object_mut() {
        fields.remove("devDependencies");
        // Exactly this version: the addon is half of the package.
        fields.insert(
            "optionalDependencies".to_owned(),
            json!({ addon_name(): env!("CARGO_PKG_VERSION") }),
        );
    }
    write(&place.join("package.json"), &description)?;
    let source = root().join("target/node");
    copy_all(&source, place, &["README.md"])?;
    for file in below(&source.join("dist"))? {
        let name = file.strip_prefix(&source).unwrap_or(&file);
        copy(&file, &place.join(name)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn lay_out_addon(place: &Path) -> Result<(), String> {
    let (system, processor) = platform();
    let mut description = json!({
        "name": addon_name(),
        "version": env!("CARGO_PKG_VERSION"),
        "description": "The native addon of graph-invalidate for one platform.",
        "license": "MIT OR Apache-2.0",
        "main": "addon.node",
        "files": ["addon.node"],
        "os": [system],
        "cpu": [processor],
    });
    if cfg!(target_os = "linux") {
        description["libc"] = json!([if cfg!(target_env = "musl") {
            "musl"
        } else {
            "glibc"
        }]);
    }
    write(&place.join("package.json"), &description)?;
    copy_all(&root().join("target/node"), place, &["addon.node"])
}

/// This platform as Node names it.
fn platform() -> (&'static str, &'static str) {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    (system, processor)
}

/// The package of this platform's addon, such as `@graph-invalidate/linux-x64-gnu`: bindings/node/src/platform.ts asks
/// for it.
fn addon_name() -> String {
    let (system, processor) = platform();
    let library = match (system, cfg!(target_env = "musl")) {
        ("linux", true) => "-musl",
        ("linux", false) => "-gnu",
        _ => "",
    };
    format!("@graph-invalidate/{system}-{processor}{library}")
}

/// bindings/node/package.json, which has the version of everything else.
fn description() -> Result<Value, String> {
    let path = root().join("bindings/node/package.json");
    let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let description: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let version = description["version"].as_str();
    if version == Some(env!("CARGO_PKG_VERSION")) {
        Ok(description)
    } else {
        Err(format!(
            "{} is of version {version:?}, and the library of {}",
            path.display(),
            env!("CARGO_PKG_VERSION")
        ))
    }
}

fn copy_all(from: &Path, to: &Path, names: &[&str]) -> Result<(), String> {
    for name in names.iter().chain(&["LICENSE-APACHE", "LICENSE-MIT"]) {
        copy(&from.join(name), &to.join(name)).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

fn write(path: &Path, value: &Value) -> Result<(), String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    fs::create_dir_all(path.parent().unwrap_or(path))
        .and_then(|()| fs::write(path, text + "\n"))
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// The files below a folder.
fn below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            files.extend(below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
