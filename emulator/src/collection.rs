//! Collections: users, groups, and the members of a group, page by page.

use serde_json::{Value, json};

use crate::authentication::has_any;
use crate::fault::FaultKind;
use crate::filter::Filter;
use crate::group::{Member, Members};
use crate::page::{Page, option};
use crate::reading;
use crate::refused;
use crate::reply::{Content, Reply};
use crate::state::State;
use crate::target::GraphRequest;

/// What may see users as they are.
const READ_USERS: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

const READ_GROUPS: &[&str] = &[
    "Group.ReadBasic.All",
    "GroupMember.Read.All",
    "Group.Read.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

const READ_MEMBERS: &[&str] = &[
    "GroupMember.ReadBasic.All",
    "GroupMember.Read.All",
    "Group.Read.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

const READ_HIDDEN: &[&str] = &["Member.Read.Hidden"];

/// The properties of groups that can be asked for.
const OF_GROUPS: &[&str] = &["id", "displayName", "mail"];

/// A collection, or a group, that a path names below the version.
#[derive(Debug, PartialEq)]
pub(crate) enum Named<'a> {
    Users,
    UserCount,
    Groups,
    Group(&'a str),
    Members { group: &'a str, transitive: bool },
}

/// Reads a path; what it is of, if it is of a collection.
pub(crate) fn read_path(path: &str) -> Option<(&str, Named<'_>)> {
    let (version, rest) = path.strip_prefix('/')?.split_once('/')?;
    let segments: Vec<&str> = rest.split('/').collect();
    let named = match segments.as_slice() {
        ["users"] => Named::Users,
        ["users", "$count"] => Named::UserCount,
        ["groups"] => Named::Groups,
        ["groups", group] => Named::Group(group),
        ["groups", group, "members"] => Named::Members {
            group,
            transitive: false,
        },
        ["groups", group, "transitiveMembers"] => Named::Members {
            group,
            transitive: true,
        },
        _ => return None,
    };
    ["beta", "v1.0"]
        .contains(&version)
        .then_some((version, named))
}

/// Answers a request for a collection.
pub(crate) fn answer(
    state: &mut State,
    claims: &Value,
    request: &GraphRequest<'_>,
    version: &str,
    named: &Named<'_>,
    fault: Option<&FaultKind>,
) -> Reply {
    if request.method != "GET" {
        return refused::method_not_allowed();
    }
    let (permissions, cost) = match named {
        Named::Users | Named::UserCount => (READ_USERS, 2.0),
        Named::Groups | Named::Group(_) => (READ_GROUPS, 1.0),
        Named::Members { transitive, .. } => (READ_MEMBERS, if *transitive { 5.0 } else { 3.0 }),
    };
    if !has_any(claims, permissions) {
        return refused::insufficient_privileges();
    }
    if let Some(wait) = state
        .reads
        .as_mut()
        .and_then(|quota| quota.take(cost).err())
    {
        return refused::throttled(state, "Read", wait);
    }
    let listing = Listing {
        state,
        request,
        version,
        fault,
        sees_users: has_any(claims, READ_USERS),
        sees_hidden: has_any(claims, READ_HIDDEN),
    };
    let answered = match named {
        Named::Users => listing.users(),
        Named::UserCount => listing.count(),
        Named::Groups => listing.groups(),
        Named::Group(id) => listing.group(id),
        Named::Members { group, transitive } => listing.members(group, *transitive),
    };
    answered.unwrap_or_else(|refusal| *refusal)
}

struct Listing<'a> {
    state: &'a State,
    request: &'a GraphRequest<'a>,
    version: &'a str,
    fault: Option<&'a FaultKind>,
    sees_users: bool,
    sees_hidden: bool,
}

impl Listing<'_> {
    fn is_advanced(&self) -> bool {
        self.request.is_eventual
            && option(self.request.query, "$count").is_some_and(|it| it == "true")
    }

    fn filter(&self, kind: &str, properties: &[&str]) -> Result<Option<Filter>, Box<Reply>> {
        option(self.request.query, "$filter")
            .map(|text| Filter::read(&text, properties, self.is_advanced()))
            .transpose()
            .map_err(|refusal| Box::new(refusal.reply(kind)))
    }

    fn users(&self) -> Result<Reply, Box<Reply>> {
        let directory = &self.state.directory;
        let filter = self.filter("user", reading::FILTERED)?;
        let page = Page::read(self.request, self.state.pages)?;
        let (mut value, mut next) = (Vec::new(), page.start);
        let is_shown = |index: usize| {
            if self.is_advanced() && self.state.unindexed.contains(&index) {
                return false;
            }
            let all = || reading::properties(self.state, index);
            filter.as_ref().is_none_or(|filter| filter.holds(&all()))
        };
        while next < directory.count() && value.len() < page.size {
            if is_shown(next) {
                let query = self.request.query;
                value.push(reading::selected(self.state, next, self.version, query)?);
            }
            next += 1;
        }
        // The next page is one that holds somebody.
        while page.size > 0 && next < directory.count() && !is_shown(next) {
            next += 1;
        }
        let next = (next < directory.count()).then_some(next);
        let mut body = self.answer(&page, value, next);
        if page.is_first() && self.is_advanced() {
            let all = 0..directory.count();
            body["@odata.count"] = all.filter(|index| is_shown(*index)).count().into();
        }
        Ok(Reply::json(200, body))
    }

    fn count(&self) -> Result<Reply, Box<Reply>> {
        if !self.request.is_eventual {
            let message = "$count is not currently supported.";
            return Err(Box::new(Reply::error(400, "Request_BadRequest", message)));
        }
        let filter = option(self.request.query, "$filter")
            .map(|text| Filter::read(&text, reading::FILTERED, true))
            .transpose()
            .map_err(|refusal| Box::new(refusal.reply("user")))?;
        let directory = &self.state.directory;
        let holds = |index: &usize| {
            let all = || reading::properties(self.state, *index);
            filter.as_ref().is_none_or(|filter| filter.holds(&all()))
        };
        let count = (0..directory.count()).filter(holds).count();
        let mut reply = Reply::new(200, Content::Bytes(count.to_string().into_bytes()));
        reply.header("Content-Type", "text/plain");
        Ok(reply)
    }

    fn groups(&self) -> Result<Reply, Box<Reply>> {
        let filter = self.filter("group", OF_GROUPS)?;
        let page = Page::read(self.request, self.state.pages)?;
        let groups = &self.state.directory.tenant.groups;
        let found = (0..groups.len()).map(|index| self.group_body(index));
        let found: Vec<Value> = found
            .filter(|body| filter.as_ref().is_none_or(|filter| filter.holds(body)))
            .collect();
        let value = found.iter().skip(page.start).take(page.size).cloned();
        let value: Vec<Value> = value.collect();
        let end = page.start + value.len();
        let next = (end < found.len()).then_some(end);
        Ok(Reply::json(200, self.answer(&page, value, next)))
    }

    fn group(&self, id: &str) -> Result<Reply, Box<Reply>> {
        let index = self.find_group(id)?;
        Ok(Reply::json(200, self.group_body(index)))
    }

    fn members(&self, group: &str, is_transitive: bool) -> Result<Reply, Box<Reply>> {
        let index = self.find_group(group)?;
        if option(self.request.query, "$filter").is_some() && !self.is_advanced() {
            let message =
                "The specified filter to the reference property query is currently not supported.";
            return Err(Box::new(Reply::error(
                400,
                "Request_UnsupportedQuery",
                message,
            )));
        }
        let page = Page::read(self.request, self.state.pages)?;
        let directory = &self.state.directory;
        let is_hidden = directory
            .tenant
            .groups
            .get(index)
            .is_some_and(|group| group.hidden);
        if is_hidden && !self.sees_hidden {
            return Ok(Reply::json(200, self.answer(&page, Vec::new(), None)));
        }
        let members = Members::of(directory, index, is_transitive);
        let (mut value, mut next) = (Vec::new(), page.start);
        while value.len() < page.size
            && let Some(member) = members.at(next)
        {
            value.push(self.member(member)?);
            next += 1;
        }
        let next = members.at(next).map(|_| next);
        Ok(Reply::json(200, self.answer(&page, value, next)))
    }

    /// A member as the service shows one: what the token may not see, and what this kind of object does not have, is
    /// null.
    fn member(&self, member: Member) -> Result<Value, Box<Reply>> {
        let select = option(self.request.query, "$select");
        let names: Vec<&str> = select
            .as_deref()
            .unwrap_or("id,displayName")
            .split(',')
            .collect();
        let nothing = |kind: &str, id: String| {
            let mut body = json!({"@odata.type": format!("#microsoft.graph.{kind}")});
            for name in &names {
                body[*name] = Value::Null;
            }
            body["id"] = id.into();
            body
        };
        Ok(match member {
            Member::User(user) if self.sees_users => {
                let mut body =
                    reading::selected(self.state, user, self.version, self.request.query)?;
                body["@odata.type"] = "#microsoft.graph.user".into();
                body
            }
            Member::User(user) => nothing("user", self.state.directory.id(user).into_owned()),
            Member::Group(group) => {
                let group = self.state.directory.tenant.groups.get(group);
                nothing(
                    "group",
                    group.map(|group| group.id.clone()).unwrap_or_default(),
                )
            }
            Member::Device(number) => {
                nothing("device", format!("de000000-0000-4000-8000-{number:012}"))
            }
            Member::Contact(number) => nothing(
                "orgContact",
                format!("c0000000-0000-4000-8000-{number:012}"),
            ),
        })
    }

    fn find_group(&self, id: &str) -> Result<usize, Box<Reply>> {
        self.state.directory.group(id).ok_or_else(|| {
            let message = format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            );
            Box::new(Reply::error(404, "Request_ResourceNotFound", &message))
        })
    }

    fn group_body(&self, index: usize) -> Value {
        let Some(group) = self.state.directory.tenant.groups.get(index) else {
            return json!({});
        };
        let mut types = Vec::new();
        types.extend(group.unified.then_some("Unified"));
        types.extend(
            group
                .rule_processing
                .is_some()
                .then_some("DynamicMembership"),
        );
        json!({
            "id": group.id,
            "displayName": group.display_name,
            "mail": group.mail,
            "groupTypes": types,
            "mailEnabled": group.unified,
            "securityEnabled": !group.unified,
            "visibility": if group.hidden { json!("HiddenMembership") } else { Value::Null },
            "membershipRuleProcessingState": group.rule_processing,
        })
    }

    fn answer(&self, page: &Page, value: Vec<Value>, next: Option<usize>) -> Value {
        page.answer(self.request, self.version, value, next, self.fault)
    }
}
