//! Reading PFX files (PKCS #12, RFC 7292): certificates and private keys under a password.

use zeroize::Zeroizing;

use super::der::{CONTEXT_0, Der, octets};
use super::encryption::{self, Failure, Password};

/// PKCS #7 data, and encrypted data.
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const ENCRYPTED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
/// The kinds of bags, which one more number follows.
const BAGS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];
const KEY: u8 = 1;
const SHROUDED_KEY: u8 = 2;
const CERTIFICATE: u8 = 3;
const NESTED: u8 = 6;

/// What a PFX file holds.
#[derive(Default)]
pub(super) struct Contents {
    /// Private keys, PKCS #8.
    pub(super) keys: Vec<Zeroizing<Vec<u8>>>,
    /// Certificates, in the file's order.
    pub(super) certificates: Vec<Vec<u8>>,
}

/// Whether this may be a PFX file: one long sequence.
pub(super) fn is_pfx(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x30])
}

pub(super) fn read(bytes: &[u8], password: Option<&str>) -> Result<Contents, Failure> {
    match password {
        Some(password) => read_with(bytes, &Password::new(password)),
        // "No password" is written in two ways.
        None => match read_with(bytes, &Password::none()) {
            Err(Failure::WrongPassword) => read_with(bytes, &Password::new("")),
            read => read,
        },
    }
}

fn read_with(bytes: &[u8], password: &Password) -> Result<Contents, Failure> {
    let mut file = Der::new(bytes).sequence().ok_or(Failure::Damaged)?;
    let _version = file.number().ok_or(Failure::Damaged)?;
    let mut authenticated = file.sequence().ok_or(Failure::Damaged)?;
    if authenticated.object_id() != Some(DATA) {
        // Signed with a certificate instead of a password.
        return Err(Failure::Unknown);
    }
    let content = data(authenticated).ok_or(Failure::Damaged)?;
    if let Some(mac) = file.sequence() {
        encryption::verify_mac(mac, password, &content)?;
    }
    let mut contents = Contents::default();
    let mut safes = Der::new(&content).sequence().ok_or(Failure::Damaged)?;
    while !safes.is_empty() {
        let mut safe = safes.sequence().ok_or(Failure::Damaged)?;
        let bags = match safe.object_id() {
            Some(DATA) => Zeroizing::new(data(safe).ok_or(Failure::Damaged)?),
            Some(ENCRYPTED_DATA) => decrypted(safe, password)?,
            _ => return Err(Failure::Unknown),
        };
        read_bags(&bags, password, &mut contents, 0)?;
    }
    Ok(contents)
}

/// The content of PKCS #7 data, after its object id.
fn data(mut info: Der<'_>) -> Option<Vec<u8>> {
    Some(info.inside(CONTEXT_0)?.octets()?.into_owned())
}

/// The content of PKCS #7 encrypted data, after its object id.
fn decrypted(mut info: Der<'_>, password: &Password) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut read = || {
        let mut encrypted = info.inside(CONTEXT_0)?.sequence()?;
        let _version = encrypted.number()?;
        let mut content = encrypted.sequence()?;
        let _type = content.object_id()?;
        let algorithm = content.sequence()?;
        // Implicitly tagged, in one piece or in several.
        Some((algorithm, octets(content.any()?)?))
    };
    let (algorithm, encrypted) = read().ok_or(Failure::Damaged)?;
    encryption::decrypt(algorithm, password, &encrypted)
}

fn read_bags(
    bytes: &[u8],
    password: &Password,
    contents: &mut Contents,
    depth: u8,
) -> Result<(), Failure> {
    // What decrypts to something else than bags was decrypted with a wrong password.
    let mut bags = Der::new(bytes).sequence().ok_or(Failure::WrongPassword)?;
    while !bags.is_empty() {
        let mut bag = bags.sequence().ok_or(Failure::Damaged)?;
        let id = bag.object_id().ok_or(Failure::Damaged)?;
        let mut value = bag.inside(CONTEXT_0).ok_or(Failure::Damaged)?;
        match id.strip_prefix(BAGS) {
            Some([KEY]) => {
                let key = value.any().ok_or(Failure::Damaged)?;
                contents.keys.push(Zeroizing::new(key.whole.to_vec()));
            }
            Some([SHROUDED_KEY]) => {
                let key = value.any().ok_or(Failure::Damaged)?;
                contents.keys.push(shrouded_key(key.whole, password)?);
            }
            Some([CERTIFICATE]) => {
                let mut certificate = value.sequence().ok_or(Failure::Damaged)?;
                let _type = certificate.object_id();
                let der = certificate
                    .inside(CONTEXT_0)
                    .and_then(|mut inside| inside.octets())
                    .ok_or(Failure::Damaged)?;
                contents.certificates.push(der.into_owned());
            }
            Some([NESTED]) if depth < 4 => {
                let nested = value.any().ok_or(Failure::Damaged)?;
                read_bags(nested.whole, password, contents, depth + 1)?;
            }
            // Secrets and revocation lists are of no use here.
            _ => {}
        }
    }
    Ok(())
}

/// A private key under a password: EncryptedPrivateKeyInfo, which PEM files have as well.
pub(super) fn shrouded_key(
    bytes: &[u8],
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut key = Der::new(bytes).sequence().ok_or(Failure::Damaged)?;
    let algorithm = key.sequence().ok_or(Failure::Damaged)?;
    let encrypted = key.octets().ok_or(Failure::Damaged)?;
    encryption::decrypt(algorithm, password, &encrypted)
}
