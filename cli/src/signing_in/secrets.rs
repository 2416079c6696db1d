//! Reading secrets where no process list shows them: in files, or on standard input.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use graph_invalidate::Secret;
use zeroize::Zeroizing;

use super::Refusal;
use crate::exit_status::ExitStatus;

/// Far above any token or secret: what is longer is another file.
const LONGEST: u64 = 1 << 20;

/// Standard input, in the place of a file.
pub(super) const STANDARD_INPUT: &str = "-";

pub(super) fn read_secret(what: &str, path: Option<&Path>) -> Result<Option<Secret>, Refusal> {
    let Some(path) = path else {
        return Ok(None);
    };
    let text = read_file(what, path)?;
    Secret::new(&text)
        .map(Some)
        .map_err(|error| refusal(&error))
}

pub(super) fn read_file(what: &str, path: &Path) -> Result<Zeroizing<String>, Refusal> {
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

fn read_all(source: impl Read) -> std::io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(16 * 1024));
    source.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(std::io::Error::other("it is far too long"));
    }
    Ok(text)
}

pub(super) fn usage(message: String) -> Refusal {
    (message, ExitStatus::Usage)
}

pub(super) fn refusal(error: &graph_invalidate::Error) -> Refusal {
    let message = match &error.outcome().hint {
        Some(hint) => format!("{error}\n  {hint}"),
        None => error.to_string(),
    };
    (message, ExitStatus::of_setup(error.status()))
}
