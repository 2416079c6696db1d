//! A token file that somebody keeps fresh: it is read again when the run needs another token.

use graph_invalidate::{AccessToken, Client};

use super::display::Display;
use crate::signing_in::SigningIn;
use crate::terminal::note;

pub(crate) struct TokenFile {
    signing_in: SigningIn,
    /// What the run has had.
    last: AccessToken,
}

impl TokenFile {
    /// The file of the command line, if there is one, with the token that it held.
    pub(crate) fn of(signing_in: &SigningIn, token: Option<AccessToken>) -> Option<TokenFile> {
        signing_in.token_file.as_ref()?;
        Some(TokenFile {
            signing_in: signing_in.clone(),
            last: token?,
        })
    }

    /// Gives the client the token that the file holds by now; whether it is another one.
    pub(super) fn renew(&mut self, client: &Client, display: &Display) -> bool {
        match self.signing_in.token() {
            Ok(token) if token != self.last => {
                self.last = token.clone();
                client.set_token(token);
                display.aside(|| {
                    note("graph-invalidate: the token was used up; the token file holds another one, and the run goes on with it.");
                });
                true
            }
            Ok(_) => false,
            Err((message, _)) => {
                display.aside(|| {
                    note(&format!(
                        "graph-invalidate: the token file was read again: {message}"
                    ));
                });
                false
            }
        }
    }
}
