//! The identity provider's own metadata.

use super::signer::{Signer, SignerError};
use crate::demo::page::escape;
use protocol::saml::Profile;

/// A comment that marks what belongs to the demo: `varco serve` refuses metadata that contain it.
pub const MARKER: &str = "varco-demo";

const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// A signed EntityDescriptor. The marker stands before the root: a comment inside would be part of
/// what is signed, and careful readers refuse those.
pub(super) fn entity(profile: Profile, entity_id: &str, signer: &Signer) -> Result<String, SignerError> {
    let base = escape(entity_id);
    let id = "_varco-demo-metadata";
    let signed = signer.sign(&format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{base}" ID="{id}">{signature}<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAuthnRequestsSigned="true"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleLogoutService Binding="{REDIRECT}" Location="{base}/slo"/><md:SingleLogoutService Binding="{POST}" Location="{base}/slo"/><md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat><md:SingleSignOnService Binding="{REDIRECT}" Location="{base}/sso"/><md:SingleSignOnService Binding="{POST}" Location="{base}/sso"/></md:IDPSSODescriptor><md:Organization><md:OrganizationName xml:lang="it">Gestore di prova di Varco</md:OrganizationName><md:OrganizationDisplayName xml:lang="it">{name} (TEST)</md:OrganizationDisplayName><md:OrganizationURL xml:lang="it">{base}/</md:OrganizationURL></md:Organization></md:EntityDescriptor>"#,
        signature = signer.template(id),
        certificate = signer.certificate(),
        name = name(profile),
    ))?;
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- {MARKER} -->\n{signed}\n"
    ))
}

/// What citizens read.
pub(super) fn name(profile: Profile) -> &'static str {
    match profile {
        Profile::Spid => "Identità di prova",
        Profile::Cie => "CIE di prova",
        Profile::Eidas => "Nodo eIDAS di prova",
    }
}
