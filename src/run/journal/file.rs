//! The journal as a file: opened once, locked, appended to, and cut where a line was torn.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use crate::outcome::Error;
use crate::status::Status;

/// What a journal is written to. Tests put in files that fail.
pub(super) trait JournalFile: Send {
    /// Appends all of it.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns when all that was appended will survive a power failure.
    fn sync(&mut self) -> io::Result<()>;
}

impl JournalFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Opens a journal for a run that may write to it. Nobody else may while the file is open: the system lets go of the lock when
/// the process ends, however it ends.
pub(super) fn open_for_writing(path: &Path) -> Result<File, Error> {
    refuse_what_is_no_file(path)?;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // Names of users and of failures: nobody else's business.
        options.mode(0o600);
    }
    let file = options
        .open(path)
        .map_err(|error| unusable(path, &format!("cannot be opened for writing: {error}")))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::new(
            Status::JournalLocked,
            format!("The journal {} is in use by another run.", path.display()),
        )
        .hint("Wait until that run has ended, or stop it; give this one a journal of its own.")),
        Err(TryLockError::Error(error)) => {
            Err(unusable(path, &format!("cannot be locked: {error}")))
        }
    }
}

/// Opens a journal for reading alone.
pub(super) fn open_for_reading(path: &Path) -> Result<File, Error> {
    refuse_what_is_no_file(path)?;
    File::open(path).map_err(|error| {
        unusable(path, &format!("cannot be read: {error}"))
            .hint("Give the path of a journal that a run has written.")
    })
}

/// Cuts off what stands after this length: a line that was torn when a process or a machine died.
pub(super) fn cut(file: &mut File, path: &Path, length: u64) -> Result<(), Error> {
    file.set_len(length)
        .and_then(|()| file.sync_data())
        .and_then(|()| file.seek(SeekFrom::End(0)))
        .map(drop)
        .map_err(|error| {
            unusable(
                path,
                &format!("cannot be cut after its last whole line: {error}"),
            )
        })
}

/// Makes a new journal's name survive a power failure.
pub(super) fn sync_folder(path: &Path) {
    // Not every system lets a folder be opened; where it does not, the file's own sync must do.
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// A pipe or a device would swallow the record, and opening a pipe would wait for its other end.
fn refuse_what_is_no_file(path: &Path) -> Result<(), Error> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(unusable(path, "is a directory")),
        Ok(metadata) if !metadata.is_file() => Err(unusable(path, "is not an ordinary file")),
        _ => Ok(()),
    }
}

pub(super) fn unusable(path: &Path, reason: &str) -> Error {
    Error::new(
        Status::JournalUnusable,
        format!("The journal {} {reason}.", path.display()),
    )
    .hint("Check that its folder exists and that you may write there, and give the path of an ordinary file.")
}
