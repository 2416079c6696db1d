//! The npm packages: the JavaScript with its types, and the native addon of the platform that it is made on.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cross::{Built, Platform, System};
use crate::node::{self, copy, npm};
use crate::workspace::{root, succeed};

use super::{Package, platform};

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
    let own = Addon::own();
    pack_package(std::slice::from_ref(&own), &folder())?;
    pack_addon(
        &own,
        &node::addon(),
        &[platform::own()?.platform],
        &folder(),
    )?;
    println!("{}", folder().display());
    Ok(())
}

/// Makes the package and the addons of what was built, in `to`; gives the files, the addons' with their platforms.
pub(crate) fn make_for_release(
    built: &[Built],
    to: &Path,
) -> Result<Vec<(PathBuf, Option<&'static Platform>)>, String> {
    node::build_javascript()?;
    let addons: Vec<Addon> = built
        .iter()
        .map(|built| Addon::of(built.platform))
        .collect();
    let mut made = vec![(pack_package(&addons, to)?, None)];
    for (built, addon) in built.iter().zip(&addons) {
        let file = root().join("target/node-addons").join(built.platform.rid);
        fs::create_dir_all(&file).map_err(|error| error.to_string())?;
        let file = file.join("addon.node");
        node::compile_addon_for(built, &file)?;
        made.push((
            pack_addon(addon, &file, &[built.platform], to)?,
            Some(built.platform),
        ));
    }
    Ok(made)
}

/// The package of the JavaScript, which wants exactly these addons.
fn pack_package(addons: &[Addon], to: &Path) -> Result<PathBuf, String> {
    let place = empty("graph-invalidate")?;
    let mut description = description()?;
    if let Some(fields) = description.as_object_mut() {
        fields.remove("devDependencies");
        // Exactly this version: the addon is half of the package.
        let wanted: serde_json::Map<String, Value> = addons
            .iter()
            .map(|addon| (addon.name(), json!(env!("CARGO_PKG_VERSION"))))
            .collect();
        fields.insert("optionalDependencies".to_owned(), Value::Object(wanted));
    }
    write(&place.join("package.json"), &description)?;
    let source = root().join("target/node");
    copy_all(
        &source,
        &place,
        &["README.md", "LICENSE-APACHE", "LICENSE-MIT"],
    )?;
    for file in below(&source.join("dist"))? {
        let name = file.strip_prefix(&source).unwrap_or(&file);
        copy(&file, &place.join(name)).map_err(|error| error.to_string())?;
    }
    pack(&place, "graph-invalidate", to)
}

/// The package of one platform's addon.
fn pack_addon(
    addon: &Addon,
    file: &Path,
    platforms: &[&'static Platform],
    to: &Path,
) -> Result<PathBuf, String> {
    let packed = addon.name().trim_start_matches('@').replace('/', "-");
    let place = empty(&packed)?;
    let mut description = json!({
        "name": addon.name(),
        "version": env!("CARGO_PKG_VERSION"),
        "description": "The native addon of graph-invalidate for one platform.",
        "license": "MIT OR Apache-2.0",
        "main": "addon.node",
        "files": ["addon.node", "LICENSE-THIRD-PARTY.txt"],
        "os": [addon.system],
        "cpu": [addon.processor],
    });
    if let Some(library) = addon.library {
        description["libc"] = json!([library]);
    }
    write(&place.join("package.json"), &description)?;
    copy(file, &place.join("addon.node")).map_err(|error| error.to_string())?;
    platform::place_licences_for(&place, platforms)?;
    pack(&place, &packed, to)
}

/// An empty folder for what goes into a package.
fn empty(name: &str) -> Result<PathBuf, String> {
    let place = root().join("target/node-packages").join(name);
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place)
        .map(|()| place)
        .map_err(|error| error.to_string())
}

/// Packs a folder as npm does: without times, so the same bytes each time.
fn pack(place: &Path, name: &str, to: &Path) -> Result<PathBuf, String> {
    fs::create_dir_all(to).map_err(|error| error.to_string())?;
    let folder = to.display().to_string();
    succeed(&mut npm(
        place,
        &["pack", "--silent", "--pack-destination", &folder],
    ))?;
    Ok(to.join(format!("{name}-{}.tgz", env!("CARGO_PKG_VERSION"))))
}

/// An addon's platform, as Node and npm name it.
struct Addon {
    system: &'static str,
    processor: &'static str,
    /// The C library, where there are several.
    library: Option<&'static str>,
}

impl Addon {
    /// That of the platform that packages are made on.
    fn own() -> Addon {
        let system = match std::env::consts::OS {
            "macos" => "darwin",
            "windows" => "win32",
            other => other,
        };
        let library = if cfg!(target_env = "musl") {
            "musl"
        } else {
            "glibc"
        };
        Addon {
            system,
            processor: processor(std::env::consts::ARCH),
            library: cfg!(target_os = "linux").then_some(library),
        }
    }

    fn of(platform: &Platform) -> Addon {
        let (system, library) = match platform.system {
            System::Glibc => ("linux", Some("glibc")),
            System::Musl => ("linux", Some("musl")),
            System::Windows => ("win32", None),
        };
        Addon {
            system,
            processor: processor(platform.processor()),
            library,
        }
    }

    /// Its package, such as `@graph-invalidate/linux-x64-gnu`: bindings/node/src/platform.ts asks for it.
    fn name(&self) -> String {
        let library = match self.library {
            Some("musl") => "-musl",
            Some(_) => "-gnu",
            None => "",
        };
        format!(
            "@graph-invalidate/{}-{}{library}",
            self.system, self.processor
        )
    }
}

fn processor(name: &'static str) -> &'static str {
    match name {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    }
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
    for name in names {
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
