//! Whether users are those that a filter asked for, where what is listed can tell. It costs nothing, and shows a filter
//! that was passed over in silence.

use super::page::Object;

/// A condition that listed users can be held against.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Check {
    Enabled(bool),
    Guest(bool),
}

impl Check {
    /// That of a filter, where all of it is one such condition.
    pub(super) fn of(filter: &str) -> Option<Check> {
        let mut words = filter.split_whitespace();
        let (property, operator, value) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || operator != "eq" {
            return None;
        }
        match (property, value) {
            ("accountEnabled", "true") => Some(Check::Enabled(true)),
            ("accountEnabled", "false") => Some(Check::Enabled(false)),
            ("userType", value) if value.eq_ignore_ascii_case("'guest'") => {
                Some(Check::Guest(true))
            }
            ("userType", value) if value.eq_ignore_ascii_case("'member'") => {
                Some(Check::Guest(false))
            }
            _ => None,
        }
    }

    /// Whether it may hold for this user; what the token may not see contradicts nothing.
    pub(super) fn may_hold(&self, user: &Object) -> bool {
        match self {
            Check::Enabled(wanted) => user
                .account_enabled
                .is_none_or(|enabled| enabled == *wanted),
            Check::Guest(wanted) => user.user_type.is_none() || user.is_guest() == *wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_conditions_are_checked_and_others_left_to_the_service() {
        assert_eq!(
            Check::of("accountEnabled eq false"),
            Some(Check::Enabled(false))
        );
        assert_eq!(Check::of(" userType  eq 'Guest'"), Some(Check::Guest(true)));
        for filter in [
            "accountEnabled eq false or department eq 'x'",
            "accountEnabled ne true",
            "department eq 'x'",
            "",
        ] {
            assert_eq!(Check::of(filter), None, "{filter}");
        }
    }
}
