//! Whom the directory chooses for a run: still to be listed, or known already.

use std::sync::Arc;

use crate::outcome::Error;
use crate::selection::{Criteria, Selecting, Selection};

/// What a run knows of the users whom it selects.
pub(super) enum Whom {
    /// Nobody is selected.
    Nobody,
    Listed(Arc<Selection>),
    /// To be listed. What the journal has on record is not listed again: its exclusions alone are.
    Asking {
        selecting: Box<Selecting>,
        recorded: Option<Box<Selection>>,
    },
}

/// A selection that is complete.
pub(super) struct Known {
    pub(super) selection: Arc<Selection>,
    /// The journal holds it already.
    pub(super) is_recorded: bool,
    /// The caller has not been told yet what there is to know of it.
    pub(super) is_news: bool,
}

impl Whom {
    pub(super) fn of(
        criteria: &Criteria,
        listed: Option<Arc<Selection>>,
        recorded: Option<Selection>,
    ) -> Whom {
        match (recorded, listed) {
            (Some(recorded), _) => Whom::Asking {
                selecting: Box::new(Selecting::of_exclusions(criteria)),
                recorded: Some(Box::new(recorded)),
            },
            (None, Some(listed)) => Whom::Listed(listed),
            (None, None) if criteria.ask_anything() => Whom::Asking {
                selecting: Box::new(Selecting::of(criteria.clone())),
                recorded: None,
            },
            (None, None) => Whom::Nobody,
        }
    }
}

impl Known {
    /// Whom the caller had listed before.
    pub(super) fn listed(selection: Arc<Selection>) -> Known {
        Known {
            selection,
            is_recorded: false,
            is_news: false,
        }
    }

    /// What the directory has answered; whom the journal has on record stays.
    ///
    /// # Errors
    ///
    /// The selection came to nobody.
    pub(super) fn asked(
        selecting: Selecting,
        recorded: Option<Box<Selection>>,
    ) -> Result<Known, Error> {
        let asked = selecting.finish()?;
        Ok(match recorded {
            None => Known {
                selection: Arc::new(asked),
                is_recorded: false,
                is_news: true,
            },
            Some(mut recorded) => {
                recorded.excluded = asked.excluded;
                Known {
                    selection: Arc::from(recorded),
                    is_recorded: true,
                    is_news: false,
                }
            }
        })
    }
}
