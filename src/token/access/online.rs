//! What harmless reads add to a token's own claims: the caller's directory roles as they are now, and one user.

use std::sync::Arc;

use serde::Deserialize;

use super::judge::ShownBy;
use super::{Access, Finding, Job, Verdict, judge};
use crate::call::Call;
use crate::call::options::CallOptions;
use crate::cancellation::Cancellation;
use crate::client::Client;
use crate::client::core::from_now;
use crate::outcome::Error;
use crate::status::Status;
use crate::token::claims::{Claims, IdentityKind};
use crate::token::directory_roles;
use crate::token::source::token_missing;
use crate::user::User;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    id: Option<String>,
    user_principal_name: Option<String>,
    user_type: Option<String>,
}

impl Client {
    /// What the client's token may do, by its claims and by harmless reads: the signed-in user's directory roles as
    /// they are now, and, where `user` names one, whether that user can be found and signed out ([`Job::Target`]).
    /// Signs in first, where that is needed. Nothing is changed.
    ///
    /// # Errors
    ///
    /// What a sign-in may fail with; a malformed key of the user. A read that is refused is no error: the access says
    /// what it could not learn.
    pub fn access_online(
        &self,
        user: Option<&str>,
        cancellation: Option<&Cancellation>,
    ) -> Result<Access, Error> {
        self.access_online_with(user, CallOptions::default(), cancellation)
    }

    /// As [`Client::access_online`], with the token and the timeout that the options bring; their kind is of no matter.
    ///
    /// # Errors
    ///
    /// As [`Client::access_online`].
    pub fn access_online_with(
        &self,
        user: Option<&str>,
        options: CallOptions,
        cancellation: Option<&Cancellation>,
    ) -> Result<Access, Error> {
        let core = &*self.core;
        let target = user.map(User::parse).transpose()?;
        let given = options.token.map(Arc::new).or_else(|| core.tokens.given());
        let timeout = options.timeout.unwrap_or(core.settings.timeout);
        if given.is_none() && !core.tokens.has_credential() {
            return Ok(Access::without_token(Some(&token_missing())));
        }
        let cancellation = cancellation.cloned().unwrap_or_default();
        let deadline = from_now(timeout);
        let transport = core.transport(deadline, &cancellation)?;
        let transport = &*transport;
        let asked = transport.block_on(async {
            let token = match given {
                Some(token) => token,
                None => core.first_token(transport, deadline, &cancellation).await?,
            };
            let destination = core.destination(&token);
            let mut access = Access::with_token(&token, &destination);
            if access.status != Status::Ok {
                return Ok(access);
            }
            let claims = token.claims().cloned();
            let mut call = Call {
                core,
                transport,
                endpoint: destination?,
                user: target.as_ref().unwrap_or(&User::Me),
                token,
                cancellation: &cancellation,
                trace: None,
                timeout,
                deadline,
            };
            if let Some(claims) = &claims
                && claims.kind() == IdentityKind::Delegated
            {
                learn_own_roles(&mut call, claims, &mut access).await?;
            }
            if let Some(target) = &target {
                let finding = judge_target(&mut call, target, &access).await?;
                access.findings.push(finding);
            }
            Ok(access)
        });
        asked?
    }
}

/// Replaces the roles that the token shows by those that the directory shows.
async fn learn_own_roles(
    call: &mut Call<'_>,
    claims: &Claims,
    access: &mut Access,
) -> Result<(), Error> {
    match read_roles(call, "/me").await? {
        Ok(roles) => {
            let mut claims = claims.clone();
            claims.directory_roles = roles;
            access.directory_roles = directory_roles::names(&claims.directory_roles);
            access.findings = Job::OF_CLAIMS
                .iter()
                .map(|job| judge::by_claims(*job, &claims, ShownBy::Directory))
                .collect();
        }
        Err(why) => {
            access.message = Some(format!(
                "The signed-in user's directory roles could not be read: {why}"
            ));
        }
    }
    Ok(())
}

/// The template ids of a user's roles; otherwise why they are not known.
async fn read_roles(
    call: &mut Call<'_>,
    path_of_user: &str,
) -> Result<Result<Vec<String>, String>, Error> {
    let path = format!("/v1.0{path_of_user}{}", directory_roles::OF_USER);
    let (outcome, body) = call.read(&path, true).await?;
    if outcome.status.is_failure() {
        return Ok(Err(outcome.message.unwrap_or_default()));
    }
    let roles = directory_roles::read(&body);
    Ok(roles
        .map(|roles| {
            let roles = roles.into_iter();
            roles.filter_map(|role| role.role_template_id).collect()
        })
        .ok_or_else(|| "the response is not a list of roles.".to_owned()))
}

async fn judge_target(
    call: &mut Call<'_>,
    target: &User,
    access: &Access,
) -> Result<Finding, Error> {
    let path = target.path();
    let properties = "id,userPrincipalName,userType";
    let (outcome, body) = call
        .read(&format!("/v1.0{path}?$select={properties}"), false)
        .await?;
    let unknown = |reason: String| Finding {
        job: Job::Target,
        verdict: Verdict::Unknown,
        reason,
        hint: outcome.hint.clone(),
    };
    match outcome.status {
        Status::Ok => {}
        Status::UserNotFound | Status::UserKeyRefused => {
            let mut finding = unknown(outcome.message.clone().unwrap_or_default());
            finding.verdict = Verdict::Refused;
            return Ok(finding);
        }
        _ => {
            let why = outcome.message.clone().unwrap_or_default();
            return Ok(unknown(format!(
                "{} could not be read: {why}",
                target.text()
            )));
        }
    }
    let Ok(found) = crate::json::object::<Target>(&body) else {
        return Ok(unknown(format!(
            "The response for {} is not a Graph user object.",
            target.text()
        )));
    };
    let roles = read_roles(call, &path).await?;
    Ok(judge_found(target, &found, roles, access))
}

fn judge_found(
    target: &User,
    found: &Target,
    roles: Result<Vec<String>, String>,
    access: &Access,
) -> Finding {
    let name = found.user_principal_name.as_deref();
    let name = name.unwrap_or(target.text());
    let is_caller = access.kind == Some(IdentityKind::Delegated)
        && (*target == User::Me || found.id.is_some() && found.id == access.id);
    let (job, who) = match &roles {
        _ if is_caller => (Job::Me, format!("{name} is the signed-in user.")),
        Ok(roles) if roles.is_empty() => (Job::Others, format!("{name} has no directory role.")),
        Ok(roles) => {
            let names = directory_roles::names(roles).join(", ");
            (Job::Administrators, format!("{name} is {names}."))
        }
        Err(why) => (
            Job::Administrators,
            format!("The directory roles of {name} could not be read: {why}"),
        ),
    };
    let of_job = access.finding(job);
    let mut finding = Finding {
        job: Job::Target,
        verdict: of_job.map_or(Verdict::Unknown, |finding| finding.verdict),
        reason: match of_job {
            Some(finding) => format!("{who} {}", finding.reason),
            None => who,
        },
        hint: of_job.and_then(|finding| finding.hint.clone()),
    };
    if roles.is_err() && !is_caller && finding.verdict == Verdict::Refused {
        // Refused for administrators; this may be none.
        let others = access.finding(Job::Others).map(|finding| finding.verdict);
        finding.verdict = others
            .filter(|verdict| *verdict == Verdict::Refused)
            .unwrap_or(Verdict::Unknown);
    }
    if found.user_type.as_deref() == Some("Guest") {
        finding
            .reason
            .push_str(" It is a guest: sign-in at the home tenant is not affected.");
    }
    finding
}
