//! Our metadata: for SPID those of a public body (regole tecniche SPID; Avviso 29 v3), for CIE of a public
//! or private one (manuale operativo "Entra con CIE"). Element order is the schema's; blanks are nowhere, because validators compare texts to the byte.

use super::cie_contacts;
use crate::keyring::SamlKey;
use crate::saml::{Contact, ServiceProvider, SpidContact, names};
use crate::xml::signature::{Placement, SigningError, sign};
use crate::xml::{self, DSIG};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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
                Contact::Spid(contact) => write_contact(w, provider, contact),
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
        xml::write_parent(w, "md:KeyDescriptor", &[("use", "signing")], |w| {
            xml::write_parent(w, "ds:KeyInfo", &[], |w| {
                xml::write_parent(w, "ds:X509Data", &[], |w| {
                    xml::write_text(w, "ds:X509Certificate", &[], &STANDARD.encode(&key.certificate))
                })
            })
        })?;
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
        xml::write_parent(w, "md:AttributeConsumingService", &[("index", "0")], |w| {
            for (language, name) in &provider.service_names {
                xml::write_text(w, "md:ServiceName", &[("xml:lang", language)], name)?;
            }
            for name in &provider.attributes {
                let attribute = [("Name", name.as_str()), ("NameFormat", names::BASIC)];
                xml::write_empty(w, "md:RequestedAttribute", &attribute)?;
            }
            Ok(())
        })
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

/// Avviso 29 v3: the `other` contact of a public body.
fn write_contact(w: &mut Writer<Vec<u8>>, provider: &ServiceProvider, contact: &SpidContact) -> io::Result<()> {
    xml::write_parent(w, "md:ContactPerson", &[("contactType", "other")], |w| {
        xml::write_parent(w, "md:Extensions", &[], |w| {
            xml::write_text(w, "spid:IPACode", &[], &contact.ipa_code)?;
            if let Some(number) = &contact.vat_number {
                xml::write_text(w, "spid:VATNumber", &[], number)?;
            }
            if let Some(code) = &contact.fiscal_code {
                xml::write_text(w, "spid:FiscalCode", &[], code)?;
            }
            xml::write_empty(w, "spid:Public", &[])
        })?;
        if let Some(organisation) = provider.organisation.first() {
            xml::write_text(w, "md:Company", &[], &organisation.name)?;
        }
        xml::write_text(w, "md:EmailAddress", &[], &contact.email)?;
        if let Some(telephone) = &contact.telephone {
            xml::write_text(w, "md:TelephoneNumber", &[], telephone)?;
        }
        Ok(())
    })
}
