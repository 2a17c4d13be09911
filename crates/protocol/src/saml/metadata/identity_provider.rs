//! Reading the metadata of identity providers. "No key" never means "no check": a provider whose
//! signing key we cannot use is not taken in (CVE-2026-28323, CVE-2026-16443).

use crate::saml::names;
use crate::x509::PublicKey;
use crate::xml::{Bounds, DSIG, Element, Repeated, Tree, XmlError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// An identity provider as its metadata describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// entityID: must be the Issuer of everything it says.
    pub entity_id: String,
    /// OrganizationDisplayName in Italian, or the first one, or the entityID.
    pub name: String,
    /// SSO Location for HTTP-Redirect.
    pub sso_redirect: Option<String>,
    /// SSO Location for HTTP-POST.
    pub sso_post: Option<String>,
    /// Logout Location for HTTP-Redirect.
    pub slo_redirect: Option<String>,
    /// Where a redirected LogoutResponse goes, when it is another place (`ResponseLocation`).
    pub slo_redirect_response: Option<String>,
    /// Logout Location for HTTP-POST.
    pub slo_post: Option<String>,
    /// Where a posted LogoutResponse goes, when it is another place (`ResponseLocation`).
    pub slo_post_response: Option<String>,
    /// One or more: a provider that changes key publishes both for a while.
    pub signing_keys: Vec<PublicKey>,
}

/// Why a metadata document is refused, whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Not XML that we read.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Neither EntityDescriptor nor EntitiesDescriptor.
    #[error("not SAML metadata")]
    NotMetadata,
    /// No identity provider inside.
    #[error("no identity provider in the metadata")]
    Empty,
    /// An identity provider without entityID, twice the same one, or a repeated element.
    #[error("identity provider descriptor malformed")]
    Descriptor,
    /// An identity provider without a signing key.
    #[error("identity provider without a signing key")]
    NoSigningKey,
    /// A signing key that is not RSA of at least 2048 bits.
    #[error("identity provider with an unusable signing key")]
    UnusableKey,
    /// No SSO Location, or one that is not http(s).
    #[error("identity provider without a usable single sign-on address")]
    NoSingleSignOn,
}

impl From<Repeated> for MetadataError {
    fn from(_: Repeated) -> MetadataError {
        MetadataError::Descriptor
    }
}

/// All identity providers of an EntityDescriptor or an EntitiesDescriptor (nested ones too). Entities
/// that are not identity providers are passed over; a bad one refuses the whole document, so that a
/// registry mistake is seen and the last good copy stays in use.
///
/// Certificates count only as holders of keys: the dates in them are not looked at.
///
/// # Errors
/// [`MetadataError`].
pub fn identity_providers(xml: &str) -> Result<Vec<IdentityProvider>, MetadataError> {
    let tree = Tree::parse(xml, Bounds::METADATA)?;
    let root = tree.root();
    let entities = if root.is(names::MD, "EntityDescriptor") {
        vec![root]
    } else if root.is(names::MD, "EntitiesDescriptor") {
        entities_of(root)
    } else {
        return Err(MetadataError::NotMetadata);
    };
    let mut providers: Vec<IdentityProvider> = Vec::new();
    for entity in entities {
        let Some(descriptor) = entity.child(names::MD, "IDPSSODescriptor")? else {
            continue;
        };
        let provider = read(entity, descriptor)?;
        if providers.iter().any(|known| known.entity_id == provider.entity_id) {
            return Err(MetadataError::Descriptor);
        }
        providers.push(provider);
    }
    match providers.is_empty() {
        true => Err(MetadataError::Empty),
        false => Ok(providers),
    }
}

/// Only along EntitiesDescriptor: an EntityDescriptor hidden in some extension is nobody.
fn entities_of(group: Element<'_>) -> Vec<Element<'_>> {
    let mut entities = group.children_named(names::MD, "EntityDescriptor");
    for nested in group.children_named(names::MD, "EntitiesDescriptor") {
        entities.extend(entities_of(nested));
    }
    entities
}

fn read(entity: Element<'_>, descriptor: Element<'_>) -> Result<IdentityProvider, MetadataError> {
    let entity_id = entity.attribute("entityID").unwrap_or("").trim().to_owned();
    if entity_id.is_empty() {
        return Err(MetadataError::Descriptor);
    }
    let sso_redirect = location(descriptor, "SingleSignOnService", names::REDIRECT, "Location");
    let sso_post = location(descriptor, "SingleSignOnService", names::POST, "Location");
    if sso_redirect.is_none() && sso_post.is_none() {
        return Err(MetadataError::NoSingleSignOn);
    }
    Ok(IdentityProvider {
        name: display_name(entity)?.unwrap_or_else(|| entity_id.clone()),
        entity_id,
        sso_redirect,
        sso_post,
        slo_redirect: location(descriptor, "SingleLogoutService", names::REDIRECT, "Location"),
        slo_redirect_response: location(descriptor, "SingleLogoutService", names::REDIRECT, "ResponseLocation"),
        slo_post: location(descriptor, "SingleLogoutService", names::POST, "Location"),
        slo_post_response: location(descriptor, "SingleLogoutService", names::POST, "ResponseLocation"),
        signing_keys: signing_keys(descriptor)?,
    })
}

fn location(descriptor: Element<'_>, service: &str, binding: &str, attribute: &str) -> Option<String> {
    descriptor
        .children_named(names::MD, service)
        .into_iter()
        .filter(|element| element.attribute("Binding") == Some(binding))
        .filter_map(|element| element.attribute(attribute))
        .map(str::trim)
        .find(|url| (url.starts_with("https://") || url.starts_with("http://")) && !url.contains('#'))
        .map(str::to_owned)
}

fn display_name(entity: Element<'_>) -> Result<Option<String>, MetadataError> {
    let Some(organisation) = entity.child(names::MD, "Organization")? else {
        return Ok(None);
    };
    let named = organisation.children_named(names::MD, "OrganizationDisplayName");
    let italian = named
        .iter()
        .find(|name| name.attribute_ns(names::XML, "lang") == Some("it"));
    let name = italian.or(named.first()).map(Element::text);
    Ok(name.filter(|text| !text.is_empty()))
}

/// `use="signing"`, or no `use`, which means both (SAML metadata §2.4.1.1).
fn signing_keys(descriptor: Element<'_>) -> Result<Vec<PublicKey>, MetadataError> {
    let mut keys: Vec<PublicKey> = Vec::new();
    for holder in descriptor.children_named(names::MD, "KeyDescriptor") {
        if !matches!(holder.attribute("use"), None | Some("signing")) {
            continue;
        }
        for certificate in holder.descendants_named(DSIG, "X509Certificate") {
            let base64: String = certificate
                .text()
                .chars()
                .filter(|c| !c.is_ascii_whitespace())
                .collect();
            let der = STANDARD.decode(base64).map_err(|_| MetadataError::UnusableKey)?;
            let key = PublicKey::from_certificate(&der).map_err(|_| MetadataError::UnusableKey)?;
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    match keys.is_empty() {
        true => Err(MetadataError::NoSigningKey),
        false => Ok(keys),
    }
}
