//! A registered certificate, of version 1 or 3: its key and until when it is valid. Nothing else of it counts at a
//! sign-in.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// `[0]`: the version, which a certificate of version 1 does not have.
const VERSION: u8 = 0xa0;

pub(super) struct Certificate<'a> {
    /// As PKCS #1 writes it.
    key: &'a [u8],
    begins: Timestamp,
    ends: Timestamp,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate (RFC 5280, section 4.1).
    pub(super) fn read(der: &'a [u8]) -> Option<Certificate<'a>> {
        let mut fields = inside(&mut inside(&mut { der }, SEQUENCE)?, SEQUENCE)?;
        if fields.first() == Some(&VERSION) {
            next(&mut fields)?;
        }
        // Serial number, signature algorithm, issuer.
        for _ in 0..3 {
            next(&mut fields)?;
        }
        let mut validity = inside(&mut fields, SEQUENCE)?;
        let (begins, ends) = (time(&mut validity)?, time(&mut validity)?);
        let _subject = next(&mut fields)?;
        let mut information = inside(&mut fields, SEQUENCE)?;
        let _algorithm = next(&mut information)?;
        let key = inside(&mut information, BIT_STRING)?.strip_prefix(&[0])?;
        Some(Certificate { key, begins, ends })
    }

    /// Whether this is the certificate's signature, by the algorithm of a token's header.
    pub(super) fn has_signed(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let verified = match algorithm {
            "PS256" => UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, self.key)
                .verify(message, signature),
            "RS256" => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.key)
                .verify(message, signature),
            _ => return false,
        };
        verified.is_ok()
    }

    pub(super) fn is_valid_at(&self, moment: Timestamp) -> bool {
        (self.begins..=self.ends).contains(&moment)
    }
}

/// The next element: its tag, and what is in it.
fn next<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&tag, after_tag) = rest.split_first()?;
    let (&first, after_first) = after_tag.split_first()?;
    let (length, after) = match first {
        0..=0x7f => (usize::from(first), after_first),
        0x81..=0x84 => {
            let (digits, after) = after_first.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits
                .iter()
                .fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
            (length, after)
        }
        _ => return None,
    };
    let (content, after) = after.split_at_checked(length)?;
    *rest = after;
    Some((tag, content))
}

fn inside<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    next(rest)
        .filter(|(found, _)| *found == tag)
        .map(|(_, content)| content)
}

/// `YYMMDDHHMMSSZ`, or with a century in front.
fn time(rest: &mut &[u8]) -> Option<Timestamp> {
    let (tag, content) = next(rest)?;
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let whole = match tag {
        // RFC 5280, section 4.1.2.5.1.
        UTC_TIME if text < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let date = DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
    TimeZone::UTC.to_timestamp(date).ok()
}
