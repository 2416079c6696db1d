//! A client certificate with its private key, from a PEM or a PFX file.

mod der;
mod encryption;
mod pem;
mod pfx;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{KeyPair, RsaKeyPair};
use zeroize::Zeroizing;

use crate::outcome::Error;
use crate::status::Status;
use crate::token::small_text;
use der::{BIT_STRING, CONTEXT_0, Der};
use encryption::{Failure, Password};

/// rsaEncryption.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// What a file may say, in few words that follow "The client certificate …".
type Complaint = String;

/// A certificate that can sign.
pub(super) struct Certificate {
    pub(super) key: RsaKeyPair,
    /// The certificate of the key first, then the others of the file.
    pub(super) chain: Vec<Vec<u8>>,
}

impl Certificate {
    /// Reads the bytes of a file, `name` of which stands in messages.
    pub(super) fn read(
        name: &str,
        bytes: &[u8],
        password: Option<&str>,
    ) -> Result<Certificate, Error> {
        let read = |password| {
            let (keys, certificates) = read_any(bytes, password)?;
            Certificate::of(keys, certificates)
        };
        // Whoever wrote the password's file may have put it between quotation marks, or have a password with such
        // marks.
        let bare = password.map(small_text::bare);
        let certificate = match read(password) {
            Err(complaint) if bare != password => read(bare).map_err(|_| complaint),
            certificate => certificate,
        };
        certificate.map_err(|complaint| {
            Error::new(Status::InvalidCredential, format!("{name} {complaint}."))
                .hint("Give one RSA private key with its certificate, as PEM or PFX, and the file's password if it has one.")
        })
    }

    fn of(keys: Vec<PrivateKey>, certificates: Vec<Vec<u8>>) -> Result<Certificate, Complaint> {
        let key = match keys.as_slice() {
            [] => return Err("holds no private key".to_owned()),
            [key] => key,
            keys => {
                return Err(format!(
                    "holds {} private keys: only one is allowed",
                    keys.len()
                ));
            }
        };
        let key = read_key(key)?;
        if certificates.is_empty() {
            return Err("holds no certificate".to_owned());
        }
        let (own, others): (Vec<_>, Vec<_>) = certificates
            .into_iter()
            .partition(|certificate| public_key(certificate) == Some(key.public_key().as_ref()));
        if own.is_empty() {
            return Err(
                "holds a private key and a certificate that do not belong together".to_owned(),
            );
        }
        // A renewed certificate may have kept its key: the file's first one is meant.
        let chain = own.into_iter().take(1).chain(others).collect();
        Ok(Certificate { key, chain })
    }
}

enum PrivateKey {
    /// RSA alone.
    Pkcs1(Zeroizing<Vec<u8>>),
    Pkcs8(Zeroizing<Vec<u8>>),
}

type Parts = (Vec<PrivateKey>, Vec<Vec<u8>>);

/// PFX, PEM, or either of them in base64 once more: what Key Vault, pipelines and portals make of a PFX in a text.
fn read_any(bytes: &[u8], password: Option<&str>) -> Result<Parts, Complaint> {
    if pfx::is_pfx(bytes) {
        return read_pfx(bytes, password);
    }
    let text = small_text::decode(bytes).ok_or(NEITHER)?;
    if pem::is_pem(&text) {
        return read_pem(&text, password);
    }
    let inside = unwrapped(small_text::bare(&text)).ok_or(NEITHER)?;
    if pfx::is_pfx(&inside) {
        return read_pfx(&inside, password);
    }
    let text = small_text::decode(&inside).filter(|text| pem::is_pem(text));
    read_pem(&text.ok_or(NEITHER)?, password)
}

/// What a text in base64 holds, however its lines were broken.
fn unwrapped(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut encoded = Zeroizing::new(String::with_capacity(text.len()));
    encoded.extend(text.chars().filter(|character| !character.is_whitespace()));
    let decoded = STANDARD.decode(encoded.as_bytes()).map(Zeroizing::new);
    decoded.ok().filter(|decoded| !decoded.is_empty())
}

fn read_pem(text: &str, password: Option<&str>) -> Result<Parts, Complaint> {
    let (mut keys, mut certificates) = (Vec::new(), Vec::new());
    for block in pem::blocks(text)? {
        match block.label {
            _ if block.has_headers => {
                return Err("holds a private key in OpenSSL's old encrypted format: convert it with openssl pkcs8 -topk8".to_owned());
            }
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                certificates.push(block.content.to_vec());
            }
            "PRIVATE KEY" => keys.push(PrivateKey::Pkcs8(block.content)),
            "RSA PRIVATE KEY" => keys.push(PrivateKey::Pkcs1(block.content)),
            "EC PRIVATE KEY" => return Err(NOT_RSA.to_owned()),
            "ENCRYPTED PRIVATE KEY" => {
                let password = password.ok_or(PASSWORD_WANTED)?;
                let key = pfx::shrouded_key(&block.content, &Password::new(password));
                keys.push(PrivateKey::Pkcs8(key.map_err(complaint)?));
            }
            _ => {}
        }
    }
    Ok((keys, certificates))
}

fn read_pfx(bytes: &[u8], password: Option<&str>) -> Result<Parts, Complaint> {
    match pfx::read(bytes, password) {
        Ok(contents) => {
            let keys = contents.keys.into_iter().map(PrivateKey::Pkcs8);
            Ok((keys.collect(), contents.certificates))
        }
        Err(Failure::WrongPassword) if password.is_none() => Err(PASSWORD_WANTED.to_owned()),
        Err(failure) => Err(complaint(failure)),
    }
}

const NOT_RSA: &str = "holds a private key that is not RSA; the sign-in service accepts only RSA";

const NEITHER: &str = "is neither PEM nor PFX, nor the base64 text of one";

const PASSWORD_WANTED: &str = "needs a password";

fn complaint(failure: Failure) -> Complaint {
    match failure {
        Failure::WrongPassword => "cannot be opened with this password",
        Failure::Unknown => "is encrypted or protected in an unsupported way",
        Failure::Damaged => "is damaged, or not a PFX file",
    }
    .to_owned()
}

fn read_key(key: &PrivateKey) -> Result<RsaKeyPair, Complaint> {
    let read = match key {
        PrivateKey::Pkcs1(der) => RsaKeyPair::from_der(der),
        PrivateKey::Pkcs8(der) if algorithm_of(der).is_some_and(|algorithm| algorithm != RSA) => {
            return Err(NOT_RSA.to_owned());
        }
        PrivateKey::Pkcs8(der) => RsaKeyPair::from_pkcs8(der),
    };
    read.map_err(|_| {
        "holds a private key that cannot be used: it is damaged, or shorter than 2,048 bits"
            .to_owned()
    })
}

fn algorithm_of(pkcs8: &[u8]) -> Option<&[u8]> {
    let mut key = Der::new(pkcs8).sequence()?;
    let _version = key.number()?;
    key.sequence()?.object_id()
}

/// The RSA key of a certificate, as PKCS #1 writes it.
fn public_key(certificate: &[u8]) -> Option<&[u8]> {
    let mut fields = Der::new(certificate).sequence()?.sequence()?;
    let _version = fields.optional(CONTEXT_0);
    // Serial number, signature algorithm, issuer, validity, subject.
    for _ in 0..5 {
        fields.any()?;
    }
    let mut key = fields.sequence()?;
    let _algorithm = key.sequence()?;
    let bits = key.optional(BIT_STRING)?.content;
    bits.strip_prefix(&[0])
}

#[cfg(test)]
mod tests;
