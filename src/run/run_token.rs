//! Which token the caller has given a run: one of its own, or else whatever its client has.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::client::core::ClientCore;
use crate::token::AccessToken;

pub(super) struct RunToken {
    core: Arc<ClientCore>,
    own: ArcSwapOption<AccessToken>,
}

impl RunToken {
    pub(super) fn new(core: Arc<ClientCore>, own: Option<AccessToken>) -> RunToken {
        RunToken {
            core,
            own: ArcSwapOption::new(own.map(Arc::new)),
        }
    }

    /// From now on the run has a token of its own, and its client's is none of its concern.
    pub(super) fn give(&self, token: AccessToken) {
        self.own.store(Some(Arc::new(token)));
    }

    pub(super) fn given(&self) -> Option<Arc<AccessToken>> {
        self.own.load_full().or_else(|| self.core.tokens.given())
    }

    /// Whether the client's credential may sign in for the run.
    pub(super) fn may_sign_in(&self) -> bool {
        self.own.load().is_none() && self.core.tokens.has_credential()
    }
}
