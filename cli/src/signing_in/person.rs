//! Signing in with a code that a person enters elsewhere.

use std::io::IsTerminal;

use graph_invalidate::{Client, CredentialKind, Error, Status};

use crate::terminal::{harmless, note};

/// Lets a person sign in, where the credential asks one: shows the code, and waits. Ctrl+C ends the command, since
/// nothing has been sent yet.
///
/// A chain asks a person at its end only where one can see the code.
pub(crate) fn wait_for_a_person(client: &Client, kind: CredentialKind) -> Result<(), Error> {
    let asks = match kind {
        CredentialKind::DeviceCode => true,
        CredentialKind::Chain => std::io::stderr().is_terminal(),
        _ => false,
    };
    if !asks {
        return Ok(());
    }
    let mut shown = None;
    loop {
        let outcome = client.sign_in(None)?;
        if outcome.status != Status::SignInPending {
            return Ok(());
        }
        // Whoever waits longer than one timeout sees the same code: it is said once.
        if outcome.code != shown {
            note(&harmless(outcome.message.as_deref().unwrap_or_default()));
            shown = outcome.code;
        }
    }
}
