//! The contacts of SPID metadata, role by role (Avviso 29 v3, Avviso 19 v4). The order of elements is the
//! schemas'.

use crate::saml::{Billing, Party, Role, Seat, ServiceProvider, SpidContact};
use crate::xml;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Writer;
use std::io;

const AGGREGATOR: (&str, &str) = ("spid:entityType", "spid:aggregator");
const AGGREGATED: (&str, &str) = ("spid:entityType", "spid:aggregated");

/// Every ContactPerson of the record.
pub(super) fn write(w: &mut Writer<Vec<u8>>, provider: &ServiceProvider, known: &SpidContact) -> io::Result<()> {
    let ourselves = ourselves(provider, known);
    match &known.role {
        Role::Public => contact(w, None, &ourselves, "spid:Public", None),
        Role::Private(billing) => {
            contact(w, None, &ourselves, "spid:Private", None)?;
            billing_contact(w, None, billing)
        }
        Role::PublicAggregator { aggregator, validation } => {
            let mark = match validation {
                None => "spid:PublicServicesFullAggregator",
                Some(_) => "spid:PublicServicesLightAggregator",
            };
            contact(w, Some(AGGREGATOR), aggregator, mark, validation.as_deref())?;
            contact(w, Some(AGGREGATED), &ourselves, "spid:Public", None)
        }
        Role::PrivateAggregator {
            aggregator,
            validation,
            billing,
        } => {
            let mark = match validation {
                None => "spid:PrivateServicesFullAggregator",
                Some(_) => "spid:PrivateServicesLightAggregator",
            };
            contact(w, Some(AGGREGATOR), aggregator, mark, validation.as_deref())?;
            contact(w, Some(AGGREGATED), &ourselves, "spid:Private", None)?;
            billing_contact(w, Some(AGGREGATOR), billing)
        }
        Role::PublicOperator => contact(w, Some(AGGREGATOR), &ourselves, "spid:PublicServicesFullOperator", None),
        Role::PublicOperatorLight { aggregated, validation } => {
            let mark = "spid:PublicServicesLightOperator";
            contact(w, Some(AGGREGATOR), &ourselves, mark, Some(validation))?;
            contact(w, Some(AGGREGATED), aggregated, "spid:Public", None)
        }
    }
}

/// Whom the Organization names; `Company` is its name to the byte.
fn ourselves(provider: &ServiceProvider, known: &SpidContact) -> Party {
    let name = provider.organisation.first().map(|each| each.name.clone());
    Party {
        name: name.unwrap_or_default(),
        ipa_code: (!known.ipa_code.is_empty()).then(|| known.ipa_code.clone()),
        vat_number: known.vat_number.clone(),
        fiscal_code: known.fiscal_code.clone(),
        email: Some(known.email.clone()),
        telephone: known.telephone.clone(),
    }
}

fn contact(
    w: &mut Writer<Vec<u8>>,
    entity_type: Option<(&str, &str)>,
    party: &Party,
    mark: &str,
    validation: Option<&[u8]>,
) -> io::Result<()> {
    let attributes: Vec<(&str, &str)> = [("contactType", "other")].into_iter().chain(entity_type).collect();
    xml::write_parent(w, "md:ContactPerson", &attributes, |w| {
        xml::write_parent(w, "md:Extensions", &[], |w| {
            optional(w, "spid:IPACode", party.ipa_code.as_ref())?;
            optional(w, "spid:VATNumber", party.vat_number.as_ref())?;
            optional(w, "spid:FiscalCode", party.fiscal_code.as_ref())?;
            xml::write_empty(w, mark, &[])?;
            match validation {
                None => Ok(()),
                Some(certificate) => {
                    let key = [("use", "spid:validation")];
                    xml::write_parent(w, "spid:KeyDescriptor", &key, |w| key_info(w, certificate))
                }
            }
        })?;
        xml::write_text(w, "md:Company", &[], &party.name)?;
        optional(w, "md:EmailAddress", party.email.as_ref())?;
        optional(w, "md:TelephoneNumber", party.telephone.as_ref())
    })
}

fn billing_contact(w: &mut Writer<Vec<u8>>, entity_type: Option<(&str, &str)>, billing: &Billing) -> io::Result<()> {
    let attributes: Vec<(&str, &str)> = [("contactType", "billing")].into_iter().chain(entity_type).collect();
    xml::write_parent(w, "md:ContactPerson", &attributes, |w| {
        xml::write_parent(w, "md:Extensions", &[("xmlns:fpa", FPA)], |w| {
            xml::write_parent(w, "fpa:CessionarioCommittente", &[], |w| {
                xml::write_parent(w, "fpa:DatiAnagrafici", &[], |w| taxpayer(w, billing))?;
                xml::write_parent(w, "fpa:Sede", &[], |w| seat(w, &billing.seat))
            })?;
            optional(
                w,
                "fpa:TerzoIntermediarioSoggettoEmittente",
                billing.intermediary.as_ref(),
            )
        })?;
        xml::write_text(w, "md:Company", &[], &billing.name)?;
        xml::write_text(w, "md:EmailAddress", &[], &billing.email)?;
        optional(w, "md:TelephoneNumber", billing.telephone.as_ref())
    })
}

/// Invoicing extensions.
const FPA: &str = "https://spid.gov.it/invoicing-extensions";

fn taxpayer(w: &mut Writer<Vec<u8>>, billing: &Billing) -> io::Result<()> {
    if let Some((country, number)) = &billing.vat_number {
        xml::write_parent(w, "fpa:IdFiscaleIVA", &[], |w| {
            xml::write_text(w, "fpa:IdPaese", &[], country)?;
            xml::write_text(w, "fpa:IdCodice", &[], number)
        })?;
    }
    optional(w, "fpa:CodiceFiscale", billing.fiscal_code.as_ref())?;
    xml::write_parent(w, "fpa:Anagrafica", &[], |w| {
        xml::write_text(w, "fpa:Denominazione", &[], &billing.name)
    })
}

fn seat(w: &mut Writer<Vec<u8>>, seat: &Seat) -> io::Result<()> {
    xml::write_text(w, "fpa:Indirizzo", &[], &seat.street)?;
    optional(w, "fpa:NumeroCivico", seat.number.as_ref())?;
    xml::write_text(w, "fpa:CAP", &[], &seat.post_code)?;
    xml::write_text(w, "fpa:Comune", &[], &seat.town)?;
    optional(w, "fpa:Provincia", seat.province.as_ref())?;
    xml::write_text(w, "fpa:Nazione", &[], &seat.country)
}

/// `ds:KeyInfo` with one certificate.
pub(super) fn key_info(w: &mut Writer<Vec<u8>>, certificate: &[u8]) -> io::Result<()> {
    xml::write_parent(w, "ds:KeyInfo", &[], |w| {
        xml::write_parent(w, "ds:X509Data", &[], |w| {
            xml::write_text(w, "ds:X509Certificate", &[], &STANDARD.encode(certificate))
        })
    })
}

fn optional(w: &mut Writer<Vec<u8>>, name: &str, value: Option<&String>) -> io::Result<()> {
    match value {
        Some(value) => xml::write_text(w, name, &[], value),
        None => Ok(()),
    }
}
