//! The NuGet package `GraphInvalidate`, with the shared library of the platform that it is made on.

use crate::dotnet::dotnet;
use crate::workspace::{root, succeed};

use super::{Package, platform};

pub(super) const PACKAGE: Package = Package {
    language: "csharp",
    make,
};

/// Makes the package and its symbols, in target/package/csharp/.
pub(crate) fn make() -> Result<(), String> {
    let folder = root().join("target/package/csharp");
    // What other platforms have laid beside it stays, and goes into the package too.
    platform::place_shared_libraries(&folder)?;
    succeed(
        dotnet(&["pack", "bindings/csharp/src/GraphInvalidate"])
            .args(["--configuration", "Release", "--verbosity", "quiet"])
            .arg("--output")
            .arg(&folder),
    )?;
    println!("{}", folder.display());
    Ok(())
}
