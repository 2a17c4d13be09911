//! The PEM form of a private key (RFC 7468 §10).

use super::KeyError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The DER of one `BEGIN PRIVATE KEY` block.
pub(super) fn read(pem: &str) -> Result<Vec<u8>, KeyError> {
    let body = pem
        .split_once("-----BEGIN PRIVATE KEY-----")
        .and_then(|(_, rest)| rest.split_once("-----END PRIVATE KEY-----"))
        .map(|(body, _)| body)
        .ok_or(KeyError::NotPem)?;
    let base64: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(base64).map_err(|_| KeyError::NotPem)
}

/// One block with this PKCS#8 DER.
pub(super) fn write(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    for line in base64.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    pem
}
