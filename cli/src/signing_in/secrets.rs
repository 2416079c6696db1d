//! Reading secrets where no process list shows them: in files, or on standard input.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use graph_invalidate::Secret;
use zeroize::Zeroizing;

use super::Refusal;
use crate::exit_status::ExitStatus;
#[cfg(unix)]
use crate::terminal::note;
use crate::words::shown;

/// Far above any token or secret: what is longer is another file.
const LONGEST: u64 = 1 << 20;

/// Standard input, in the place of a file.
pub(super) const STANDARD_INPUT: &str = "-";

pub(super) fn read_secret(what: &str, path: Option<&Path>) -> Result<Option<Secret>, Refusal> {
    let Some(path) = path else {
        return Ok(None);
    };
    let bytes = read_file(what, path)?;
    Secret::from_bytes(&bytes)
        .map(Some)
        .map_err(|error| refusal(&error))
}

pub(super) fn read_file(what: &str, path: &Path) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    if path == Path::new(STANDARD_INPUT) {
        return read_all(std::io::stdin().lock()).map_err(|error| {
            usage(format!(
                "The {what} cannot be read from standard input: {error}."
            ))
        });
    }
    File::open(path).and_then(read_all).map_err(|error| {
        usage(format!(
            "The {what} file {} cannot be read: {error}.",
            path.display()
        ))
    })
}

fn read_all(source: impl Read) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    source.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(std::io::Error::other("it is too long"));
    }
    Ok(bytes)
}

/// Says so where a file that holds a secret can be read by every account on this machine.
pub(super) fn warn_of_readers(what: &str, path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        const OTHERS_READ: u32 = 0o004;
        let Ok(metadata) = std::fs::metadata(path) else {
            return;
        };
        // A pipe of the shell's is nobody else's.
        if metadata.is_file() && metadata.permissions().mode() & OTHERS_READ != 0 {
            note(&format!(
                "graph-invalidate: the {what} file {} can be read by every account on this machine.\n  Remove that access: chmod 600 {0}",
                path.display()
            ));
        }
    }
    #[cfg(not(unix))]
    let _ = (what, path);
}

pub(super) fn usage(message: String) -> Refusal {
    (message, ExitStatus::Usage)
}

pub(super) fn refusal(error: &graph_invalidate::Error) -> Refusal {
    let message = match &error.outcome().hint {
        Some(hint) => format!("{}\n  {}", shown(&error.to_string()), shown(hint)),
        None => shown(&error.to_string()),
    };
    (message, ExitStatus::of_setup(error.status()))
}
