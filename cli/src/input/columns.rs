//! Which column, or field, holds the users.

/// Names that mean a user's key, the best first: a principal name reads well in a record, an object id is as good, an
/// e-mail address need not be either.
const KNOWN: &[&str] = &[
    "userprincipalname",
    "upn",
    "username",
    "userid",
    "objectid",
    "id",
    "user",
    "mail",
    "email",
    "emailaddress",
];

/// A name as it is compared: `User Principal Name` is `userprincipalname`.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a name is one that lists of users have above their users.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&plain(name).as_str())
}

/// Whether a column of this name holds addresses, which need not be keys.
pub(super) fn is_mail(name: &str) -> bool {
    plain(name).contains("mail")
}

/// Whether a value looks like a user's key.
pub(super) fn looks_like_a_key(value: &str) -> bool {
    let value = value.trim();
    let is_id = value.len() == 36
        && value.char_indices().all(|(position, character)| {
            match matches!(position, 8 | 13 | 18 | 23) {
                true => character == '-',
                false => character.is_ascii_hexdigit(),
            }
        });
    is_id || value.contains('@') && !value.contains(char::is_whitespace)
}

/// The column that holds the users, by the names above them and by the first user's values.
pub(super) fn guess(names: &[String], values: &[String]) -> Option<usize> {
    let value_of = |index: usize| values.get(index).map_or("", String::as_str);
    let candidates = || {
        KNOWN.iter().filter_map(|known| {
            let mut plain_names = names.iter().map(|name| plain(name));
            plain_names.position(|name| name == *known)
        })
    };
    candidates()
        .find(|index| looks_like_a_key(value_of(*index)))
        .or_else(|| candidates().next())
        .or_else(|| {
            let mut alike = (0..values.len()).filter(|index| looks_like_a_key(value_of(*index)));
            // Two that look alike are not for us to choose from.
            alike.next().filter(|_| alike.next().is_none())
        })
}

/// The column of this name, in any letter case.
pub(super) fn named(names: &[String], wanted: &str) -> Option<usize> {
    let exact = names.iter().position(|name| name == wanted);
    exact.or_else(|| {
        let wanted = wanted.trim().to_lowercase();
        names
            .iter()
            .position(|name| name.trim().to_lowercase() == wanted)
    })
}

/// Names for a sentence: those of a wide file are too many for one.
pub(super) fn listed(names: &[String]) -> String {
    const MOST: usize = 30;
    let mut listed: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| format!("{:?}", name.chars().take(60).collect::<String>()))
        .collect();
    if names.len() > MOST {
        listed.push(format!("and {} more", names.len() - MOST));
    }
    listed.join(", ")
}
