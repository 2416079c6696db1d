//! Who compiles for a platform, who links, and against which standard library.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::python;
use crate::workspace::{cargo, has_program, root, succeed};

use super::platforms::{Platform, System};

/// Debian's compiler, whose package of sources can be built for any target.
const DISTRIBUTION_COMPILER: &str = "/usr/bin/rustc";

/// The one platform that zig does not link for.
const WINDOWS_ON_X64: &str = "x86_64-pc-windows-gnu";

/// Links for Windows on x64.
const MINGW: &str = "x86_64-w64-mingw32-gcc";

/// The oldest glibc that everything runs with.
const GLIBC: &str = "2.17";

/// Where everything is built.
pub(crate) fn folder() -> PathBuf {
    root().join("target/cross")
}

/// A compiler for one platform.
pub(super) struct Compiler {
    platform: &'static Platform,
    rustc: Option<&'static str>,
    system_root: Option<PathBuf>,
    /// The Python environment whose zig links; none: mingw does.
    zig: Option<PathBuf>,
}

impl Compiler {
    pub(super) fn find(platform: &'static Platform) -> Result<Compiler, String> {
        let triple = platform.triple;
        let zig = if triple == WINDOWS_ON_X64 {
            if !has_program(MINGW) {
                return Err("linking for Windows needs gcc-mingw-w64-x86-64".to_owned());
            }
            None
        } else {
            Some(zig()?)
        };
        let mut compiler = Compiler {
            platform,
            rustc: None,
            system_root: None,
            zig,
        };
        let has_target =
            said(Command::new("rustc").args(["--print", "target-libdir", "--target", triple]))
                .is_ok_and(|library| Path::new(&library).is_dir());
        if !has_target {
            compiler.rustc = Some(DISTRIBUTION_COMPILER);
            compiler.system_root = Some(standard_library(triple)?);
        }
        Ok(compiler)
    }

    /// A cargo that runs one of its commands for the platform, and puts no path of this machine into what it builds.
    ///
    /// `loaded`: what is built is a library that other programs load; with musl such a one has the C library in common
    /// with them.
    pub(super) fn cargo(&self, command: &str, folder: &Path, loaded: bool) -> Command {
        let mut flags = OsString::new();
        if let Some(system_root) = &self.system_root {
            flags.push(format!("--sysroot\u{1f}{}\u{1f}", system_root.display()));
            // A standard library of our own comes without musl's files: the linker has them.
            if self.platform.system == System::Musl {
                flags.push("-Clink-self-contained=no\u{1f}");
            }
        }
        if loaded && self.platform.system == System::Musl {
            flags.push("-Ctarget-feature=-crt-static\u{1f}");
        }
        flags.push(remapped(&root()));
        let mut cargo = cargo();
        if let Some(zig) = &self.zig {
            let mut path = zig.clone().into_os_string();
            path.push(":");
            path.push(std::env::var_os("PATH").unwrap_or_default());
            cargo = Command::new(zig.join("cargo-zigbuild"));
            cargo
                .current_dir(root())
                .env_remove("CARGO_MANIFEST_DIR")
                .env_remove("CARGO_MANIFEST_PATH")
                .env("PATH", path);
        }
        let command = match (command, &self.zig) {
            ("build", Some(_)) => "zigbuild",
            (command, _) => command,
        };
        let floor = match self.platform.system {
            System::Glibc => format!(".{GLIBC}"),
            System::Musl | System::Windows => String::new(),
        };
        cargo
            .arg(command)
            .args(["--locked", "--release", "--target"])
            .arg(format!("{}{floor}", self.platform.triple))
            .env("CARGO_TARGET_DIR", folder)
            .env("CARGO_ENCODED_RUSTFLAGS", flags);
        if let Some(path) = self.rustc {
            cargo.env("RUSTC", path);
        }
        cargo
    }
}

/// Where the programs are that link with zig: a Python environment, made where it is missing.
pub(crate) fn zig() -> Result<PathBuf, String> {
    python::programs_of("target/python/zig", "xtask/zig-requirements.txt")
}

/// A C compiler for a platform, which links with what its programs may count on and nothing newer.
pub(crate) fn c_compiler(platform: &Platform) -> Result<Command, String> {
    if platform.triple == WINDOWS_ON_X64 {
        return Ok(Command::new(MINGW));
    }
    let target = match platform.system {
        System::Glibc => format!("{}-linux-gnu.{GLIBC}", platform.processor()),
        System::Musl => format!("{}-linux-musl", platform.processor()),
        System::Windows => format!("{}-windows-gnu", platform.processor()),
    };
    let mut compiler = zig_command()?;
    compiler.args(["cc", "-target", &target]);
    Ok(compiler)
}

/// Makes the library through which programs for Windows are linked to what another file of Windows exports.
pub(crate) fn import_library(
    platform: &Platform,
    definition: &Path,
    of: &str,
    to: &Path,
) -> Result<(), String> {
    let mut tool = if platform.triple == WINDOWS_ON_X64 {
        Command::new("x86_64-w64-mingw32-dlltool")
    } else {
        let mut zig = zig_command()?;
        zig.args(["dlltool", "-m", "arm64"]);
        zig
    };
    succeed(
        tool.args(["-D", of, "-d"])
            .arg(definition)
            .arg("-l")
            .arg(to),
    )
}

fn zig_command() -> Result<Command, String> {
    let mut zig = Command::new(zig()?.join(python::PYTHON));
    zig.args(["-m", "ziglang"]);
    Ok(zig)
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

/// Builds the standard library for a target, once for each compiler: an empty crate brings it along.
fn standard_library(target: &str) -> Result<PathBuf, String> {
    let distribution = said(Command::new(DISTRIBUTION_COMPILER).args(["--print", "sysroot"]));
    let sources = "lib/rustlib/src/rust/library/std";
    if !distribution.is_ok_and(|root| Path::new(&root).join(sources).is_dir()) {
        return Err(format!(
            "there is no standard library for {target}: `rustup target add {target}`, or install rustc-web and rust-web-src"
        ));
    }
    let version = said(Command::new(DISTRIBUTION_COMPILER).arg("-vV"))?;
    let system_root = folder().join("standard-library").join(target);
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
    let _ = fs::remove_dir_all(empty.join("target").join(target));
    succeed(
        cargo()
            .current_dir(&empty)
            .args(["build", "--release", "--target", target, "--quiet"])
            .args(["-Z", "build-std=std,panic_unwind"])
            .env("RUSTC", DISTRIBUTION_COMPILER)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", empty.join("target"))
            .env("CARGO_ENCODED_RUSTFLAGS", {
                format!("-Cembed-bitcode=yes\u{1f}{}", remapped(&empty))
            }),
    )?;
    let libraries = system_root.join("lib/rustlib").join(target).join("lib");
    let made = empty.join("target").join(target).join("release/deps");
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
