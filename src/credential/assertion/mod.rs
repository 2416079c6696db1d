//! A workload's assertion: the token of another issuer that stands for a secret. It lies in a file, or the service that
//! runs the workload is asked for it. It is fetched anew for each sign-in, kept nowhere and shown nowhere.

mod request;

use std::path::{Path, PathBuf};

use super::authority::Reach;
use super::needs::{Needs, read_file};
use super::{CredentialOptions, Secret, Wire};
use crate::outcome::Error;
use crate::status::Status;
use crate::token::small_text;
use request::TokenRequest;

/// What the sign-in service wants an assertion to be for.
pub(super) const AUDIENCE: &str = "api://AzureADTokenExchange";

/// The variable that Azure's workload identity sets.
const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
/// A job of GitHub Actions with the permission `id-token: write`, or of Forgejo, has these two.
const GITHUB_URL: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
const GITHUB_TOKEN: &str = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
/// A job of Azure Pipelines has the first, and the second where a step maps it.
const PIPELINES_URL: &str = "SYSTEM_OIDCREQUESTURI";
const PIPELINES_TOKEN: &str = "SYSTEM_ACCESSTOKEN";
/// The tasks AzureCLI and AzurePowerShell set it.
const PIPELINES_CONNECTION: &str = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID";

const TENANT: &[&str] = &["AZURE_TENANT_ID"];
const CLIENT_ID: &[&str] = &["AZURE_CLIENT_ID"];
const TENANT_OF_CONNECTION: &[&str] = &["AZURESUBSCRIPTION_TENANT_ID", "AZURE_TENANT_ID"];
const CLIENT_ID_OF_CONNECTION: &[&str] = &["AZURESUBSCRIPTION_CLIENT_ID", "AZURE_CLIENT_ID"];

/// Where an assertion comes from. The order decides where several are there and none is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    File,
    GitHubActions,
    AzurePipelines,
}

impl From {
    const ALL: [From; 3] = [From::File, From::GitHubActions, From::AzurePipelines];

    pub(super) const fn name(self) -> &'static str {
        match self {
            From::File => "file",
            From::GitHubActions => "github-actions",
            From::AzurePipelines => "azure-pipelines",
        }
    }

    /// Whether its variable is there.
    fn is_there(self, needs: &Needs<'_>) -> bool {
        needs.has_any(&[match self {
            From::File => TOKEN_FILE,
            From::GitHubActions => GITHUB_URL,
            From::AzurePipelines => PIPELINES_URL,
        }])
    }

    /// Whether it is set up as a chain needs it: a job's environment often has a part of it that is for something else.
    fn is_ready(self, needs: &Needs<'_>) -> bool {
        let identified = |tenant: &[&str], client_id: &[&str]| {
            (needs.options().tenant.is_some() || needs.has_any(tenant))
                && (needs.options().client_id.is_some() || needs.has_any(client_id))
        };
        self.is_there(needs)
            && match self {
                From::File => true,
                From::GitHubActions => {
                    needs.has_any(&[GITHUB_TOKEN]) && identified(TENANT, CLIENT_ID)
                }
                From::AzurePipelines => {
                    needs.has_any(&[PIPELINES_TOKEN])
                        && needs.has_any(&[PIPELINES_CONNECTION])
                        && identified(TENANT_OF_CONNECTION, CLIENT_ID_OF_CONNECTION)
                }
            }
    }
}

/// Who gives the assertion, for whom, and whom else the environment would have had.
pub(super) struct Assertion {
    pub(super) tenant: String,
    pub(super) client_id: String,
    pub(super) from: From,
    source: Source,
    passed_over: Vec<From>,
}

enum Source {
    File(PathBuf),
    Asked(Box<TokenRequest>),
}

impl Assertion {
    /// The source that the options name, otherwise the first that the environment has.
    pub(super) fn check(options: &CredentialOptions, reach: Reach) -> Result<Assertion, Error> {
        let needs = Needs::of(options);
        let named = named(options)?;
        let mut there = From::ALL.into_iter().filter(|from| from.is_there(&needs));
        let from = match named {
            Some(from) => from,
            // A job that has only a part of what another source needs does not lose what is whole.
            None => From::ALL
                .into_iter()
                .find(|from| from.is_ready(&needs))
                .or_else(|| there.next())
                .ok_or_else(|| nothing_there(&needs))?,
        };
        refuse_what_belongs_elsewhere(options, from)?;
        let (tenant, client_id) = match from {
            From::AzurePipelines => (TENANT_OF_CONNECTION, CLIENT_ID_OF_CONNECTION),
            _ => (TENANT, CLIENT_ID),
        };
        let ids = needs
            .tenant_from(tenant)
            .and_then(|tenant| Ok((tenant, needs.client_id_from(client_id)?)));
        let (tenant, client_id) = ids.map_err(|error| match from {
            From::AzurePipelines => error.hint("Give the option tenant and the option client_id: some agents, mainly on Windows, provide only the service connection."),
            _ => error,
        })?;
        let source = match from {
            From::File => {
                let path = options.federated_token_file.as_ref();
                let path = needs.path("federated_token_file", path, TOKEN_FILE)?;
                // It is read for every sign-in, and the program may go to another folder meanwhile.
                Source::File(std::path::absolute(&path).unwrap_or(path))
            }
            From::GitHubActions => Source::Asked(Box::new(github(&needs, reach)?)),
            From::AzurePipelines => Source::Asked(Box::new(azure_pipelines(&needs, reach)?)),
        };
        let passed_over = match named {
            Some(_) => Vec::new(),
            None => From::ALL
                .into_iter()
                .filter(|it| *it != from && it.is_there(&needs))
                .collect(),
        };
        Ok(Assertion {
            tenant,
            client_id,
            from,
            source,
            passed_over,
        })
    }

    pub(super) async fn fetch(&self, wire: Wire<'_>) -> Result<Secret, Error> {
        match &self.source {
            Source::File(path) => read_token(path),
            Source::Asked(request) => request.send(wire).await,
        }
    }

    /// "github-actions", and what was there as well.
    pub(super) fn described(&self) -> String {
        let passed_over: Vec<&str> = self.passed_over.iter().map(|it| it.name()).collect();
        match passed_over.as_slice() {
            [] => self.from.name().to_owned(),
            _ => format!("{}, before {}", self.from.name(), passed_over.join(" and ")),
        }
    }
}

/// Why a chain has no assertion here; `None` where it has.
pub(super) fn absent(options: &CredentialOptions) -> Option<String> {
    let needs = Needs::of(options);
    if From::ALL.into_iter().any(|from| from.is_ready(&needs)) {
        return None;
    }
    let mut why = format!("{TOKEN_FILE} is not set.");
    if is_github(&needs) {
        why.push_str(" A job of GitHub Actions needs permissions: id-token: write, AZURE_TENANT_ID and AZURE_CLIENT_ID.");
    }
    if needs.has_any(&[PIPELINES_URL]) {
        why.push_str(" A step of Azure Pipelines needs env: SYSTEM_ACCESSTOKEN: $(System.AccessToken) and a service connection.");
    }
    Some(why)
}

/// What the options name.
fn named(options: &CredentialOptions) -> Result<Option<From>, Error> {
    let by_name = match options.assertion_from.as_deref() {
        None => None,
        Some(name) => {
            let found = From::ALL.into_iter().find(|from| from.name() == name);
            Some(found.ok_or_else(|| {
                let names: Vec<&str> = From::ALL.iter().map(|from| from.name()).collect();
                Error::new(
                    Status::InvalidCredential,
                    format!("There is no assertion source {name:?}."),
                )
                .hint(format!("The sources are {}.", names.join(", ")))
            })?)
        }
    };
    let by_file = options.federated_token_file.as_ref().map(|_| From::File);
    let by_connection = options
        .service_connection_id
        .as_ref()
        .map(|_| From::AzurePipelines);
    Ok(by_name.or(by_file).or(by_connection))
}

fn refuse_what_belongs_elsewhere(options: &CredentialOptions, from: From) -> Result<(), Error> {
    for (name, is_given, owner) in [
        (
            "federated_token_file",
            options.federated_token_file.is_some(),
            From::File,
        ),
        ("token_proxy", options.token_proxy, From::File),
        ("audience", options.audience.is_some(), From::GitHubActions),
        (
            "service_connection_id",
            options.service_connection_id.is_some(),
            From::AzurePipelines,
        ),
    ] {
        if is_given && owner != from {
            return Err(Error::new(
                Status::InvalidCredential,
                format!(
                    "The option {name} is for an assertion from {}, and this one comes from {}.",
                    owner.name(),
                    from.name()
                ),
            )
            .hint("Leave the option out, or name the source with the option assertion_from."));
        }
    }
    Ok(())
}

fn is_github(needs: &Needs<'_>) -> bool {
    needs.says_yes("GITHUB_ACTIONS") || needs.has_any(&[GITHUB_URL, GITHUB_TOKEN])
}

fn nothing_there(needs: &Needs<'_>) -> Error {
    let hint = if is_github(needs) {
        GITHUB_HINT
    } else if needs.says_yes("TF_BUILD") || needs.has_any(&[PIPELINES_TOKEN]) {
        PIPELINES_HINT
    } else {
        "Give the option federated_token_file or set AZURE_FEDERATED_TOKEN_FILE; in GitHub Actions give the job permissions: id-token: write; in Azure Pipelines name a service connection and map SYSTEM_ACCESSTOKEN."
    };
    Error::new(
        Status::InvalidCredential,
        format!(
            "There is no assertion: none of {TOKEN_FILE}, {GITHUB_URL} and {PIPELINES_URL} is set."
        ),
    )
    .hint(hint)
}

const GITHUB_HINT: &str =
    "Give the job permissions: id-token: write, and call from one of its own steps.";

const PIPELINES_HINT: &str = "Give the step env: SYSTEM_ACCESSTOKEN: $(System.AccessToken), and a service connection: by the task AzureCLI@2, or by the option service_connection_id.";

fn variable(needs: &Needs<'_>, name: &str, hint: &str) -> Result<String, Error> {
    needs.variable(name).ok_or_else(|| {
        Error::new(Status::InvalidCredential, format!("{name} is not set.")).hint(hint)
    })
}

fn github(needs: &Needs<'_>, reach: Reach) -> Result<TokenRequest, Error> {
    let address = variable(needs, GITHUB_URL, GITHUB_HINT)?;
    let token = variable(needs, GITHUB_TOKEN, GITHUB_HINT)?;
    let audience = needs.options().audience.as_deref().unwrap_or(AUDIENCE);
    TokenRequest::of_github(GITHUB_URL, &address, &token, audience, reach)
}

fn azure_pipelines(needs: &Needs<'_>, reach: Reach) -> Result<TokenRequest, Error> {
    let address = variable(needs, PIPELINES_URL, PIPELINES_HINT)?;
    let token = variable(needs, PIPELINES_TOKEN, PIPELINES_HINT)?;
    let connection = match &needs.options().service_connection_id {
        Some(connection) => connection.clone(),
        None => variable(needs, PIPELINES_CONNECTION, PIPELINES_HINT)?,
    };
    TokenRequest::of_azure_pipelines(PIPELINES_URL, &address, &token, &connection, reach)
}

/// The token that lies in a file. It is read anew each time, since whoever writes it renews it.
pub(super) fn read_token(path: &Path) -> Result<Secret, Error> {
    let bytes = read_file("The federated token file", path)
        .map_err(|error| error.with(|outcome| outcome.status = Status::CredentialUnavailable))?;
    small_text::decode(bytes.bytes())
        .and_then(|text| Secret::new(small_text::bare(&text).trim()).ok())
        .ok_or_else(|| {
            Error::new(
                Status::CredentialUnavailable,
                format!(
                    "The federated token file {} holds no token.",
                    path.display()
                ),
            )
            .hint("Check what writes the file: it must hold only the token.")
        })
}
