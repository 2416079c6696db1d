//! What is asked for.

use crate::outcome::Error;
use crate::status::Status;

/// Which users of the directory are meant. Several together are the union, each user once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Criteria {
    /// Groups, by object id, or by a display name or address that exactly one group has. Users in nested groups count.
    pub group: Vec<String>,
    /// Groups whose users are never signed out, found in the same way: through all levels, and before anything is sent.
    pub exclude_group: Vec<String>,
    /// Users for whom this `$filter` of Microsoft Graph holds: `accountEnabled eq false`.
    pub filter: Option<String>,
    /// Everyone in the directory.
    pub everyone: bool,
    /// Guests, too. They are passed over otherwise: their home tenant signs them in.
    pub guests: bool,
    /// A group without users, or a selection of nobody, is no failure.
    pub allow_empty: bool,
}

impl Criteria {
    /// Whether they select anybody. Exclusions alone select nobody.
    pub fn select(&self) -> bool {
        !self.group.is_empty() || self.filter.is_some() || self.everyone
    }

    /// Whether the directory has to be asked at all.
    pub(crate) fn ask_anything(&self) -> bool {
        self.select() || !self.exclude_group.is_empty()
    }

    /// What is asked for, in words: for records, and to tell whether two mean the same.
    pub fn words(&self) -> String {
        let quoted = |name: &String| format!("group {:?}", name.trim());
        let mut parts: Vec<String> = self.group.iter().map(quoted).collect();
        parts.extend(
            self.filter
                .iter()
                .map(|filter| format!("users where {}", filter.trim())),
        );
        parts.extend(self.everyone.then(|| "everyone".to_owned()));
        let mut words = parts.join(", ");
        if self.guests {
            words.push_str(", guests too");
        }
        if !self.exclude_group.is_empty() {
            let excluded: Vec<String> = self.exclude_group.iter().map(quoted).collect();
            words.push_str(&format!("; without {}", excluded.join(", ")));
        }
        words
    }

    /// Refuses what cannot be asked for.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let names = [
            ("group", &self.group),
            ("exclude_group", &self.exclude_group),
        ];
        for (option, names) in names {
            if names.iter().any(|name| name.trim().is_empty()) {
                return Err(empty(
                    option,
                    "Give a group's object id, display name or address.",
                ));
            }
        }
        if self
            .filter
            .as_ref()
            .is_some_and(|filter| filter.trim().is_empty())
        {
            // Without its condition a filter would be everyone.
            return Err(empty(
                "filter",
                "Give a condition such as accountEnabled eq false.",
            ));
        }
        if (self.guests || self.allow_empty) && !self.select() {
            let option = if self.guests { "guests" } else { "allow_empty" };
            return Err(Error::new(
                Status::InvalidOption,
                format!("The option {option} is about users that are selected, and none are."),
            )
            .hint("Set one of the options group, filter and everyone as well, or leave it out."));
        }
        Ok(())
    }
}

fn empty(option: &str, hint: &str) -> Error {
    Error::new(
        Status::EmptyArgument,
        format!("The option {option} is empty: it would not select whom it is meant to."),
    )
    .hint(hint)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn words_say_everything_that_is_asked_for() {
        let criteria = Criteria {
            group: vec![" Finance ".to_owned(), "R\"D".to_owned()],
            exclude_group: vec!["Break glass".to_owned()],
            filter: Some("accountEnabled eq false".to_owned()),
            everyone: true,
            guests: true,
            allow_empty: false,
        };
        assert_eq!(
            criteria.words(),
            "group \"Finance\", group \"R\\\"D\", users where accountEnabled eq false, everyone, guests too; without group \"Break glass\""
        );
        assert!(criteria.check().is_ok());
    }

    #[test]
    fn what_is_empty_is_refused_and_never_everyone() {
        let blank = || vec![" ".to_owned()];
        for criteria in [
            Criteria {
                group: blank(),
                ..Criteria::default()
            },
            Criteria {
                exclude_group: blank(),
                ..Criteria::default()
            },
            Criteria {
                filter: Some(" ".to_owned()),
                ..Criteria::default()
            },
        ] {
            let error = criteria.check().unwrap_err();
            assert_eq!(error.status(), Status::EmptyArgument, "{criteria:?}");
        }
        let alone = Criteria {
            guests: true,
            ..Criteria::default()
        };
        assert_eq!(alone.check().unwrap_err().status(), Status::InvalidOption);
    }
}
