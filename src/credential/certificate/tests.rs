#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

const PASSWORD: &str = "emulated-password";

fn file(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates");
    std::fs::read(folder.join(name)).unwrap()
}

fn read(name: &str, password: Option<&str>) -> Result<Certificate, String> {
    Certificate::read("The client certificate", &file(name), password).map_err(|error| {
        assert_eq!(error.status(), Status::InvalidCredential);
        assert!(!format!("{error:?}").contains(PASSWORD));
        error.to_string()
    })
}

#[test]
fn every_kind_of_file_brings_the_same_certificate_and_key() {
    let plain = read("client.pem", None).unwrap();
    assert_eq!(plain.chain.len(), 1);
    for (name, password, length) in [
        ("pkcs1.pem", None, 1),
        ("encrypted.pem", Some(PASSWORD), 1),
        ("with-another-certificate.pem", None, 2),
        // A password that nothing needs does no harm.
        ("client.pem", Some("other"), 1),
        ("client.pfx", Some(PASSWORD), 1),
        ("triple-des.pfx", Some(PASSWORD), 1),
        ("rc2.pfx", Some(PASSWORD), 1),
        ("aes-128.pfx", Some(PASSWORD), 1),
        ("no-mac.pfx", Some(PASSWORD), 1),
        ("pbmac1.pfx", Some(PASSWORD), 1),
        ("no-password.pfx", None, 1),
        ("no-password.pfx", Some(""), 1),
        ("chain.pfx", Some(PASSWORD), 2),
    ] {
        let other = read(name, password).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(other.chain[0], plain.chain[0], "{name}");
        assert_eq!(
            other.key.public_key().as_ref(),
            plain.key.public_key().as_ref(),
            "{name}"
        );
        assert_eq!(other.chain.len(), length, "{name}");
    }
}

#[test]
fn a_certificate_is_read_as_vaults_variables_and_windows_write_it() {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let (pem, pfx) = (file("client.pem"), file("client.pfx"));
    let text = std::str::from_utf8(&pem).unwrap();
    let utf16 = |text: &str| -> Vec<u8> {
        let marked = std::iter::once(0xFEFF).chain(text.encode_utf16());
        marked.flat_map(u16::to_le_bytes).collect()
    };
    let wrapped: String = encode(&pfx)
        .as_bytes()
        .chunks(76)
        .map(|line| format!("{}\r\n", std::str::from_utf8(line).unwrap()))
        .collect();
    let plain = read("client.pem", None).unwrap();
    for (what, bytes) in [
        ("PFX in base64", encode(&pfx).into_bytes()),
        ("PFX in base64, in lines", wrapped.clone().into_bytes()),
        (
            "PFX in base64, quoted",
            format!("\"{}\"\n", encode(&pfx)).into_bytes(),
        ),
        ("PFX in base64, in UTF-16", utf16(&wrapped)),
        ("PEM in base64", encode(&pem).into_bytes()),
        ("PEM with a mark", [b"\xef\xbb\xbf", &pem[..]].concat()),
        ("PEM in UTF-16", utf16(text)),
        (
            "PEM without line feeds",
            text.replace('\n', "").into_bytes(),
        ),
        ("PEM with spaces", text.replace('\n', " ").into_bytes()),
        (
            "PEM in JSON",
            format!("\"{}\"", text.replace('\n', "\\n")).into_bytes(),
        ),
    ] {
        for password in [PASSWORD, "\"emulated-password\"", "'emulated-password'\n"] {
            let read = Certificate::read("The client certificate", &bytes, Some(password));
            let read = read.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(read.chain[0], plain.chain[0], "{what}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_in_one_sentence() {
    for (name, password, said) in [
        (
            "client.pfx",
            Some("wrong"),
            "cannot be opened with this password",
        ),
        (
            "rc2.pfx",
            Some("wrong"),
            "cannot be opened with this password",
        ),
        (
            "pbmac1.pfx",
            Some("wrong"),
            "cannot be opened with this password",
        ),
        (
            "no-mac.pfx",
            Some("wrong"),
            "cannot be opened with this password",
        ),
        (
            "encrypted.pem",
            Some("wrong"),
            "cannot be opened with this password",
        ),
        ("client.pfx", None, "needs a password"),
        ("encrypted.pem", None, "needs a password"),
        ("encrypted-of-old.pem", Some(PASSWORD), "OpenSSL's old"),
        ("two-keys.pem", None, "holds 2 private keys"),
        ("no-key.pem", None, "holds no private key"),
        ("no-key.pfx", Some(PASSWORD), "holds no private key"),
        ("no-certificate.pem", None, "holds no certificate"),
        ("not-a-pair.pem", None, "do not belong together"),
        ("elliptic.pem", None, "not RSA"),
        ("make.sh", None, "neither PEM nor PFX"),
    ] {
        match read(name, password) {
            Ok(_) => panic!("{name} was taken"),
            Err(error) => assert!(error.contains(said), "{name}: {error}"),
        }
    }
}

#[test]
fn damaged_files_end_in_a_sentence_and_not_in_a_panic() {
    for name in ["client.pfx", "rc2.pfx", "no-mac.pfx", "pbmac1.pfx"] {
        let whole = file(name);
        for length in 0..whole.len() {
            assert!(
                Certificate::read(name, &whole[..length], Some(PASSWORD)).is_err(),
                "{name} {length}"
            );
        }
    }
    let mut bytes = file("no-mac.pfx");
    for position in (0..bytes.len()).step_by(7) {
        let kept = bytes[position];
        bytes[position] ^= 0x55;
        let _ = Certificate::read("x", &bytes, Some(PASSWORD));
        bytes[position] = kept;
    }
}
