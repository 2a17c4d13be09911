//! The Response is checked as SPID prescribes. One good message, and each test changes one thing.

mod attacks;
mod cases;
mod cie;
mod clock;
mod independent;
mod logout;
mod metadata;
mod mutations;
mod numbers;
mod readers;
mod registry;
mod request;
mod roles;

use super::anomalies::Anomaly;
use super::response::{Accepted, Pending, Received, Rejection};
use super::samples::{ACS, IDP, REQUEST, SP, asked, contact, now, pending, service_provider, skew};
use super::{Contact, IdentityProvider, Profile, Role, ServiceProvider, SpidContact, samples};
use crate::keyring::{RsaKey, SamlKey};
use crate::x509::{PublicKey, Subject, spid_certificate};
use crate::xml::signature::{Placement, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use domain::person::Level;
use std::sync::LazyLock;

/// The identity provider's key.
pub(super) static IDP_KEY: LazyLock<SamlKey> = LazyLock::new(saml_key);
/// A key that is nobody's here.
pub(super) static OTHER_KEY: LazyLock<SamlKey> = LazyLock::new(saml_key);

fn saml_key() -> SamlKey {
    let key = RsaKey::generate(2048).unwrap();
    let subject = Subject {
        organization: "Comune di Borgo Alto".into(),
        common_name: "Borgo Alto".into(),
        entity_id: SP.into(),
        ipa_code: "c_h501".into(),
        locality: "Borgo Alto".into(),
    };
    // Expired long ago: the certificate is only a holder of the key.
    let from = Utc.with_ymd_and_hms(2020, 1, 1, 0, 0, 0).unwrap();
    let to = Utc.with_ymd_and_hms(2021, 1, 1, 0, 0, 0).unwrap();
    let certificate = spid_certificate(&key, &subject, from, to, [7; 16]).unwrap();
    SamlKey { key, certificate }
}

pub(super) fn identity_provider() -> IdentityProvider {
    samples::identity_provider(vec![PublicKey::from_certificate(&IDP_KEY.certificate).unwrap()])
}

const ATTRIBUTES: [(&str, &str); 6] = [
    ("spidCode", "AGID-001"),
    ("name", "Mario"),
    ("familyName", "Provaldi"),
    ("fiscalNumber", "TINIT-PRVMRA80A15H501A"),
    ("dateOfBirth", "1980-01-15"),
    ("email", "mario@example.it"),
];

/// A message in the making: by default what a provider sends, with the Assertion signed.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) response: String,
    pub(super) assertion: String,
    pub(super) assertion_key: Option<&'static SamlKey>,
    pub(super) response_key: Option<&'static SamlKey>,
}

/// The answer of the identity provider to our request, right in everything.
pub(super) fn answer() -> Draft {
    let attributes: String = ATTRIBUTES
        .iter()
        .map(|(name, value)| {
            format!(
                r#"<saml:Attribute Name="{name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">{value}</saml:AttributeValue></saml:Attribute>"#
            )
        })
        .collect();
    let assertion = format!(
        r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_assertion" Version="2.0" IssueInstant="2026-11-22T09:59:50Z"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">{IDP}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="{IDP}">
            _transient-name
        </saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="{ACS}" InResponseTo="{REQUEST}" NotOnOrAfter="2026-11-22T10:04:50Z"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="2026-11-22T09:59:49Z" NotOnOrAfter="2026-11-22T10:04:51Z"><saml:AudienceRestriction><saml:Audience>{SP}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2026-11-22T09:59:48Z" SessionIndex="_session"><saml:AuthnContext><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"#
    );
    let response = format!(
        r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0" IssueInstant="2026-11-22T09:59:51Z" InResponseTo="{REQUEST}" Destination="{ACS}"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">{IDP}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>ASSERTION</samlp:Response>"#
    );
    Draft {
        response,
        assertion,
        assertion_key: Some(&IDP_KEY),
        response_key: None,
    }
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "nothing to change: {from}");
    text.replace(from, to)
}

/// Everything from `start` to `end`, both included, becomes `to`.
fn cut(text: &str, start: &str, end: &str, to: &str) -> String {
    let (before, rest) = text.split_once(start).expect(start);
    let (_, after) = rest.split_once(end).expect(end);
    format!("{before}{to}{after}")
}

impl Draft {
    /// Changes the Response around the Assertion.
    pub(super) fn response(mut self, from: &str, to: &str) -> Draft {
        self.response = replaced(&self.response, from, to);
        self
    }

    /// Changes the Assertion, before it is signed.
    pub(super) fn assertion(mut self, from: &str, to: &str) -> Draft {
        self.assertion = replaced(&self.assertion, from, to);
        self
    }

    /// Replaces a stretch of the Response.
    pub(super) fn response_cut(mut self, start: &str, end: &str, to: &str) -> Draft {
        self.response = cut(&self.response, start, end, to);
        self
    }

    /// Replaces a stretch of the Assertion.
    pub(super) fn assertion_cut(mut self, start: &str, end: &str, to: &str) -> Draft {
        self.assertion = cut(&self.assertion, start, end, to);
        self
    }

    /// Signs with other keys, or not at all.
    pub(super) fn keys(mut self, assertion: Option<&'static SamlKey>, response: Option<&'static SamlKey>) -> Draft {
        self.assertion_key = assertion;
        self.response_key = response;
        self
    }

    /// The Assertion, signed.
    pub(super) fn signed_assertion(&self) -> String {
        match self.assertion_key {
            Some(key) => sign(&self.assertion, Placement::AfterIssuer, key).unwrap(),
            None => self.assertion.clone(),
        }
    }

    /// The whole message.
    pub(super) fn xml(&self) -> String {
        let whole = self.response.replace("ASSERTION", &self.signed_assertion());
        match self.response_key {
            Some(key) => sign(&whole, Placement::AfterIssuer, key).unwrap(),
            None => whole,
        }
    }

    /// The whole message with a Response that our own signer could not read.
    pub(super) fn xml_as_sent(&self) -> String {
        self.response.replace("ASSERTION", &self.signed_assertion())
    }

    /// What we make of it.
    pub(super) fn received(&self) -> Result<Accepted, Rejection> {
        receive(&self.xml())
    }
}

/// What we make of a message: the level asked was 2.
pub(super) fn receive(xml: &str) -> Result<Accepted, Rejection> {
    Received::decode(&STANDARD.encode(xml))?.verify(
        &pending(),
        &identity_provider(),
        &service_provider(),
        skew(),
        now(),
    )
}
