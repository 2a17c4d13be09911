//! How a message of ours travels: HTTP-Redirect (SAML bindings §3.4), where the query is signed, and
//! HTTP-POST ([`post`]), where the document is.

mod post;

pub use post::{PostForm, post};

use crate::keyring::RsaKey;
use crate::xml::signature::profile::RSA_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::fmt::Write as _;
use std::io::Write as _;

/// Longest RelayState of ours, in bytes (SAML bindings §3.4.3).
pub const RELAY_STATE_LIMIT: usize = 80;

/// How messages of ours travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Binding {
    /// In the query, which is signed.
    #[default]
    Redirect,
    /// In a form, the document signed.
    Post,
}

impl Binding {
    /// The Location for a message, and how it travels there: by this binding, or by the other one when the
    /// identity provider has no address for this one.
    pub fn choose<'a>(self, redirect: Option<&'a str>, post: Option<&'a str>) -> Option<(Binding, &'a str)> {
        let redirect = redirect.map(|location| (Binding::Redirect, location));
        let post = post.map(|location| (Binding::Post, location));
        match self {
            Binding::Redirect => redirect.or(post),
            Binding::Post => post.or(redirect),
        }
    }
}

/// Which of the two parameters carries a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// AuthnRequest, LogoutRequest. Its RelayState is a token of ours.
    Request,
    /// LogoutResponse. Its RelayState is theirs, and goes back as it came.
    Response,
}

impl Message {
    /// The parameter's name.
    pub fn parameter(self) -> &'static str {
        match self {
            Message::Request => "SAMLRequest",
            Message::Response => "SAMLResponse",
        }
    }
}

/// Why a message cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// Of a request: empty, too long, or not made of unreserved characters only.
    #[error("RelayState is not a token of at most 80 unreserved characters")]
    RelayState,
    /// The destination has a fragment or is not http(s).
    #[error("destination is not an http(s) URL without fragment")]
    Destination,
    /// Compression or signing failed.
    #[error("message could not be encoded")]
    Encoding,
}

/// The URL that carries `xml`, signed with RSA-SHA256.
///
/// The signed octets are exactly those sent: upper-case hexadecimal, everything escaped outside
/// `A-Za-z0-9_.-~`, which every known verifier rebuilds alike. The `relay_state` of a request must be of
/// that alphabet and say nothing about the resource.
///
/// # Errors
/// [`BindingError`].
pub fn redirect(
    message: Message,
    xml: &str,
    destination: &str,
    relay_state: Option<&str>,
    key: &RsaKey,
) -> Result<String, BindingError> {
    check(message, destination, relay_state)?;
    let mut signed = format!("{}={}", message.parameter(), escape(&STANDARD.encode(deflate(xml)?)));
    if let Some(relay_state) = relay_state {
        let _ = write!(signed, "&RelayState={}", escape(relay_state));
    }
    let _ = write!(signed, "&SigAlg={}", escape(RSA_SHA256));
    let signature = key.sign_sha256(signed.as_bytes()).map_err(|_| BindingError::Encoding)?;
    let separator = if destination.contains('?') { '&' } else { '?' };
    let signature = escape(&STANDARD.encode(signature));
    Ok(format!("{destination}{separator}{signed}&Signature={signature}"))
}

fn check(message: Message, destination: &str, relay_state: Option<&str>) -> Result<(), BindingError> {
    let token = |text: &str| !text.is_empty() && text.len() <= RELAY_STATE_LIMIT && text.bytes().all(is_unreserved);
    if message == Message::Request && !relay_state.is_some_and(token) {
        return Err(BindingError::RelayState);
    }
    let http = destination.starts_with("https://") || destination.starts_with("http://");
    if !http || destination.contains('#') {
        return Err(BindingError::Destination);
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_travels_as_asked_or_as_the_provider_can_take_it() {
        let (redirect, post) = (Some("https://idp.example/redirect"), Some("https://idp.example/post"));
        let by = |binding: Binding, redirect, post| binding.choose(redirect, post).map(|(chosen, _)| chosen);
        for asked in [Binding::Redirect, Binding::Post] {
            assert_eq!(by(asked, redirect, post), Some(asked));
            assert_eq!(by(asked, redirect, None), Some(Binding::Redirect));
            assert_eq!(by(asked, None, post), Some(Binding::Post));
            assert_eq!(by(asked, None, None), None);
        }
        assert_eq!(
            Binding::Post.choose(redirect, post),
            Some((Binding::Post, "https://idp.example/post"))
        );
    }
}
