//! The identity provider's part of a single logout. It signs queries with its own key and documents through
//! xmlsec, and believes us only after looking at our signature.

use super::super::{ISSUER, keys};
use super::{FakeIdp, instant};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use protocol::saml::Record;
use std::io::{Read as _, Write as _};
use url::Url;
use url::form_urlencoded::Serializer;

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const NAMESPACES: &str =
    r#"xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion""#;

/// A logout message of ours that came by redirect, and whose signature is ours.
#[derive(Debug, Clone)]
pub struct Heard {
    pub document: String,
    pub relay_state: Option<String>,
}

/// A message in the making: good unless the test changes it.
#[derive(Debug, Clone)]
pub struct Said {
    pub parameter: &'static str,
    pub document: String,
    pub relay_state: Option<String>,
    pub signed: bool,
}

impl Heard {
    pub fn attribute(&self, name: &str) -> Option<String> {
        super::super::citizen::attribute(&self.document, name)
    }

    /// The text of the element `name`.
    pub fn text(&self, name: &str) -> Option<String> {
        let (_, rest) = self.document.split_once(&format!("<{name}"))?;
        let (_, rest) = rest.split_once('>')?;
        Some(rest.split_once('<')?.0.to_owned())
    }
}

impl FakeIdp {
    /// Reads what we sent to one of its logout addresses; panics unless the octets of the query are signed by us.
    pub fn hear(&self, url: &Url, parameter: &str) -> Heard {
        let query = url.query().unwrap();
        let (signed, signature) = query.split_once("&Signature=").expect("a signature at the end");
        let signature = url::form_urlencoded::parse(format!("s={signature}").as_bytes())
            .next()
            .map(|(_, value)| STANDARD.decode(value.as_bytes()).unwrap())
            .unwrap();
        let ours = protocol::x509::PublicKey::from_certificate(&keys().spid.certificate).unwrap();
        aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256, ours.spki())
            .verify(signed.as_bytes(), &signature)
            .expect("our signature");
        let value = |name: &str| url.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned());
        let packed = STANDARD.decode(value(parameter).expect(parameter)).unwrap();
        let mut document = String::new();
        DeflateDecoder::new(packed.as_slice())
            .read_to_string(&mut document)
            .unwrap();
        Heard {
            document,
            relay_state: value("RelayState"),
        }
    }

    /// The answer to our LogoutRequest.
    pub fn answers(&self, heard: &Heard, status: &str, now: DateTime<Utc>) -> Said {
        let request = heard.attribute("ID").unwrap();
        let (path, me) = (self.our_slo(), &self.entity_id);
        Said {
            parameter: "SAMLResponse",
            document: format!(
                r#"<samlp:LogoutResponse {NAMESPACES} ID="_answer{request}" Version="2.0" IssueInstant="{}" InResponseTo="{request}" Destination="{ISSUER}{path}"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="{me}">{me}</saml:Issuer><samlp:Status>{status}</samlp:Status></samlp:LogoutResponse>"#,
                instant(now)
            ),
            relay_state: heard.relay_state.clone(),
            signed: true,
        }
    }

    /// Its own LogoutRequest, for the session that answered the AuthnRequest `authn_request`.
    pub fn ends(&self, id: &str, authn_request: &str, now: DateTime<Utc>) -> Said {
        let (path, me) = (self.our_slo(), &self.entity_id);
        Said {
            parameter: "SAMLRequest",
            document: format!(
                r#"<samlp:LogoutRequest {NAMESPACES} ID="{id}" Version="2.0" IssueInstant="{}" Destination="{ISSUER}{path}"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="{me}">{me}</saml:Issuer><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="{me}">_transient{authn_request}</saml:NameID><samlp:SessionIndex>_session{authn_request}</samlp:SessionIndex></samlp:LogoutRequest>"#,
                instant(now)
            ),
            relay_state: Some("https://idp.example.org/?state=1&x=%".to_owned()),
            signed: true,
        }
    }

    /// Where our record hears it.
    fn our_slo(&self) -> &'static str {
        match self.profile.record() {
            Record::Spid => "/saml/spid/slo",
            Record::Cie => "/saml/cie/slo",
        }
    }

    /// The address to which it redirects the browser.
    pub fn by_redirect(&self, said: &Said) -> String {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(said.document.as_bytes()).unwrap();
        let packed = STANDARD.encode(encoder.finish().unwrap());
        let mut query = Serializer::new(String::new());
        query.append_pair(said.parameter, &packed);
        if let Some(relay_state) = &said.relay_state {
            query.append_pair("RelayState", relay_state);
        }
        if !said.signed {
            return format!("{}?{}", self.our_slo(), query.finish());
        }
        let signed = query.append_pair("SigAlg", RSA_SHA256).finish();
        let signature = STANDARD.encode(self.key.sign_sha256(signed.as_bytes()).unwrap());
        let signature = Serializer::new(String::new())
            .append_pair("Signature", &signature)
            .finish();
        format!("{}?{signed}&{signature}", self.our_slo())
    }

    /// The fields of the form that it makes the browser post.
    pub fn by_post(&self, said: &Said) -> Vec<(&'static str, String)> {
        let id = super::super::citizen::attribute(&said.document, " ID").unwrap();
        let document = if said.signed {
            let issued = format!("</saml:Issuer>{}", self.template(&id));
            self.signed(&said.document.replacen("</saml:Issuer>", &issued, 1))
        } else {
            said.document.clone()
        };
        let mut fields = vec![(said.parameter, STANDARD.encode(document))];
        if let Some(relay_state) = &said.relay_state {
            fields.push(("RelayState", relay_state.clone()));
        }
        fields
    }
}
