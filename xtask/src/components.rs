//! What is linked into an artefact: its bill of materials (CycloneDX), and the licences that travel with it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cross::{self, Platform, System};
use crate::workspace::{LIBRARY_FEATURES, cargo, root};

/// Which of the two is shipped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Product {
    Library,
    Command,
}

/// One crate, or another piece of software, that is linked in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Component {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) licence: String,
    /// The ecosystem of the registry that it comes from, as package URLs name it.
    registry: Option<&'static str>,
}

/// A Go module that an artefact holds.
pub(crate) fn go_module(name: &str, version: &str, licence: &str) -> Component {
    Component {
        name: name.to_owned(),
        version: version.to_owned(),
        licence: licence.to_owned(),
        registry: Some("golang"),
    }
}

/// What is linked into a product for a platform, sorted.
pub(crate) fn linked(product: Product, platform: &Platform) -> Result<Vec<Component>, String> {
    let mut tree = cargo();
    tree.args(["tree", "--locked", "--edges", "normal,no-proc-macro"])
        .args(["--prefix", "none", "--format", "{p}\t{l}"])
        .args(["--target", platform.triple]);
    match product {
        Product::Library => tree
            .args(["--package", "graph-invalidate"])
            .args(["--features", LIBRARY_FEATURES]),
        Product::Command => tree.args(["--package", "graph-invalidate-cli"]),
    };
    let output = tree
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "cargo tree failed: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let mut components: Vec<Component> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let (package, licence) = line.split_once('\t')?;
            let mut words = package.split(' ');
            Some(Component {
                name: words.next()?.to_owned(),
                version: words.next()?.trim_start_matches('v').to_owned(),
                licence: licence.trim_end_matches(" (*)").replace('/', " OR "),
                registry: (!package.contains('(')).then_some("cargo"),
            })
        })
        .collect();
    components.extend(beside_crates(product, platform.system));
    components.sort();
    components.dedup();
    Ok(components)
}

/// What compilers and linkers bring along.
fn beside_crates(product: Product, system: System) -> Vec<Component> {
    let other = |name: &str, licence: &str| Component {
        name: name.to_owned(),
        version: String::new(),
        licence: licence.to_owned(),
        registry: None,
    };
    let mut others = vec![other("rust-std", "MIT OR Apache-2.0")];
    match system {
        System::Windows => others.push(other("mingw-w64-runtime", "ZPL-2.1")),
        System::Glibc | System::Musl => {
            others.push(other("llvm-libunwind", "Apache-2.0 WITH LLVM-exception"));
        }
    }
    if system == System::Musl && product == Product::Command {
        others.push(other("musl", "MIT"));
    }
    others
}

/// The bill of materials of one artefact.
pub(crate) fn bill(artefact: &str, version: &str, components: &[Component]) -> Value {
    let listed: Vec<Value> = components
        .iter()
        .map(|component| {
            let mut entry = json!({
                "type": "library",
                "name": component.name,
                "licenses": [{ "expression": component.licence }],
            });
            if !component.version.is_empty() {
                entry["version"] = json!(component.version);
            }
            if let Some(ecosystem) = component.registry {
                entry["purl"] = json!(format!(
                    "pkg:{ecosystem}/{}@{}",
                    component.name, component.version
                ));
            }
            entry
        })
        .collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": { "type": "file", "name": artefact, "version": version } },
        "components": listed,
    })
}

/// The licences of these components, each text once.
pub(crate) fn licences(components: &[Component]) -> Result<String, String> {
    let sources = sources()?;
    let mut terms: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut list = String::new();
    for component in components {
        let title = format!("{} {}", component.name, component.version);
        let title = title.trim().to_owned();
        list += &format!("{title}: {}\n", component.licence);
        let found = match sources.get(&(component.name.clone(), component.version.clone())) {
            Some(folder) => texts_in(folder, &component.licence)?,
            None => Vec::new(),
        };
        let found = if found.is_empty() {
            vec![text_of(component)?]
        } else {
            found
        };
        for text in found {
            let (notice, rest) = parted(&text);
            let owners = terms.entry(rest).or_default();
            owners.push((notice, title.clone()));
        }
    }
    let mut page = format!("What is linked in, and under which licences:\n\n{list}");
    let mut terms: Vec<(Vec<(String, String)>, String)> = terms
        .into_iter()
        .map(|(rest, owners)| (owners, rest))
        .collect();
    terms.sort();
    for (mut owners, rest) in terms {
        owners.sort();
        page += &format!("\n{}\n", "-".repeat(80));
        for same in owners.chunk_by(|one, other| one.0 == other.0) {
            let titles: Vec<&str> = same.iter().map(|(_, title)| title.as_str()).collect();
            page += &format!("{}\n", titles.join(", "));
            if !same[0].0.is_empty() {
                page += &format!("{}\n\n", same[0].0);
            }
        }
        page += &format!("\n{rest}\n");
    }
    Ok(page)
}

/// The first words of terms that many share, before which each has a notice of its own.
const PERMISSION: &str = "Permission is hereby granted, free of charge,";

/// A licence's notice, and its terms, which others share: their lines are broken as one likes.
fn parted(text: &str) -> (String, String) {
    match text.find(PERMISSION) {
        Some(begin) => {
            let paragraphs = text[begin..].split("\n\n");
            let terms: Vec<String> = paragraphs.map(on_one_line).collect();
            (text[..begin].trim().to_owned(), terms.join("\n\n"))
        }
        None => (String::new(), text.to_owned()),
    }
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the source of each package lies.
fn sources() -> Result<BTreeMap<(String, String), PathBuf>, String> {
    let output = cargo()
        .args(["metadata", "--locked", "--format-version", "1"])
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata cannot be read: {error}"))?;
    let text =
        |package: &Value, field: &str| package[field].as_str().unwrap_or_default().to_owned();
    Ok(metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|package| {
            let manifest = PathBuf::from(text(package, "manifest_path"));
            let folder = if package["source"].is_null() {
                root()
            } else {
                manifest.parent()?.to_owned()
            };
            Some(((text(package, "name"), text(package, "version")), folder))
        })
        .collect())
}

/// The licence texts in the folder of a package: of those to choose from the shortest, MIT's, where it has a file of
/// its own.
fn texts_in(folder: &Path, licence: &str) -> Result<Vec<String>, String> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .to_uppercase();
            path.is_file()
                && ["LICEN", "COPYING", "COPYRIGHT", "UNLICENSE", "NOTICE"]
                    .iter()
                    .any(|beginning| name.starts_with(beginning))
        })
        .collect();
    files.sort();
    let is_of_mit = |file: &PathBuf| file.to_string_lossy().to_uppercase().ends_with("MIT");
    if licence.split(" OR ").any(|choice| choice == "MIT") && files.iter().any(is_of_mit) {
        files.retain(|file| is_of_mit(file) || !file.to_string_lossy().contains("LICEN"));
    }
    files
        .iter()
        .map(|file| {
            fs::read_to_string(file)
                .map(|text| text.replace('\r', "").trim_end().to_owned())
                .map_err(|error| format!("{} cannot be read: {error}", file.display()))
        })
        .collect()
}

/// The text for what brings none: from whoever linked it in, or the project's own where the licence is the same.
fn text_of(component: &Component) -> Result<String, String> {
    let place = match component.name.as_str() {
        "mingw-w64-runtime" => "/usr/share/doc/mingw-w64-x86-64-dev/copyright".into(),
        "musl" => within_zig("libc/musl/COPYRIGHT")?,
        _ if component.licence.contains("Apache-2.0") => root().join("LICENSE-APACHE"),
        _ => {
            return Err(format!(
                "{} {} brings no licence text, and there is none here for {}",
                component.name, component.version, component.licence
            ));
        }
    };
    fs::read_to_string(&place)
        .map(|text| text.trim_end().to_owned())
        .map_err(|error| format!("{} cannot be read: {error}", place.display()))
}

/// A file of the zig that links.
fn within_zig(file: &str) -> Result<PathBuf, String> {
    let environment = cross::zig()?.join("../lib");
    fs::read_dir(&environment)
        .map_err(|error| format!("{} cannot be read: {error}", environment.display()))?
        .flatten()
        .map(|entry| entry.path().join("site-packages/ziglang/lib").join(file))
        .find(|place| place.is_file())
        .ok_or_else(|| format!("zig has no {file}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_are_shared_are_told_from_the_notice_before_them() {
        let one = "MIT License\n\nCopyright (c) One\n\nPermission is hereby granted, free of charge, to\nany person.\n\nAS IS.";
        let other = "Copyright (c) Other\n\nPermission is hereby granted, free of charge,\nto any person.\n\nAS  IS.";
        let (notice, terms) = parted(one);
        assert_eq!(notice, "MIT License\n\nCopyright (c) One");
        assert_eq!(parted(other), ("Copyright (c) Other".to_owned(), terms));
        assert_eq!(parted("Zlib"), (String::new(), "Zlib".to_owned()));
    }
}
