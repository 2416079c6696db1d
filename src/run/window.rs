//! How many requests are under way at once.

use super::pacing::Rate;

/// Begins with one and grows by one with each round of good answers, so that an unknown small quota is met with few
/// requests under way. Without pacing it is wide open from the start.
#[derive(Debug)]
pub(super) struct Window {
    width: usize,
    most: usize,
    answered: usize,
}

impl Window {
    pub(super) fn new(most: usize, rate: Rate) -> Window {
        Window {
            width: if rate == Rate::Unlimited { most } else { 1 },
            most,
            answered: 0,
        }
    }

    /// How many requests may be under way.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// A request was answered, and nothing in it was refused for a quota.
    pub(super) fn answered(&mut self) {
        self.answered += 1;
        if self.answered >= self.width && self.width < self.most {
            self.width += 1;
            self.answered = 0;
        }
    }

    /// The service refused for its quota, or did not answer at all.
    pub(super) fn refused(&mut self) {
        self.width = 1;
        self.answered = 0;
    }
}
