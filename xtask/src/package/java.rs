//! The jar of the Java binding, with the native library of the platform that it is made on inside, in a Maven
//! repository of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace::{root, succeed};

use super::Package;
use super::platform::{self, copy};

pub(super) const PACKAGE: Package = Package {
    language: "java",
    make,
};

/// The first release that calls C by itself: what the jar is built with, at least.
const NEWEST: u32 = 22;

/// The Maven repository that holds the jar.
pub(crate) fn repository() -> PathBuf {
    root().join("target/package/java")
}

/// The jar itself.
pub(crate) fn jar() -> PathBuf {
    root().join(format!(
        "target/java/graph-invalidate-{}.jar",
        env!("CARGO_PKG_VERSION")
    ))
}

/// Builds the jar, and deploys it with its pom to target/package/java/.
pub(crate) fn make() -> Result<(), String> {
    let libraries = platform::package_libraries()?;
    for folder in [
        "target/java",
        "target/java-resources",
        "target/package/java",
    ] {
        let _ = fs::remove_dir_all(root().join(folder));
    }
    let resources = root().join("target/java-resources");
    for library in &libraries {
        if let Some(name) = library.platform.java {
            let place = resources.join("graphinvalidate/native").join(name);
            copy(
                &library.file,
                &place.join(library.platform.shared_library()),
            )?;
        }
    }
    let names: Vec<&str> = libraries
        .iter()
        .filter_map(|library| library.platform.java)
        .collect();
    let list = resources.join("graphinvalidate/native/platforms");
    fs::write(&list, names.join(", "))
        .map_err(|error| format!("{} cannot be written: {error}", list.display()))?;
    platform::place_licences(&resources.join("META-INF"), &libraries)?;
    succeed(
        maven()?
            .current_dir(root().join("bindings/java"))
            .arg("deploy")
            // Not into the user's own repository: what lies there would be taken in place of what is made later.
            .arg("-Dmaven.install.skip=true")
            .arg(format!(
                "-DaltDeploymentRepository=local::file://{}",
                repository().display()
            )),
    )?;
    println!("{}", repository().display());
    Ok(())
}

/// Maven, quiet, with a Java that can build the whole jar.
pub(crate) fn maven() -> Result<Command, String> {
    let mut command = Command::new("mvn");
    command
        .args(["--batch-mode", "--quiet"])
        .env("JAVA_HOME", jdk()?);
    Ok(command)
}

/// A JDK of release 22 or later: that of `JAVA_HOME`, or one where Debian's packages lie.
pub(crate) fn jdk() -> Result<PathBuf, String> {
    let mut candidates: Vec<PathBuf> = std::env::var_os("JAVA_HOME")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    if let Ok(entries) = fs::read_dir("/usr/lib/jvm") {
        candidates.extend(entries.flatten().map(|entry| entry.path()));
    }
    candidates
        .into_iter()
        .find(|folder| release(folder).is_some_and(|release| release >= NEWEST))
        .ok_or_else(|| format!("no JDK {NEWEST} or later: install one, and name it in JAVA_HOME"))
}

/// The feature release of the JDK in a folder.
fn release(folder: &Path) -> Option<u32> {
    let text = fs::read_to_string(folder.join("release")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
    line.split(['.', '"']).next()?.parse().ok()
}
