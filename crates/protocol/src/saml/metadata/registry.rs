//! The registry of identity providers: one signed document with all of them (SPID regole tecniche,
//! `spid-entities-idps.xml`).

use super::identity_provider::{IdentityProvider, MetadataError, identity_providers_in};
use crate::saml::names;
use crate::x509::PublicKey;
use crate::xml::signature::{Bergshamra, SignatureError, verify_document_element};
use crate::xml::{Bounds, Tree};
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};

/// A registry whose signature is that of one of the signers we pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    /// Who is in it; never empty.
    pub providers: Vec<IdentityProvider>,
    /// Until when it may be used as a whole, when it says so.
    pub valid_until: Option<DateTime<Utc>>,
    /// SHA-256 of the document: the name of this edition.
    pub digest: [u8; 32],
}

/// Why a document is not taken for the registry (attacks 6, 22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// Not metadata that we read, or with an identity provider that we cannot use.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// Not signed.
    #[error("registry without a signature")]
    Unsigned,
    /// Signed by somebody else, changed after it was signed, or signed in another way than metadata are.
    #[error("registry: {0}")]
    Signature(#[from] SignatureError),
    /// Its `validUntil` is over.
    #[error("registry expired")]
    Expired,
}

impl RegistryError {
    /// The reason in one word, for events and log lines.
    pub fn name(self) -> &'static str {
        match self {
            RegistryError::Metadata(MetadataError::Empty) => "empty",
            RegistryError::Metadata(MetadataError::NoSigningKey | MetadataError::KeyUse) => "key_missing",
            RegistryError::Metadata(MetadataError::UnusableKey) => "key_unusable",
            RegistryError::Metadata(_) => "malformed",
            RegistryError::Unsigned => "unsigned",
            RegistryError::Signature(_) => "signature",
            RegistryError::Expired => "expired",
        }
    }
}

/// Why an authentic registry does not take the place of the one that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNewer {
    /// Ends earlier, or says no end where the one held does.
    #[error("registry valid for a shorter time than the one held")]
    ShorterValidity,
    /// The newest certificate of some identity provider is older than the one held.
    #[error("registry with older certificates than the one held")]
    OlderCertificates,
    /// Fewer than half of the identity providers are left.
    #[error("registry with fewer than half of the identity providers held")]
    Shrunk,
}

impl NotNewer {
    /// The reason in one word, for events and log lines.
    pub fn name(self) -> &'static str {
        match self {
            NotNewer::ShorterValidity => "shorter_validity",
            NotNewer::OlderCertificates => "older_certificates",
            NotNewer::Shrunk => "shrunk",
        }
    }
}

impl Registry {
    /// Reads a registry, after its signature by one of `signers` was verified. Certificates and keys that
    /// the document brings for its own signature are not looked at.
    ///
    /// # Errors
    /// [`RegistryError`]. One identity provider that cannot be used refuses the whole document.
    pub fn read(xml: &str, signers: &[PublicKey], now: DateTime<Utc>) -> Result<Registry, RegistryError> {
        let tree = Tree::parse(xml, Bounds::METADATA).map_err(MetadataError::from)?;
        let root = tree.root();
        if !root.is(names::MD, "EntitiesDescriptor") && !root.is(names::MD, "EntityDescriptor") {
            return Err(MetadataError::NotMetadata.into());
        }
        let verified = verify_document_element(&Bergshamra, &tree, signers)?.ok_or(RegistryError::Unsigned)?;
        let providers = identity_providers_in(verified.element())?;
        // The last to end: while one is left, the registry is of use.
        let valid_until = providers
            .iter()
            .map(|provider| provider.valid_until)
            .reduce(|one, other| one.zip(other).map(|(one, other)| one.max(other)))
            .flatten();
        if providers.iter().all(|provider| !provider.is_valid_at(now)) {
            return Err(RegistryError::Expired);
        }
        Ok(Registry {
            providers,
            valid_until,
            digest: edition(xml),
        })
    }

    /// Whether this one may take the place of `held`, both being authentic (attack 22: an older file served
    /// again). AgID's registry carries neither date nor number, so its age is read off what it does carry;
    /// whoever keeps editions also refuses one that was replaced before.
    ///
    /// # Errors
    /// [`NotNewer`]; somebody has to look at it.
    pub fn supersedes(&self, held: &Registry) -> Result<(), NotNewer> {
        match (self.valid_until, held.valid_until) {
            (Some(mine), Some(its)) if mine < its => return Err(NotNewer::ShorterValidity),
            (None, Some(_)) => return Err(NotNewer::ShorterValidity),
            _ => {}
        }
        let still_there = |known: &&IdentityProvider| self.provider(&known.entity_id).is_some();
        if held.providers.iter().filter(still_there).count() < held.providers.len().div_ceil(2) {
            return Err(NotNewer::Shrunk);
        }
        let older = |known: &IdentityProvider| {
            let mine = self.provider(&known.entity_id);
            mine.is_some_and(|mine| newest_certificate(mine) < newest_certificate(known))
        };
        match held.providers.iter().any(older) {
            true => Err(NotNewer::OlderCertificates),
            false => Ok(()),
        }
    }

    fn provider(&self, entity_id: &str) -> Option<&IdentityProvider> {
        self.providers.iter().find(|provider| provider.entity_id == entity_id)
    }
}

/// When the newest of its certificates began.
fn newest_certificate(provider: &IdentityProvider) -> Option<DateTime<Utc>> {
    provider.certificates.iter().map(|dates| dates.begins).max()
}

fn edition(xml: &str) -> [u8; 32] {
    let mut edition = [0; 32];
    for (to, from) in edition.iter_mut().zip(digest(&SHA256, xml.as_bytes()).as_ref()) {
        *to = *from;
    }
    edition
}
