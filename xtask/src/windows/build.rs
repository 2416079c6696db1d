//! Building for Windows: with the toolchain's own standard library for it, or with one made from a distribution's sources.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::package::platform::WINDOWS;
use crate::workspace::{LIBRARY_FEATURES, cargo, has_program, root, succeed};

use super::{COMPILER_FOR_C, TARGET};

/// Debian's compiler, whose package of sources can be built for any target.
const DISTRIBUTION_COMPILER: &str = "/usr/bin/rustc";

/// Builds the library and the command for release; gives the folder with what ships.
pub(super) fn build() -> Result<PathBuf, String> {
    if !has_program(COMPILER_FOR_C) {
        return Err("linking for Windows needs gcc-mingw-w64-x86-64".to_owned());
    }
    let compiler = Compiler::find()?;
    let libraries = folder().join("libraries");
    let library = ["rustc", "--package", "graph-invalidate", "--lib"];
    succeed(
        compiler
            .cargo(&libraries)
            .args(library)
            .args(RELEASE)
            .args(["--features", LIBRARY_FEATURES, "--crate-type", "cdylib"]),
    )?;
    let programs = folder().join("programs");
    let command = ["build", "--package", "graph-invalidate-cli"];
    succeed(compiler.cargo(&programs).args(command).args(RELEASE))?;

    let ships = root().join(WINDOWS);
    let release = |folder: PathBuf| folder.join(TARGET).join("release");
    let (libraries, programs) = (release(libraries), release(programs));
    for file in [
        libraries.join("graph_invalidate.dll"),
        libraries.join("libgraph_invalidate.dll.a"),
        programs.join("graph-invalidate.exe"),
        root().join("include/graph_invalidate.h"),
        root().join("LICENSE-APACHE"),
        root().join("LICENSE-MIT"),
    ] {
        let place = ships.join(file.file_name().unwrap_or_default());
        fs::create_dir_all(&ships)
            .and_then(|()| fs::copy(&file, &place))
            .map_err(|error| format!("{} cannot be copied: {error}", file.display()))?;
    }
    Ok(ships)
}

const RELEASE: [&str; 4] = ["--locked", "--release", "--target", TARGET];

/// Where everything for Windows is built.
pub(super) fn folder() -> PathBuf {
    root().join("target/windows")
}

/// Who compiles, and against which standard library.
struct Compiler {
    path: Option<&'static str>,
    system_root: Option<PathBuf>,
}

impl Compiler {
    fn find() -> Result<Compiler, String> {
        if Path::new(&said(Command::new("rustc").args([
            "--print",
            "target-libdir",
            "--target",
            TARGET,
        ]))?)
        .is_dir()
        {
            return Ok(Compiler {
                path: None,
                system_root: None,
            });
        }
        let system_root = said(Command::new(DISTRIBUTION_COMPILER).args(["--print", "sysroot"]));
        let sources = "lib/rustlib/src/rust/library/std";
        if !system_root.is_ok_and(|root| Path::new(&root).join(sources).is_dir()) {
            return Err(format!(
                "there is no standard library for {TARGET}: `rustup target add {TARGET}`, or install rustc-web and rust-web-src"
            ));
        }
        Ok(Compiler {
            path: Some(DISTRIBUTION_COMPILER),
            system_root: Some(standard_library()?),
        })
    }

    /// A cargo that builds for Windows, and puts no path of this machine into what it builds.
    fn cargo(&self, folder: &Path) -> Command {
        let mut flags = OsString::new();
        if let Some(system_root) = &self.system_root {
            flags.push(format!("--sysroot\u{1f}{}\u{1f}", system_root.display()));
        }
        flags.push(remapped(&root()));
        let mut command = cargo();
        command
            .env("CARGO_TARGET_DIR", folder)
            .env("CARGO_ENCODED_RUSTFLAGS", flags);
        if let Some(path) = self.path {
            command.env("RUSTC", path);
        }
        command
    }
}

/// The flags that hide where the sources lie: a program's panic texts hold their paths.
fn remapped(sources: &Path) -> String {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    );
    format!(
        "--remap-path-prefix={}=/cargo\u{1f}--remap-path-prefix={}=/src",
        home.display(),
        sources.display()
    )
}

/// Builds the standard library for Windows, once for each compiler: an empty crate brings it along.
fn standard_library() -> Result<PathBuf, String> {
    let version = said(Command::new(DISTRIBUTION_COMPILER).arg("-vV"))?;
    let system_root = folder().join("standard-library");
    let seal = system_root.join("compiler");
    if fs::read_to_string(&seal).is_ok_and(|sealed| sealed == version) {
        return Ok(system_root);
    }
    let empty = folder().join("empty");
    let write = |place: PathBuf, text: &str| {
        let folder = place.parent().unwrap_or(&empty);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&place, text))
            .map_err(|error| format!("{} cannot be written: {error}", place.display()))
    };
    let manifest = "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n";
    write(empty.join("Cargo.toml"), manifest)?;
    write(empty.join("src/lib.rs"), "")?;
    succeed(
        cargo()
            .current_dir(&empty)
            .args(["build", "--release", "--target", TARGET, "--quiet"])
            .args(["-Z", "build-std=std,panic_unwind"])
            .env("RUSTC", DISTRIBUTION_COMPILER)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", empty.join("target"))
            .env("CARGO_ENCODED_RUSTFLAGS", {
                format!("-Cembed-bitcode=yes\u{1f}{}", remapped(&empty))
            }),
    )?;
    let libraries = system_root.join("lib/rustlib").join(TARGET).join("lib");
    let made = empty.join("target").join(TARGET).join("release/deps");
    let copied = fs::create_dir_all(&libraries).and_then(|()| {
        for entry in fs::read_dir(&made)? {
            let file = entry?.path();
            if file
                .extension()
                .is_some_and(|extension| extension == "rlib")
            {
                let name = file.file_name().unwrap_or_default();
                fs::copy(&file, libraries.join(name))?;
            }
        }
        Ok(())
    });
    copied.map_err(|error| format!("{} cannot be made: {error}", libraries.display()))?;
    write(seal, &version)?;
    Ok(system_root)
}

/// What a program prints.
fn said(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?} cannot be run: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
