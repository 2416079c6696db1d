//! Access tokens: signed JSON Web Tokens in the shape of the service's own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};
use serde_json::{Value, json};

/// More tokens than any test makes; beyond, the memory of what was verified starts anew.
const MOST_REMEMBERED: usize = 10_000;

/// The sign-in service's key.
pub(crate) struct Signer {
    key: EcdsaKeyPair,
    random: SystemRandom,
    verified: Mutex<HashMap<String, Arc<Value>>>,
}

impl Signer {
    pub(crate) fn new() -> Result<Signer, String> {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|error| error.to_string())?;
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random)
                .map_err(|error| error.to_string())?;
        Ok(Signer {
            key,
            random,
            verified: Mutex::new(HashMap::new()),
        })
    }

    pub(crate) fn sign(&self, claims: &Value) -> Result<String, String> {
        let header = json!({"typ": "JWT", "alg": "ES256", "kid": "emulator"});
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = self
            .key
            .sign(&self.random, signed.as_bytes())
            .map_err(|error| error.to_string())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token that this service signed.
    pub(crate) fn verify(&self, token: &str) -> Option<Arc<Value>> {
        if let Some(claims) = self.remembered().get(token) {
            return Some(Arc::clone(claims));
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.key.public_key())
            .verify(signed.as_bytes(), &signature)
            .ok()?;
        let (_, payload) = signed.split_once('.')?;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        let claims = Arc::new(claims);
        let mut remembered = self.remembered();
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(token.to_owned(), Arc::clone(&claims));
        Some(claims)
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Value>>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
