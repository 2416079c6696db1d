//! Building C programs against the shared library, and running them: here, or as programs for Windows in Wine.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use super::Server;
use super::program::run;
use super::scenario::Observed;

/// The compiler of all that is no question of compilers.
pub const GCC: &[&str] = &["gcc", "-std=c99"];

/// The compiler for musl.
pub const MUSL: &[&str] = &["musl-gcc", "-std=c99"];

const MUSL_TARGET: &str = "x86_64-unknown-linux-musl";

/// Whether programs can be built for musl here: its compiler is there, and the toolchain has its target.
pub fn has_musl() -> bool {
    said_by(MUSL[0], &["-dumpmachine"]).is_some() && musl_libraries().is_some()
}

fn musl_libraries() -> Option<PathBuf> {
    let asked = ["--print", "target-libdir", "--target", MUSL_TARGET];
    said_by("rustc", &asked)
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir())
}

/// What a program prints, where there is one and it succeeds.
fn said_by(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(said)
}

/// Names the folder with the library for Windows, where `cargo xtask windows` runs the tests.
const WINDOWS: &str = "GRAPH_INVALIDATE_TEST_WINDOWS";

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Builds the shared library, as the one that is shipped; with `test-panic` as a feature, every exported function can
/// be made to panic.
pub fn library(features: &'static str) -> PathBuf {
    static PLAIN: OnceLock<PathBuf> = OnceLock::new();
    static PANICKING: OnceLock<PathBuf> = OnceLock::new();
    let (name, built) = if features.is_empty() {
        ("plain", &PLAIN)
    } else {
        (features, &PANICKING)
    };
    let built = built.get_or_init(|| {
        let wanted = format!("wipe-freed-memory,{features}");
        build(name, "debug", &["cdylib", "staticlib"], |cargo| {
            cargo.args(["--features", &wanted]);
        })
    });
    built.clone()
}

/// The same for musl, as a shared library, which Rust's own standard library there is not by itself.
fn library_for_musl() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        // The machine's own libgcc_s belongs to glibc: the toolchain's unwinder takes its place.
        let unwinder = folder().join("musl-unwinder");
        std::fs::create_dir_all(&unwinder).unwrap();
        let archive = musl_libraries().unwrap().join("self-contained/libunwind.a");
        let script = format!("INPUT ( {} )\n", archive.display());
        std::fs::write(unwinder.join("libgcc_s.so"), script).unwrap();
        let flags = format!(
            "-C target-feature=-crt-static -L native={}",
            unwinder.display()
        );
        build(
            "musl",
            &format!("{MUSL_TARGET}/debug"),
            &["cdylib"],
            |cargo| {
                cargo
                    .args(["--features", "wipe-freed-memory", "--target", MUSL_TARGET])
                    .env("CC_x86_64_unknown_linux_musl", MUSL[0])
                    .env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER", MUSL[0])
                    .env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS", &flags);
            },
        )
    });
    built.clone()
}

/// Where the libraries for the programs are built: together, since they share their dependencies.
fn folder() -> PathBuf {
    root().join("target/c-programs")
}

/// Builds the library, and puts it into a folder of this name, where no other build replaces it.
fn build(name: &str, output: &str, kinds: &[&str], choose: impl FnOnce(&mut Command)) -> PathBuf {
    let folder = folder();
    let kept = folder.join(name);
    std::fs::create_dir_all(&kept).unwrap();
    let one_at_a_time = std::fs::File::create(folder.join("lock")).unwrap();
    one_at_a_time.lock().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(root())
        .args(["rustc", "--quiet", "--locked", "--package"])
        .args([
            "graph-invalidate",
            "--lib",
            "--crate-type",
            &kinds.join(","),
        ])
        .arg("--target-dir")
        .arg(&folder);
    choose(&mut cargo);
    run(&mut cargo);
    for kind in kinds {
        let ending = if *kind == "cdylib" { "so" } else { "a" };
        let library = format!("libgraph_invalidate.{ending}");
        let copy = tempfile::NamedTempFile::new_in(&folder).unwrap();
        std::fs::copy(folder.join(output).join(&library), copy.path()).unwrap();
        copy.persist(kept.join(library)).unwrap();
    }
    kept
}

pub struct Program {
    path: PathBuf,
    /// What runs it, where the machine itself does not.
    runner: Option<&'static str>,
    folder: tempfile::TempDir,
}

impl Program {
    pub fn build(source: &str, compiler: &[&str], features: &'static str) -> Program {
        let folder = tempfile::tempdir().unwrap();
        if let Some(built) = std::env::var_os(WINDOWS) {
            return Program::for_windows(source, Path::new(&built), folder);
        }
        let path = folder.path().join("program");
        // Linked against the name that the SONAME promises.
        let linked = folder.path().join("libgraph_invalidate.so.1");
        let built = match compiler == MUSL {
            true => library_for_musl(),
            false => library(features),
        };
        std::fs::copy(built.join("libgraph_invalidate.so"), &linked).unwrap();
        compile(
            compiler,
            source,
            &path,
            &linked,
            &["-pthread", "-ldl", "-lm"],
        );
        Program {
            path,
            runner: None,
            folder,
        }
    }

    /// With the static library, and with nothing that is loaded when it runs.
    pub fn build_statically(source: &str) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        let linked = library("").join("libgraph_invalidate.a");
        let libraries = ["-static", "-pthread", "-ldl", "-lm"];
        compile(GCC, source, &path, &linked, &libraries);
        Program {
            path,
            runner: None,
            folder,
        }
    }

    fn for_windows(source: &str, built: &Path, folder: tempfile::TempDir) -> Program {
        let path = folder.path().join("program.exe");
        // A program finds its library beside itself.
        let library = "graph_invalidate.dll";
        std::fs::copy(built.join(library), folder.path().join(library)).unwrap();
        let linked = built.join("libgraph_invalidate.dll.a");
        let compiler = ["x86_64-w64-mingw32-gcc", "-std=c99", "-Dmain=program_main"];
        let arguments = root().join("tests/windows/arguments.c");
        let libraries = [
            arguments.to_str().unwrap(),
            "-municode",
            "-static",
            "-pthread",
        ];
        compile(&compiler, source, &path, &linked, &libraries);
        Program {
            path,
            runner: Some("wine64"),
            folder,
        }
    }

    pub fn command(&self, wrapped_by: &[&str], server: &Server) -> Command {
        let mut words = wrapped_by
            .iter()
            .copied()
            .chain(self.runner)
            .map(std::ffi::OsString::from)
            .collect::<Vec<_>>();
        words.push(self.path.clone().into());
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .env("LD_LIBRARY_PATH", self.folder.path())
            .env("GRAPH_INVALIDATE_ENDPOINT", &server.url);
        command
    }
}

fn compile(compiler: &[&str], source: &str, path: &Path, linked: &Path, libraries: &[&str]) {
    run(Command::new(compiler[0])
        .args(&compiler[1..])
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"])
        .arg(root().join("include"))
        .arg(root().join("tests/c").join(source))
        .arg("-o")
        .arg(path)
        // A C source given to a C++ compiler switches the language back for what follows.
        .args(["-x", "none"])
        .arg(linked)
        .args(libraries));
}

pub fn assert_ok(output: &Output) {
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "ok");
}

/// What the program printed, a name and a value a line.
pub fn observed(output: &Output) -> Observed {
    let shown = String::from_utf8(output.stdout.clone()).unwrap();
    let value = |name: &str| {
        let line = shown
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap_or_else(|| panic!("no {name} in {shown}"))
            .to_owned()
    };
    Observed {
        status: value("status"),
        http_status: value("http_status").parse().unwrap(),
        attempts: value("attempts").parse().unwrap(),
        user: value("user"),
        code: value("code"),
        message: value("message"),
        hint: value("hint"),
        sessions_valid_from: value("sessions_valid_from"),
    }
}
