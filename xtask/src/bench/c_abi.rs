//! The C ABI called directly, from C: what a binding's warm call is held against.

use std::path::PathBuf;
use std::process::Command;

use crate::package::platform::shared_library;
use crate::workspace::{build_shared_library, root, succeed};

/// Builds the shared library and, against it, the C program that times warm calls; gives the program.
pub(super) fn warm_call_program() -> Result<PathBuf, String> {
    build_shared_library()?;
    let folder = root().join("target/bench");
    let program = folder.join("warm_call");
    // The program asks for the library by the name that the linker finds in it.
    let library = folder.join("libgraph_invalidate.so.1");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::copy(shared_library(), &library))
        .map_err(|error| format!("{} cannot be made: {error}", library.display()))?;
    succeed(
        Command::new("gcc")
            .args(["-std=c99", "-O2", "-Wall", "-Werror"])
            .arg("-I")
            .arg(root().join("include"))
            .arg(root().join("xtask/src/bench/warm_call.c"))
            .arg("-o")
            .arg(&program)
            .arg(&library)
            .arg("-Wl,-rpath,$ORIGIN"),
    )?;
    Ok(program)
}
