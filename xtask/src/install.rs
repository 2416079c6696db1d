//! An ordinary installation tree: header, libraries, pkg-config, CMake, command, manual, completions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace::{build_command, libraries, libraries_build, root};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where the tree begins, such as /usr/local
    #[arg(long, value_name = "DIR")]
    prefix: PathBuf,
    /// With debug information in the libraries, for hosts that want to look inside
    #[arg(long)]
    debug: bool,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The shells whose completions are installed, and where each looks.
const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "share/bash-completion/completions/graph-invalidate"),
    ("zsh", "share/zsh/site-functions/_graph-invalidate"),
    (
        "fish",
        "share/fish/vendor_completions.d/graph-invalidate.fish",
    ),
];

pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let prefix = &arguments.prefix;
    let system_libraries = build_libraries(arguments.debug)?;
    build_command()?;
    lay_out_libraries(prefix, &libraries(), &system_libraries, false)?;
    let command = root().join("target/release/graph-invalidate");
    lay_out_command(prefix, &command, &command)?;
    println!("installed below {}", prefix.display());
    Ok(true)
}

/// What C programs are built with: header, libraries, and what pkg-config and CMake read.
pub(crate) fn lay_out_libraries(
    prefix: &Path,
    built: &Path,
    system_libraries: &str,
    windows: bool,
) -> Result<(), String> {
    copy(
        &root().join("include/graph_invalidate.h"),
        &prefix.join("include/graph_invalidate.h"),
    )?;
    if windows {
        copy(
            &built.join("graph_invalidate.dll"),
            &prefix.join("bin/graph_invalidate.dll"),
        )?;
        copy(
            &built.join("libgraph_invalidate.dll.a"),
            &prefix.join("lib/libgraph_invalidate.dll.a"),
        )?;
    } else {
        let abi = abi_version()?;
        let shared = format!("libgraph_invalidate.so.{abi}.{VERSION}");
        let soname = format!("libgraph_invalidate.so.{abi}");
        copy(
            &built.join("libgraph_invalidate.so"),
            &prefix.join("lib").join(&shared),
        )?;
        link(&shared, &prefix.join("lib").join(&soname))?;
        link(&soname, &prefix.join("lib/libgraph_invalidate.so"))?;
        for tool in ["valgrind", "helgrind", "thread-sanitizer"] {
            let name = format!("{tool}.supp");
            copy(
                &root().join("bindings/c/suppressions").join(&name),
                &prefix
                    .join("share/graph-invalidate/suppressions")
                    .join(name),
            )?;
        }
    }
    copy(
        &built.join("libgraph_invalidate.a"),
        &prefix.join("lib/libgraph_invalidate.a"),
    )?;
    licences(prefix)?;
    write(
        &prefix.join("lib/pkgconfig/graph_invalidate.pc"),
        pkg_config(system_libraries).as_bytes(),
    )?;
    let cmake = prefix.join("lib/cmake/graph_invalidate");
    write(
        &cmake.join("graph_invalidateConfig.cmake"),
        cmake_config(system_libraries, windows).as_bytes(),
    )?;
    write(
        &cmake.join("graph_invalidateConfigVersion.cmake"),
        cmake_version().as_bytes(),
    )?;
    // The same under the name of the packages of other languages.
    let cmake = prefix.join("lib/cmake/GraphInvalidate");
    write(
        &cmake.join("GraphInvalidateConfig.cmake"),
        b"include(\"${CMAKE_CURRENT_LIST_DIR}/../graph_invalidate/graph_invalidateConfig.cmake\")\n",
    )?;
    write(
        &cmake.join("GraphInvalidateConfigVersion.cmake"),
        cmake_version().as_bytes(),
    )
}

/// The command with its manual and completions; `speaker` is a command that this machine can run.
pub(crate) fn lay_out_command(prefix: &Path, command: &Path, speaker: &Path) -> Result<(), String> {
    let file = command.file_name().unwrap_or_default();
    copy(command, &prefix.join("bin").join(file))?;
    licences(prefix)?;
    let pages = prefix.join("share/man/man1");
    said_by(
        speaker,
        &["man", "--directory", &pages.display().to_string()],
    )?;
    for (shell, place) in COMPLETIONS {
        write(
            &prefix.join(place),
            &said_by(speaker, &["completions", shell])?,
        )?;
    }
    Ok(())
}

fn licences(prefix: &Path) -> Result<(), String> {
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(
            &root().join(licence),
            &prefix.join("share/doc/graph-invalidate").join(licence),
        )?;
    }
    Ok(())
}

/// Builds the libraries; gives the system libraries that a program must link with the static one.
fn build_libraries(debug: bool) -> Result<String, String> {
    let mut build = libraries_build();
    if debug {
        build
            .env("CARGO_PROFILE_RELEASE_DEBUG", "full")
            .env("CARGO_PROFILE_RELEASE_STRIP", "none");
    }
    let output = build
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("the libraries cannot be built:\n{said}"));
    }
    said.lines()
        .find_map(|line| line.split_once("native-static-libs: "))
        .map(|(_, libraries)| libraries.trim().to_owned())
        .ok_or_else(|| "the compiler did not say which system libraries are needed".to_owned())
}

/// The number in the header, which a test holds against the library's own name.
fn abi_version() -> Result<String, String> {
    let header = fs::read_to_string(root().join("include/graph_invalidate.h"))
        .map_err(|error| format!("the header cannot be read: {error}"))?;
    header
        .lines()
        .find_map(|line| line.strip_prefix("#define GRAPH_INVALIDATE_ABI_VERSION "))
        .map(str::to_owned)
        .ok_or_else(|| "the header does not tell its ABI number".to_owned())
}

/// Relocatable: everything is found from where this file lies. With --static, pkg-config adds what is private.
fn pkg_config(system_libraries: &str) -> String {
    format!(
        "prefix=${{pcfiledir}}/../..\nincludedir=${{prefix}}/include\nlibdir=${{prefix}}/lib\n\n\
         Name: graph_invalidate\nDescription: Sign a Microsoft Entra user out everywhere\nVersion: {VERSION}\n\
         Cflags: -I${{includedir}}\nLibs: -L${{libdir}} -lgraph_invalidate\nLibs.private: {system_libraries}\n"
    )
}

fn cmake_config(system_libraries: &str, windows: bool) -> String {
    let system_libraries = system_libraries
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(";");
    let shared = if windows {
        "IMPORTED_LOCATION \"${_prefix}/bin/graph_invalidate.dll\"\n    \
         IMPORTED_IMPLIB \"${_prefix}/lib/libgraph_invalidate.dll.a\""
    } else {
        "IMPORTED_LOCATION \"${_prefix}/lib/libgraph_invalidate.so\""
    };
    format!(
        "# Targets: graph_invalidate::graph_invalidate (shared), graph_invalidate::static.\n\
         get_filename_component(_prefix \"${{CMAKE_CURRENT_LIST_DIR}}/../../..\" ABSOLUTE)\n\
         if(NOT TARGET graph_invalidate::graph_invalidate)\n\
         \x20 add_library(graph_invalidate::graph_invalidate SHARED IMPORTED)\n\
         \x20 set_target_properties(graph_invalidate::graph_invalidate PROPERTIES\n\
         \x20   {shared}\n\
         \x20   INTERFACE_INCLUDE_DIRECTORIES \"${{_prefix}}/include\")\n\
         \x20 add_library(graph_invalidate::static STATIC IMPORTED)\n\
         \x20 set_target_properties(graph_invalidate::static PROPERTIES\n\
         \x20   IMPORTED_LOCATION \"${{_prefix}}/lib/libgraph_invalidate.a\"\n\
         \x20   INTERFACE_INCLUDE_DIRECTORIES \"${{_prefix}}/include\"\n\
         \x20   INTERFACE_LINK_LIBRARIES \"{system_libraries}\")\n\
         endif()\n\
         unset(_prefix)\n"
    )
}

fn cmake_version() -> String {
    format!(
        "set(PACKAGE_VERSION \"{VERSION}\")\n\
         if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)\n\
         \x20 set(PACKAGE_VERSION_COMPATIBLE FALSE)\n\
         else()\n\
         \x20 set(PACKAGE_VERSION_COMPATIBLE TRUE)\n\
         \x20 if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)\n\
         \x20   set(PACKAGE_VERSION_EXACT TRUE)\n\
         \x20 endif()\n\
         endif()\n"
    )
}

fn said_by(command: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new(command)
        .args(arguments)
        .output()
        .map_err(|error| format!("{} cannot be run: {error}", command.display()))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("{} {arguments:?} failed", command.display()))
    }
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    make_folder_of(to)?;
    // Replaced, not overwritten: a running program keeps the file that it has open.
    let _ = fs::remove_file(to);
    fs::copy(from, to).map(drop).map_err(|error| {
        format!(
            "{} cannot be copied to {}: {error}",
            from.display(),
            to.display()
        )
    })
}

pub(crate) fn write(to: &Path, content: &[u8]) -> Result<(), String> {
    make_folder_of(to)?;
    fs::write(to, content).map_err(|error| format!("{} cannot be written: {error}", to.display()))
}

fn make_folder_of(file: &Path) -> Result<(), String> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)
        .map_err(|error| format!("{} cannot be made: {error}", folder.display()))
}

#[cfg(unix)]
fn link(target: &str, place: &Path) -> Result<(), String> {
    let _ = fs::remove_file(place);
    std::os::unix::fs::symlink(target, place)
        .map_err(|error| format!("{} cannot be linked: {error}", place.display()))
}

#[cfg(not(unix))]
fn link(_target: &str, _place: &Path) -> Result<(), String> {
    Err("an installation tree is made on Unix only so far".to_owned())
}
