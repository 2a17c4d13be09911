//! An identity provider of the test's own: reads what we sent, signs what the test wants it to say.
//! It signs through xmlsec (samael), so that it shares no code with the verifier.

pub mod logout;

use super::{CIE_ENTITY_ID, SP_ENTITY_ID};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use protocol::keyring::RsaKey;
use protocol::saml::{Profile, Record};
use samael::crypto::{Crypto, CryptoProvider as _};
use std::collections::BTreeMap;
use std::io::Read as _;
use url::Url;

pub const ENTITY_ID: &str = "https://idp.example.org";
/// The Ministry's.
pub const CIE_IDP: &str = "https://cie.example.org";
/// The eIDAS node.
pub const EIDAS_NODE: &str = "https://eidas.example.org";
/// Where it takes HTTP-POST, when a test says that it does.
pub const SSO_POST: &str = "https://idp.example.org/sso/post";

/// The identity provider.
#[derive(Debug, Clone)]
pub struct FakeIdp {
    key: RsaKey,
    certificate: Vec<u8>,
    profile: Profile,
    pub entity_id: String,
}

/// What the identity provider understood of our AuthnRequest.
#[derive(Debug, Clone)]
pub struct Asked {
    pub id: String,
    pub acs_url: String,
    pub relay_state: String,
    pub level: String,
    pub force_authn: bool,
    /// Where the request was sent, as it says itself.
    pub sso: String,
    /// AttributeConsumingServiceIndex.
    pub attribute_set: String,
    /// Who asks.
    pub issuer: String,
    /// `Comparison` of the level.
    pub comparison: String,
    /// The AuthnRequest itself.
    pub document: String,
}

/// A Response in the making: good unless the test changes it.
#[derive(Debug, Clone)]
pub struct Answer {
    pub in_response_to: String,
    pub destination: String,
    pub audience: String,
    pub issuer: String,
    pub level: String,
    pub response_id: String,
    pub assertion_id: String,
    pub now: DateTime<Utc>,
    /// `AuthnInstant`, when it is not that.
    pub authenticated: Option<DateTime<Utc>>,
    pub attributes: BTreeMap<String, String>,
    pub status: Option<u16>,
    pub sign_response: bool,
    pub sign_assertion: bool,
    /// `Format` of both Issuers.
    pub issuer_format: Option<&'static str>,
    /// Applied to the signed document: what an attacker does on the way.
    pub tamper: fn(String) -> String,
}

impl FakeIdp {
    pub fn new(profile: Profile, key: &RsaKey, certificate: &[u8]) -> FakeIdp {
        FakeIdp {
            key: key.clone(),
            certificate: certificate.to_vec(),
            profile,
            entity_id: match profile {
                Profile::Spid => ENTITY_ID,
                Profile::Cie => CIE_IDP,
                Profile::Eidas => EIDAS_NODE,
            }
            .to_owned(),
        }
    }

    /// Its certificate, for whoever verifies a signature of its own accord.
    pub fn certificate_pem(&self) -> String {
        protocol::x509::der_to_pem(&self.certificate)
    }

    /// Its metadata, as a registry would give it to us.
    pub fn metadata(&self) -> String {
        format!(
            r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{0}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAuthnRequestsSigned="true"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{1}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{0}/slo" ResponseLocation="{0}/slo/answer"/><md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{0}/slo/post"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{0}/sso"/></md:IDPSSODescriptor><md:Organization><md:OrganizationName xml:lang="it">Gestore di prova</md:OrganizationName><md:OrganizationDisplayName xml:lang="it">Gestore di prova</md:OrganizationDisplayName><md:OrganizationURL xml:lang="it">https://idp.example.org</md:OrganizationURL></md:Organization></md:EntityDescriptor>"#,
            self.entity_id,
            STANDARD.encode(&self.certificate)
        )
    }

    /// Reads a signed redirect to it.
    pub fn read(&self, url: &Url) -> Asked {
        let parameter = |name: &str| url.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned());
        let deflated = STANDARD.decode(parameter("SAMLRequest").expect("SAMLRequest")).unwrap();
        let mut document = String::new();
        flate2::read::DeflateDecoder::new(deflated.as_slice())
            .read_to_string(&mut document)
            .unwrap();
        self.understand(document, parameter("RelayState").unwrap())
    }

    /// Reads a page that posts to it, and checks the signature inside with a verifier that is not ours.
    pub fn read_form(&self, page: &super::Page, certificate: &[u8]) -> Asked {
        let action = super::citizen::attribute(page.body.split("<form ").nth(1).unwrap(), "action");
        assert_eq!(action.as_deref(), Some(SSO_POST));
        let document = String::from_utf8(STANDARD.decode(page.field("SAMLRequest").unwrap()).unwrap()).unwrap();
        let key = samael::crypto::CertificateDer::from(certificate.to_vec());
        Crypto::verify_signed_xml(&document, &key, Some("ID")).unwrap();
        self.understand(document, page.field("RelayState").unwrap())
    }

    fn understand(&self, document: String, relay_state: String) -> Asked {
        let attribute = |name: &str| super::citizen::attribute(&document, name);
        Asked {
            id: attribute(" ID").or_else(|| attribute("ID")).unwrap(),
            acs_url: match self.profile.record() {
                Record::Spid => format!("{}/saml/spid/acs", super::ISSUER),
                Record::Cie => format!("{}/saml/cie/acs", super::ISSUER),
            },
            relay_state,
            level: ["1", "2", "3"]
                .iter()
                .map(|n| format!("https://www.spid.gov.it/SpidL{n}"))
                .find(|uri| document.contains(uri.as_str()))
                .unwrap(),
            force_authn: attribute("ForceAuthn").as_deref() == Some("true"),
            sso: attribute("Destination").unwrap(),
            attribute_set: attribute("AttributeConsumingServiceIndex").unwrap(),
            issuer: attribute("NameQualifier").unwrap(),
            comparison: attribute("Comparison").unwrap(),
            document,
        }
    }

    /// A good answer for `person`.
    pub fn answer(&self, asked: &Asked, person: &Person, now: DateTime<Utc>) -> Answer {
        Answer {
            in_response_to: asked.id.clone(),
            destination: asked.acs_url.clone(),
            audience: match self.profile.record() {
                Record::Spid => SP_ENTITY_ID,
                Record::Cie => CIE_ENTITY_ID,
            }
            .to_owned(),
            issuer: self.entity_id.clone(),
            level: asked.level.clone(),
            response_id: format!("_response{}", asked.id),
            assertion_id: format!("_assertion{}", asked.id),
            now,
            authenticated: None,
            attributes: person.attributes(self.profile),
            status: None,
            sign_response: true,
            sign_assertion: true,
            issuer_format: (self.profile != Profile::Cie).then_some(ENTITY),
            tamper: |document| document,
        }
    }

    /// The form value an identity provider makes the browser post.
    pub fn sign(&self, answer: &Answer) -> String {
        let assertion = answer.status.is_none().then(|| {
            let xml = assertion_xml(self, answer);
            if answer.sign_assertion { self.signed(&xml) } else { xml }
        });
        let response = response_xml(self, answer, &assertion.unwrap_or_default());
        let signed = if answer.sign_response {
            self.signed(&response)
        } else {
            response
        };
        STANDARD.encode((answer.tamper)(signed))
    }

    fn signed(&self, xml: &str) -> String {
        let signed = Crypto::sign_xml(xml, &self.key.to_pkcs8().unwrap()).unwrap();
        let start = signed.find("?>").map_or(0, |at| at + 2);
        signed[start..].trim().to_owned()
    }

    fn template(&self, id: &str) -> String {
        format!(
            r##"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"##,
            STANDARD.encode(&self.certificate)
        )
    }
}

const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

fn issuer_format(answer: &Answer) -> String {
    let format = answer.issuer_format.map(|format| format!(r#" Format="{format}""#));
    format.unwrap_or_default()
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn assertion_xml(idp: &FakeIdp, a: &Answer) -> String {
    let attributes: String = a
        .attributes
        .iter()
        .map(|(name, value)| format!(r#"<saml:Attribute Name="{name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"#))
        .collect();
    let signature = if a.sign_assertion {
        idp.template(&a.assertion_id)
    } else {
        String::new()
    };
    format!(
        r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" IssueInstant="{now}" Version="2.0"><saml:Issuer{format}>{issuer}</saml:Issuer>{signature}<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="{issuer}">_transient{irt}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="{irt}" NotOnOrAfter="{after}" Recipient="{acs}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{now}" NotOnOrAfter="{after}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{authenticated}" SessionIndex="_session{irt}"><saml:AuthnContext><saml:AuthnContextClassRef>{level}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"#,
        id = a.assertion_id,
        format = issuer_format(a),
        now = instant(a.now),
        authenticated = instant(a.authenticated.unwrap_or(a.now)),
        after = instant(a.now + TimeDelta::minutes(5)),
        issuer = a.issuer,
        irt = a.in_response_to,
        acs = a.destination,
        audience = a.audience,
        level = a.level,
    )
}

fn response_xml(idp: &FakeIdp, a: &Answer, assertion: &str) -> String {
    let status = match a.status {
        None => r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>"#.to_owned(),
        Some(code) => format!(
            r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>ErrorCode nr{code:02}</samlp:StatusMessage>"#
        ),
    };
    let signature = if a.sign_response {
        idp.template(&a.response_id)
    } else {
        String::new()
    };
    format!(
        r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="{id}" Version="2.0" IssueInstant="{now}" InResponseTo="{irt}" Destination="{acs}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"{format}>{issuer}</saml:Issuer>{signature}<samlp:Status>{status}</samlp:Status>{assertion}</samlp:Response>"#,
        id = a.response_id,
        format = issuer_format(a),
        now = instant(a.now),
        irt = a.in_response_to,
        acs = a.destination,
        issuer = a.issuer,
    )
}

/// Somebody with a SPID identity; nobody real.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub fiscal_number: &'static str,
    pub given_name: &'static str,
    pub family_name: &'static str,
    pub date_of_birth: &'static str,
    pub gender: &'static str,
    pub place_of_birth: &'static str,
}

pub const PROVALDI: Person = Person {
    fiscal_number: "PRVMRA80A15H501A",
    given_name: "Mario",
    family_name: "Provaldi",
    date_of_birth: "1980-01-15",
    gender: "M",
    place_of_birth: "H501",
};
pub const CAMPIONELLI: Person = Person {
    fiscal_number: "CMPGLI92M71F205F",
    given_name: "Giulia",
    family_name: "Campionelli",
    date_of_birth: "1992-08-31",
    gender: "F",
    place_of_birth: "F205",
};
pub const DESEMPIO: Person = Person {
    fiscal_number: "DSMMRP68S49F839E",
    given_name: "Maria Pia",
    family_name: "D'Esempio",
    date_of_birth: "1968-11-09",
    gender: "F",
    place_of_birth: "F839",
};

/// Somebody from another country: in the place of the fiscal number stands the identifier of that country.
pub const BEISPIEL: Person = Person {
    fiscal_number: "DE/IT/4711",
    given_name: "Greta",
    family_name: "Beispiel",
    date_of_birth: "1985-05-20",
    gender: "F",
    place_of_birth: "Musterstadt",
};

impl Person {
    fn attributes(&self, profile: Profile) -> BTreeMap<String, String> {
        let asked = |name: &str| match profile {
            Profile::Spid => true,
            Profile::Cie => ["name", "familyName", "fiscalNumber", "dateOfBirth"].contains(&name),
            Profile::Eidas => ["spidCode", "name", "familyName", "dateOfBirth"].contains(&name),
        };
        let subject = match profile {
            Profile::Eidas => self.fiscal_number.to_owned(),
            Profile::Spid | Profile::Cie => format!("PROV{}", &self.fiscal_number[..10]),
        };
        [
            ("spidCode", subject),
            ("name", self.given_name.to_owned()),
            ("familyName", self.family_name.to_owned()),
            ("fiscalNumber", format!("TINIT-{}", self.fiscal_number)),
            ("dateOfBirth", self.date_of_birth.to_owned()),
            ("gender", self.gender.to_owned()),
            ("placeOfBirth", self.place_of_birth.to_owned()),
            ("email", format!("{}@example.com", self.family_name.to_lowercase())),
        ]
        .into_iter()
        .filter(|(name, _)| asked(name))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}
