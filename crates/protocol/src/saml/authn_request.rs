//! The AuthnRequest (regole tecniche SPID; Avviso 5, 11).

use super::{Profile, ServiceProvider, instant, names};
use crate::xml;
use chrono::{DateTime, Utc};
use domain::person::{Level, Purpose};
use quick_xml::Writer;
use std::io;

/// What we ask one identity provider, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthnRequest {
    /// Unique NCName: `_` and hexadecimal randomness. Comes back in InResponseTo.
    pub id: String,
    /// When it is sent; keep it, the answer must not be older.
    pub issue_instant: DateTime<Utc>,
    /// The SSO Location of the binding used (Avviso 11).
    pub destination: String,
    /// The weakest acceptable level.
    pub level: Level,
    /// Ask for a new authentication where the rules do not (SPID at L1).
    pub force_authn: bool,
    /// By whose rules.
    pub profile: Profile,
    /// Index of the AttributeConsumingService.
    pub attribute_set: u16,
    /// The kind of identity, when a service wants another than a natural person's (Avviso 18).
    pub purpose: Option<Purpose>,
}

impl AuthnRequest {
    /// The XML document, unsigned (the Redirect binding signs the query).
    ///
    /// `Comparison` is `minimum`: the provider may step up, and a higher level is always accepted.
    /// No `AllowCreate`, `Subject`, `Conditions`, `Scoping`, `IsPassive`: each of them is an error or a
    /// risk in SPID. `NameQualifier` repeats the entityID, which validators take as the Audience.
    pub fn to_xml(&self, service_provider: &ServiceProvider) -> String {
        // Writing into memory fails only for a broken closure; an empty request would be refused.
        self.write(service_provider).unwrap_or_default()
    }

    fn write(&self, service_provider: &ServiceProvider) -> io::Result<String> {
        let entity_id = service_provider.entity_id.as_str();
        let issue_instant = instant::write(self.issue_instant);
        let mut attributes = vec![
            ("xmlns:samlp", names::SAMLP),
            ("xmlns:saml", names::SAML),
            ("ID", self.id.as_str()),
            ("Version", "2.0"),
            ("IssueInstant", issue_instant.as_str()),
            ("Destination", self.destination.as_str()),
        ];
        if self.force_authn || self.level >= self.profile.rules().force_authn_from {
            attributes.push(("ForceAuthn", "true"));
        }
        attributes.push(("AssertionConsumerServiceIndex", "0"));
        let attribute_set = self.attribute_set.to_string();
        attributes.push(("AttributeConsumingServiceIndex", &attribute_set));
        xml::write(|w| {
            xml::write_parent(w, "samlp:AuthnRequest", &attributes, |w| {
                let issuer = [("Format", names::ENTITY), ("NameQualifier", entity_id)];
                xml::write_text(w, "saml:Issuer", &issuer, entity_id)?;
                if let Some(purpose) = self.purpose {
                    write_purpose(w, purpose)?;
                }
                xml::write_empty(w, "samlp:NameIDPolicy", &[("Format", names::TRANSIENT)])?;
                xml::write_parent(w, "samlp:RequestedAuthnContext", &[("Comparison", "minimum")], |w| {
                    xml::write_text(w, "saml:AuthnContextClassRef", &[], self.level.spid_uri())
                })
            })
        })
    }
}

/// Right after Issuer; the signature of HTTP-POST comes in between (SAML core §3.2.1).
fn write_purpose(w: &mut Writer<Vec<u8>>, purpose: Purpose) -> io::Result<()> {
    xml::write_parent(w, "samlp:Extensions", &[("xmlns:spid", names::SPID)], |w| {
        xml::write_text(w, "spid:Purpose", &[], purpose.code())
    })
}
