//! C programs that call the C ABI directly: the baseline of the bindings' warm calls, and the run engine.

use std::path::PathBuf;
use std::process::Command;

use crate::package::platform;
use crate::workspace::{build_libraries, root, succeed};

/// Builds benches/NAME.c against the release library; gives the program.
pub(super) fn program(name: &str) -> Result<PathBuf, String> {
    build_libraries()?;
    let folder = root().join("target/bench");
    // Under the name that programs ask for.
    let library = folder.join("libgraph_invalidate.so.1");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::copy(platform::shared_library(), &library))
        .map_err(|error| format!("{} cannot be made: {error}", library.display()))?;
    let program = folder.join(name);
    succeed(
        Command::new("gcc")
            .args(["-O2", "-pthread", "-Wl,-rpath,$ORIGIN", "-I"])
            .arg(root().join("include"))
            .arg(root().join(format!("benches/{name}.c")))
            .arg(&library)
            .arg("-o")
            .arg(&program),
    )?;
    Ok(program)
}
