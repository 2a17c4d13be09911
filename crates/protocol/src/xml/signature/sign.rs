//! Putting an enveloped signature into a document of ours.

use super::profile::{ENVELOPED, EXCLUSIVE_C14N, RSA_SHA256, SHA256};
use crate::keyring::SamlKey;
use crate::xml::DSIG;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra::dsig::sign::sign_document_node;
use bergshamra::keys::loader::load_pem_auto;
use bergshamra::{DsigContext, KeysManager};

/// Where the Signature goes among the children of the document element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Before all others: metadata.
    First,
    /// After the first child, which is Issuer: protocol messages and assertions.
    AfterIssuer,
}

/// Why a document could not be signed; never the fault of a stranger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The document is not XML with an `ID` on its document element, or lacks the Issuer.
    #[error("document cannot carry a signature")]
    Document,
    /// The key cannot be loaded or did not sign.
    #[error("signing failed")]
    Key,
}

/// Signs the document element by its `ID`: enveloped, exclusive canonicalisation, RSA-SHA256, with
/// the certificate in KeyInfo.
///
/// # Errors
/// [`SigningError`].
pub fn sign(xml: &str, placement: Placement, key: &SamlKey) -> Result<String, SigningError> {
    let mut document = uppsala::parse(xml).map_err(|_| SigningError::Document)?;
    let root = document.document_element().ok_or(SigningError::Document)?;
    let id = document
        .element(root)
        .and_then(|element| element.get_attribute("ID"))
        .ok_or(SigningError::Document)?
        .to_owned();
    let template = template(&id, &key.certificate);
    let template = uppsala::parse(&template).map_err(|_| SigningError::Document)?;
    let signature = template
        .document_element()
        .and_then(|node| document.import_subtree(&template, node))
        .ok_or(SigningError::Document)?;
    let first = document.first_child(root);
    match (placement, first) {
        (Placement::First, Some(first)) => document.insert_before(root, signature, first),
        (Placement::First, None) => document.append_child(root, signature),
        (Placement::AfterIssuer, Some(issuer)) => document.insert_after(root, signature, issuer),
        (Placement::AfterIssuer, None) => return Err(SigningError::Document),
    }
    let pem = key.key.to_pem().map_err(|_| SigningError::Key)?;
    let mut manager = KeysManager::new();
    manager.add_key(load_pem_auto(pem.as_bytes(), None).map_err(|_| SigningError::Key)?);
    sign_document_node(&DsigContext::new(manager), &mut document, signature).map_err(|_| SigningError::Key)?;
    Ok(document.to_xml())
}

fn template(id: &str, certificate: &[u8]) -> String {
    let id = quick_xml::escape::escape(id);
    let certificate = STANDARD.encode(certificate);
    format!(
        r##"<ds:Signature xmlns:ds="{DSIG}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"/><ds:SignatureMethod Algorithm="{RSA_SHA256}"/><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"/><ds:Transform Algorithm="{EXCLUSIVE_C14N}"/></ds:Transforms><ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"##
    )
}
