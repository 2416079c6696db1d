//! Files that name users, and what became of them: nobody else's business.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Begins a file that only its owner reads, in place of one that is there.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}
