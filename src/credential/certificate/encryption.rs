//! Decrypting with a password, as PKCS #5 and PKCS #12 files are encrypted.
//!
//! The old algorithms are here because files are still written with them: Windows exports with triple DES by default,
//! and OpenSSL did so with RC2 until its version 3.

use std::borrow::Cow;
use std::num::NonZeroU32;

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, KeyInit};
use ring::{digest, hmac, pbkdf2};
use zeroize::Zeroizing;

use super::der::Der;

/// More rounds than any file asks for; beyond, reading it would take minutes.
const MOST_ROUNDS: u32 = 10_000_000;

const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
/// RFC 9879: a PFX's MAC under a key that PBKDF2 derives.
const PBMAC1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0e];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
/// pkcs-12PbeIds, which one more number follows.
const PKCS12_PBE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];
/// The digests of RSA Security, for HMAC: one more number follows.
const RSADSI_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02];
const TRIPLE_DES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];
/// NIST's AES, which one more number follows.
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
const SHA_1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
/// NIST's digests, which one more number follows.
const SHA_2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

/// Why something was not decrypted.
#[derive(Debug, PartialEq)]
pub(super) enum Failure {
    WrongPassword,
    /// Encrypted in a way that is not known here.
    Unknown,
    /// Not what such a file looks like.
    Damaged,
}

/// A password, in the forms in which the two standards take it.
pub(super) struct Password {
    utf8: Zeroizing<Vec<u8>>,
    /// UTF-16, big-endian, with a zero at its end; nothing at all where there is no password.
    utf16: Zeroizing<Vec<u8>>,
}

#[derive(Clone, Copy)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
    /// Two keys, of which the first is used twice.
    DoubleDes,
    Rc2,
}

impl Password {
    pub(super) fn new(text: &str) -> Password {
        let utf16 = text
            .encode_utf16()
            .chain(std::iter::once(0))
            .flat_map(u16::to_be_bytes);
        Password {
            utf8: Zeroizing::new(text.as_bytes().to_vec()),
            utf16: Zeroizing::new(utf16.collect()),
        }
    }

    /// No password, which some programs take for something else than an empty one.
    pub(super) fn none() -> Password {
        Password {
            utf8: Zeroizing::default(),
            utf16: Zeroizing::default(),
        }
    }
}

/// Decrypts by what an AlgorithmIdentifier says.
pub(super) fn decrypt(
    mut algorithm: Der<'_>,
    password: &Password,
    encrypted: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let id = algorithm.object_id().ok_or(Failure::Damaged)?;
    let parameters = algorithm.sequence().ok_or(Failure::Damaged)?;
    let (cipher, key, iv) = if id == PBES2 {
        pbes2(parameters, password)?
    } else if let Some([number]) = id.strip_prefix(PKCS12_PBE) {
        pkcs12(*number, parameters, password)?
    } else {
        return Err(Failure::Unknown);
    };
    cipher.decrypt(&key, &iv, encrypted)
}

type KeyAndIv = (Cipher, Zeroizing<Vec<u8>>, Vec<u8>);

fn pbes2(mut parameters: Der<'_>, password: &Password) -> Result<KeyAndIv, Failure> {
    let damaged = Failure::Damaged;
    let derivation = Derivation::read(parameters.sequence().ok_or(Failure::Damaged)?)?;
    let mut encryption = parameters.sequence().ok_or(Failure::Damaged)?;
    let id = encryption.object_id().ok_or(Failure::Damaged)?;
    let cipher = match id.strip_prefix(AES) {
        Some([2]) => Cipher::Aes128,
        Some([22]) => Cipher::Aes192,
        Some([42]) => Cipher::Aes256,
        _ if id == TRIPLE_DES => Cipher::TripleDes,
        _ => return Err(Failure::Unknown),
    };
    let iv = encryption.octets().ok_or(damaged)?.into_owned();
    let key = derivation.key(password, cipher.key_length());
    Ok((cipher, key, iv))
}

/// How PBKDF2 makes a key of a password.
struct Derivation<'a> {
    salt: Cow<'a, [u8]>,
    rounds: NonZeroU32,
    key_length: Option<u32>,
    algorithm: pbkdf2::Algorithm,
}

impl<'a> Derivation<'a> {
    /// Reads an AlgorithmIdentifier of PBKDF2.
    fn read(mut derivation: Der<'a>) -> Result<Derivation<'a>, Failure> {
        if derivation.object_id() != Some(PBKDF2) {
            return Err(Failure::Unknown);
        }
        let mut details = derivation.sequence().ok_or(Failure::Damaged)?;
        let salt = details.octets().ok_or(Failure::Damaged)?;
        let rounds = rounds(details.number())?;
        let key_length = details.number();
        let algorithm = match details.sequence() {
            None => pbkdf2::PBKDF2_HMAC_SHA1,
            Some(mut function) => {
                let id = function.object_id().ok_or(Failure::Damaged)?;
                match id.strip_prefix(RSADSI_DIGEST) {
                    Some([7]) => pbkdf2::PBKDF2_HMAC_SHA1,
                    Some([9]) => pbkdf2::PBKDF2_HMAC_SHA256,
                    Some([10]) => pbkdf2::PBKDF2_HMAC_SHA384,
                    Some([11]) => pbkdf2::PBKDF2_HMAC_SHA512,
                    _ => return Err(Failure::Unknown),
                }
            }
        };
        Ok(Derivation {
            salt,
            rounds,
            key_length,
            algorithm,
        })
    }

    fn key(&self, password: &Password, length: usize) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; length]);
        pbkdf2::derive(
            self.algorithm,
            self.rounds,
            &self.salt,
            &password.utf8,
            &mut key,
        );
        key
    }
}

fn pkcs12(number: u8, mut parameters: Der<'_>, password: &Password) -> Result<KeyAndIv, Failure> {
    let (cipher, key_length) = match number {
        3 => (Cipher::TripleDes, 24),
        4 => (Cipher::DoubleDes, 16),
        5 => (Cipher::Rc2, 16),
        6 => (Cipher::Rc2, 5),
        _ => return Err(Failure::Unknown),
    };
    let salt = parameters.octets().ok_or(Failure::Damaged)?;
    let rounds = rounds(parameters.number())?;
    let derive = |purpose, length| {
        derive(
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
            purpose,
            password,
            &salt,
            rounds,
            length,
        )
    };
    let key = derive(KEY, key_length);
    let iv = derive(IV, 8);
    Ok((cipher, key, iv.to_vec()))
}

fn rounds(number: Option<u32>) -> Result<NonZeroU32, Failure> {
    number
        .filter(|number| *number <= MOST_ROUNDS)
        .and_then(NonZeroU32::new)
        .ok_or(Failure::Damaged)
}

impl Cipher {
    fn key_length(self) -> usize {
        match self {
            Cipher::Aes128 | Cipher::DoubleDes | Cipher::Rc2 => 16,
            Cipher::Aes192 | Cipher::TripleDes => 24,
            Cipher::Aes256 => 32,
        }
    }

    fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        encrypted: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        match self {
            Cipher::Aes128 => in_chain::<aes::Aes128>(key, iv, encrypted),
            Cipher::Aes192 => in_chain::<aes::Aes192>(key, iv, encrypted),
            Cipher::Aes256 => in_chain::<aes::Aes256>(key, iv, encrypted),
            Cipher::TripleDes => in_chain::<des::TdesEde3>(key, iv, encrypted),
            Cipher::DoubleDes => in_chain::<des::TdesEde2>(key, iv, encrypted),
            Cipher::Rc2 => in_chain::<rc2::Rc2>(key, iv, encrypted),
        }
    }
}

/// CBC with PKCS #7 padding: padding that is none comes of a wrong key.
fn in_chain<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    encrypted: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let cipher = C::new_from_slice(key).map_err(|_| Failure::Damaged)?;
    let chain = cbc::Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| Failure::Damaged)?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    let length = chain
        .decrypt_padded::<Pkcs7>(&mut buffer)
        .map_err(|_| Failure::WrongPassword)?
        .len();
    buffer.truncate(length);
    Ok(buffer)
}

/// RFC 7292, appendix B.3: what a derived key is for.
const KEY: u8 = 1;
const IV: u8 = 2;
const MAC: u8 = 3;

/// RFC 7292, appendix B.2.
fn derive(
    algorithm: &'static digest::Algorithm,
    purpose: u8,
    password: &Password,
    salt: &[u8],
    rounds: NonZeroU32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = algorithm.block_len();
    let filled = |bytes: &[u8]| -> Vec<u8> {
        let wanted = bytes.len().div_ceil(block) * block;
        bytes.iter().copied().cycle().take(wanted).collect()
    };
    let mut input = Zeroizing::new(filled(salt));
    input.extend_from_slice(&Zeroizing::new(filled(&password.utf16)));
    let mut output = Zeroizing::new(Vec::with_capacity(length + algorithm.output_len()));
    loop {
        let mut context = digest::Context::new(algorithm);
        context.update(&vec![purpose; block]);
        context.update(&input);
        let mut hash = context.finish();
        for _ in 1..rounds.get() {
            hash = digest::digest(algorithm, hash.as_ref());
        }
        output.extend_from_slice(hash.as_ref());
        if output.len() >= length {
            output.truncate(length);
            return output;
        }
        // Each block of the input becomes itself plus the hash, filled up to a block, plus one.
        let addend = Zeroizing::new(
            hash.as_ref()
                .iter()
                .copied()
                .cycle()
                .take(block)
                .collect::<Vec<u8>>(),
        );
        for piece in input.chunks_mut(block) {
            let mut carry = 1_u16;
            for (byte, added) in piece.iter_mut().zip(addend.iter()).rev() {
                carry += u16::from(*byte) + u16::from(*added);
                *byte = carry.to_le_bytes()[0];
                carry >>= 8;
            }
        }
    }
}

/// The key of a MAC by RFC 9879, section 4, from the parameters of its algorithm.
fn pbmac1(mut algorithm: Der<'_>, password: &Password) -> Result<hmac::Key, Failure> {
    let mut parameters = algorithm.sequence().ok_or(Failure::Damaged)?;
    let derivation = Derivation::read(parameters.sequence().ok_or(Failure::Damaged)?)?;
    let mut scheme = parameters.sequence().ok_or(Failure::Damaged)?;
    let id = scheme.object_id().ok_or(Failure::Damaged)?;
    let algorithm = match id.strip_prefix(RSADSI_DIGEST) {
        Some([7]) => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Some([9]) => hmac::HMAC_SHA256,
        Some([10]) => hmac::HMAC_SHA384,
        Some([11]) => hmac::HMAC_SHA512,
        _ => return Err(Failure::Unknown),
    };
    // The length must be there; more than a digest has would be a mistake or an attack.
    let length = derivation
        .key_length
        .and_then(|length| usize::try_from(length).ok())
        .filter(|length| MAC_KEY_LENGTHS.contains(length))
        .ok_or(Failure::Damaged)?;
    Ok(hmac::Key::new(algorithm, &derivation.key(password, length)))
}

/// RFC 9879, section 5: shorter keys of a MAC are to be refused.
const MAC_KEY_LENGTHS: std::ops::RangeInclusive<usize> = 20..=64;

/// Whether the MAC of a PFX file fits its content and the password: MacData, RFC 7292, section 4.
pub(super) fn verify_mac(
    mut mac: Der<'_>,
    password: &Password,
    content: &[u8],
) -> Result<(), Failure> {
    let mut info = mac.sequence().ok_or(Failure::Damaged)?;
    let mut digest_algorithm = info.sequence().ok_or(Failure::Damaged)?;
    let id = digest_algorithm.object_id().ok_or(Failure::Damaged)?;
    let expected = info.octets().ok_or(Failure::Damaged)?;
    if id == PBMAC1 {
        // The salt and the rounds that follow are of no meaning then.
        let key = pbmac1(digest_algorithm, password)?;
        return hmac::verify(&key, content, &expected).map_err(|_| Failure::WrongPassword);
    }
    let salt = mac.octets().ok_or(Failure::Damaged)?;
    let rounds = if mac.is_empty() {
        NonZeroU32::MIN
    } else {
        rounds(mac.number())?
    };
    let (digest, algorithm) = match id.strip_prefix(SHA_2) {
        _ if id == SHA_1 => (
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        ),
        Some([1]) => (&digest::SHA256, hmac::HMAC_SHA256),
        Some([2]) => (&digest::SHA384, hmac::HMAC_SHA384),
        Some([3]) => (&digest::SHA512, hmac::HMAC_SHA512),
        _ => return Err(Failure::Unknown),
    };
    let key = derive(digest, MAC, password, &salt, rounds, digest.output_len());
    let key = hmac::Key::new(algorithm, &key);
    hmac::verify(&key, content, &expected).map_err(|_| Failure::WrongPassword)
}
