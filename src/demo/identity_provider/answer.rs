//! SAML Responses, as SPID wants them (regole tecniche, "Response") and as the Ministry writes them for CIE:
//! one document, built as text and signed twice.

use super::request::Request;
use super::signer::{Signer, SignerError};
use crate::demo::page::escape;
use crate::demo::people::Resident;
use crate::random::Random;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::person::Level;
use protocol::saml::Profile;

pub(super) const NAMESPACES: &str =
    r#"xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion""#;
pub(super) const STATUS: &str = "urn:oasis:names:tc:SAML:2.0:status:";
/// How long an assertion is good for, as the real providers do.
const VALIDITY: TimeDelta = TimeDelta::minutes(5);

/// The errors a person can cause (SPID error table), with what they mean.
pub(super) const ERRORS: [(u8, &str); 7] = [
    (19, "troppe credenziali sbagliate"),
    (20, "nessuna credenziale del livello richiesto"),
    (21, "tempo scaduto"),
    (22, "consenso negato"),
    (23, "identità sospesa, revocata o bloccata"),
    (25, "accesso annullato"),
    (30, "tipo di identità non ammesso"),
];

/// The errors that a wrong request causes, told to the service provider (the same table). Codes 2–7 and
/// 10 never reach it: the person reads them here.
pub(super) const TECHNICAL: [(u8, &str); 10] = [
    (8, "richiesta non conforme a SAML"),
    (9, "versione errata"),
    (11, "ID errato"),
    (12, "contesto di autenticazione errato"),
    (13, "IssueInstant errato"),
    (14, "Destination errata"),
    (15, "IsPassive non ammesso"),
    (16, "indirizzo di risposta errato"),
    (17, "NameIDPolicy errata"),
    (18, "insieme di attributi sconosciuto"),
];

/// What is the same in every answer.
pub(super) struct Envelope<'a> {
    pub profile: Profile,
    pub entity_id: &'a str,
    pub signer: &'a Signer,
    pub random: &'a Random,
    pub now: DateTime<Utc>,
}

/// By which names the service knows the person and the session.
pub(super) struct Subject {
    pub name_id: String,
    /// Level 1 opens a session at the provider, levels 2 and 3 never do (SPID sessions).
    pub session_index: Option<String>,
}

/// Whom and what an error answer answers.
pub(super) struct Addressee<'a> {
    pub request: &'a str,
    pub consumer: &'a str,
}

impl Envelope<'_> {
    /// A successful Response: `person` signed in at `level`. Response and Assertion are signed.
    pub fn success(
        &self,
        request: &Request,
        person: &Resident,
        level: Level,
        subject: &Subject,
    ) -> Result<String, SignerError> {
        // Clocks differ by less than the round trip here, but SPID refuses an answer older than its question.
        let now = self.now.max(request.issue_instant);
        let id = self.id();
        let assertion = self
            .signer
            .sign(&self.assertion(&id, request, person, (level, subject), now))?;
        let addressee = Addressee {
            request: &request.id,
            consumer: &request.consumer,
        };
        let status = format!(r#"<samlp:StatusCode Value="{STATUS}Success"/>"#);
        self.response(&addressee, &status, &assertion, now)
    }

    /// A Response with `ErrorCode nrNN` and no assertion, signed.
    pub fn error(&self, addressee: &Addressee<'_>, code: u8) -> Result<String, SignerError> {
        let (top, sub) = status_of(code);
        let sub = sub
            .map(|sub| format!(r#"<samlp:StatusCode Value="{STATUS}{sub}"/>"#))
            .unwrap_or_default();
        let status = format!(
            r#"<samlp:StatusCode Value="{STATUS}{top}">{sub}</samlp:StatusCode><samlp:StatusMessage>ErrorCode nr{code:02}</samlp:StatusMessage>"#
        );
        self.response(addressee, &status, "", self.now)
    }

    fn id(&self) -> String {
        format!("_{}", self.random.name())
    }

    /// The Ministry's identity provider leaves it out.
    fn issuer_format(&self) -> &'static str {
        match self.profile {
            Profile::Spid | Profile::Eidas => r#" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity""#,
            Profile::Cie => "",
        }
    }

    fn response(
        &self,
        to: &Addressee<'_>,
        status: &str,
        assertion: &str,
        now: DateTime<Utc>,
    ) -> Result<String, SignerError> {
        let id = self.id();
        self.signer.sign(&format!(
            r#"<samlp:Response {NAMESPACES} ID="{id}" Version="2.0" IssueInstant="{}" InResponseTo="{}" Destination="{}"><saml:Issuer{}>{}</saml:Issuer>{}<samlp:Status>{status}</samlp:Status>{assertion}</samlp:Response>"#,
            instant(now),
            escape(to.request),
            escape(to.consumer),
            self.issuer_format(),
            escape(self.entity_id),
            self.signer.template(&id),
        ))
    }

    fn assertion(
        &self,
        id: &str,
        request: &Request,
        person: &Resident,
        (level, subject): (Level, &Subject),
        now: DateTime<Utc>,
    ) -> String {
        let until = instant(now.checked_add_signed(VALIDITY).unwrap_or(now));
        let (now, issuer) = (instant(now), escape(self.entity_id));
        let (request_id, consumer) = (escape(&request.id), escape(&request.consumer));
        let index = subject.session_index.as_ref();
        let session = index
            .map(|index| format!(r#" SessionIndex="{}""#, escape(index)))
            .unwrap_or_default();
        format!(
            r#"<saml:Assertion {NAMESPACES} xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="{id}" Version="2.0" IssueInstant="{now}"><saml:Issuer{format}>{issuer}</saml:Issuer>{signature}<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="{issuer}">{name_id}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="{consumer}" InResponseTo="{request_id}" NotOnOrAfter="{until}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{now}" NotOnOrAfter="{until}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{now}"{session}><saml:AuthnContext><saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>{attributes}</saml:Assertion>"#,
            format = self.issuer_format(),
            signature = self.signer.template(id),
            name_id = escape(&subject.name_id),
            audience = escape(&request.provider.entity_id),
            class = level.spid_uri(),
            attributes = attributes(request, person),
        )
    }
}

/// Only what the service provider's metadata ask for, and what a natural person has.
fn attributes(request: &Request, person: &Resident) -> String {
    let attributes: String = request
        .attributes
        .iter()
        .filter_map(|name| person.attribute(name).map(|(value, kind)| (name, value, kind)))
        .map(|(name, value, kind)| {
            format!(
                r#"<saml:Attribute Name="{}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xsi:type="{kind}">{}</saml:AttributeValue></saml:Attribute>"#,
                escape(name),
                escape(&value)
            )
        })
        .collect();
    if attributes.is_empty() {
        return attributes;
    }
    format!("<saml:AttributeStatement>{attributes}</saml:AttributeStatement>")
}

/// Top and second-level status of an error code (SPID error table).
fn status_of(code: u8) -> (&'static str, Option<&'static str>) {
    match code {
        9 => ("VersionMismatch", None),
        8 | 11 => ("Requester", None),
        12 => ("Requester", Some("NoAuthnContext")),
        13 => ("Requester", Some("RequestDenied")),
        15 => ("Requester", Some("NoPassive")),
        14 | 16..=18 => ("Requester", Some("RequestUnsupported")),
        _ => ("Responder", Some("AuthnFailed")),
    }
}

/// UTC, with microseconds: a service provider's IssueInstant may have them, and ours must not be earlier.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
