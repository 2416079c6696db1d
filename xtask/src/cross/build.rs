//! Building for one platform.

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::{LIBRARY_FEATURES, root, succeed};

use super::compiler::Compiler;
use super::platforms::{Platform, System};

/// What was built for a platform.
pub(crate) struct Built {
    pub(crate) platform: &'static Platform,
    /// Holds the shared library, the static one (the import library with Windows) and the command.
    pub(crate) folder: PathBuf,
    /// What a program that links the static library must link with it.
    pub(crate) system_libraries: String,
}

impl Built {
    pub(crate) fn shared_library(&self) -> PathBuf {
        self.folder.join(self.platform.shared_library())
    }

    pub(crate) fn command(&self) -> PathBuf {
        self.folder.join(self.platform.command())
    }
}

/// What was built before.
pub(crate) fn built(platform: &'static Platform, folder: &Path) -> Result<Built, String> {
    let folder = folder.join(platform.rid);
    let system_libraries = fs::read_to_string(folder.join(SYSTEM_LIBRARIES))
        .map_err(|_| format!("nothing was built for {} yet", platform.rid))?;
    Ok(Built {
        platform,
        folder,
        system_libraries,
    })
}

/// Where all that was built for a platform lies, the standard library aside.
pub(crate) fn folders(platform: &Platform) -> [PathBuf; 2] {
    let folder = super::folder();
    [
        folder.join("cargo").join(platform.triple),
        folder.join(platform.rid),
    ]
}

/// The file that keeps what the compiler says of them.
const SYSTEM_LIBRARIES: &str = "system-libraries";

/// Builds the library and the command for release, below `folder`.
pub(crate) fn build(platform: &'static Platform, folder: &Path) -> Result<Built, String> {
    let compiler = Compiler::find(platform)?;
    // Cargo's own folder; what is wanted is copied out of it at once, since the two builds write over each other's
    // files there.
    let cargo = folder.join("cargo");
    let made = cargo.join(platform.triple).join("release");
    let place = folder.join(platform.rid);
    let kept = place.join(SYSTEM_LIBRARIES);
    let _ = fs::remove_file(&kept);

    let output = compiler
        .cargo("rustc", &cargo, true)
        .args(["--package", "graph-invalidate", "--lib"])
        .args(["--features", LIBRARY_FEATURES])
        .args(["--crate-type", "cdylib,staticlib"])
        .args(["--", "--print", "native-static-libs"])
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!(
            "the library cannot be built for {}:\n{text}",
            platform.rid
        ));
    }
    let system_libraries = match text
        .lines()
        .find_map(|line| line.split_once("native-static-libs: "))
    {
        Some((_, libraries)) => libraries.trim().to_owned(),
        None => return Err("the compiler did not say which system libraries are needed".to_owned()),
    };
    let mut files = vec![platform.shared_library(), "libgraph_invalidate.a"];
    if platform.system == System::Windows {
        files.push("libgraph_invalidate.dll.a");
    }
    for file in files {
        copy(&made.join(file), &place.join(file))?;
    }
    succeed(
        compiler
            .cargo("build", &cargo, false)
            .args(["--package", "graph-invalidate-cli"]),
    )?;
    copy(
        &made.join(platform.command()),
        &place.join(platform.command()),
    )?;
    // Last: it says that all is there.
    fs::write(&kept, &system_libraries)
        .map_err(|error| format!("{} cannot be written: {error}", kept.display()))?;
    Ok(Built {
        platform,
        folder: place,
        system_libraries,
    })
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to.parent().unwrap_or(to))
        .and_then(|()| fs::copy(from, to))
        .map(drop)
        .map_err(|error| {
            format!(
                "{} cannot be copied: {error}",
                from.strip_prefix(root()).unwrap_or(from).display()
            )
        })
}
