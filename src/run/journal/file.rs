//! The journal as a file: opened once, locked, appended to, and cut where a line was torn.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::ffi::host::{ClosedInChildren, Identity, close_in_children, opening};
use crate::outcome::Error;
use crate::status::Status;
use crate::transport::shortage;

/// What a journal is written to. Tests put in files that fail.
pub(super) trait JournalFile: Send {
    /// Appends all of it; `written` tells how much of it came in.
    fn append(&mut self, bytes: &[u8], written: &mut usize) -> io::Result<()>;
    /// Returns when all that was appended will survive a power failure.
    fn sync(&mut self) -> io::Result<()>;
    /// Fails where the file is not the one at its path any more, or has lost what was written: then nobody will find
    /// the record.
    fn is_in_place(&mut self) -> io::Result<()>;
}

/// A journal that is open, locked, and nobody else's: a child of `fork()` does not keep it, and what stands at its
/// descriptor after the host closed it is not written to.
pub(super) struct LockedFile {
    file: Option<File>,
    identity: Option<Identity>,
    /// How long it must be at least.
    length: u64,
    /// Where it lies, wherever the program goes meanwhile.
    place: PathBuf,
    /// Whether it was created: it goes again if nothing is written to it.
    created: bool,
    _closed_in_children: Option<ClosedInChildren>,
}

impl LockedFile {
    fn of(file: File, place: PathBuf, created: bool) -> LockedFile {
        let identity = Identity::of(&file);
        LockedFile {
            length: file.metadata().map_or(0, |it| it.len()),
            file: Some(file),
            identity,
            place,
            created,
            _closed_in_children: identity.map(close_in_children),
        }
    }

    /// Cuts off what stands after this length: a line that was torn when a process or a machine died.
    pub(super) fn cut(&mut self, path: &Path, length: u64) -> Result<(), Error> {
        let cut = self.file().and_then(|file| {
            file.set_len(length)?;
            file.sync_data()?;
            file.seek(SeekFrom::End(0))
        });
        self.length = length;
        cut.map(drop).map_err(|error| {
            unusable(
                path,
                &format!("cannot be cut after its last whole line: {error}"),
            )
        })
    }

    pub(super) fn place(&self) -> &Path {
        &self.place
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

fn is_empty(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|it| it.len() == 0)
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        let is_left_empty = self.length == 0;
        if self.created && is_left_empty && self.is_in_place().is_ok() && is_empty(&self.place) {
            // While it is locked, so that no other run begins with it meanwhile. Where it cannot be deleted, one can
            // begin with it.
            let _ = std::fs::remove_file(&self.place);
        }
        match self.file() {
            // Whoever inherited the descriptor by other means than fork() holds the lock as well: it goes for all of
            // them.
            Ok(file) => drop(file.unlock()),
            // The number is somebody else's, or nobody's.
            Err(_) => std::mem::forget(self.file.take()),
        }
    }
}

impl JournalFile for LockedFile {
    fn append(&mut self, bytes: &[u8], written: &mut usize) -> io::Result<()> {
        while *written < bytes.len() {
            match self.file()?.write(&bytes[*written..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    *written += count;
                    self.length += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file()?.sync_data()
    }

    fn is_in_place(&mut self) -> io::Result<()> {
        let gone = |what: &str| Err(io::Error::new(io::ErrorKind::NotFound, what));
        let there = match std::fs::metadata(&self.place) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return gone("it was deleted or renamed");
            }
            Err(error) => return Err(error),
        };
        // Where the system does not tell files apart, it does not let an open one go (see open_for_writing).
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let ours = self.file()?.metadata()?;
            if (ours.dev(), ours.ino()) != (there.dev(), there.ino()) {
                return gone("it was replaced by another file");
            }
        }
        if there.len() < self.length {
            return gone("it was cut short by another program");
        }
        Ok(())
    }
}

/// Opens a journal for a run that may write to it. Nobody else may while the file is open: the system lets go of the
/// lock when the process ends, however it ends.
pub(super) fn open_for_writing(path: &Path) -> Result<LockedFile, Error> {
    refuse_what_is_no_file(path)?;
    // The host may go to another folder. Where its own is gone, the path stays as it is.
    let place = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let created = !path.exists();
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // Names of users and of failures: nobody else's business.
        options.mode(0o600);
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt as _;
        // Others may read it, and look at it; nobody may delete or rename it while the run goes on.
        const SHARE_READ_AND_WRITE: u32 = 0x1 | 0x2;
        options.share_mode(SHARE_READ_AND_WRITE);
    }
    let file = opening(|| options.open(path))
        .map_err(|error| not_opened(path, "cannot be opened for writing", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(LockedFile::of(file, place, created)),
        Err(TryLockError::WouldBlock) => Err(Error::new(
            Status::JournalLocked,
            format!("The journal {} is in use by another run.", path.display()),
        )
        .hint("Wait until that run has ended, or stop it; use a new journal for this one.")),
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
            Status::JournalUnusable => error.hint("Give the path of a journal written by a run."),
            _ => error,
        }
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
