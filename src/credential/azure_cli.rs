//! Whoever is signed in to the Azure CLI: `az account get-access-token`.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::authority::Authority;
use super::needs::check_tenant;
use super::{CredentialOptions, Issued, redaction};
use crate::environment::Environment;
use crate::ffi::host::opening;
use crate::outcome::Error;
use crate::status::Status;
use crate::threads;
use crate::token::AccessToken;
use crate::token::small_text;
use crate::transport::shortage;

const PROGRAM: &str = if cfg!(windows) { "az.cmd" } else { "az" };

/// Far above what the program says.
const LONGEST_OUTPUT: u64 = 1 << 20;

pub(super) struct AzureCli {
    tenant: Option<String>,
    /// What the program sees: it decides who is signed in. As it was when the client was made.
    environment: Environment,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    access_token: String,
    /// Seconds since 1970; the local time that stands beside it is ambiguous.
    #[serde(rename = "expires_on")]
    expires_on: Option<i64>,
}

/// What the program said.
struct Said {
    /// How it ended, where that can be told: in a program that ignores SIGCHLD nobody can.
    succeeded: Option<bool>,
    output: Zeroizing<Vec<u8>>,
    complaint: String,
}

impl AzureCli {
    pub(super) fn check(options: &CredentialOptions) -> Result<AzureCli, Error> {
        options.refuse_others(&["tenant"])?;
        Ok(AzureCli {
            tenant: options.tenant.as_deref().map(check_tenant).transpose()?,
            environment: options.environment.kept(),
        })
    }

    pub(super) async fn sign_in(
        &self,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        if claims.is_some() {
            return Err(Error::new(
                Status::SignInInteractionRequired,
                "The service demands a new sign-in with additional claims, which requires a person at the Azure CLI.",
            )
            .hint("Run az logout and az login, then call again."));
        }
        let mut command = Command::new(PROGRAM);
        command
            .args(["account", "get-access-token", "--output", "json"])
            .args(["--resource", authority.resource()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(tenant) = &self.tenant {
            command.args(["--tenant", tenant]);
        }
        self.environment.hand_to(&mut command);
        let child = opening(|| command.spawn()).map_err(|error| {
            if shortage::is_of_descriptors(&error) {
                return shortage::of_descriptors("What connects to the Azure CLI");
            }
            if shortage::is_of_memory(&error) || error.kind() == io::ErrorKind::WouldBlock {
                return shortage::of_memory("The Azure CLI", &error);
            }
            Error::new(
                Status::CredentialUnavailable,
                format!("The Azure CLI, {PROGRAM}, cannot be started: {error}."),
            )
            .hint("Install the Azure CLI and run az login, or use another kind of credential.")
        })?;
        let said = Running::of(child).said().await?;
        match said.succeeded {
            Some(true) => read(&said.output),
            Some(false) => Err(refused(&said.complaint)),
            // Then what it said decides.
            None => read(&said.output).map_err(|error| match said.output.is_empty() {
                true => refused(&said.complaint),
                false => error,
            }),
        }
    }
}

/// The program, which is killed when nobody waits for it any more.
struct Running(Arc<Mutex<Option<Child>>>);

impl Running {
    fn of(child: Child) -> Running {
        Running(Arc::new(Mutex::new(Some(child))))
    }

    async fn said(self) -> Result<Said, Error> {
        let child = Arc::clone(&self.0);
        // Its pipes are read by a thread: it needs most of a second, and waiting for it must not hold up anybody else.
        let (told, reading) = tokio::sync::oneshot::channel();
        threads::spawn("graph-invalidate az", move || {
            let (output, errors) = match &mut *lock(&child) {
                Some(child) => (child.stdout.take(), child.stderr.take()),
                None => (None, None),
            };
            let complaining = threads::spawn("graph-invalidate az", move || read_all(errors));
            let output = read_all(output);
            let complaint = complaining.ok().and_then(|thread| thread.join().ok());
            let complaint = complaint.unwrap_or_default();
            // Taken out while it can still be killed: once it has been waited for, its number may be another program's.
            let ended = lock(&child).take().map(|mut child| child.wait());
            let _ = told.send(Said {
                succeeded: ended.and_then(Result::ok).map(|status| status.success()),
                output,
                complaint: String::from_utf8_lossy(&complaint).into_owned(),
            });
        })?;
        reading.await.map_err(|_| {
            Error::new(
                Status::InternalError,
                "The thread that reads the Azure CLI's output ended unexpectedly.",
            )
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Where the lock is held, the program is being waited for: it has closed its pipes.
        if let Ok(mut child) = self.0.try_lock()
            && let Some(child) = &mut *child
        {
            let _ = child.kill();
        }
    }
}

fn lock(child: &Mutex<Option<Child>>) -> MutexGuard<'_, Option<Child>> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_all(source: Option<impl Read>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    if let Some(source) = source {
        // What breaks off is no JSON, and is refused as such.
        let _ = source.take(LONGEST_OUTPUT).read_to_end(&mut bytes);
    }
    bytes
}

pub(super) fn read(output: &[u8]) -> Result<Issued, Error> {
    let senseless = || {
        Error::new(
            Status::UnexpectedAnswer,
            "The Azure CLI responded with something that is not a token.",
        )
        .hint("Run az account get-access-token yourself, and az upgrade if it is old.")
    };
    let text = small_text::decode(output).ok_or_else(senseless)?;
    // A console in colours, or an extension, may have put something around the answer.
    let text = Zeroizing::new(redaction::without_control_sequences(&text));
    let answer = text
        .find('{')
        .zip(text.rfind('}'))
        .and_then(|(begin, end)| text.get(begin..=end));
    let token: Token = serde_json::from_str(answer.unwrap_or_default()).map_err(|_| senseless())?;
    let text = Zeroizing::new(token.access_token);
    let access = AccessToken::new(&text).map_err(|_| senseless())?;
    let claimed = access.claims().and_then(|claims| claims.expires);
    let end = token.expires_on.or(claimed).ok_or_else(senseless)?;
    let left = end.saturating_sub(crate::outcome::now().as_second());
    if left <= 0 {
        return Err(Error::new(
            Status::TokenExpired,
            "The Azure CLI returned a token that has already expired.",
        )
        .hint("Check this machine's clock, then run az login."));
    }
    Ok(Issued::living(access, SignedDuration::from_secs(left)))
}

/// The program's complaint, in the line that says what failed. Other lines could hold anything.
pub(super) fn refused(complaint: &str) -> Error {
    let complaint = redaction::without_control_sequences(complaint);
    let line = complaint
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("ERROR:") || line.contains("AADSTS"))
        .unwrap_or("it did not say why.")
        .trim_start_matches("ERROR:")
        .trim();
    let line: String = line.chars().take(500).collect();
    let line = redaction::without_tokens(&line);
    let number = line.split("AADSTS").nth(1).map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        format!("AADSTS{digits}")
    });
    let nobody = complaint.contains("az login") || complaint.contains("az account");
    let (status, hint) = match (nobody, &number) {
        (true, None) => (
            Status::CredentialUnavailable,
            "Run az login, then call again.",
        ),
        (true, Some(_)) => (
            Status::SignInInteractionRequired,
            "Run az login, then call again.",
        ),
        (false, _) => (
            Status::SignInRefused,
            "Run az account get-access-token yourself to see more.",
        ),
    };
    Error::new(status, format!("The Azure CLI gave no token: {line}"))
        .hint(hint)
        .with(|outcome| outcome.code = number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_told_apart() {
        for (complaint, status, code) in [
            (
                "ERROR: Please run 'az login' to setup account.\n",
                Status::CredentialUnavailable,
                None,
            ),
            (
                "ERROR: AADSTS70043: The refresh token has expired. Trace ID: x\nInteractive authentication is needed. Please run:\naz login",
                Status::SignInInteractionRequired,
                Some("AADSTS70043"),
            ),
            (
                "WARNING: old\nERROR: something else\n",
                Status::SignInRefused,
                None,
            ),
            ("", Status::SignInRefused, None),
            (
                "\u{1b}[31mERROR: Please run \u{1b}[1maz login\u{1b}[0m to setup account.\u{1b}[0m\n",
                Status::CredentialUnavailable,
                None,
            ),
        ] {
            let outcome = refused(complaint).into_outcome();
            assert_eq!(outcome.status, status, "{complaint}");
            assert_eq!(outcome.code.as_deref(), code, "{complaint}");
            let message = outcome.message.unwrap();
            assert!(!message.contains("WARNING"), "{message}");
            assert!(!message.contains("[31m"), "{message}");
        }
    }

    #[test]
    fn a_token_needs_an_end_that_is_to_come() {
        let soon = crate::outcome::now().as_second() + 1000;
        let output = format!(r#"{{"accessToken":"opaque","expires_on":{soon},"expiresOn":"x"}}"#);
        for output in [
            output.clone(),
            format!("\u{1b}[0m{output}\u{1b}[0m\n"),
            format!("\u{feff}This command is in preview.\r\n{output}\r\n"),
        ] {
            assert!(read(output.as_bytes()).is_ok(), "{output:?}");
        }
        for output in [
            "",
            "az: hello",
            r#"{"accessToken":"opaque"}"#,
            r#"{"accessToken":"two words","expires_on":99999999999}"#,
            r#"{"accessToken":"opaque","expires_on":1}"#,
        ] {
            assert!(read(output.as_bytes()).is_err(), "{output}");
        }
    }
}
