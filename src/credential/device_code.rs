//! A person, who enters a code at a sign-in page on any device (RFC 8628).
//!
//! Nobody is called back: beginning gives the text to show, and waiting is a call of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::answered::Asked;
use super::authority::Authority;
use super::exchange::post;
use super::form::Form;
use super::needs::{check_client_id, check_tenant};
use super::{CredentialOptions, Issued, Secret, Wire, capability, issued, refusal};
use crate::json;
use crate::outcome::Error;
use crate::status::Status;

/// "Microsoft Graph Command Line Tools", the application that Connect-MgGraph signs people in with.
const DEFAULT_CLIENT_ID: &str = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

/// Whoever signs in has a tenant: theirs is taken.
const DEFAULT_TENANT: &str = "organizations";

/// A code is redeemed once: an answer that is on its way when the time is over is waited for so long.
const LAST_ANSWER: Duration = Duration::from_secs(5);

/// To invalidate, and to read back that it happened.
const DEFAULT_SCOPES: &str = "User.RevokeSessions.All User.Read.All";

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// RFC 8628, section 3.5: how much longer to wait from now on when told to slow down.
const SLOWER: Duration = Duration::from_secs(5);

/// RFC 8628, section 3.2: how long to wait between polls where nothing is said.
const DEFAULT_INTERVAL: f64 = 5.0;

/// An hour between polls would be a mistake of the service, and none at all a flood of them.
const INTERVALS: (f64, f64) = (1.0, 60.0);

pub(super) struct DeviceCode {
    tenant: String,
    client_id: String,
    scopes: String,
    pending: ArcSwapOption<Pending>,
    /// What renews the token without the person.
    refresh_token: ArcSwapOption<Secret>,
}

/// A code that somebody is to enter.
#[derive(Debug)]
pub(crate) struct Pending {
    device_code: Secret,
    /// The code to enter.
    pub(crate) user_code: String,
    /// The text to show, which names the page and the code.
    pub(crate) message: String,
    until: Timestamp,
    /// Kept from call to call: whoever waits in steps shorter than the interval would otherwise never ask.
    pace: ArcSwap<Pace>,
}

/// When the service may be asked next, and how much later each time.
#[derive(Clone, Copy, Debug)]
struct Pace {
    next: Instant,
    interval: Duration,
}

impl Pace {
    fn of(interval: Duration) -> Pace {
        Pace {
            next: Instant::now() + interval,
            interval,
        }
    }
}

#[derive(Deserialize)]
struct Begun {
    device_code: String,
    user_code: String,
    verification_uri: Option<String>,
    message: Option<String>,
    expires_in: u32,
    interval: Option<serde_json::Value>,
}

/// How long to wait between polls. What is no number says nothing.
fn interval(said: Option<&serde_json::Value>) -> Duration {
    let number = said.and_then(|said| match said {
        serde_json::Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    });
    let (shortest, longest) = INTERVALS;
    let seconds = number.filter(|it: &f64| !it.is_nan());
    Duration::from_secs_f64(seconds.unwrap_or(DEFAULT_INTERVAL).clamp(shortest, longest))
}

impl DeviceCode {
    pub(super) fn check(options: &CredentialOptions) -> Result<DeviceCode, Error> {
        options.refuse_others(&["tenant", "client_id", "scopes"])?;
        let tenant = options.tenant.as_deref().unwrap_or(DEFAULT_TENANT);
        let client_id = options.client_id.as_deref().unwrap_or(DEFAULT_CLIENT_ID);
        let scopes = options.scopes.as_deref().unwrap_or(DEFAULT_SCOPES).trim();
        if scopes.is_empty() || scopes.contains(|it: char| it.is_control()) {
            return Err(Error::new(
                Status::InvalidCredential,
                "The scopes are empty or hold a control character.",
            )
            .hint("Separate the scopes by single spaces, or leave them out."));
        }
        Ok(DeviceCode {
            tenant: check_tenant(tenant)?,
            client_id: check_client_id(client_id)?,
            scopes: scopes.to_owned(),
            pending: ArcSwapOption::empty(),
            refresh_token: ArcSwapOption::empty(),
        })
    }

    /// Renews without the person, who must have signed in before.
    pub(super) async fn sign_in(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        let Some(refresh_token) = self.refresh_token.load_full() else {
            return Err(Error::new(
                Status::SignInInteractionRequired,
                "Nobody has signed in with a device code yet.",
            )
            .hint(
                "Sign in first: show the text that the sign-in returns, and call it again to wait.",
            ));
        };
        let form = Form::new()
            .field("grant_type", "refresh_token")
            .field("client_id", &self.client_id)
            .field("refresh_token", refresh_token.text())
            .field("scope", &self.scopes_at(authority))
            .field("claims", &capability::claims(claims));
        let page = authority.page(&self.tenant, "token");
        let secrets = [refresh_token.text()];
        let asked = Asked::sign_in_service(&page, &secrets);
        let answered = post(wire, page.clone(), form, &asked).await?;
        if answered.answer.status.is_success() {
            return self.keep(issued::read_both(&answered, &asked)?);
        }
        let refusal = refusal::read(&answered);
        let is_over = matches!(
            refusal.error(),
            "invalid_grant" | "interaction_required" | "login_required"
        );
        let error = refusal.into_error(&asked);
        if is_over && error.status() != Status::ConsentRequired {
            self.refresh_token.store(None);
            return Err(error
                .with(|outcome| outcome.status = Status::SignInInteractionRequired)
                .hint("The sign-in is over: sign in again with a new device code."));
        }
        Err(error)
    }

    /// The code that waits to be entered; a new one where none waits.
    pub(super) async fn begin(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
    ) -> Result<Arc<Pending>, Error> {
        let form = Form::new()
            .field("client_id", &self.client_id)
            .field("scope", &self.scopes_at(authority));
        let page = authority.page(&self.tenant, "devicecode");
        let asked = Asked::sign_in_service(&page, &[]);
        let answered = post(wire, page.clone(), form, &asked).await?;
        if !answered.answer.status.is_success() {
            return Err(refusal::read(&answered).into_error(&asked));
        }
        let senseless = || {
            asked.senseless(
                &answered,
                "responded with something that is not a device code",
            )
        };
        let body = answered.answer.body.whole().map_err(|_| senseless())?;
        let begun: Begun = json::object(body).map_err(|_| senseless())?;
        let device_code = Zeroizing::new(begun.device_code);
        let message = begun.message.unwrap_or_else(|| {
            format!(
                "To sign in, open {} in a web browser and enter the code {}.",
                begun
                    .verification_uri
                    .as_deref()
                    .unwrap_or("https://microsoft.com/devicelogin"),
                begun.user_code
            )
        });
        let pending = Arc::new(Pending {
            device_code: Secret::new(&device_code).map_err(|_| senseless())?,
            user_code: begun.user_code,
            message,
            until: crate::outcome::now()
                .checked_add(SignedDuration::from_secs(begun.expires_in.into()))
                .unwrap_or(Timestamp::MAX),
            pace: ArcSwap::from_pointee(Pace::of(interval(begun.interval.as_ref()))),
        });
        self.pending.store(Some(Arc::clone(&pending)));
        Ok(pending)
    }

    /// The code that waits to be entered.
    pub(super) fn pending(&self) -> Option<Arc<Pending>> {
        self.pending.load_full()
    }

    /// Waits until the person has entered the code, has declined, or its time is over. Gives nothing where the call's
    /// own time is over before.
    pub(super) async fn wait(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        pending: &Pending,
    ) -> Result<Option<Issued>, Error> {
        let page = authority.page(&self.tenant, "token");
        let secrets = [pending.device_code.text()];
        let asked = Asked::sign_in_service(&page, &secrets);
        loop {
            let Pace { next, interval } = **pending.pace.load();
            if next > wire.deadline {
                tokio::time::sleep_until(wire.deadline.into()).await;
                return Ok(None);
            }
            tokio::time::sleep_until(next.into()).await;
            if crate::outcome::now() >= pending.until {
                self.pending.store(None);
                return Err(Error::new(
                    Status::DeviceCodeExpired,
                    "The device code expired before it was entered.",
                )
                .hint("Sign in again, and enter the new code within its time."));
            }
            pending.pace.store(Arc::new(Pace::of(interval)));
            let form = Form::new()
                .field("grant_type", GRANT_TYPE)
                .field("client_id", &self.client_id)
                .field("device_code", pending.device_code.text())
                .field("claims", &capability::claims(None));
            let deadline = wire.deadline.max(Instant::now() + LAST_ANSWER);
            let asking = post(Wire { deadline, ..wire }, page.clone(), form, &asked);
            let Ok(answered) = tokio::time::timeout_at(deadline.into(), asking).await else {
                return Ok(None);
            };
            let answered = answered?;
            if answered.answer.status.is_success() {
                self.pending.store(None);
                return self.keep(issued::read_both(&answered, &asked)?).map(Some);
            }
            let refusal = refusal::read(&answered);
            match refusal.error() {
                "authorization_pending" => {}
                "slow_down" => pending.pace.store(Arc::new(Pace::of(interval + SLOWER))),
                _ => {
                    self.pending.store(None);
                    return Err(refusal.into_error(&asked));
                }
            }
        }
    }

    fn keep(&self, (issued, refresh_token): (Issued, Option<Secret>)) -> Result<Issued, Error> {
        if let Some(refresh_token) = refresh_token {
            self.refresh_token.store(Some(Arc::new(refresh_token)));
        }
        Ok(issued)
    }

    /// The scopes with the cloud's Graph in front, and what makes the sign-in renewable.
    fn scopes_at(&self, authority: &Authority) -> String {
        let resource = authority.resource();
        let scopes = self.scopes.split_whitespace();
        let mut scopes: Vec<String> = scopes
            .map(|scope| match scope.contains("://") {
                true => scope.to_owned(),
                false => format!("{resource}/{scope}"),
            })
            .collect();
        scopes.push("offline_access".to_owned());
        scopes.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_interval_makes_a_flood_of_polls_or_an_endless_wait() {
        let seconds = |said| interval(Some(&said)).as_secs_f64();
        for said in [json!(0), json!(-5), json!(0.001), json!("0"), json!("-inf")] {
            assert!(seconds(said.clone()) >= 1.0, "{said}");
        }
        for said in [json!(3600), json!(1e300), json!("inf")] {
            assert!(seconds(said.clone()) <= 60.0, "{said}");
        }
        for said in [
            json!(null),
            json!("soon"),
            json!("NaN"),
            json!([1]),
            json!({}),
        ] {
            assert!((seconds(said.clone()) - 5.0).abs() < 1e-9, "{said}");
        }
        assert!((seconds(json!("7")) - 7.0).abs() < 1e-9);
        assert_eq!(interval(None), Duration::from_secs(5));
    }
}
