//! The baseline of the bindings' warm calls: a C program that calls the C ABI directly.

use std::path::PathBuf;
use std::process::Command;

use crate::package::platform;
use crate::workspace::{build_shared_library, root, succeed};

/// Builds benches/direct_call.c against the release library; gives the program.
pub(super) fn program() -> Result<PathBuf, String> {
    build_shared_library()?;
    let folder = root().join("target/bench");
    // Under the name that programs ask for.
    let library = folder.join("libgraph_invalidate.so.1");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::copy(platform::shared_library(), &library))
        .map_err(|error| format!("{} cannot be made: {error}", library.display()))?;
    let program = folder.join("direct_call");
    succeed(
        Command::new("gcc")
            .args(["-O2", "-Wl,-rpath,$ORIGIN", "-I"])
            .arg(root().join("include"))
            .arg(root().join("benches/direct_call.c"))
            .arg(&library)
            .arg("-o")
            .arg(&program),
    )?;
    Ok(program)
}
