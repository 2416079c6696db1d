//! What a client's token may do, known before anything is done: by the token's own claims, which help but prove
//! nothing.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::graph::cloud::Cloud;
use crate::graph::endpoint::Endpoint;
use crate::outcome::{Error, rfc3339};
use crate::status::Status;
use crate::token::AccessToken;
use crate::token::claims::{Claims, IdentityKind};
use crate::token::directory_roles;
use judge::ShownBy;

mod judge;
mod online;

/// What a client's token may do.
///
/// Serialised, it is one JSON object with these field names; unknown fields are left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Access {
    /// [`Status::Ok`], or the first reason why nothing will work: [`Status::TokenMissing`], [`Status::TokenExpired`],
    /// [`Status::TokenWrongAudience`] and so on. Left out of the JSON object where nothing is wrong.
    #[serde(skip_serializing_if = "is_ok")]
    pub status: Status,
    /// What the status means, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Whose token it is; unknown where it cannot be read, as those of personal accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<IdentityKind>,
    /// The user principal name of the signed-in user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The object id of the signed-in user, or of the application's service principal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The tenant's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The application's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// The application's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
    /// The kind of the credential that brought the token, and where a workload's assertion came from:
    /// `workload-identity (github-actions)`. Unknown where the token was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// The cloud that the token names.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "cloud_name")]
    pub cloud: Option<Cloud>,
    /// Where requests with this token go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The end of the token's lifetime.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time")]
    pub expires: Option<Timestamp>,
    /// The delegated scopes, or the application's roles.
    pub permissions: Vec<String>,
    /// The signed-in user's tenant-wide directory roles: by name where they may sign others out, otherwise by template
    /// id.
    pub directory_roles: Vec<String>,
    /// What the token may do, job for job.
    pub findings: Vec<Finding>,
}

/// Whether the token may do one job.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The job.
    pub job: Job,
    /// Whether the token may do it.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub reason: String,
    /// What to ask for, and whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// What a token may be wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Job {
    /// Signing out the user who signed in for the token.
    Me,
    /// Signing out users without an administrator's role.
    Others,
    /// Signing out administrators.
    Administrators,
    /// Reading back that users were signed out.
    Verification,
    /// Signing out the one user that [`Client::access_online`](crate::Client::access_online) was asked about.
    Target,
}

/// Whether a job is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// By all that is known it will work.
    Allowed,
    /// It will not work.
    Refused,
    /// The token does not tell.
    Unknown,
}

impl Job {
    /// Every job, in the order in which findings are given.
    pub const ALL: &'static [Job] = &[
        Job::Me,
        Job::Others,
        Job::Administrators,
        Job::Verification,
        Job::Target,
    ];

    /// Those that a token's claims say something of.
    const OF_CLAIMS: &'static [Job] =
        &[Job::Me, Job::Others, Job::Administrators, Job::Verification];

    /// The name in every language: `me`, `others`, `administrators`, `verification`, `target`.
    pub const fn name(self) -> &'static str {
        match self {
            Job::Me => "me",
            Job::Others => "others",
            Job::Administrators => "administrators",
            Job::Verification => "verification",
            Job::Target => "target",
        }
    }
}

impl Verdict {
    /// The name in every language: `allowed`, `refused`, `unknown`.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Allowed => "allowed",
            Verdict::Refused => "refused",
            Verdict::Unknown => "unknown",
        }
    }
}

impl Access {
    /// Without a token. `refusal` says why there is none; nothing is wrong where one comes with the first call.
    pub(crate) fn without_token(refusal: Option<&Error>) -> Access {
        let mut access = Access::of_claims(None);
        match refusal {
            Some(refusal) => access.refuse_everything(refusal),
            None => access.message = Some("The client signs in with its first call.".to_owned()),
        }
        access
    }

    /// By a token's claims, if it can be read. `destination` is where its requests go, or why it cannot work at all.
    pub(crate) fn with_token(token: &AccessToken, destination: &Result<Endpoint, Error>) -> Access {
        let mut access = Access::of_claims(token.claims());
        access.credential = token.credential().map(str::to_owned);
        match destination {
            Ok(endpoint) => access.endpoint = Some(endpoint.origin()),
            Err(refusal) => access.refuse_everything(refusal),
        }
        access
    }

    fn of_claims(claims: Option<&Claims>) -> Access {
        let said = claims.cloned().unwrap_or_default();
        Access {
            status: Status::Ok,
            message: None,
            hint: None,
            kind: claims.map(Claims::kind),
            user: said.user_principal_name,
            id: said.object_id,
            tenant: said.tenant_id,
            application: said.application_name,
            application_id: said.application_id,
            credential: None,
            cloud: claims.and_then(Claims::cloud),
            endpoint: None,
            expires: said
                .expires
                .and_then(|seconds| Timestamp::from_second(seconds).ok()),
            permissions: claims.map(Claims::permissions).unwrap_or_default(),
            directory_roles: directory_roles::names(&said.directory_roles),
            findings: Job::OF_CLAIMS
                .iter()
                .map(|job| match claims {
                    Some(claims) => judge::by_claims(*job, claims, ShownBy::Token),
                    None => judge::unreadable(*job),
                })
                .collect(),
        }
    }

    fn refuse_everything(&mut self, refusal: &Error) {
        let outcome = refusal.outcome();
        self.status = outcome.status;
        self.message.clone_from(&outcome.message);
        self.hint.clone_from(&outcome.hint);
        for finding in &mut self.findings {
            finding.verdict = Verdict::Refused;
            finding.reason = refusal.to_string();
            finding.hint.clone_from(&outcome.hint);
        }
    }

    /// What was found for this job.
    pub fn finding(&self, job: Job) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.job == job)
    }
}

fn is_ok(status: &Status) -> bool {
    *status == Status::Ok
}

fn cloud_name<S: Serializer>(cloud: &Option<Cloud>, serializer: S) -> Result<S::Ok, S::Error> {
    cloud.map(Cloud::name).serialize(serializer)
}

fn time<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(rfc3339).serialize(serializer)
}
