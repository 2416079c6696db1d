//! Reading PEM: certificates and private keys as text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// One block of a PEM file.
pub(super) struct Block<'a> {
    /// What stands after BEGIN.
    pub(super) label: &'a str,
    pub(super) content: Zeroizing<Vec<u8>>,
    /// Whether headers say that the content is encrypted, as OpenSSL did long ago.
    pub(super) has_headers: bool,
}

/// Whether this is the text of a PEM file.
pub(super) fn is_pem(bytes: &[u8]) -> bool {
    bytes
        .windows(11)
        .any(|window| window == b"-----BEGIN ".as_slice())
}

/// The blocks of a PEM file; otherwise what is wrong with it.
pub(super) fn blocks(text: &str) -> Result<Vec<Block<'_>>, String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(label) = line
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| rest.strip_suffix("-----"))
        else {
            continue;
        };
        let mut encoded = Zeroizing::new(String::with_capacity(8 * 1024));
        let mut has_headers = false;
        loop {
            match lines.next() {
                None => return Err(format!("its {label} does not end")),
                Some(line) if line.starts_with("-----END ") => break,
                Some(line) if line.contains(':') => has_headers = true,
                Some(line) => encoded.push_str(line),
            }
        }
        let content = STANDARD.decode(encoded.as_bytes()).map(Zeroizing::new);
        // An encrypted block of old has more lines than are read here; it is refused by its headers.
        let content = match content {
            Ok(content) => content,
            Err(_) if has_headers => Zeroizing::new(Vec::new()),
            Err(_) => return Err(format!("its {label} is not base64")),
        };
        blocks.push(Block {
            label,
            content,
            has_headers,
        });
    }
    Ok(blocks)
}
