//! `demo`: a stolen session dies. A real run over HTTP, against the emulator on this machine.

use graph_invalidate::{AccessToken, Client, ClientOptions};
use graph_invalidate_emulator::Emulator;
use serde_json::{Value, json};

use crate::Ended;
use crate::exit_status::ExitStatus;
use crate::terminal::{note, result};

const VICTIM: &str = "adele.vance@contoso.example";
const TENANT: &str = "c0ffee00-1111-4222-8333-444455556666";
const APPLICATION: &str = "aaaaaaaa-0000-4000-8000-000000000002";

pub(crate) fn run() -> Ended {
    match play() {
        Ok(()) => Ok(ExitStatus::AllDone),
        Err(Stop::Output(error)) => Err(error),
        Err(Stop::Story(reason)) => {
            note(&format!(
                "graph-invalidate: the demonstration failed: {reason}"
            ));
            Ok(ExitStatus::NothingDone)
        }
    }
}

/// Why the story ends early.
enum Stop {
    Output(std::io::Error),
    Story(String),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Stop {
        Stop::Output(error)
    }
}

fn story(reason: impl std::fmt::Display) -> Stop {
    Stop::Story(reason.to_string())
}

fn play() -> Result<(), Stop> {
    // The thief's plain HTTP client asks for a TLS provider even to speak to this machine; a second install is no
    // matter.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let emulator = Emulator::builder().start().map_err(story)?;
    result(&format!(
        "A tenant on this machine, at {}. Nothing leaves it.\n",
        emulator.url()
    ))?;

    result(&format!(
        "1. {VICTIM} signs in on a laptop. The laptop is stolen, with its refresh token."
    ))?;
    result("     POST /oauth2/v2.0/devicecode, token 200 access_token, refresh_token")?;
    let stolen = sign_in(&emulator, VICTIM)?.1;

    result("2. The thief redeems the refresh token for a fresh session:")?;
    let (status, answer) = redeem(&emulator, &stolen)?;
    let stolen = answer["refresh_token"].as_str().map(str::to_owned);
    let stolen = stolen
        .filter(|_| status == 200)
        .ok_or_else(|| story("the stolen session did not work"))?;
    result(
        "     POST /oauth2/v2.0/token            200 access_token, refresh_token: the thief is in",
    )?;

    result(&format!(
        "3. An administrator calls graph_invalidate_all_refresh_tokens for {VICTIM}:"
    ))?;
    let administrator = sign_in(&emulator, "admin@contoso.example")?.0;
    let mut options = ClientOptions::default();
    options.endpoint = Some(emulator.url().to_owned());
    options.token = Some(AccessToken::new(&administrator).map_err(story)?);
    let client = Client::new(options).map_err(story)?;
    let accepted = client.invalidate(VICTIM, None).map_err(story)?;
    result(&format!(
        "     POST /beta/users/…/invalidateAllRefreshTokens  {} {}",
        accepted.http_status.unwrap_or_default(),
        accepted.status
    ))?;

    result("4. The thief comes back:")?;
    let (status, answer) = redeem(&emulator, &stolen)?;
    if status != 400 || answer["error"] != "invalid_grant" {
        return Err(story(format!("the stolen session still works: {status}")));
    }
    result(&format!(
        "     POST /oauth2/v2.0/token            {status} invalid_grant"
    ))?;
    let description = answer["error_description"].as_str().unwrap_or_default();
    let sentence = description.split(" Trace ID").next().unwrap_or_default();
    result(&format!("     {sentence}"))?;

    result(&format!("5. {VICTIM} signs in anew, on another machine:"))?;
    let fresh = sign_in(&emulator, VICTIM)?.1;
    let (status, _) = redeem(&emulator, &fresh)?;
    if status != 200 {
        return Err(story("the new session does not work"));
    }
    result(
        "     POST /oauth2/v2.0/token            200 access_token, refresh_token: the user is back",
    )?;

    result("6. The record: the cut-off is read back from the service.")?;
    let accepted_at = accepted
        .server_date
        .ok_or_else(|| story("the service told no time"))?;
    let verified = client.verify(VICTIM, accepted_at, None).map_err(story)?;
    result(&format!(
        "     GET /beta/users/…?$select=…        {} {}: {}",
        verified.http_status.unwrap_or_default(),
        verified.status,
        verified.message.unwrap_or_default()
    ))?;
    result("\nThe stolen session is dead, and the service says since when.")?;
    Ok(())
}

/// Signs a user in by device code, whose approval the control interface gives in place of a browser.
fn sign_in(emulator: &Emulator, user: &str) -> Result<(String, String), Stop> {
    let (_, begun) = post(emulator, "devicecode", &[("client_id", APPLICATION)])?;
    let text = |answer: &Value, name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let approval = json!({"user_code": begun["user_code"], "user": user});
    plain_client()?
        .post(format!("{}/__emulator/approve", emulator.url()))
        .body(approval.to_string())
        .send()
        .map_err(story)?;
    let device_code = text(&begun, "device_code");
    let form = [
        ("client_id", APPLICATION),
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", device_code.as_str()),
    ];
    let (status, tokens) = post(emulator, "token", &form)?;
    if status != 200 {
        return Err(story(format!("{user} could not sign in")));
    }
    Ok((
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
    ))
}

fn redeem(emulator: &Emulator, refresh_token: &str) -> Result<(u16, Value), Stop> {
    let form = [
        ("client_id", APPLICATION),
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
    ];
    post(emulator, "token", &form)
}

/// A request to the sign-in service, as any application sends it.
fn post(emulator: &Emulator, endpoint: &str, form: &[(&str, &str)]) -> Result<(u16, Value), Stop> {
    let answer = plain_client()?
        .post(format!(
            "{}/{TENANT}/oauth2/v2.0/{endpoint}",
            emulator.url()
        ))
        .form(form)
        .send()
        .map_err(story)?;
    let status = answer.status().as_u16();
    Ok((status, answer.json().map_err(story)?))
}

fn plain_client() -> Result<reqwest::blocking::Client, Stop> {
    reqwest::blocking::Client::builder()
        .no_proxy()
        .build()
        .map_err(story)
}
