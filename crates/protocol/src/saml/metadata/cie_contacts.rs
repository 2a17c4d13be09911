//! The contacts of a CIE service provider (manuale operativo "Entra con CIE", "ContactPerson"). The
//! schema wants `Public` or `Private` first; what follows may come in any order.

use crate::saml::service_provider::{CieBody, CieContact, CieContacts};
use crate::xml;
use quick_xml::Writer;
use std::io;

/// `administrative`, and `technical` when there is a partner. `organisation` is the OrganizationName,
/// which the `Company` of the administrative contact must be.
pub(super) fn write(w: &mut Writer<Vec<u8>>, contacts: &CieContacts, organisation: &str) -> io::Result<()> {
    write_contact(w, "administrative", &contacts.administrative, organisation)?;
    match &contacts.technical {
        Some(technical) => write_contact(w, "technical", technical, organisation),
        None => Ok(()),
    }
}

fn write_contact(w: &mut Writer<Vec<u8>>, kind: &str, contact: &CieContact, organisation: &str) -> io::Result<()> {
    xml::write_parent(w, "md:ContactPerson", &[("contactType", kind)], |w| {
        xml::write_parent(w, "md:Extensions", &[], |w| write_extensions(w, contact))?;
        let company = contact.company.as_deref().unwrap_or(organisation);
        xml::write_text(w, "md:Company", &[], company)?;
        xml::write_text(w, "md:EmailAddress", &[], &contact.email)?;
        if let Some(telephone) = &contact.telephone {
            xml::write_text(w, "md:TelephoneNumber", &[], telephone)?;
        }
        Ok(())
    })
}

fn write_extensions(w: &mut Writer<Vec<u8>>, contact: &CieContact) -> io::Result<()> {
    let mut texts: Vec<(&str, &str)> = Vec::new();
    match &contact.body {
        CieBody::Public { ipa_code, ipa_category } => {
            xml::write_empty(w, "cie:Public", &[])?;
            texts.push(("cie:IPACode", ipa_code));
            texts.extend(ipa_category.iter().map(|text| ("cie:IPACategory", text.as_str())));
        }
        CieBody::Private => xml::write_empty(w, "cie:Private", &[])?,
    }
    texts.extend(contact.vat_number.iter().map(|text| ("cie:VATNumber", text.as_str())));
    texts.extend(contact.fiscal_code.iter().map(|text| ("cie:FiscalCode", text.as_str())));
    texts.extend(contact.nace2_codes.iter().map(|text| ("cie:NACE2Code", text.as_str())));
    texts.push(("cie:Municipality", &contact.municipality));
    texts.extend(contact.province.iter().map(|text| ("cie:Province", text.as_str())));
    texts.extend(contact.country.iter().map(|text| ("cie:Country", text.as_str())));
    for (name, text) in texts {
        xml::write_text(w, name, &[], text)?;
    }
    Ok(())
}
