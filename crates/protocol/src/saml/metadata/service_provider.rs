//! Our metadata: for SPID (regole tecniche SPID; the contacts of each role in `spid_contacts.rs`), for CIE
//! (manuale operativo "Entra con CIE"; `cie_contacts.rs`). Element order is the schema's; blanks are nowhere,
//! because validators compare texts to the byte.

use super::cie_contacts;
use super::spid_contacts::{self, key_info};
use crate::keyring::SamlKey;
use crate::saml::{Contact, ServiceProvider, names};
use crate::xml::signature::{Placement, SigningError, sign};
use crate::xml::{self, DSIG};
use aws_lc_rs::digest;
use quick_xml::Writer;
use std::io;

/// Why metadata cannot be written: a record that AgID or the Ministry would refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WritingError {
    /// No organisation, service name or attribute, or Italian is not the first language.
    #[error("organisation, service names and attributes are mandatory, Italian first")]
    Incomplete,
    /// entityID empty or longer than 1024 characters.
    #[error("entityID must be 1 to 1024 characters")]
    EntityId,
    /// Signing failed.
    #[error(transparent)]
    Signing(#[from] SigningError),
}

/// Names what is registered: SHA-256 of everything in the metadata but their `ID` and signature, hexadecimal.
/// Which of two published certificates signs makes no difference, nor does their order.
///
/// # Errors
/// [`WritingError`].
pub fn registered_digest(service_provider: &ServiceProvider, key: &SamlKey) -> Result<String, WritingError> {
    let mut certificates = vec![key.certificate.clone()];
    certificates.extend(service_provider.second_certificate.clone());
    certificates.sort();
    let mut certificates = certificates.into_iter();
    let key = SamlKey {
        certificate: certificates.next().unwrap_or_default(),
        ..key.clone()
    };
    let service_provider = ServiceProvider {
        second_certificate: certificates.next(),
        ..service_provider.clone()
    };
    let document = unsigned(&service_provider, &key, "_")?;
    let digest = digest::digest(&digest::SHA256, document.as_bytes());
    Ok(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The signed EntityDescriptor. `id` is its `ID` (an NCName: `_` and hexadecimal digits).
///
/// # Errors
/// [`WritingError`].
pub fn service_provider(service_provider: &ServiceProvider, key: &SamlKey, id: &str) -> Result<String, WritingError> {
    let unsigned = unsigned(service_provider, key, id)?;
    Ok(sign(&unsigned, Placement::First, key)?)
}

pub(in crate::saml) fn unsigned(provider: &ServiceProvider, key: &SamlKey, id: &str) -> Result<String, WritingError> {
    let first_service = provider.service_names.first().map(|(language, _)| language.as_str());
    let italian_first = provider.organisation.first().is_some_and(|name| name.language == "it")
        && match &provider.contact {
            Contact::Spid(_) => first_service == Some("it"),
            // A service may be named by a UUID, which is in no language.
            Contact::Cie(_) => matches!(first_service, Some("it" | "")),
        };
    if !italian_first || provider.attributes.is_empty() {
        return Err(WritingError::Incomplete);
    }
    if provider.entity_id.is_empty() || provider.entity_id.chars().count() > 1024 {
        return Err(WritingError::EntityId);
    }
    let attributes = [
        ("xmlns:md", names::MD),
        ("xmlns:ds", DSIG),
        match &provider.contact {
            Contact::Spid(_) => ("xmlns:spid", names::SPID),
            Contact::Cie(_) => ("xmlns:cie", names::CIE),
        },
        ("entityID", provider.entity_id.as_str()),
        ("ID", id),
    ];
    xml::write(|w| {
        xml::write_parent(w, "md:EntityDescriptor", &attributes, |w| {
            write_descriptor(w, provider, key)?;
            write_organisation(w, provider)?;
            match &provider.contact {
                Contact::Spid(contact) => spid_contacts::write(w, provider, contact),
                Contact::Cie(contacts) => {
                    let name = provider.organisation.first().map(|each| each.name.as_str());
                    cie_contacts::write(w, contacts, name.unwrap_or_default())
                }
            }
        })
    })
    .map_err(|_| WritingError::Signing(SigningError::Document))
}

fn write_descriptor(w: &mut Writer<Vec<u8>>, provider: &ServiceProvider, key: &SamlKey) -> io::Result<()> {
    let attributes = [
        ("protocolSupportEnumeration", names::SAMLP),
        ("AuthnRequestsSigned", "true"),
        ("WantAssertionsSigned", "true"),
    ];
    xml::write_parent(w, "md:SPSSODescriptor", &attributes, |w| {
        for certificate in std::iter::once(&key.certificate).chain(&provider.second_certificate) {
            xml::write_parent(w, "md:KeyDescriptor", &[("use", "signing")], |w| {
                key_info(w, certificate)
            })?;
        }
        for binding in [names::REDIRECT, names::POST] {
            let logout = [("Binding", binding), ("Location", provider.slo_url.as_str())];
            xml::write_empty(w, "md:SingleLogoutService", &logout)?;
        }
        xml::write_text(w, "md:NameIDFormat", &[], names::TRANSIENT)?;
        let consumer = [
            ("Binding", names::POST),
            ("Location", provider.acs_url.as_str()),
            ("index", "0"),
            ("isDefault", "true"),
        ];
        xml::write_empty(w, "md:AssertionConsumerService", &consumer)?;
        write_attributes(w, 0, &provider.service_names, &provider.attributes)?;
        for set in &provider.attribute_sets {
            write_attributes(w, set.index, &set.names, &set.attributes)?;
        }
        Ok(())
    })
}

fn write_attributes(
    w: &mut Writer<Vec<u8>>,
    index: u16,
    service_names: &[(String, String)],
    attributes: &[String],
) -> io::Result<()> {
    let index = index.to_string();
    xml::write_parent(w, "md:AttributeConsumingService", &[("index", &index)], |w| {
        for (language, name) in service_names {
            xml::write_text(w, "md:ServiceName", &[("xml:lang", language)], name)?;
        }
        for name in attributes {
            let attribute = [("Name", name.as_str()), ("NameFormat", names::BASIC)];
            xml::write_empty(w, "md:RequestedAttribute", &attribute)?;
        }
        Ok(())
    })
}

/// Schema order: all names, then all display names, then all addresses. `xml:lang` is the only
/// attribute, and must be.
fn write_organisation(w: &mut Writer<Vec<u8>>, provider: &ServiceProvider) -> io::Result<()> {
    xml::write_parent(w, "md:Organization", &[], |w| {
        for each in &provider.organisation {
            xml::write_text(w, "md:OrganizationName", &[("xml:lang", &each.language)], &each.name)?;
        }
        for each in &provider.organisation {
            let language = [("xml:lang", each.language.as_str())];
            xml::write_text(w, "md:OrganizationDisplayName", &language, &each.display_name)?;
        }
        for each in &provider.organisation {
            xml::write_text(w, "md:OrganizationURL", &[("xml:lang", &each.language)], &each.url)?;
        }
        Ok(())
    })
}
