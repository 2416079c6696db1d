//! Where a client's requests get their token: the one that the caller gave, or one that its credential brought.
//!
//! Tokens are kept in memory only. Nothing here is locked across a `fork()`: tokens are swapped atomically, and the
//! turn to sign in belongs to a process.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::credential::{Credential, Issued, Wire};
use crate::graph::endpoint::Endpoint;
use crate::outcome::Error;
use crate::status::Status;
use crate::token::AccessToken;
use crate::transport::PerProcess;

/// The longest pause after a renewal that failed while the old token still works; near its end pauses are shorter.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
const SHORTEST_PAUSE: SignedDuration = SignedDuration::from_millis(250);

/// Several further attempts fit into what is left of the old token's life.
const PART_OF_LIFE: i32 = 4;

pub(crate) struct TokenSource {
    given: ArcSwapOption<AccessToken>,
    credential: Option<Credential>,
    /// What the credential brought last.
    issued: ArcSwapOption<Issued>,
    /// Before then no renewal is tried, since one has failed.
    pause_until: ArcSwap<Timestamp>,
    /// One signs in at a time; whoever waited finds what the other one brought.
    turn: PerProcess<ArcSwap<Mutex<()>>>,
}

impl TokenSource {
    pub(crate) fn new(given: Option<AccessToken>, credential: Option<Credential>) -> TokenSource {
        TokenSource {
            given: ArcSwapOption::new(given.map(Arc::new)),
            credential,
            issued: ArcSwapOption::empty(),
            pause_until: ArcSwap::from_pointee(Timestamp::UNIX_EPOCH),
            turn: PerProcess::new(),
        }
    }

    /// Gives a token, which beats the credential from now on.
    pub(crate) fn give(&self, token: AccessToken) {
        self.given.store(Some(Arc::new(token)));
    }

    /// The token that the caller gave.
    pub(crate) fn given(&self) -> Option<Arc<AccessToken>> {
        self.given.load_full()
    }

    /// The token that is there already, without a sign-in.
    pub(crate) fn at_hand(&self) -> Option<Arc<AccessToken>> {
        let issued = || {
            self.issued
                .load_full()
                .map(|issued| Arc::clone(&issued.token))
        };
        self.given().or_else(issued)
    }

    /// Whether a token can be got without the caller.
    pub(crate) fn has_credential(&self) -> bool {
        self.credential.is_some()
    }

    /// What gets tokens without the caller.
    pub(crate) fn credential(&self) -> Option<&Credential> {
        self.credential.as_ref()
    }

    /// Keeps what a person's sign-in brought.
    pub(crate) fn keep(&self, issued: Issued) {
        self.issued.store(Some(Arc::new(issued)));
    }

    /// The Graph root that the credential's tokens are for.
    pub(crate) fn endpoint(&self) -> Option<Result<Endpoint, Error>> {
        self.credential.as_ref().map(Credential::endpoint)
    }

    /// Whether [`TokenSource::current`] would seek another token now, while the present one may still work.
    pub(crate) fn is_renewal_due(&self) -> bool {
        let now = crate::outcome::now();
        let due = |issued: &Issued| now >= issued.renew_from && now >= **self.pause_until.load();
        self.given.load().is_none() && self.issued.load_full().is_some_and(|issued| due(&issued))
    }

    /// The token to send now. Signs in where there is none that works, and early enough before the end of the present
    /// one: then one caller renews it, while the others go on with what still works.
    pub(crate) async fn current(&self, wire: Wire<'_>) -> Result<Arc<AccessToken>, Error> {
        if let Some(token) = self.given() {
            return Ok(token);
        }
        let credential = self.credential.as_ref().ok_or_else(token_missing)?;
        let now = crate::outcome::now();
        let present = self.issued.load_full();
        let Some(present) = present.filter(|issued| now < issued.unusable_from) else {
            let turn = self.turn();
            let _turn = turn.lock().await;
            return match self.usable() {
                Some(issued) => Ok(Arc::clone(&issued.token)),
                None => self.sign_in(credential, wire, None).await,
            };
        };
        if now < present.renew_from || now < **self.pause_until.load() {
            return Ok(Arc::clone(&present.token));
        }
        let turn = self.turn();
        let Ok(_turn) = turn.try_lock() else {
            return Ok(Arc::clone(&present.token));
        };
        if let Some(renewed) = self.usable().filter(|issued| now < issued.renew_from) {
            return Ok(Arc::clone(&renewed.token));
        }
        match self.sign_in(credential, wire, None).await {
            Ok(token) => Ok(token),
            Err(error) => {
                self.put_off_renewal(&present, &error);
                Ok(Arc::clone(&present.token))
            }
        }
    }

    /// Whether what the credential brought last may still be sent.
    pub(crate) fn has_usable(&self) -> bool {
        self.usable().is_some()
    }

    /// After a renewal that failed, or was cut short: the old token where it still works, with which to go on until
    /// another renewal is tried.
    pub(crate) fn after_failed_renewal(&self, error: &Error) -> Option<Arc<AccessToken>> {
        let present = self.usable()?;
        self.put_off_renewal(&present, error);
        Some(Arc::clone(&present.token))
    }

    fn put_off_renewal(&self, present: &Issued, error: &Error) {
        log::debug!("the token was not renewed, and still works: {error}");
        let now = crate::outcome::now();
        let part = present.unusable_from.duration_since(now) / PART_OF_LIFE;
        let pause = part.clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        let asked = error.outcome().retry_after.unwrap_or_default();
        // The service can lengthen it.
        let pause = pause.max(SignedDuration::try_from(asked).unwrap_or(SignedDuration::MAX));
        let until = now.checked_add(pause).unwrap_or(Timestamp::MAX);
        self.pause_until.store(Arc::new(until));
    }

    /// A token in place of one that the service refused, past every cache; `claims` is what its challenge demands.
    /// `None`: the refused one is not the credential's, and only the caller has another.
    ///
    /// To be called once for a request: where the new token is refused as well, that is the answer.
    pub(crate) async fn renewed(
        &self,
        wire: Wire<'_>,
        refused: &Arc<AccessToken>,
        claims: Option<&str>,
    ) -> Result<Option<Arc<AccessToken>>, Error> {
        let Some(credential) = &self.credential else {
            return Ok(None);
        };
        if !refused.is_brought() {
            return Ok(None);
        }
        let turn = self.turn();
        let _turn = turn.lock().await;
        // Another request was refused with the same token, and has renewed it meanwhile.
        if let Some(issued) = self
            .usable()
            .filter(|issued| !Arc::ptr_eq(&issued.token, refused))
        {
            return Ok(Some(Arc::clone(&issued.token)));
        }
        self.issued.store(None);
        self.sign_in(credential, wire, claims).await.map(Some)
    }

    async fn sign_in(
        &self,
        credential: &Credential,
        wire: Wire<'_>,
        claims: Option<&str>,
    ) -> Result<Arc<AccessToken>, Error> {
        let issued = credential.sign_in(wire, claims).await?;
        let token = Arc::clone(&issued.token);
        self.issued.store(Some(Arc::new(issued)));
        Ok(token)
    }

    fn usable(&self) -> Option<Arc<Issued>> {
        let now = crate::outcome::now();
        self.issued
            .load_full()
            .filter(|issued| now < issued.unusable_from)
    }

    /// Whoever has the turn will never give it back: it was lost with the queue that it was taken in.
    pub(crate) fn forget_turn(&self) {
        if self.turn().try_lock().is_err() {
            self.turns().store(Arc::default());
        }
    }

    fn turn(&self) -> Arc<Mutex<()>> {
        self.turns().load_full()
    }

    fn turns(&self) -> &ArcSwap<Mutex<()>> {
        self.turn.get_or_init(ArcSwap::default)
    }
}

pub(crate) fn token_missing() -> Error {
    Error::new(Status::TokenMissing, "There is no access token.")
        .hint("Give the client a token or a credential first.")
}
