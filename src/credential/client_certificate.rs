//! An application with a certificate: it signs an assertion instead of sending a secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::RSA_PSS_SHA256;
use serde_json::json;
use url::Url;
use zeroize::Zeroizing;

use super::authority::Authority;
use super::certificate::Certificate;
use super::exchange::redeem;
use super::form::Form;
use super::needs::Needs;
use super::{CredentialOptions, Issued, Wire, capability};
use crate::outcome::{Error, now};
use crate::status::Status;
use crate::unique_id::unique_id;

/// How long an assertion may be redeemed, and how much the clocks may differ, in seconds.
const ASSERTION_LIFE: i64 = 10 * 60;

pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(super) struct ClientCertificate {
    tenant: String,
    client_id: String,
    certificate: Certificate,
    send_chain: bool,
}

impl ClientCertificate {
    pub(super) fn check(options: &CredentialOptions) -> Result<ClientCertificate, Error> {
        options.refuse_others(&[
            "tenant",
            "client_id",
            "certificate_file",
            "certificate",
            "certificate_password",
            "send_certificate_chain",
        ])?;
        let needs = Needs::of(options);
        Ok(ClientCertificate {
            tenant: needs.tenant()?,
            client_id: needs.client_id()?,
            certificate: needs.certificate()?,
            send_chain: options.send_certificate_chain
                || needs.says_yes("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN"),
        })
    }

    pub(super) async fn sign_in(
        &self,
        wire: Wire<'_>,
        authority: &Authority,
        claims: Option<&str>,
    ) -> Result<Issued, Error> {
        let page = authority.page(&self.tenant, "token");
        let assertion = self.assertion(&page)?;
        let form = Form::new()
            .field("grant_type", "client_credentials")
            .field("client_id", &self.client_id)
            .field("client_assertion_type", ASSERTION_TYPE)
            .field("client_assertion", &assertion)
            .field("scope", authority.default_scope())
            .field("claims", &capability::claims(claims));
        redeem(wire, page, form, &[&assertion]).await
    }

    /// <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>
    fn assertion(&self, page: &Url) -> Result<Zeroizing<String>, Error> {
        let certificate = &self.certificate;
        let own = certificate.chain.first().map_or(&[][..], Vec::as_slice);
        let mut header = json!({
            "alg": "PS256",
            "typ": "JWT",
            "x5t#S256": URL_SAFE_NO_PAD.encode(digest(&SHA256, own)),
        });
        if self.send_chain {
            let chain = certificate.chain.iter().map(|it| STANDARD.encode(it));
            header["x5c"] = chain.collect::<Vec<_>>().into();
        }
        let second = now().as_second();
        let claims = json!({
            "aud": page.as_str(),
            "iss": self.client_id,
            "sub": self.client_id,
            "jti": unique_id().to_string(),
            "iat": second,
            "nbf": second - ASSERTION_LIFE / 2,
            "exp": second + ASSERTION_LIFE,
        });
        let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = vec![0; certificate.key.public().modulus_len()];
        certificate
            .key
            .sign(
                &RSA_PSS_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .map_err(|_| {
                Error::new(
                    Status::InternalError,
                    "Signing with the client certificate's key failed.",
                )
            })?;
        Ok(Zeroizing::new(format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(signature)
        )))
    }
}
