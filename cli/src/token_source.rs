//! Where the access token comes from: a file, standard input, or the environment; never an argument.

use std::fs::File;
use std::io::Read;

use graph_invalidate::AccessToken;
use zeroize::Zeroizing;

use crate::arguments::Common;
use crate::exit_status::ExitStatus;

/// The variable that carries the token.
pub(crate) const VARIABLE: &str = "GRAPH_INVALIDATE_TOKEN";

/// Far above any token: what is longer is another file.
const LONGEST: u64 = 1 << 20;

/// A sentence, and how the command ends.
pub(crate) type Refusal = (String, ExitStatus);

pub(crate) fn read(common: &Common) -> Result<AccessToken, Refusal> {
    let text = if let Some(path) = &common.token_file {
        let file = File::open(path);
        file.and_then(read_all).map_err(|error| {
            usage(format!(
                "The token file {} cannot be read: {error}.",
                path.display()
            ))
        })?
    } else if common.token_stdin {
        read_all(std::io::stdin().lock()).map_err(|error| {
            usage(format!(
                "The token cannot be read from standard input: {error}."
            ))
        })?
    } else {
        let variable = std::env::var_os(VARIABLE).and_then(|value| value.into_string().ok());
        Zeroizing::new(variable.filter(|value| !value.is_empty()).ok_or_else(|| {
            (
                format!("There is no access token.\n  Give one with --token-file FILE or --token-stdin, or set {VARIABLE}."),
                ExitStatus::TokenRefused,
            )
        })?)
    };
    AccessToken::new(&text).map_err(|error| {
        let hint = error
            .outcome()
            .hint
            .as_deref()
            .unwrap_or("Get a token from the sign-in service.");
        (format!("{error}\n  {hint}"), ExitStatus::TokenRefused)
    })
}

fn read_all(source: impl Read) -> std::io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(16 * 1024));
    source.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(std::io::Error::other("it is far too long for a token"));
    }
    Ok(text)
}

fn usage(message: String) -> Refusal {
    (message, ExitStatus::Usage)
}
