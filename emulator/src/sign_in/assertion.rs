//! Client assertions: a certificate's signature, or another issuer's token, in the place of a secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::certificate::Certificate;
use super::refusal::{by_number, refusal};
use crate::reply::Reply;
use crate::tenant::{App, FederatedCredential};
use crate::token::Signer;

/// Who may sign assertions for federated identities: this emulator, in the place of a pipeline's own issuer.
pub(crate) const FEDERATED_ISSUER: &str = "https://token.pipeline.example";

/// What a federated token must be for.
pub(crate) const FEDERATED_AUDIENCE: &str = "api://AzureADTokenExchange";

/// A token of another issuer, for federated identities.
pub(crate) fn sign_federated(
    signer: &Signer,
    issuer: &str,
    subject: &str,
    audience: &str,
    lifetime: i64,
) -> Result<String, String> {
    let now = Timestamp::now().as_second();
    signer.sign(&json!({
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "jti": uuid::Uuid::new_v4().to_string(),
        "iat": now,
        "nbf": now - 60,
        "exp": now + lifetime,
    }))
}

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Whether the assertion proves that it comes from the application; otherwise the refusal. `page` is the token endpoint
/// as it was addressed.
pub(super) fn verify(
    app: &App,
    signer: &Signer,
    page: &str,
    kind: &str,
    assertion: &str,
) -> Result<(), Box<Reply>> {
    let malformed = || {
        Box::new(refusal(
            401,
            "invalid_client",
            50027,
            "JWT token is invalid or malformed.",
        ))
    };
    if kind != TYPE {
        return Err(malformed());
    }
    let mut parts = assertion.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(malformed());
    };
    let signed = &assertion[..header.len() + 1 + payload.len()];
    let (Some(header), Some(claims), Ok(signature)) = (
        decode(header),
        decode(payload),
        URL_SAFE_NO_PAD.decode(signature),
    ) else {
        return Err(malformed());
    };
    let now = Timestamp::now().as_second();
    let time = |name: &str| claims[name].as_i64();
    if time("exp").is_none_or(|end| end < now) || time("nbf").is_some_and(|begin| begin > now) {
        return Err(Box::new(by_number(700_024)));
    }
    // What an application says of itself is signed by its certificate, all else by an issuer that it trusts.
    if claims["iss"] != *app.id {
        return by_federation(app, signer, &claims, assertion);
    }
    if claims["aud"] != page
        || claims["iss"] != *app.id
        || claims["sub"] != *app.id
        || claims["jti"].is_null()
    {
        return Err(malformed());
    }
    by_certificate(app, &header, signed.as_bytes(), &signature)
}

/// Which of the three does not fit is said in this order: issuer, audience, subject.
fn by_federation(
    app: &App,
    signer: &Signer,
    claims: &Value,
    assertion: &str,
) -> Result<(), Box<Reply>> {
    let said = |name: &str| claims[name].as_str().unwrap_or_default();
    let refuse = |number: u32, what: &str| {
        let text = format!(
            "No matching federated identity record found for presented assertion {what}. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
        );
        Err(Box::new(refusal(401, "invalid_client", number, &text)))
    };
    let of_issuer: Vec<_> = app
        .federated_credentials
        .iter()
        .filter(|it| it.issuer == said("iss"))
        .collect();
    if of_issuer.is_empty() || signer.verify(assertion).is_none() {
        return refuse(700_211, &format!("issuer '{}'", said("iss")));
    }
    if !of_issuer.iter().any(|it| it.audience == said("aud")) {
        return refuse(700_212, &format!("audience '{}'", said("aud")));
    }
    let fits = |it: &&FederatedCredential| it.audience == said("aud") && it.subject == said("sub");
    match of_issuer.iter().copied().any(|it| fits(&it)) {
        true => Ok(()),
        false => refuse(700_213, &format!("subject '{}'", said("sub"))),
    }
}

fn by_certificate(
    app: &App,
    header: &Value,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), Box<Reply>> {
    let thumbprint = header["x5t#S256"].as_str().unwrap_or_default();
    let certificates = app.certificates.iter();
    let registered = certificates
        .filter_map(|text| STANDARD.decode(text).ok())
        .find(|der| URL_SAFE_NO_PAD.encode(digest(&SHA256, der)) == thumbprint);
    let unregistered = || Box::new(by_number(700_027));
    let der = registered.ok_or_else(unregistered)?;
    let certificate = Certificate::read(&der).ok_or_else(unregistered)?;
    let algorithm = header["alg"].as_str().unwrap_or_default();
    if !certificate.has_signed(algorithm, signed, signature) {
        return Err(unregistered());
    }
    match certificate.is_valid_at(Timestamp::now()) {
        true => Ok(()),
        false => Err(Box::new(by_number(1_000_502))),
    }
}

fn decode(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
