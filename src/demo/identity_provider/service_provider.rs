//! What the identity provider knows of a service provider: its metadata, as AgID would distribute it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samael::crypto::{CertificateDer, Crypto, CryptoProvider as _};
use samael::metadata::EntityDescriptor;
use x509_parser::prelude::FromDer as _;

const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/// A front-channel binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Redirect,
    Post,
}

/// A service provider's record.
#[derive(Debug, Clone)]
pub(super) struct ServiceProvider {
    pub entity_id: String,
    /// What the citizen reads.
    pub name: String,
    /// Certificates that sign requests, DER.
    certificates: Vec<Vec<u8>>,
    /// Where answers may go: index, Location, default.
    assertion_consumers: Vec<(usize, String, bool)>,
    /// Where logout messages go: binding, Location, ResponseLocation.
    logout: Vec<(Way, String, Option<String>)>,
    /// Attributes by `AttributeConsumingService` index.
    attribute_sets: Vec<(usize, Vec<String>)>,
}

impl ServiceProvider {
    /// Reads metadata that came from a place the demo trusts: its signature is not checked here.
    pub fn read(metadata: &str) -> Option<ServiceProvider> {
        let entity: EntityDescriptor = metadata.parse().ok()?;
        let role = entity.sp_sso_descriptors?.into_iter().next()?;
        let certificates = role
            .key_descriptors
            .unwrap_or_default()
            .into_iter()
            .filter(|key| key.key_use.as_deref() != Some("encryption"))
            .filter_map(|key| key.key_info.x509_data)
            .flat_map(|data| data.certificates)
            .filter_map(|text| STANDARD.decode(text.split_whitespace().collect::<String>()).ok())
            .collect();
        let name = entity
            .organization
            .and_then(|organisation| organisation.organization_display_names)
            .and_then(|names| names.into_iter().next())
            .map(|name| name.value);
        let entity_id = entity.entity_id?;
        Some(ServiceProvider {
            name: name.unwrap_or_else(|| entity_id.clone()),
            entity_id,
            certificates,
            logout: role
                .single_logout_services
                .unwrap_or_default()
                .into_iter()
                .filter_map(|service| Some((way(&service.binding)?, service.location, service.response_location)))
                .collect(),
            assertion_consumers: role
                .assertion_consumer_services
                .into_iter()
                .filter(|service| service.binding == POST)
                .map(|service| (service.index, service.location, service.is_default == Some(true)))
                .collect(),
            attribute_sets: role
                .attribute_consuming_services
                .unwrap_or_default()
                .into_iter()
                .map(|set| (set.index, set.request_attributes.into_iter().map(|a| a.name).collect()))
                .collect(),
        })
    }

    /// The consumer an answer goes to when the request's own cannot be trusted.
    pub fn default_consumer(&self) -> Option<&str> {
        self.assertion_consumers
            .iter()
            .find(|(_, _, default)| *default)
            .or(self.assertion_consumers.first())
            .map(|(_, location, _)| location.as_str())
    }

    /// The consumer with this index.
    pub fn consumer(&self, index: usize) -> Option<&str> {
        self.assertion_consumers
            .iter()
            .find(|(i, _, _)| *i == index)
            .map(|(_, location, _)| location.as_str())
    }

    /// Whether `location` is one of the consumers, to the letter.
    pub fn consumes_at(&self, location: &str) -> bool {
        self.assertion_consumers.iter().any(|(_, l, _)| l == location)
    }

    /// Where LogoutRequests go, by `wanted` if that is offered.
    pub fn logout_requests(&self, wanted: Way) -> Option<(Way, &str)> {
        let (way, location, _) = self.logout_by(wanted)?;
        Some((*way, location))
    }

    /// Where LogoutResponses go: the ResponseLocation where there is one.
    pub fn logout_answers(&self, wanted: Way) -> Option<(Way, &str)> {
        let (way, location, answers) = self.logout_by(wanted)?;
        Some((*way, answers.as_ref().unwrap_or(location)))
    }

    fn logout_by(&self, wanted: Way) -> Option<&(Way, String, Option<String>)> {
        let preferred = self.logout.iter().find(|(way, _, _)| *way == wanted);
        preferred.or(self.logout.first())
    }

    /// The attributes of a consuming service.
    pub fn attributes(&self, index: usize) -> Option<&[String]> {
        self.attribute_sets
            .iter()
            .find(|(i, _)| *i == index)
            .map(|(_, names)| names.as_slice())
    }

    /// Whether one of its keys made this RSA-SHA256 signature (HTTP-Redirect binding).
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.certificates.iter().any(|der| {
            x509_parser::certificate::X509Certificate::from_der(der).is_ok_and(|(_, certificate)| {
                let key = &certificate.public_key().subject_public_key.data;
                aws_lc_rs::signature::UnparsedPublicKey::new(
                    &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256,
                    key.as_ref(),
                )
                .verify(message, signature)
                .is_ok()
            })
        })
    }

    /// Whether one of its keys made the enveloped signature of this document (HTTP-POST binding).
    pub fn signed_document(&self, xml: &str) -> bool {
        self.certificates
            .iter()
            .any(|der| Crypto::verify_signed_xml(xml, &CertificateDer::from(der.clone()), Some("ID")).is_ok())
    }
}

/// `None` for a binding that browsers do not carry (SOAP).
fn way(binding: &str) -> Option<Way> {
    match binding {
        REDIRECT => Some(Way::Redirect),
        POST => Some(Way::Post),
        _ => None,
    }
}
