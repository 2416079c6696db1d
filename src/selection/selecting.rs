//! A selection under way: what is asked next, and what an answer adds to it. No network, and no clock.

use std::collections::VecDeque;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;
use uuid::Uuid;

use super::check::Check;
use super::chosen::Chosen;
use super::criteria::Criteria;
use super::empty::{has_nobody, nobody, protects_nobody};
use super::group::{self, Found, Group};
use super::listing::{EXPIRED, Listing, incomplete};
use super::page::{self, Kind, Object, Page};
use super::{Selection, SelectionSummary, refusal};
use crate::graph::endpoint::Endpoint;
use crate::json;
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::token::permissions;

/// Nobody has so many: a listing that goes on beyond has no end.
const MOST_USERS: usize = 20_000_000;

/// Everything but RFC 3986's unreserved characters.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One request.
pub(crate) struct Request {
    pub(crate) url: Url,
    pub(crate) is_eventual: bool,
    /// What it takes, the least privileged first.
    pub(crate) permissions: &'static [&'static str],
}

/// A part of a selection.
#[derive(Debug)]
enum Part {
    /// A group is to be found.
    Group {
        named: String,
        is_excluded: bool,
    },
    /// Its members are to be listed.
    Members {
        group: Group,
        is_excluded: bool,
    },
    Filter {
        filter: String,
        check: Option<Check>,
    },
    Everyone,
}

impl Part {
    fn permissions(&self) -> &'static [&'static str] {
        match self {
            Part::Group { .. } => permissions::FIND_GROUPS,
            Part::Members { .. } => permissions::LIST_MEMBERS,
            Part::Filter { .. } | Part::Everyone => permissions::READ_CUT_OFF,
        }
    }

    fn address(&self) -> String {
        let encode = |text: &str| utf8_percent_encode(text, IN_QUERY).to_string();
        match self {
            Part::Group { named, .. } => match Uuid::try_parse(named) {
                Ok(id) => format!("/v1.0/groups/{id}?{}", group::PROPERTIES),
                Err(_) => {
                    let name = named.replace('\'', "''");
                    let filter = format!("displayName eq '{name}' or mail eq '{name}'");
                    let filter = encode(&filter);
                    format!("/v1.0/groups?$filter={filter}&{}", group::PROPERTIES)
                }
            },
            Part::Members { group, .. } => {
                let id = encode(&group.id);
                format!("/v1.0/groups/{id}/transitiveMembers?{}", page::PROPERTIES)
            }
            Part::Filter { filter, .. } => {
                format!(
                    "/v1.0/users?$filter={}&{}",
                    encode(filter),
                    page::PROPERTIES
                )
            }
            Part::Everyone => format!("/v1.0/users?{}", page::PROPERTIES),
        }
    }

    fn words(&self) -> String {
        match self {
            Part::Group { named, .. } => format!("group {named:?}"),
            Part::Members { group, .. } => format!("members of the group {:?}", group.name()),
            Part::Filter { filter, .. } => format!("users where {filter}"),
            Part::Everyone => "everyone".to_owned(),
        }
    }
}

/// The part that is under way.
#[derive(Debug)]
struct Current {
    part: Part,
    listing: Listing,
    users: Chosen,
    others: u64,
}

impl Current {
    fn of(part: Part) -> Current {
        Current {
            listing: Listing::of(part.address()),
            part,
            users: Chosen::default(),
            others: 0,
        }
    }
}

/// A selection under way.
#[derive(Debug)]
pub(crate) struct Selecting {
    criteria: Criteria,
    current: Option<Current>,
    parts: VecDeque<Part>,
    selection: Selection,
}

impl Selecting {
    /// Everything that the criteria ask for.
    pub(crate) fn of(criteria: Criteria) -> Selecting {
        let group = |is_excluded: bool| {
            move |name: &String| Part::Group {
                named: name.trim().to_owned(),
                is_excluded,
            }
        };
        // Whom nobody must sign out comes first: what cannot be protected ends it at once.
        let mut parts: VecDeque<Part> = criteria.exclude_group.iter().map(group(true)).collect();
        parts.extend(criteria.group.iter().map(group(false)));
        parts.extend(criteria.filter.iter().map(|filter| Part::Filter {
            filter: filter.trim().to_owned(),
            check: Check::of(filter),
        }));
        parts.extend(criteria.everyone.then_some(Part::Everyone));
        Selecting {
            current: parts.pop_front().map(Current::of),
            parts,
            selection: Selection {
                summary: SelectionSummary {
                    words: criteria.words(),
                    ..SelectionSummary::default()
                },
                ..Selection::default()
            },
            criteria,
        }
    }

    /// The exclusions of the criteria alone.
    pub(crate) fn of_exclusions(criteria: &Criteria) -> Selecting {
        Selecting::of(Criteria {
            exclude_group: criteria.exclude_group.clone(),
            ..Criteria::default()
        })
    }

    /// What is to be asked next, if anything is.
    pub(crate) fn request(&self, endpoint: &Endpoint) -> Option<Request> {
        let current = self.current.as_ref()?;
        Some(Request {
            url: current.listing.url(endpoint),
            is_eventual: current.listing.is_eventual,
            permissions: current.part.permissions(),
        })
    }

    /// Takes the answer: the body is that of a success.
    ///
    /// # Errors
    ///
    /// What ends the selection.
    pub(crate) fn take(
        &mut self,
        endpoint: &Endpoint,
        outcome: Outcome,
        body: &[u8],
    ) -> Result<(), Error> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        if outcome.status.is_failure() {
            return current.refused(outcome);
        }
        if let Part::Group { named, is_excluded } = &current.part {
            let group = read_group(named, body)?;
            self.selection.remarks.extend(group.remark());
            let is_excluded = *is_excluded;
            self.current = Some(Current::of(Part::Members { group, is_excluded }));
            return Ok(());
        }
        match current.take(endpoint, body)? {
            true => Ok(()),
            false => self.end_part(),
        }
    }

    /// What came of it, once nothing is left to be asked.
    ///
    /// # Errors
    ///
    /// It came to nobody.
    pub(crate) fn finish(self) -> Result<Selection, Error> {
        let Selecting {
            criteria,
            mut selection,
            ..
        } = self;
        let users = &mut selection.users;
        let summary = &mut selection.summary;
        summary.guests_passed_over = users.settle(criteria.guests);
        summary.users = users.len() as u64;
        summary.guests = users.count(|guest, _| guest);
        summary.disabled = users.count(|_, disabled| disabled);
        selection.lacks_names = (0..users.len()).any(|index| users.is_nameless(index));
        if summary.guests_passed_over > 0 {
            selection.remarks.push(format!(
                "{} passed over: their home tenant signs them in. Set the option guests to sign them out here, too.",
                match summary.guests_passed_over {
                    1 => "1 guest was".to_owned(),
                    count => format!("{count} guests were"),
                }
            ));
        }
        if summary.index_view {
            selection.remarks.push(
                "The filter was answered from the directory's index, which lags: who was changed in the last minutes may be missing.".to_owned(),
            );
        }
        if selection.lacks_names {
            selection.remarks.push(
                "The token may not read users' names, so they are called by their object ids, and nothing tells guests and disabled accounts apart: User.Read.All shows them.".to_owned(),
            );
        }
        if criteria.select() && selection.is_empty() && !criteria.allow_empty {
            let guests = selection.summary.guests_passed_over;
            let passed_over = match guests {
                0 => String::new(),
                _ => format!(" but guests ({guests}), who are passed over"),
            };
            return Err(nobody(format!(
                "The selection came to nobody{passed_over}: {}.",
                selection.summary.words
            )));
        }
        Ok(selection)
    }

    fn end_part(&mut self) -> Result<(), Error> {
        let next = self.parts.pop_front().map(Current::of);
        let Some(ended) = std::mem::replace(&mut self.current, next) else {
            return Ok(());
        };
        let selection = &mut self.selection;
        let Current {
            part,
            listing,
            mut users,
            others,
        } = ended;
        if let Part::Members {
            group,
            is_excluded: true,
        } = &part
        {
            users.settle(true);
            if users.len() == 0 {
                return Err(protects_nobody(group));
            }
            let words = format!("group {:?}", group.name());
            selection.excluded.push((words, users));
            return Ok(());
        }
        if let Part::Members { group, .. } = &part
            && users.len() == 0
            && (group.is_hidden() || !self.criteria.allow_empty)
        {
            return Err(has_nobody(group, others));
        }
        selection.summary.others_passed_over += others;
        selection.summary.index_view |= listing.is_eventual;
        selection.users.append(users);
        Ok(())
    }
}

impl Current {
    /// Takes a page; tells whether another one follows.
    fn take(&mut self, endpoint: &Endpoint, body: &[u8]) -> Result<bool, Error> {
        let page: Page = json::object(body).map_err(|_| self.not_understood("is no list"))?;
        let objects = page.value.len();
        for object in page.value {
            self.take_object(&object)?;
        }
        if self.users.len() > MOST_USERS {
            return Err(incomplete(format!(
                "The listing ({}) does not end: {MOST_USERS} users were read.",
                self.part.words()
            )));
        }
        self.listing
            .go_on(endpoint, objects, page.next_link.as_deref())
    }

    fn take_object(&mut self, object: &Object) -> Result<(), Error> {
        let is_member = matches!(self.part, Part::Members { .. });
        match object.kind() {
            Kind::Other if is_member => {
                self.others += 1;
                return Ok(());
            }
            Kind::Unknown if is_member => {
                return Err(self.not_understood("does not say what each member is"));
            }
            _ => {}
        }
        let id = object.id.as_deref().and_then(|id| Uuid::try_parse(id).ok());
        let Some(id) = id else {
            return Err(self.not_understood("holds a user without an object id"));
        };
        if let Part::Filter {
            check: Some(check), ..
        } = &self.part
            && !check.may_hold(object)
        {
            return Err(self.not_understood("holds users for whom the filter does not hold"));
        }
        let name = object.user_principal_name.as_deref().unwrap_or_default();
        let (guest, disabled) = (object.is_guest(), object.is_disabled());
        self.users.push(id, name, guest, disabled);
        Ok(())
    }

    /// What follows from a refusal: another attempt in another way, where that may help.
    fn refused(&mut self, outcome: Outcome) -> Result<(), Error> {
        match outcome.code.as_deref() {
            Some(EXPIRED) => {
                self.listing.restart()?;
                self.users.truncate(0);
                self.others = 0;
                return Ok(());
            }
            Some(refusal::UNSUPPORTED)
                if !self.listing.is_eventual && matches!(self.part, Part::Filter { .. }) =>
            {
                self.listing.become_eventual();
                self.users.truncate(0);
                return Ok(());
            }
            _ => {}
        }
        let words = self.part.words();
        Err(match &self.part {
            Part::Group { named, .. } if outcome.http_status == Some(404) => {
                group::not_found(named)
            }
            Part::Members { group, .. } if outcome.http_status == Some(404) => {
                group::not_found(group.name())
            }
            Part::Filter { .. } => refusal::of_filter(outcome, &words),
            _ => refusal::of(outcome, &words),
        })
    }

    fn not_understood(&self, what: &str) -> Error {
        Error::new(
            Status::UnexpectedAnswer,
            format!("The service's answer ({}) {what}.", self.part.words()),
        )
        .hint("No write request was sent. Something else than Microsoft Graph may have answered: check the endpoint and the proxy.")
    }
}

fn read_group(named: &str, body: &[u8]) -> Result<Group, Error> {
    let not_understood = || {
        Error::new(
            Status::UnexpectedAnswer,
            format!(
                "The service's answer about the group {named:?} is none that Microsoft Graph gives."
            ),
        )
        .hint("No write request was sent. Check the endpoint and the proxy.")
    };
    if Uuid::try_parse(named).is_ok() {
        return json::object(body).map_err(|_| not_understood());
    }
    let found: Found = json::object(body).map_err(|_| not_understood())?;
    found.only(named)
}
