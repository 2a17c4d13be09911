//! Reading the metadata of identity providers. "No key" never means "no check": a provider whose
//! signing key we cannot use is not taken in (CVE-2026-28323, CVE-2026-16443).

use crate::saml::instant;
use crate::saml::names;
use crate::x509::{PublicKey, Validity};
use crate::xml::{Bounds, DSIG, Element, Repeated, Tree, XmlError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

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
    /// The dates of the certificates that hold those keys: for alarms and for telling old metadata from new.
    /// They decide nothing about a signature.
    pub certificates: Vec<Validity>,
    /// Until when these metadata may be used (`validUntil`), when they say so.
    pub valid_until: Option<DateTime<Utc>>,
}

impl IdentityProvider {
    /// Whether its metadata may be used at `now`.
    pub fn is_valid_at(&self, now: DateTime<Utc>) -> bool {
        self.valid_until.is_none_or(|end| now < end)
    }
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
    /// A key without `use` (attack 6; SAML would let it mean anything, SPID's registry always says it).
    #[error("identity provider with a key of unknown use")]
    KeyUse,
    /// A `validUntil` that is no instant.
    #[error("metadata with a validity that cannot be read")]
    Validity,
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
    identity_providers_in(tree.root())
}

/// The same, of a document that was parsed already.
///
/// # Errors
/// [`MetadataError`].
pub(super) fn identity_providers_in(root: Element<'_>) -> Result<Vec<IdentityProvider>, MetadataError> {
    let entities = if root.is(names::MD, "EntityDescriptor") {
        vec![(root, None)]
    } else if root.is(names::MD, "EntitiesDescriptor") {
        entities_of(root, None)?
    } else {
        return Err(MetadataError::NotMetadata);
    };
    let mut providers: Vec<IdentityProvider> = Vec::new();
    for (entity, group_end) in entities {
        let Some(descriptor) = entity.child(names::MD, "IDPSSODescriptor")? else {
            continue;
        };
        let mut provider = read(entity, descriptor)?;
        provider.valid_until = earlier(valid_until(descriptor)?, earlier(valid_until(entity)?, group_end));
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
/// Each with the end that its groups set.
fn entities_of(group: Element<'_>, end: End) -> Result<Vec<(Element<'_>, End)>, MetadataError> {
    let end = earlier(valid_until(group)?, end);
    let entities = group.children_named(names::MD, "EntityDescriptor");
    let mut entities: Vec<_> = entities.into_iter().map(|entity| (entity, end)).collect();
    for nested in group.children_named(names::MD, "EntitiesDescriptor") {
        entities.extend(entities_of(nested, end)?);
    }
    Ok(entities)
}

/// An end of validity, if there is one.
type End = Option<DateTime<Utc>>;

/// `validUntil` of an element (SAML metadata §2.2.1).
fn valid_until(element: Element<'_>) -> Result<End, MetadataError> {
    let read = |text: &str| instant::read(text.trim()).ok_or(MetadataError::Validity);
    element.attribute("validUntil").map(read).transpose()
}

fn earlier(one: End, other: End) -> End {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
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
    let (signing_keys, certificates) = signing_keys(descriptor)?;
    Ok(IdentityProvider {
        name: display_name(entity)?.unwrap_or_else(|| entity_id.clone()),
        entity_id,
        sso_redirect,
        sso_post,
        slo_redirect: location(descriptor, "SingleLogoutService", names::REDIRECT, "Location"),
        slo_redirect_response: location(descriptor, "SingleLogoutService", names::REDIRECT, "ResponseLocation"),
        slo_post: location(descriptor, "SingleLogoutService", names::POST, "Location"),
        slo_post_response: location(descriptor, "SingleLogoutService", names::POST, "ResponseLocation"),
        signing_keys,
        certificates,
        valid_until: None,
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

/// Every certificate of every `KeyDescriptor` for signing, with its dates.
fn signing_keys(descriptor: Element<'_>) -> Result<(Vec<PublicKey>, Vec<Validity>), MetadataError> {
    let (mut keys, mut dates): (Vec<PublicKey>, Vec<Validity>) = (Vec::new(), Vec::new());
    for holder in descriptor.children_named(names::MD, "KeyDescriptor") {
        match holder.attribute("use") {
            Some("signing") => {}
            Some("encryption") => continue,
            _ => return Err(MetadataError::KeyUse),
        }
        for certificate in holder.descendants_named(DSIG, "X509Certificate") {
            let base64: String = certificate
                .text()
                .chars()
                .filter(|c| !c.is_ascii_whitespace())
                .collect();
            let der = STANDARD.decode(base64).map_err(|_| MetadataError::UnusableKey)?;
            let key = PublicKey::from_certificate(&der).map_err(|_| MetadataError::UnusableKey)?;
            dates.push(Validity::of_certificate(&der).map_err(|_| MetadataError::UnusableKey)?);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    match keys.is_empty() {
        true => Err(MetadataError::NoSigningKey),
        false => Ok((keys, dates)),
    }
}
