//! The C header, made from the source by a pinned cbindgen.

use std::path::PathBuf;

use crate::workspace::root;

/// Makes the header anew.
pub(crate) fn write() -> Result<bool, String> {
    std::fs::write(path(), generate()?)
        .map_err(|error| format!("the header cannot be written: {error}"))?;
    Ok(true)
}

/// Says what is wrong with the committed header, if anything.
pub(crate) fn drift() -> Result<Option<String>, String> {
    let committed = std::fs::read(path()).unwrap_or_default();
    Ok((committed != generate()?).then(|| {
        "include/graph_invalidate.h is not what the source says: run cargo xtask header".to_owned()
    }))
}

fn path() -> PathBuf {
    root().join("include/graph_invalidate.h")
}

fn generate() -> Result<Vec<u8>, String> {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml"))?;
    let bindings = cbindgen::Builder::new()
        .with_crate(root())
        .with_config(config)
        .generate()
        .map_err(|error| format!("cbindgen: {error}"))?;
    let mut header = Vec::new();
    bindings.write(&mut header);
    Ok(header)
}
