//! Whatever a reader of secrets is given, nothing that comes out of it repeats what it was given: no message, hint,
//! code, header, `Debug`, and no line of the log.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt::Debug;
use std::sync::Once;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use serde_json::json;

use super::answered::{Answered, Asked};
use super::certificate::Certificate;
use super::{CredentialKind, CredentialOptions, Secret, SecretBytes, azure_cli, issued, refusal};
use crate::outcome::Error;
use crate::token::AccessToken;
use crate::transport::{Answer, Body};

/// So many mutations of each secret are read by each reader.
const ROUNDS: usize = 2_000;

/// Opening a certificate's file is slow: so many of each, of several files.
const SLOW_ROUNDS: usize = 120;

/// Whoever sees so many characters of a secret has seen too much.
const PART: usize = 12;

thread_local! {
    static LOGGED: RefCell<String> = const { RefCell::new(String::new()) };
}

struct Listener;

impl log::Log for Listener {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        LOGGED.with_borrow_mut(|logged| logged.push_str(&format!("{}\n", record.args())));
    }

    fn flush(&self) {}
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = log::set_logger(&Listener);
        log::set_max_level(log::LevelFilter::Trace);
    });
}

/// All that can be seen of what a reader gave.
fn shown<T: Debug>(read: Result<T, Error>) -> String {
    let mut shown = LOGGED.take();
    match read {
        Ok(value) => shown.push_str(&format!("{value:?}")),
        Err(error) => {
            shown.push_str(&format!("{error} {error:?} {error:#?}"));
            let outcome = error.into_outcome();
            shown.push_str(&serde_json::to_string(&outcome).unwrap());
            shown.push_str(&format!("{:?}", outcome.headers));
        }
    }
    shown
}

/// The parts of a secret that must not be seen: those that are of its own characters alone.
fn parts(secret: &str) -> HashSet<String> {
    let characters: Vec<char> = secret.chars().collect();
    let is_own = |part: &&[char]| {
        part.iter()
            .all(|c| c.is_ascii_alphanumeric() || "+/_=~".contains(*c))
    };
    let windows = characters.windows(PART).filter(is_own);
    windows.map(|part| part.iter().collect()).collect()
}

/// Changes a text as accidents do.
fn mutated(random: &mut fastrand::Rng, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..random.usize(1..4) {
        let length = characters.len().max(1);
        let at = random.usize(0..length).min(characters.len());
        match random.u8(0..12) {
            0 => characters.truncate(at),
            1 => drop(characters.drain(..at)),
            2 if at < characters.len() => drop(characters.remove(at)),
            3 => characters.insert(
                at,
                *random
                    .choice(&['\n', ' ', '"', '\u{0}', 'é', '\\', ':', '{', ','])
                    .unwrap(),
            ),
            4 => characters.retain(|c| *c != '\n'),
            5 => characters
                .iter_mut()
                .filter(|c| **c == '\n')
                .for_each(|c| *c = ' '),
            6 => {
                characters = characters
                    .iter()
                    .collect::<String>()
                    .replace('\n', "\\n")
                    .chars()
                    .collect()
            }
            7 => characters.extend_from_within(at..),
            8 => characters.insert(0, '\u{feff}'),
            9 => characters
                .iter_mut()
                .skip(at)
                .take(3)
                .for_each(|c| c.make_ascii_lowercase()),
            10 => {
                characters.insert(0, '"');
                characters.push('"');
            }
            _ => characters
                .iter_mut()
                .skip(at)
                .take(1)
                .for_each(|c| *c = random.alphanumeric()),
        }
    }
    characters.into_iter().collect()
}

/// Gives a reader the text and many mutations of it, as UTF-8 and as UTF-16.
fn watch(rounds: usize, what: &str, text: &str, secrets: &[&str], read: impl Fn(&[u8]) -> String) {
    listen();
    let mut random = fastrand::Rng::with_seed(14);
    let forbidden: HashSet<String> = secrets.iter().flat_map(|secret| parts(secret)).collect();
    for round in 0..rounds {
        let text = match round {
            0 => text.to_owned(),
            _ => mutated(&mut random, text),
        };
        let bytes = match round % 5 {
            4 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            _ => text.clone().into_bytes(),
        };
        LOGGED.take();
        let shown = read(&bytes);
        let characters: Vec<char> = shown.chars().collect();
        for part in characters.windows(PART) {
            let part: String = part.iter().collect();
            assert!(
                !forbidden.contains(&part),
                "{what}, round {round}: {part:?} was read and is shown in {shown}"
            );
        }
    }
}

fn file(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates");
    std::fs::read(folder.join(name)).unwrap()
}

/// A token as the service makes them.
fn token() -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let header = encode(r#"{"alg":"RS256","typ":"JWT","kid":"kQ8Q3fJx9Lm2vTz0Rb7Yp1Ws5Nd4Hc6"}"#);
    let claims = encode(
        r#"{"iss":"https://token.pipeline.example","sub":"hush-hush-hush","exp":1795881906}"#,
    );
    let bytes: Vec<u8> = (0..200_u32).map(|it| (it * 73 % 251) as u8).collect();
    format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

#[test]
fn no_reader_of_certificates_repeats_what_it_read() {
    let password = "emulated-password";
    let read = |bytes: &[u8]| {
        let certificate = Certificate::read("The client certificate", bytes, Some(password));
        shown(certificate.map(|certificate| certificate.chain.len()))
    };
    for name in [
        "client.pem",
        "pkcs1.pem",
        "encrypted.pem",
        "encrypted-of-old.pem",
        "two-keys.pem",
    ] {
        let text = String::from_utf8(file(name)).unwrap();
        let body: String = text.lines().filter(|line| !line.contains("---")).collect();
        watch(SLOW_ROUNDS, name, &text, &[&body], read);
    }
    let wrapped = STANDARD.encode(file("client.pfx"));
    watch(SLOW_ROUNDS, "client.pfx", &wrapped, &[&wrapped], read);
    let options = |bytes: &[u8]| {
        let mut options = CredentialOptions::new(CredentialKind::ClientCertificate);
        options.certificate = Some(SecretBytes::new(bytes.to_vec()));
        shown(Ok(options))
    };
    watch(ROUNDS, "options", &wrapped, &[&wrapped], options);
}

#[test]
fn no_reader_of_a_password_secret_or_token_repeats_what_it_read() {
    let secret = "kQ8Q~3fJx9Lm-2vTz0Rb7Yp1Ws5Nd4Hc6hushhushhush";
    let (pfx, pem) = (file("client.pfx"), file("encrypted.pem"));
    watch(ROUNDS, "a secret", secret, &[secret], |bytes| {
        shown(Secret::from_bytes(bytes))
    });
    watch(SLOW_ROUNDS, "a password", secret, &[secret], |bytes| {
        let Ok(password) = Secret::from_bytes(bytes) else {
            return String::new();
        };
        // The slow work of opening is done for a few of them.
        let file = if bytes.len() % 16 == 0 {
            &pfx
        } else {
            &pem[..20]
        };
        let read = Certificate::read("The client certificate", file, Some(password.text()));
        shown(read.map(|certificate| certificate.chain.len()))
    });
    let token = token();
    watch(ROUNDS, "a token", &token, &[&token], |bytes| {
        shown(AccessToken::from_bytes(bytes))
    });
}

#[test]
fn no_reader_of_a_tokens_file_repeats_what_it_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let token = token();
    watch(ROUNDS, "a federated token", &token, &[&token], |bytes| {
        std::fs::write(&path, bytes).unwrap();
        shown(super::assertion::read_token(&path))
    });
    let key_file = folder.path().join("agent.key");
    let mut headers = HeaderMap::new();
    let realm = format!("Basic realm={}", key_file.display());
    headers.insert(WWW_AUTHENTICATE, HeaderValue::from_str(&realm).unwrap());
    watch(ROUNDS, "an agent's key", &token, &[&token], |bytes| {
        std::fs::write(&key_file, bytes).unwrap();
        shown(super::managed_identity::agent_key(&headers, folder.path()))
    });
}

fn answered(status: u16, body: &[u8]) -> Answered {
    Answered {
        answer: Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Body::Whole(body.to_vec()),
        },
        attempts: 1,
        client_request_id: "00000000-0000-0000-0000-000000000000".to_owned(),
    }
}

#[test]
fn no_reader_of_sign_in_answers_repeats_a_token() {
    let token = token();
    let sent = "kQ8Q~3fJx9Lm-2vTz0Rb7Yp1Ws5Nd4Hc6";
    let asked = Asked {
        name: "The sign-in service",
        host: "login.example".to_owned(),
        secrets: &[sent],
    };
    let good = json!({"token_type": "Bearer", "expires_in": 3599, "expires_on": "1795881906", "access_token": token, "refresh_token": token});
    let read = |bytes: &[u8]| shown(issued::read_both(&answered(200, bytes), &asked));
    watch(
        ROUNDS,
        "a token's answer",
        &good.to_string(),
        &[&token],
        read,
    );
    let bad = json!({"error": token, "error_description": format!("AADSTS50000: {token} and {sent} are wrong. Trace ID: 1"), "trace_id": token, "access_token": token});
    for body in [&good, &bad] {
        let read = |bytes: &[u8]| {
            let error = refusal::read(&answered(400, bytes)).into_error(&asked);
            shown::<()>(Err(error))
        };
        watch(
            ROUNDS,
            "a refusal",
            &body.to_string(),
            &[&token, sent],
            read,
        );
    }
}

#[test]
fn no_reader_of_what_az_prints_repeats_a_token() {
    let token = token();
    let output = format!("{{\n  \"accessToken\": \"{token}\",\n  \"expires_on\": 4102444800\n}}\n");
    watch(ROUNDS, "az", &output, &[&token], |bytes| {
        shown(azure_cli::read(bytes))
    });
    let complaint = format!("WARNING: {token}\nERROR: the token {token} is wrong\n{output}");
    watch(ROUNDS, "az's complaint", &complaint, &[&token], |bytes| {
        let complaint = String::from_utf8_lossy(bytes);
        shown::<()>(Err(azure_cli::refused(&complaint)))
    });
}
