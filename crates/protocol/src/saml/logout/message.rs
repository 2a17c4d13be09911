//! What we write: LogoutRequest and LogoutResponse, unsigned (the binding signs them).

use crate::saml::{ServiceProvider, instant, names};
use crate::xml;
use chrono::{DateTime, Utc};
use quick_xml::Writer;
use std::fmt;
use std::io;

/// We ask an identity provider to end a session of level 1, and whatever hangs on it.
#[derive(Clone, PartialEq, Eq)]
pub struct LogoutRequest {
    /// Unique NCName: `_` and hexadecimal randomness. Comes back in InResponseTo.
    pub id: String,
    /// When it is sent.
    pub issue_instant: DateTime<Utc>,
    /// The logout Location of the binding used.
    pub destination: String,
    /// NameID of the assertion.
    pub name_id: String,
    /// Its NameQualifier, which is the identity provider.
    pub name_qualifier: String,
    /// SessionIndex of the assertion's AuthnStatement.
    pub session_index: String,
}

impl fmt::Debug for LogoutRequest {
    /// The id only: NameID and SessionIndex stand for a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutRequest")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl LogoutRequest {
    /// The XML document (regole tecniche SPID, "LogoutRequest").
    pub fn to_xml(&self, service_provider: &ServiceProvider) -> String {
        let issued = instant::write(self.issue_instant);
        let attributes = opening(&self.id, &issued, &self.destination);
        // Writing into memory fails only for a broken closure; an empty message would be refused.
        xml::write(|w| {
            xml::write_parent(w, "samlp:LogoutRequest", &attributes, |w| {
                write_issuer(w, service_provider)?;
                let name = [
                    ("Format", names::TRANSIENT),
                    ("NameQualifier", self.name_qualifier.as_str()),
                ];
                xml::write_text(w, "saml:NameID", &name, &self.name_id)?;
                xml::write_text(w, "samlp:SessionIndex", &[], &self.session_index)
            })
        })
        .unwrap_or_default()
    }
}

/// We answer an identity provider: the session it named is over here. It is so even when there was none
/// (regole tecniche SPID), so the status is always Success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutResponse {
    /// Unique NCName: `_` and hexadecimal randomness.
    pub id: String,
    /// When it is sent.
    pub issue_instant: DateTime<Utc>,
    /// `ResponseLocation` of the binding used, else its Location.
    pub destination: String,
    /// `ID` of the LogoutRequest.
    pub in_response_to: String,
}

impl LogoutResponse {
    /// The XML document (regole tecniche SPID, "LogoutResponse").
    pub fn to_xml(&self, service_provider: &ServiceProvider) -> String {
        let issued = instant::write(self.issue_instant);
        let mut attributes = opening(&self.id, &issued, &self.destination);
        attributes.push(("InResponseTo", &self.in_response_to));
        xml::write(|w| {
            xml::write_parent(w, "samlp:LogoutResponse", &attributes, |w| {
                write_issuer(w, service_provider)?;
                xml::write_parent(w, "samlp:Status", &[], |w| {
                    xml::write_empty(w, "samlp:StatusCode", &[("Value", names::SUCCESS)])
                })
            })
        })
        .unwrap_or_default()
    }
}

fn opening<'a>(id: &'a str, issued: &'a str, destination: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("xmlns:samlp", names::SAMLP),
        ("xmlns:saml", names::SAML),
        ("ID", id),
        ("Version", "2.0"),
        ("IssueInstant", issued),
        ("Destination", destination),
    ]
}

fn write_issuer(w: &mut Writer<Vec<u8>>, service_provider: &ServiceProvider) -> io::Result<()> {
    let entity_id = service_provider.entity_id.as_str();
    let issuer = [("Format", names::ENTITY), ("NameQualifier", entity_id)];
    xml::write_text(w, "saml:Issuer", &issuer, entity_id)
}
