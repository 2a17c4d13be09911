//! HTTP-POST (SAML bindings §3.5): the browser posts a form, and the document itself is signed, enveloped,
//! right after Issuer.

use super::{BindingError, Message, check};
use crate::keyring::SamlKey;
use crate::xml::signature::{Placement, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a page of ours posts to an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostForm {
    /// Where to: a Location of the identity provider's metadata.
    pub action: String,
    /// Which parameter carries the document.
    pub message: Message,
    /// The signed document, as it goes into the register.
    pub document: String,
    /// `RelayState`, if any.
    pub relay_state: Option<String>,
}

impl PostForm {
    /// The value of the message's parameter: the document in base64.
    pub fn value(&self) -> String {
        STANDARD.encode(&self.document)
    }
}

/// Signs `xml` (AuthnRequest, LogoutRequest or LogoutResponse, with an `ID` and Issuer first) and makes the form
/// that carries it. The `relay_state` rules are those of [`super::redirect`].
///
/// # Errors
/// [`BindingError`].
pub fn post(
    message: Message,
    xml: &str,
    destination: &str,
    relay_state: Option<&str>,
    key: &SamlKey,
) -> Result<PostForm, BindingError> {
    check(message, destination, relay_state)?;
    let document = sign(xml, Placement::AfterIssuer, key).map_err(|_| BindingError::Encoding)?;
    Ok(PostForm {
        action: destination.to_owned(),
        message,
        document,
        relay_state: relay_state.map(str::to_owned),
    })
}
