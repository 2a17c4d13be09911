//! HTTP-Redirect (SAML bindings §3.4): the message travels in the query, which is what is signed.

use crate::keyring::RsaKey;
use crate::xml::signature::profile::RSA_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::fmt::Write as _;
use std::io::Write as _;

/// Longest RelayState, in bytes (SAML bindings §3.4.3).
pub const RELAY_STATE_LIMIT: usize = 80;

/// Why a redirect cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// Empty, too long, or not made of unreserved characters only.
    #[error("RelayState is not a token of at most 80 unreserved characters")]
    RelayState,
    /// The destination has a fragment or is not http(s).
    #[error("destination is not an http(s) URL without fragment")]
    Destination,
    /// Compression or signing failed.
    #[error("message could not be encoded")]
    Encoding,
}

/// The URL that carries `xml` as `SAMLRequest`, signed with RSA-SHA256.
///
/// The signed octets are exactly those sent: upper-case hexadecimal, everything escaped outside
/// `A-Za-z0-9_.-~`, which every known verifier rebuilds alike. `relay_state` must be of that alphabet
/// and say nothing about the resource.
///
/// # Errors
/// [`BindingError`].
pub fn redirect(xml: &str, destination: &str, relay_state: &str, key: &RsaKey) -> Result<String, BindingError> {
    let token = relay_state.bytes().all(is_unreserved);
    if relay_state.is_empty() || relay_state.len() > RELAY_STATE_LIMIT || !token {
        return Err(BindingError::RelayState);
    }
    let http = destination.starts_with("https://") || destination.starts_with("http://");
    if !http || destination.contains('#') {
        return Err(BindingError::Destination);
    }
    let mut signed = format!("SAMLRequest={}", escape(&STANDARD.encode(deflate(xml)?)));
    let _ = write!(
        signed,
        "&RelayState={}&SigAlg={}",
        escape(relay_state),
        escape(RSA_SHA256)
    );
    let signature = key.sign_sha256(signed.as_bytes()).map_err(|_| BindingError::Encoding)?;
    let separator = if destination.contains('?') { '&' } else { '?' };
    let signature = escape(&STANDARD.encode(signature));
    Ok(format!("{destination}{separator}{signed}&Signature={signature}"))
}

/// Raw DEFLATE (RFC 1951), no zlib header.
fn deflate(xml: &str) -> Result<Vec<u8>, BindingError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(xml.as_bytes()).map_err(|_| BindingError::Encoding)?;
    encoder.finish().map_err(|_| BindingError::Encoding)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'~')
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_unreserved(byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
