//! What a client certificate says, read from its DER once.

use super::Refusal;
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};
use std::fmt;
use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::extensions::{DistributionPointName, GeneralName, ParsedExtension};
use x509_parser::oid_registry::{OID_X509_COMMON_NAME, OID_X509_GIVEN_NAME, OID_X509_SURNAME, Oid};
use x509_parser::prelude::X509Certificate;

/// `1.3.6.1.5.5.7.48.1`, id-ad-ocsp.
const AD_OCSP: &str = "1.3.6.1.5.5.7.48.1";

/// KeyUsage, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyUsage {
    pub critical: bool,
    pub digital_signature: bool,
    pub non_repudiation: bool,
}

/// A client certificate, read and not yet trusted.
#[derive(Clone)]
pub struct ClientCertificate {
    der: Vec<u8>,
    pub(super) not_before: DateTime<Utc>,
    pub(super) not_after: DateTime<Utc>,
    pub(super) key_usage: Option<KeyUsage>,
    /// `None` without the extension.
    pub(super) client_auth: Option<bool>,
    pub(super) policies: Vec<String>,
    /// One entry per common name; `None` for one that is no text of ASCII.
    pub(super) common_names: Vec<Option<String>>,
    pub(super) given_name: Option<String>,
    pub(super) family_name: Option<String>,
    issuer: String,
    crl: Vec<String>,
    ocsp: Vec<String>,
}

impl fmt::Debug for ClientCertificate {
    /// The subject is somebody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("issuer", &self.issuer)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

impl ClientCertificate {
    /// Reads a DER certificate. Trailing bytes, and an extension that stands twice, are refused.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn parse(der: &[u8]) -> Result<ClientCertificate, Refusal> {
        let (rest, certificate) = x509_parser::parse_x509_certificate(der).map_err(|_| Refusal::Malformed)?;
        if !rest.is_empty() || certificate.extensions_map().is_err() {
            return Err(Refusal::Malformed);
        }
        let validity = certificate.validity();
        let instant = |seconds| DateTime::from_timestamp(seconds, 0).ok_or(Refusal::Malformed);
        let key_usage = certificate.key_usage().map_err(|_| Refusal::Malformed)?;
        let extended = certificate.extended_key_usage().map_err(|_| Refusal::Malformed)?;
        let (crl, ocsp) = pointers(&certificate);
        Ok(ClientCertificate {
            not_before: instant(validity.not_before.timestamp())?,
            not_after: instant(validity.not_after.timestamp())?,
            key_usage: key_usage.map(|usage| KeyUsage {
                critical: usage.critical,
                digital_signature: usage.value.digital_signature(),
                non_repudiation: usage.value.non_repudiation(),
            }),
            client_auth: extended.map(|usage| usage.value.client_auth),
            policies: policies(&certificate),
            common_names: values(&certificate, &OID_X509_COMMON_NAME).map(ascii).collect(),
            given_name: only_text(&certificate, &OID_X509_GIVEN_NAME),
            family_name: only_text(&certificate, &OID_X509_SURNAME),
            issuer: name_of_issuer(&certificate),
            crl,
            ocsp,
            der: der.to_vec(),
        })
    }

    /// The certificate itself.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the certificate: names it in the register without telling whose it is.
    pub fn fingerprint(&self) -> [u8; 32] {
        fingerprint(&self.der)
    }

    /// The issuer's common name, or its whole distinguished name when it has none.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where its issuer publishes the revocation list (`http:` only), in its order.
    pub fn crl_addresses(&self) -> &[String] {
        &self.crl
    }

    /// Where its issuer answers OCSP (`http:` only), in its order.
    pub fn ocsp_addresses(&self) -> &[String] {
        &self.ocsp
    }
}

/// SHA-256 of a certificate's DER.
pub fn fingerprint(der: &[u8]) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    let hash = digest(&SHA256, der);
    fingerprint
        .iter_mut()
        .zip(hash.as_ref())
        .for_each(|(to, from)| *to = *from);
    fingerprint
}

fn policies(certificate: &X509Certificate<'_>) -> Vec<String> {
    let extension = certificate.extensions().iter().map(|e| e.parsed_extension());
    extension
        .filter_map(|extension| match extension {
            ParsedExtension::CertificatePolicies(policies) => Some(policies),
            _ => None,
        })
        .flat_map(|policies| policies.iter().map(|policy| policy.policy_id.to_id_string()))
        .collect()
}

/// CRL distribution points (RFC 5280 §4.2.1.13) and OCSP responders (§4.2.2.1). Lists and answers carry a
/// signature of their own, so plain http is what everybody uses; `ldap:` is not spoken here.
fn pointers(certificate: &X509Certificate<'_>) -> (Vec<String>, Vec<String>) {
    let (mut crl, mut ocsp) = (Vec::new(), Vec::new());
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::CRLDistributionPoints(points) => {
                for point in points.points.iter() {
                    if let Some(DistributionPointName::FullName(names)) = &point.distribution_point {
                        crl.extend(names.iter().filter_map(http_address));
                    }
                }
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                let responders = access.accessdescs.iter();
                ocsp.extend(
                    responders
                        .filter(|description| description.access_method.to_id_string() == AD_OCSP)
                        .filter_map(|description| http_address(&description.access_location)),
                );
            }
            _ => {}
        }
    }
    (crl, ocsp)
}

fn http_address(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(address) if address.starts_with("http://") || address.starts_with("https://") => {
            Some((*address).to_owned())
        }
        _ => None,
    }
}

fn values<'c>(certificate: &'c X509Certificate<'c>, kind: &'c Oid<'c>) -> impl Iterator<Item = &'c Any<'c>> {
    let attributes = certificate.subject().iter_attributes();
    attributes
        .filter(move |attribute| attribute.attr_type() == kind)
        .map(|attribute| attribute.attr_value())
}

/// A text in which no letter can be taken for another: printable ASCII, in any of the string types that hold it.
fn ascii(value: &Any<'_>) -> Option<String> {
    let text = matches!(
        value.tag(),
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::T61String
    );
    let printable = value.data.iter().all(|byte| (0x20..0x7f).contains(byte));
    (text && printable).then(|| value.data.iter().copied().map(char::from).collect())
}

/// The only value of its kind, as people write it. Several would be a choice that nobody made.
fn only_text(certificate: &X509Certificate<'_>, kind: &Oid<'_>) -> Option<String> {
    let mut found = certificate
        .subject()
        .iter_attributes()
        .filter(|attribute| attribute.attr_type() == kind)
        .map(|attribute| attribute.attr_value());
    let (Some(value), None) = (found.next(), found.next()) else {
        return None;
    };
    let text: String = match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => std::str::from_utf8(value.data).ok()?.to_owned(),
        // What Italian certifiers meant by it is Latin-1.
        Tag::T61String => value.data.iter().copied().map(char::from).collect(),
        Tag::BmpString => {
            let units = value
                .data
                .chunks_exact(2)
                .filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
            char::decode_utf16(units.map(u16::from_be_bytes))
                .collect::<Result<_, _>>()
                .ok()?
        }
        _ => return None,
    };
    let text = text.trim();
    let usable = !text.is_empty() && text.chars().count() <= 100 && !text.chars().any(char::is_control);
    usable.then(|| text.to_owned())
}

fn name_of_issuer(certificate: &X509Certificate<'_>) -> String {
    let common_name = certificate.issuer().iter_common_name().next();
    let text = common_name.and_then(|name| name.as_str().ok()).map(str::to_owned);
    text.unwrap_or_else(|| certificate.issuer().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::string::{BmpString, Ia5String, PrintableString, TeletexString, UniversalString};
    use rcgen::{CertificateParams, CrlDistributionPoint, DistinguishedName, DnType, DnValue, KeyPair};

    fn with(params: CertificateParams) -> ClientCertificate {
        let key = KeyPair::generate().unwrap();
        ClientCertificate::parse(params.self_signed(&key).unwrap().der()).unwrap()
    }

    /// The given name of a certificate that writes it so.
    fn given_name(written: DnValue) -> Option<String> {
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CustomDnType(vec![2, 5, 4, 42]), written);
        params.distinguished_name = name;
        with(params).given_name
    }

    #[test]
    fn a_name_is_read_in_every_kind_of_text_that_certifiers_use() {
        for written in [
            DnValue::Utf8String("Giulia".to_owned()),
            DnValue::PrintableString(PrintableString::try_from("Giulia").unwrap()),
            DnValue::Ia5String(Ia5String::try_from("Giulia").unwrap()),
            DnValue::TeletexString(TeletexString::try_from("Giulia").unwrap()),
            DnValue::BmpString(BmpString::try_from("Giulia").unwrap()),
        ] {
            assert_eq!(given_name(written.clone()).as_deref(), Some("Giulia"), "{written:?}");
        }
        assert_eq!(
            given_name(DnValue::UniversalString(UniversalString::try_from("Giulia").unwrap())),
            None
        );
    }

    #[test]
    fn a_name_that_nobody_has_is_no_name() {
        assert_eq!(given_name(DnValue::Utf8String("è".repeat(100))), Some("è".repeat(100)));
        for wrong in ["è".repeat(101), " ".to_owned(), "Giu\nlia".to_owned()] {
            assert_eq!(given_name(DnValue::Utf8String(wrong)), None);
        }
    }

    #[test]
    fn only_http_is_asked_whether_a_card_is_still_good() {
        let uris = ["ldap://a.example/", "http://b.example/", "https://c.example/"];
        let mut params = CertificateParams::default();
        params.crl_distribution_points = vec![CrlDistributionPoint {
            uris: uris.map(str::to_owned).to_vec(),
        }];
        assert_eq!(
            with(params).crl_addresses(),
            ["http://b.example/", "https://c.example/"]
        );
    }
}
