//! The journal as a file: opened once, locked, appended to, and cut where a line was torn.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use crate::ffi::host::{ClosedInChildren, Identity, close_in_children, opening};
use crate::outcome::Error;
use crate::status::Status;
use crate::transport::shortage;

/// What a journal is written to. Tests put in files that fail.
pub(super) trait JournalFile: Send {
    /// Appends all of it.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns when all that was appended will survive a power failure.
    fn sync(&mut self) -> io::Result<()>;
}

/// A journal that is open, locked, and nobody else's: a child of `fork()` does not keep it, and what stands at its descriptor
/// after the host closed it is not written to.
pub(super) struct LockedFile {
    file: Option<File>,
    identity: Option<Identity>,
    _closed_in_children: Option<ClosedInChildren>,
}

impl LockedFile {
    fn of(file: File) -> LockedFile {
        let identity = Identity::of(&file);
        LockedFile {
            file: Some(file),
            identity,
            _closed_in_children: identity.map(close_in_children),
        }
    }

    /// The file, as long as it is there.
    pub(super) fn file(&mut self) -> io::Result<&mut File> {
        let closed = || io::Error::other("the program has closed it");
        if self
            .identity
            .is_some_and(|identity| !identity.is_unchanged())
        {
            return Err(closed());
        }
        self.file.as_mut().ok_or_else(closed)
    }
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        match self.file() {
            // Whoever inherited the descriptor by other means than fork() holds the lock as well: it goes for all of them.
            Ok(file) => drop(file.unlock()),
            // The number is somebody else's, or nobody's.
            Err(_) => std::mem::forget(self.file.take()),
        }
    }
}

impl JournalFile for LockedFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file()?.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file()?.sync_data()
    }
}

/// Opens a journal for a run that may write to it. Nobody else may while the file is open: the system lets go of the lock when
/// the process ends, however it ends.
pub(super) fn open_for_writing(path: &Path) -> Result<LockedFile, Error> {
    refuse_what_is_no_file(path)?;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // Names of users and of failures: nobody else's business.
        options.mode(0o600);
    }
    let file = opening(|| options.open(path))
        .map_err(|error| not_opened(path, "cannot be opened for writing", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(LockedFile::of(file)),
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
    opening(|| File::open(path)).map_err(|error| {
        let error = not_opened(path, "cannot be read", &error);
        match error.status() {
            Status::JournalUnusable => {
                error.hint("Give the path of a journal that a run has written.")
            }
            _ => error,
        }
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
        let _ = opening(|| File::open(folder)).and_then(|folder| folder.sync_all());
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

fn not_opened(path: &Path, what: &str, error: &io::Error) -> Error {
    if shortage::is_of_descriptors(error) {
        return shortage::of_descriptors(&format!("The journal {}", path.display()));
    }
    unusable(path, &format!("{what}: {error}"))
}

pub(super) fn unusable(path: &Path, reason: &str) -> Error {
    Error::new(
        Status::JournalUnusable,
        format!("The journal {} {reason}.", path.display()),
    )
    .hint("Check that its folder exists and that you may write there, and give the path of an ordinary file.")
}
