//! The services that give a pipeline's job its token: those of GitHub Actions and of Azure Pipelines, in the shape of
//! each.

use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;
use serde_json::json;

use super::assertion::{FEDERATED_AUDIENCE, sign_federated};
use super::form::Form;
use crate::reply::Reply;
use crate::token::Signer;

/// Where a job of GitHub Actions asks, with a query that is there already.
const GITHUB: &str = "/github-actions/_apis/distributedtask/hubs/build/plans/1/jobs/2/idtoken";
/// What such a job asks with.
const GITHUB_TOKEN: &str = "emulated-request-token";
/// Where a job of Azure Pipelines asks.
const PIPELINES: &str =
    "/azure-pipelines/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken";
const PIPELINES_TOKEN: &str = "emulated-access-token";
/// The one service connection there is.
const CONNECTION: &str = "5eed0000-0000-4000-8000-000000000001";

const GITHUB_ISSUER: &str = "https://token.actions.githubusercontent.com";
const GITHUB_SUBJECT: &str = "repo:contoso/incidents:ref:refs/heads/main";
const PIPELINES_ISSUER: &str = "https://vstoken.dev.azure.com/5eed0000-0000-4000-8000-000000000002";
const PIPELINES_SUBJECT: &str = "sc://contoso/incidents/graph-invalidate";

/// Minutes, as these tokens live.
const LIFETIME: i64 = 300;

/// Whether the path is one of these services.
pub(super) fn is_for(path: &str) -> bool {
    path == GITHUB || path == PIPELINES
}

pub(super) fn answer(signer: &Signer, parts: &Parts) -> Reply {
    let authorization = parts.headers.get(AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok());
    let is_token = |token: &str| authorization == Some(&format!("Bearer {token}"));
    let query = Form::read(parts.uri.query().unwrap_or_default());
    match (parts.method.as_str(), parts.uri.path()) {
        ("GET", GITHUB) => {
            if !is_token(GITHUB_TOKEN) {
                return Reply::text(401, "");
            }
            // Without an audience it is the owner of the repository.
            let audience = match query.get("audience") {
                "" => "https://github.com/contoso",
                audience => audience,
            };
            let token = sign_federated(signer, GITHUB_ISSUER, GITHUB_SUBJECT, audience, LIFETIME);
            given(token, "value")
        }
        ("POST", PIPELINES) => {
            let suppressed = parts.headers.get("x-tfs-fedauthredirect");
            if !is_token(PIPELINES_TOKEN) {
                if suppressed.is_some_and(|value| value == "Suppress") {
                    return Reply::text(401, "");
                }
                let mut reply = Reply::text(302, "");
                reply.header(
                    "Location",
                    "https://spsprodeus1.vssps.visualstudio.com/_signin",
                );
                return reply;
            }
            if query.get("api-version") != "7.1" {
                return Reply::json(400, json!({"message": "No api-version was supplied."}));
            }
            if query.get("serviceConnectionId") != CONNECTION {
                return Reply::json(404, json!({"message": "Endpoint not found."}));
            }
            let token = sign_federated(
                signer,
                PIPELINES_ISSUER,
                PIPELINES_SUBJECT,
                FEDERATED_AUDIENCE,
                LIFETIME,
            );
            given(token, "oidcToken")
        }
        _ => Reply::text(404, ""),
    }
}

fn given(token: Result<String, String>, field: &str) -> Reply {
    match token {
        Ok(token) => Reply::json(200, json!({ field: token })),
        Err(reason) => Reply::text(500, &reason),
    }
}

/// The variables that a job has whose service is this emulator, by name and value.
pub(crate) fn variables(
    job: crate::Job,
    url: &str,
    tenant: &str,
    application: &str,
) -> Vec<(&'static str, String)> {
    let endpoint = ("GRAPH_INVALIDATE_ENDPOINT", url.to_owned());
    match job {
        crate::Job::GitHubActions => vec![
            ("GITHUB_ACTIONS", "true".to_owned()),
            (
                "ACTIONS_ID_TOKEN_REQUEST_URL",
                format!("{url}{GITHUB}?api-version=2.0"),
            ),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", GITHUB_TOKEN.to_owned()),
            ("AZURE_CLIENT_ID", application.to_owned()),
            ("AZURE_TENANT_ID", tenant.to_owned()),
            endpoint,
        ],
        crate::Job::AzurePipelines => vec![
            ("TF_BUILD", "True".to_owned()),
            ("SYSTEM_OIDCREQUESTURI", format!("{url}{PIPELINES}")),
            ("SYSTEM_ACCESSTOKEN", PIPELINES_TOKEN.to_owned()),
            ("AZURESUBSCRIPTION_CLIENT_ID", application.to_owned()),
            ("AZURESUBSCRIPTION_TENANT_ID", tenant.to_owned()),
            (
                "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
                CONNECTION.to_owned(),
            ),
            endpoint,
        ],
    }
}
