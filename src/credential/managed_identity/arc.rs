//! Azure Arc: its agent wants to see the content of a file that only a privileged account can read.

use std::path::{Path, PathBuf};

use http::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use zeroize::Zeroizing;

use super::super::needs::read_file;
use crate::environment::Environment;
use crate::outcome::Error;
use crate::status::Status;
use crate::token::small_text;
use crate::transport::challenge;

/// Longer than any of the agent's keys.
const LONGEST_KEY: usize = 4096;

/// Where the agent writes its keys: a challenge that points elsewhere would have us read and send another file.
pub(super) fn key_folder(environment: &Environment) -> PathBuf {
    if cfg!(windows) {
        let data = environment.get("ProgramData");
        let data = data.unwrap_or_else(|| "C:\\ProgramData".to_owned());
        Path::new(&data).join("AzureConnectedMachineAgent\\Tokens")
    } else {
        PathBuf::from("/var/opt/azcmagent/tokens")
    }
}

/// The authorization that the agent's challenge asks for.
pub(in super::super) fn key(headers: &HeaderMap, folder: &Path) -> Result<HeaderValue, Error> {
    let unavailable = |message: String| {
        Error::new(Status::CredentialUnavailable, message).hint(
            "Only administrators and members of the group himds may read Azure Arc's keys: run this as one of them.",
        )
    };
    let challenges = challenge::all(headers, WWW_AUTHENTICATE);
    let basic = challenges.iter().find(|challenge| challenge.is("Basic"));
    let path = basic
        .and_then(|challenge| challenge.parameter("realm"))
        .map(Path::new)
        .filter(|path| {
            path.parent() == Some(folder) && path.extension().is_some_and(|it| it == "key")
        })
        .ok_or_else(|| {
            unavailable(format!(
                "Azure Arc's agent did not name a key file in {}.",
                folder.display()
            ))
        })?;
    let bytes =
        read_file("Azure Arc's key", path).map_err(|error| unavailable(error.to_string()))?;
    let key = small_text::decode(bytes.bytes())
        .filter(|key| key.len() <= LONGEST_KEY)
        .map(|key| Zeroizing::new(format!("Basic {}", key.trim())));
    let mut value = key
        .and_then(|key| HeaderValue::from_str(&key).ok())
        .ok_or_else(|| unavailable("Azure Arc's key is invalid.".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}
