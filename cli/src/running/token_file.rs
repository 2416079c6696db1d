//! A token file that somebody keeps fresh: it is read again when the run needs another token, and looked at for a while
//! where it still holds the one that was used up.

use std::time::{Duration, Instant};

use graph_invalidate::{AccessToken, Client, DEFAULT_TIMEOUT};

use super::TICK;
use super::display::Display;
use crate::arguments::{Common, SigningIn};
use crate::interruption::Interruption;
use crate::terminal::note;

/// How often the file is looked at while a new token is awaited.
const LOOK: Duration = Duration::from_millis(500);

pub(crate) struct TokenFile {
    signing_in: SigningIn,
    /// What the run has had.
    last: AccessToken,
    /// How long a new token is awaited: as long as a sign-in may take.
    patience: Duration,
    waiting: Option<Waiting>,
}

/// A need that the file does not meet yet.
struct Waiting {
    until: Instant,
    next_look: Instant,
}

/// What came of reading the file again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renewal {
    /// The client has a new token.
    Renewed,
    /// The file may still be written.
    Awaited,
    /// Nothing new came in time.
    InVain,
}

impl TokenFile {
    /// The file of the command line, if there is one, with the token that it held.
    pub(crate) fn of(
        signing_in: &SigningIn,
        token: Option<AccessToken>,
        timeout: Option<Duration>,
    ) -> Option<TokenFile> {
        signing_in.token_file.as_ref()?;
        Some(TokenFile {
            signing_in: signing_in.clone(),
            last: token?,
            patience: timeout.unwrap_or(DEFAULT_TIMEOUT),
            waiting: None,
        })
    }

    /// Waits until the client has the token that the file holds by now, where the last one was used up before a run
    /// began. False where none came in time, or a signal did.
    pub(crate) fn await_another(
        &mut self,
        common: &Common,
        client: &Client,
        interruption: &Interruption,
    ) -> bool {
        let display = Display::new(common, None);
        loop {
            match self.renew(client, &display) {
                Renewal::Renewed => return true,
                Renewal::InVain => return false,
                Renewal::Awaited if interruption.exit_status().is_some() => return false,
                Renewal::Awaited => std::thread::sleep(TICK),
            }
        }
    }

    /// Gives the client the token that the file holds by now, where it is another one.
    pub(super) fn renew(&mut self, client: &Client, display: &Display) -> Renewal {
        let now = Instant::now();
        if self.waiting.as_ref().is_some_and(|it| now < it.next_look) {
            return Renewal::Awaited;
        }
        let why = match self.signing_in.token() {
            Ok(token) if token != self.last => {
                self.last = token.clone();
                self.waiting = None;
                client.set_token(token);
                display.aside(|| {
                    note("graph-invalidate: the token has expired; the run continues with the new one in the token file.");
                });
                return Renewal::Renewed;
            }
            Ok(_) => "the token file still holds the expired token".to_owned(),
            // Most likely it is being written at this moment.
            Err((message, _)) => format!("the token file was read again: {message}"),
        };
        let begins = self.waiting.is_none();
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert(Waiting {
            until: now + patience,
            next_look: now,
        });
        waiting.next_look = now + LOOK;
        let is_over = now >= waiting.until;
        if begins || is_over {
            let what = if is_over {
                "no new one was written in time.".to_owned()
            } else {
                let seconds = patience.as_secs_f64();
                format!("waiting for a new one for {seconds:.0} s (--timeout).")
            };
            display.aside(|| note(&format!("graph-invalidate: {why}; {what}")));
        }
        if is_over {
            return Renewal::InVain;
        }
        Renewal::Awaited
    }
}
