//! Which permissions each request takes.

/// What invalidating takes, the least privileged first: any one of them, as a scope or as an application's role.
///
/// <https://learn.microsoft.com/graph/api/user-revokesigninsessions#permissions>
pub(crate) const SIGN_OUT: &[&str] = &[
    "User.RevokeSessions.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];

/// What reading another user's cut-off takes, the least privileged first.
///
/// <https://learn.microsoft.com/graph/api/user-get#permissions>
pub(crate) const READ_CUT_OFF: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

/// What finding a group takes, the least privileged first.
///
/// <https://learn.microsoft.com/graph/api/group-list#permissions>
pub(crate) const FIND_GROUPS: &[&str] = &[
    "Group.ReadBasic.All",
    "GroupMember.Read.All",
    "Group.Read.All",
    "Directory.Read.All",
    "Group.ReadWrite.All",
    "Directory.ReadWrite.All",
];

/// What listing the members of a group takes, the least privileged first.
///
/// <https://learn.microsoft.com/graph/api/group-list-transitivemembers#permissions>
pub(crate) const LIST_MEMBERS: &[&str] = &[
    "GroupMember.ReadBasic.All",
    "GroupMember.Read.All",
    "Group.Read.All",
    "Directory.Read.All",
    "Group.ReadWrite.All",
    "Directory.ReadWrite.All",
];

/// Sources disagree about this scope: the older page of the action names it, the newer one does not, and it was seen to
/// be refused (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/10702>).
pub(crate) const SIGN_OUT_DOUBTFUL: &str = "User.ReadWrite";
