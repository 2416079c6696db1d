//! The installation tree, as a C programmer outside this checkout uses it: pkg-config shared and static, and CMake.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::path::Path;
use std::process::{Command, Output};

use graph_invalidate_emulator::Emulator;
use support::program::run;

const USER: &str = "adele.vance@contoso.example";

fn words(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().map(str::to_owned).collect()
}

fn assert_signs_out(program: &Path, prefix: &Path) {
    let emulator = Emulator::builder().start().unwrap();
    let output = run(Command::new(program)
        .arg(USER)
        .env("LD_LIBRARY_PATH", prefix.join("lib"))
        .env("GRAPH_INVALIDATE_ENDPOINT", emulator.url())
        .env(
            "GRAPH_INVALIDATE_TOKEN",
            emulator.mint(&Default::default()).unwrap().access_token,
        ));
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("verified"), "{shown}");
}

#[test]
fn the_tree_serves_pkg_config_cmake_and_people() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made");
    run(Command::new(env!("CARGO"))
        .current_dir(checkout)
        .args([
            "run",
            "--quiet",
            "--locked",
            "--package",
            "xtask",
            "--",
            "install",
            "--prefix",
        ])
        .arg(&made));
    // Whoever builds the library, and after whatever other build, gets the same.
    run(Command::new(env!("CARGO"))
        .current_dir(checkout)
        .args(["run", "--quiet", "--locked", "--package", "xtask", "--"])
        .args(["package", "go"]));
    let installed = std::fs::read(made.join("lib/libgraph_invalidate.so")).unwrap();
    let packaged: Vec<Vec<u8>> = std::fs::read_dir(checkout.join("target/package/go/lib"))
        .unwrap()
        .map(|platform| platform.unwrap().path().join("libgraph_invalidate.so"))
        .filter_map(|library| std::fs::read(library).ok())
        .collect();
    assert_eq!(packaged.len(), 1);
    assert!(packaged[0] == installed, "the package holds another build");
    // The tree works wherever it is moved.
    let prefix = folder.path().join("moved");
    std::fs::rename(&made, &prefix).unwrap();
    for tool in ["valgrind", "helgrind", "thread-sanitizer"] {
        let told = format!("share/graph-invalidate/suppressions/{tool}.supp");
        assert!(prefix.join(told).is_file(), "{tool}");
    }
    let source = folder.path().join("client.c");
    std::fs::copy(checkout.join("bindings/c/examples/client.c"), &source).unwrap();

    let package_config = |arguments: &[&str]| {
        words(&run(Command::new("pkg-config")
            .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
            .args(arguments)
            .arg("graph_invalidate")))
    };
    let shared = folder.path().join("shared");
    run(Command::new("cc")
        .arg(&source)
        .arg("-o")
        .arg(&shared)
        .args(package_config(&["--cflags", "--libs"])));
    assert_signs_out(&shared, &prefix);

    let library = prefix.join("lib/libgraph_invalidate.a");
    let alone = folder.path().join("static");
    let linked: Vec<String> = package_config(&["--static", "--cflags", "--libs"])
        .into_iter()
        .map(|word| {
            if word == "-lgraph_invalidate" {
                library.display().to_string()
            } else {
                word
            }
        })
        .collect();
    run(Command::new("cc")
        .arg(&source)
        .arg("-o")
        .arg(&alone)
        .args(linked));
    assert_signs_out(&alone, Path::new("/nowhere"));

    let project = folder.path().join("project");
    std::fs::create_dir(&project).unwrap();
    std::fs::write(
        project.join("CMakeLists.txt"),
        "cmake_minimum_required(VERSION 3.13)\nproject(example C)\nfind_package(graph_invalidate 0.1 REQUIRED)\n\
         add_executable(example ../client.c)\ntarget_link_libraries(example graph_invalidate::graph_invalidate)\n\
         add_executable(alone ../client.c)\ntarget_link_libraries(alone graph_invalidate::static)\n",
    )
    .unwrap();
    let build = folder.path().join("build");
    run(Command::new("cmake")
        .arg("-S")
        .arg(&project)
        .arg("-B")
        .arg(&build)
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display())));
    run(Command::new("cmake").arg("--build").arg(&build));
    assert_signs_out(&build.join("example"), &prefix);
    assert_signs_out(&build.join("alone"), Path::new("/nowhere"));

    for page in ["graph-invalidate.1", "graph-invalidate-users.1"] {
        let page = prefix.join("share/man/man1").join(page);
        assert!(page.is_file(), "{}", page.display());
    }
    assert!(
        prefix
            .join("share/bash-completion/completions/graph-invalidate")
            .is_file()
    );
    run(Command::new(prefix.join("bin/graph-invalidate")).arg("--version"));
    let size = std::fs::metadata(prefix.join("lib/libgraph_invalidate.so"))
        .unwrap()
        .len();
    println!("the shared library has {size} bytes");
}
