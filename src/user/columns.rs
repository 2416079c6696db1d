//! Which column of a table, or which field of an object, holds the users: the one table of names for every surface.

use std::collections::HashMap;

use crate::outcome::Error;
use crate::status::Status;
use crate::user::User;

/// What a name says of the values below it, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    /// Principal names, which identify a user and read well in a record.
    Principal,
    /// A user's object ids.
    UserId,
    /// Names to sign in with, which principal names mostly are. Elsewhere they are display names.
    Login,
    /// The id of the row itself: a user's where the row is a user, an event's in a log.
    RowId,
    /// Addresses, which need not be principal names.
    Mail,
    Unknown,
}

/// The names above users, the best first, as [`plain`] writes them.
const KNOWN: &[(&str, Meaning)] = &[
    ("userprincipalname", Meaning::Principal),
    ("upn", Meaning::Principal),
    ("userupn", Meaning::Principal),
    ("accountupn", Meaning::Principal),
    ("memberobjectidorupn", Meaning::Principal),
    ("microsoftonlineservicesid", Meaning::Principal),
    ("windowsliveid", Meaning::Principal),
    ("userobjectid", Meaning::UserId),
    ("userid", Meaning::UserId),
    ("accountobjectid", Meaning::UserId),
    ("aaduserid", Meaning::UserId),
    ("azureaduserid", Meaning::UserId),
    ("entrauserid", Meaning::UserId),
    ("aadobjectid", Meaning::UserId),
    ("azureadobjectid", Meaning::UserId),
    ("entraobjectid", Meaning::UserId),
    ("externaldirectoryobjectid", Meaning::UserId),
    ("memberobjectid", Meaning::UserId),
    ("objectid", Meaning::UserId),
    ("username", Meaning::Login),
    ("signinname", Meaning::Login),
    ("login", Meaning::Login),
    ("useraccount", Meaning::Login),
    ("accountname", Meaning::Login),
    ("user", Meaning::Login),
    ("account", Meaning::Login),
    ("id", Meaning::RowId),
    ("mail", Meaning::Mail),
    ("email", Meaning::Mail),
    ("useremail", Meaning::Mail),
    ("emailaddress", Meaning::Mail),
    ("primarysmtpaddress", Meaning::Mail),
    ("windowsemailaddress", Meaning::Mail),
];

/// Columns of events, devices, groups, applications and assignments: beside them `id` is none of a user.
const NOT_OF_USERS: &[&str] = &[
    "activity",
    "activitydisplayname",
    "alertid",
    "appid",
    "clientrequestid",
    "correlationid",
    "deviceid",
    "eventtype",
    "grouptypes",
    "groupid",
    "initiatedby",
    "ipaddress",
    "operation",
    "operationname",
    "principalid",
    "recordid",
    "requestid",
    "resourceid",
    "roledefinitionid",
    "securityenabled",
    "severity",
    "targetresources",
    "timegenerated",
    "userdisplayname",
];

/// Parts of names of columns that hold somebody else than the row is about: whoever did it, or answers for it.
const OF_SOMEBODY_ELSE: &[&str] = &[
    "actor",
    "admin",
    "approver",
    "author",
    "caller",
    "initiator",
    "manager",
    "operator",
    "owner",
    "reporter",
    "requester",
    "requestor",
    "sender",
    "sponsor",
    "supervisor",
];

/// Objects in which a user's own fields lie: `properties.userPrincipalName` is the user's, `initiatedBy.user.id`
/// somebody else's.
const OF_THE_USER: &[&str] = &["properties", "profile", "user"];

/// Finds the column that holds the users, by the values of all rows that it is shown; names only set the order.
///
/// ```
/// # use graph_invalidate::UserColumns;
/// let mut columns = UserColumns::default();
/// for (name, value) in [
///     ("Id", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
///     ("User", "adele@contoso.com"),
///     ("Severity", "high"),
/// ] {
///     columns.see(name, value);
/// }
/// assert_eq!(columns.best(), Some(1));
/// ```
#[derive(Clone, Debug, Default)]
pub struct UserColumns {
    columns: Vec<Column>,
    numbers: HashMap<String, usize>,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    /// The place in [`KNOWN`].
    rank: usize,
    meaning: Meaning,
    /// It lies within an object that is not known to be the user.
    is_elsewhere: bool,
    /// Values that can be users: object ids, and names with a domain.
    keys: u64,
    /// Those of them that are names with a domain.
    names: u64,
    /// `me`, the signed-in user.
    me: u64,
    blanks: u64,
    others: u64,
}

impl UserColumns {
    /// Takes note of a value, and of the name above it, which is empty where there is none. The first name that is seen
    /// is column 0, the next new one column 1.
    pub fn see(&mut self, name: &str, value: &str) {
        let known = self.numbers.get(name).copied();
        let index = known.unwrap_or_else(|| self.add(name));
        self.see_at(index, value);
    }

    /// Adds a column of this name, of which no value is known yet; its number. Two may have the same name.
    pub fn add(&mut self, name: &str) -> usize {
        let number = self.columns.len();
        self.columns.push(Column::new(name));
        self.numbers.entry(name.to_owned()).or_insert(number);
        number
    }

    /// Takes note of a value of the column with this number.
    pub fn see_at(&mut self, column: usize, value: &str) {
        if let Some(column) = self.columns.get_mut(column) {
            column.see(value);
        }
    }

    /// The names, in the order in which they were seen.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The column that holds the users. `None` where no value can be one, or where it is not for us to choose among
    /// several.
    pub fn best(&self) -> Option<usize> {
        let of = |meanings: &'static [Meaning]| self.known(meanings, |column| column.keys > 0);
        of(&[Meaning::Principal, Meaning::UserId])
            .or_else(|| of(&[Meaning::Login]))
            .or_else(|| of(&[Meaning::RowId]).filter(|_| !self.is_of_something_else()))
            .or_else(|| of(&[Meaning::Mail]))
            .or_else(|| self.known(&[Meaning::UserId, Meaning::Login], |column| column.me > 0))
            .or_else(|| self.only_one_alike())
            .or_else(|| self.by_its_name())
    }

    /// Whether further rows can hardly change what is best: no better name has been without a value so far. For lists
    /// of which no more can be read than must be.
    pub fn is_settled(&self) -> bool {
        let best = self.best().and_then(|best| self.columns.get(best));
        best.is_some_and(|best| {
            best.keys > 0
                && self.columns.iter().all(|column| {
                    column.is_elsewhere
                        || column.rank >= best.rank
                        || column.keys + column.others > 0
                })
        })
    }

    /// The best of the columns with these meanings; one that has a user in every row is better than one with gaps.
    fn known(&self, meanings: &[Meaning], counts: impl Fn(&Column) -> bool) -> Option<usize> {
        let candidates = || {
            let columns = self.columns.iter().enumerate();
            columns.filter(|(_, column)| {
                meanings.contains(&column.meaning) && !column.is_elsewhere && counts(column)
            })
        };
        let best = |columns: &mut dyn Iterator<Item = (usize, &Column)>| {
            let best = columns.min_by_key(|(_, column)| column.rank);
            best.map(|(index, _)| index)
        };
        best(&mut candidates().filter(|(_, column)| column.blanks + column.others == 0))
            .or_else(|| best(&mut candidates()))
    }

    /// Whether the rows are events, devices, groups or the like, whose `id` is their own.
    fn is_of_something_else(&self) -> bool {
        // A user who is "me" leaves the id beside it as the user's.
        let says_me = self.columns.iter().any(|column| column.me > 0);
        !says_me
            && self.columns.iter().any(|column| {
                let is_filled = column.keys + column.others > 0;
                let speaks_of_a_user = column.meaning < Meaning::RowId && column.others > 0;
                let holds_one_elsewhere =
                    column.is_elsewhere && column.meaning < Meaning::Login && column.keys > 0;
                is_filled
                    && (speaks_of_a_user
                        || holds_one_elsewhere
                        || NOT_OF_USERS.contains(&plain(&column.name).as_str()))
            })
    }

    /// The one column of an unknown name whose values can be users. An id below an unknown name can be anything's.
    fn only_one_alike(&self) -> Option<usize> {
        let mut alike = self.columns.iter().enumerate().filter(|(_, column)| {
            let users = match column.name.is_empty() {
                true => column.keys,
                false => column.names,
            };
            column.meaning == Meaning::Unknown && !column.is_elsewhere && users > 0
        });
        // Two that look alike are not for us to choose from, nor is one that may be the victim's manager.
        let first = alike.next().filter(|_| alike.next().is_none());
        let own = first.filter(|(_, column)| !is_of_somebody_else(&column.name));
        own.map(|(index, _)| index)
    }

    /// A column whose name says it all, where no value is a user: each of its rows is then told why it is none.
    fn by_its_name(&self) -> Option<usize> {
        let columns = self.columns.iter().enumerate();
        let known = columns.filter(|(_, column)| {
            !column.is_elsewhere
                && (column.meaning == Meaning::Principal
                    || column.meaning != Meaning::Unknown && column.keys + column.others == 0)
        });
        known
            .min_by_key(|(_, column)| column.rank)
            .map(|(index, _)| index)
    }
}

impl Column {
    fn new(name: &str) -> Column {
        let (rank, is_elsewhere) = placed(name);
        Column {
            name: name.to_owned(),
            rank,
            meaning: KNOWN
                .get(rank)
                .map_or(Meaning::Unknown, |(_, meaning)| *meaning),
            is_elsewhere,
            keys: 0,
            names: 0,
            me: 0,
            blanks: 0,
            others: 0,
        }
    }

    fn see(&mut self, value: &str) {
        match Value::of(value) {
            Value::Blank => self.blanks += 1,
            Value::Me => self.me += 1,
            Value::Id => self.keys += 1,
            Value::Name => {
                self.keys += 1;
                self.names += 1;
            }
            Value::Other => self.others += 1,
        }
    }
}

enum Value {
    Blank,
    Me,
    Id,
    Name,
    Other,
}

impl Value {
    fn of(text: &str) -> Value {
        let user = match User::parse(text) {
            Ok(User::Me) => return Value::Me,
            Ok(user) => user,
            Err(error) if error.status() == Status::EmptyArgument => return Value::Blank,
            Err(_) => return Value::Other,
        };
        match user.object_id() {
            // How some write that there is none.
            Some(id) if id.bytes().all(|byte| matches!(byte, b'0' | b'-')) => Value::Blank,
            Some(_) => Value::Id,
            None if is_a_name(user.text()) => Value::Name,
            None => Value::Other,
        }
    }
}

/// Whether a key is a name with a domain, and not several of them, an address with its kind in front, or a sentence.
fn is_a_name(key: &str) -> bool {
    let parts = key.rsplit_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !key.contains([',', ';', ':', '<', '>', '(', ')', '[', ']', '"', '|'])
}

/// Whether a name tells that its values are not those whom the rows are about: `Manager`, `CreatedBy`, `Initiated by
/// (actor)`.
fn is_of_somebody_else(name: &str) -> bool {
    let plain = plain(name);
    plain.ends_with("by")
        || OF_SOMEBODY_ELSE.iter().any(|part| plain.contains(part))
        || ["createdby", "initiatedby", "modifiedby", "assignedby"]
            .iter()
            .any(|part| plain.contains(part))
}

/// The place of a name in [`KNOWN`], beyond its end for one that is not; and whether it lies within an object that is
/// not known to be the user.
fn placed(name: &str) -> (usize, bool) {
    let rank_of = |plain_name: &str| {
        KNOWN
            .iter()
            .position(|(known, _)| *known == plain_name)
            .unwrap_or(KNOWN.len())
    };
    if let Some(bracketed) = bracketed(name) {
        let rank = rank_of(&plain(bracketed));
        if rank < KNOWN.len() {
            return (rank, false);
        }
    }
    let whole = rank_of(&plain(name));
    if whole < KNOWN.len() {
        return (whole, false);
    }
    match name.rsplit_once('.') {
        None => (whole, false),
        Some((objects, last)) => {
            let is_users_own = objects
                .split('.')
                .all(|object| OF_THE_USER.contains(&plain(object).as_str()));
            (rank_of(&plain(last)), !is_users_own)
        }
    }
}

/// The property's name in a heading such as `User name [userPrincipalName] Required`, as the portal's templates have
/// them.
fn bracketed(name: &str) -> Option<&str> {
    let (_, rest) = name.split_once('[')?;
    let (property, _) = rest.split_once(']')?;
    Some(property.trim()).filter(|property| !property.is_empty())
}

/// A name as it is compared: `User Principal Name` is `userprincipalname`, and so is `UserPrincipalName_s` of a custom
/// log.
fn plain(name: &str) -> String {
    let name = name.trim();
    let name = ["_s", "_g"]
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .unwrap_or(name);
    let before_bracket = name.split_once(" [").map_or(name, |(before, _)| before);
    before_bracket
        .chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

impl UserColumns {
    /// Names of columns for a sentence: those of a wide table are too many for one.
    pub fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
        const MOST: usize = 30;
        let beyond = names.len().saturating_sub(MOST);
        let mut listed: Vec<String> = names
            .take(MOST)
            .map(|name| format!("{:?}", name.chars().take(60).collect::<String>()))
            .collect();
        if beyond > 0 {
            listed.push(format!("and {beyond} more"));
        }
        listed.join(", ")
    }

    /// Whether a name is one that stands above users.
    pub fn is_known(name: &str) -> bool {
        let (rank, is_elsewhere) = placed(name);
        rank < KNOWN.len() && !is_elsewhere
    }

    /// Whether a column of this name holds addresses, which need not be principal names.
    pub fn is_mail(name: &str) -> bool {
        let meaning = KNOWN.get(placed(name).0).map(|(_, meaning)| *meaning);
        meaning == Some(Meaning::Mail) || plain(name).contains("mail")
    }

    /// Whether a value looks like a user: an object id, or a name with a domain.
    pub fn is_user(value: &str) -> bool {
        matches!(Value::of(value), Value::Id | Value::Name)
    }
}

/// The number of the value that names the user of one row, of its names and values in the same order.
///
/// # Errors
///
/// [`Status::EmptyArgument`] where the row has no user: the message names its columns.
pub fn user_of_row<'a>(row: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<usize, Error> {
    let mut columns = UserColumns::default();
    let mut blanks = Vec::new();
    for (name, value) in row {
        let column = columns.add(name);
        columns.see_at(column, value);
        blanks.push(matches!(Value::of(value), Value::Blank));
    }
    let best = columns.best();
    best.filter(|index| blanks.get(*index) == Some(&false))
        .ok_or_else(|| {
            let names = UserColumns::listed(columns.names());
            let message = match best {
                Some(_) => format!("The row names no user; its columns are {names}."),
                None => format!(
                    "The row does not show which column holds the user; its columns are {names}."
                ),
            };
            Error::new(Status::EmptyArgument, message)
                .hint("Name the column that holds object ids or user principal names.")
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
