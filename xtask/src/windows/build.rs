//! Building for Windows, and laying out what ships.

use std::fs;
use std::path::PathBuf;

use crate::cross;
use crate::package::platform::WINDOWS;
use crate::workspace::root;

use super::PLATFORM;

/// Builds the library and the command for release; gives the folder with what ships.
pub(super) fn build() -> Result<PathBuf, String> {
    let platform = cross::PLATFORMS
        .iter()
        .find(|platform| platform.rid == PLATFORM)
        .ok_or("there are no packages for Windows")?;
    let built = cross::build(platform, &cross::folder())?;
    let ships = root().join(WINDOWS);
    for file in [
        built.shared_library(),
        built.folder.join("libgraph_invalidate.dll.a"),
        built.command(),
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

/// Where everything for its tests is made.
pub(super) fn folder() -> PathBuf {
    root().join("target/windows")
}
