//! The certificate of a SPID service provider (regole tecniche SPID, AgID's "certificati elettronici" rules):
//! subject and extensions are prescribed to the letter. A public body signs its own; a private one gets the one
//! that counts from AgID, and signs one of the same content for tests.

use super::self_signed::{CertificateError, self_signed};
use crate::keyring::RsaKey;
use chrono::{DateTime, Utc};
use domain::italy::{FiscalNumber, VatNumber};
use rcgen::string::PrintableString;
use rcgen::{CustomExtension, DistinguishedName, DnType, DnValue, KeyUsagePurpose};

/// Who the certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `O`: full legal name, the same as OrganizationName in the metadata.
    pub organization: String,
    /// `CN`: the name shown to citizens.
    pub common_name: String,
    /// `uri` (2.5.4.83): the entityID.
    pub entity_id: String,
    /// Code in the public bodies' register (IPA); becomes `PA:IT-<code>` in 2.5.4.97. Not used for a private
    /// body.
    pub ipa_code: String,
    /// `L`.
    pub locality: String,
}

/// What names a private body in 2.5.4.97.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivateBody<'a> {
    /// Italian, with or without country: `VATIT-` and eleven digits.
    VatNumber(&'a str),
    /// Sixteen characters, for who has no VAT number: `CF:IT-…`.
    FiscalCode(&'a str),
}

/// `2.5.4.83`, uri.
const URI: [u64; 4] = [2, 5, 4, 83];
/// `2.5.4.97`, organizationIdentifier.
const ORGANIZATION_IDENTIFIER: [u64; 4] = [2, 5, 4, 97];
const BASIC_CONSTRAINTS: [u64; 4] = [2, 5, 29, 19];
const CERTIFICATE_POLICIES: [u64; 4] = [2, 5, 29, 32];

/// A policy: content octets of its object identifier, and the notice that names it.
type Policy = (&'static [u8], &'static str);

/// 1.3.76.16, 1.3.76.16.6
const AGID: [Policy; 2] = [
    (&[0x2b, 0x4c, 0x10], "AgIDroot"),
    (&[0x2b, 0x4c, 0x10, 0x06], "agIDcert"),
];
/// 1.3.76.16.4.2.1: public service provider.
const PUBLIC: Policy = (&[0x2b, 0x4c, 0x10, 0x04, 0x02, 0x01], "cert_SP_Pub");
/// 1.3.76.16.4.3.1: private service provider.
const PRIVATE: Policy = (&[0x2b, 0x4c, 0x10, 0x04, 0x03, 0x01], "cert_SP_Priv");

/// Makes the certificate of a public body, DER. `serial` is 16 random octets (the top bit is cleared: a serial number
/// is positive).
///
/// # Errors
/// [`CertificateError`].
pub fn spid_certificate(
    key: &RsaKey,
    subject: &Subject,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
    serial: [u8; 16],
) -> Result<Vec<u8>, CertificateError> {
    if subject.ipa_code.trim().is_empty() {
        return Err(CertificateError::Subject);
    }
    let identifier = format!("PA:IT-{}", subject.ipa_code);
    make(key, subject, &identifier, PUBLIC, (not_before, not_after), serial)
}

/// Makes the certificate of a private body, DER, as [`spid_certificate`].
///
/// # Errors
/// [`CertificateError`].
pub fn private_spid_certificate(
    key: &RsaKey,
    subject: &Subject,
    body: PrivateBody<'_>,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
    serial: [u8; 16],
) -> Result<Vec<u8>, CertificateError> {
    let identifier = match body {
        PrivateBody::VatNumber(number) => {
            let number = VatNumber::parse(number).map_err(|_| CertificateError::Subject)?;
            format!("VATIT-{}", number.as_str())
        }
        PrivateBody::FiscalCode(code) => {
            let code = FiscalNumber::parse(code).map_err(|_| CertificateError::Subject)?;
            // A company's fiscal code has eleven digits, which AgID's validator takes only as a VAT number.
            if code.as_str().len() != 16 {
                return Err(CertificateError::Subject);
            }
            format!("CF:IT-{}", code.as_str())
        }
    };
    make(key, subject, &identifier, PRIVATE, (not_before, not_after), serial)
}

fn make(
    key: &RsaKey,
    subject: &Subject,
    identifier: &str,
    policy: Policy,
    validity: (DateTime<Utc>, DateTime<Utc>),
    serial: [u8; 16],
) -> Result<Vec<u8>, CertificateError> {
    let name = distinguished_name(subject, identifier)?;
    let usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    let extensions = vec![
        // CA is false by default, so the value is an empty sequence; not critical, as the rules say.
        CustomExtension::from_oid_content(&BASIC_CONSTRAINTS, der(0x30, &[])),
        CustomExtension::from_oid_content(&CERTIFICATE_POLICIES, certificate_policies(policy)),
    ];
    self_signed(key, name, (usages, extensions), validity, serial)
}

fn distinguished_name(subject: &Subject, identifier: &str) -> Result<DistinguishedName, CertificateError> {
    let fields = [
        (DnType::OrganizationName, subject.organization.clone()),
        (DnType::CommonName, subject.common_name.clone()),
        (DnType::CustomDnType(URI.to_vec()), subject.entity_id.clone()),
        (
            DnType::CustomDnType(ORGANIZATION_IDENTIFIER.to_vec()),
            identifier.to_owned(),
        ),
    ];
    let mut name = DistinguishedName::new();
    for (kind, value) in fields {
        if value.trim().is_empty() {
            return Err(CertificateError::Subject);
        }
        name.push(kind, value);
    }
    if subject.locality.trim().is_empty() {
        return Err(CertificateError::Subject);
    }
    let country = PrintableString::try_from("IT").map_err(|_| CertificateError::Subject)?;
    name.push(DnType::CountryName, DnValue::PrintableString(country));
    name.push(DnType::LocalityName, subject.locality.clone());
    Ok(name)
}

/// RFC 5280 §4.2.1.4, each policy with a user notice whose text names it.
fn certificate_policies(policy: Policy) -> Vec<u8> {
    // 1.3.6.1.5.5.7.2.2, id-qt-unotice
    const USER_NOTICE: [u8; 8] = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x02];
    let mut policies = Vec::new();
    for (oid, text) in AGID.into_iter().chain([policy]) {
        let notice = der(0x30, &der(0x0c, text.as_bytes()));
        let qualifier = der(0x30, &[der(0x06, &USER_NOTICE), notice].concat());
        let policy = [der(0x06, oid), der(0x30, &qualifier)].concat();
        policies.extend(der(0x30, &policy));
    }
    der(0x30, &policies)
}

/// One DER element. The extensions above stay below 64 kB, far below what two length octets hold.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let [high, low] = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    match (high, low) {
        (0, 0..=0x7f) => out.push(low),
        (0, _) => out.extend([0x81, low]),
        _ => out.extend([0x82, high, low]),
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::{PublicKey, der_to_pem, pem_to_der};
    use chrono::TimeZone as _;
    use x509_parser::extensions::ParsedExtension;

    fn subject() -> Subject {
        Subject {
            organization: "Comune di Borgo Alto".into(),
            common_name: "Borgo Alto".into(),
            entity_id: "https://login.borgoalto.example.it".into(),
            ipa_code: "c_h501".into(),
            locality: "Borgo Alto".into(),
        }
    }

    fn certificate() -> Vec<u8> {
        let key = RsaKey::generate(2048).unwrap();
        let from = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
        let to = Utc.with_ymd_and_hms(2036, 1, 2, 3, 4, 5).unwrap();
        spid_certificate(&key, &subject(), from, to, [0xff; 16]).unwrap()
    }

    #[test]
    fn the_subject_is_what_spid_prescribes_and_nothing_else() {
        let der = certificate();
        let (_, parsed) = x509_parser::parse_x509_certificate(&der).unwrap();
        let names: Vec<(String, String)> = parsed
            .subject()
            .iter_attributes()
            .map(|a| (a.attr_type().to_id_string(), a.as_str().unwrap().to_owned()))
            .collect();
        let expected = [
            ("2.5.4.10", "Comune di Borgo Alto"),
            ("2.5.4.3", "Borgo Alto"),
            ("2.5.4.83", "https://login.borgoalto.example.it"),
            ("2.5.4.97", "PA:IT-c_h501"),
            ("2.5.4.6", "IT"),
            ("2.5.4.7", "Borgo Alto"),
        ];
        let mut got: Vec<(&str, &str)> = names.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let mut expected = expected.to_vec();
        got.sort_unstable();
        expected.sort_unstable();
        assert_eq!(got, expected);
        assert_eq!(parsed.subject(), parsed.issuer());
    }

    #[test]
    fn the_extensions_are_what_spid_prescribes() {
        let der = certificate();
        let (_, parsed) = x509_parser::parse_x509_certificate(&der).unwrap();
        assert_eq!(
            parsed.signature_algorithm.algorithm.to_id_string(),
            "1.2.840.113549.1.1.11"
        );
        assert_eq!(parsed.validity().not_before.timestamp(), 1_767_323_045);
        let mut seen = Vec::new();
        for extension in parsed.extensions() {
            seen.push(extension.oid.to_id_string());
            match extension.parsed_extension() {
                ParsedExtension::BasicConstraints(constraints) => {
                    assert!(!constraints.ca);
                    assert!(!extension.critical);
                }
                ParsedExtension::KeyUsage(usage) => {
                    assert!(extension.critical);
                    assert_eq!(usage.flags, 0b11, "digitalSignature and contentCommitment only");
                }
                ParsedExtension::CertificatePolicies(policies) => {
                    assert!(!extension.critical);
                    let oids: Vec<String> = policies.iter().map(|p| p.policy_id.to_id_string()).collect();
                    assert_eq!(oids, ["1.3.76.16", "1.3.76.16.6", "1.3.76.16.4.2.1"]);
                    let notice = policies[2].policy_qualifiers.as_ref().unwrap()[0].qualifier;
                    assert!(notice.ends_with(b"cert_SP_Pub"));
                }
                other => panic!("unexpected extension {other:?}"),
            }
        }
        assert_eq!(seen, ["2.5.29.15", "2.5.29.19", "2.5.29.32"]);
    }

    #[test]
    fn a_serial_number_is_positive_and_keeps_its_length() {
        let key = RsaKey::generate(2048).unwrap();
        let from = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
        let to = Utc.with_ymd_and_hms(2036, 1, 2, 3, 4, 5).unwrap();
        for (random, first) in [(0xff, 0x7f), (0x00, 0x40), (0x81, 0x41), (0x42, 0x42)] {
            let mut serial = [0x11; 16];
            serial[0] = random;
            let der = spid_certificate(&key, &subject(), from, to, serial).unwrap();
            let (_, parsed) = x509_parser::parse_x509_certificate(&der).unwrap();
            let written = parsed.tbs_certificate.raw_serial();
            assert_eq!((written.len(), written[0], written[1]), (16, first, 0x11), "{random:x}");
        }
    }

    #[test]
    fn a_length_is_written_in_as_few_octets_as_der_allows() {
        for (length, head) in [
            (0, vec![4, 0]),
            (0x7f, vec![4, 0x7f]),
            (0x80, vec![4, 0x81, 0x80]),
            (0xff, vec![4, 0x81, 0xff]),
            (0x100, vec![4, 0x82, 1, 0]),
        ] {
            let written = der(4, &vec![9; length]);
            assert_eq!(written[..written.len() - length], head, "{length}");
        }
    }

    #[test]
    fn pem_and_der_are_the_same_certificate_and_its_key_is_read() {
        let der = certificate();
        assert_eq!(pem_to_der(&der_to_pem(&der)).unwrap(), der);
        assert_eq!(PublicKey::from_certificate(&der).unwrap().bits(), 2048);
        assert!(pem_to_der("rubbish").is_err());
    }

    #[test]
    fn a_private_body_is_named_by_its_vat_number_or_by_a_persons_fiscal_code_and_has_its_own_policy() {
        let key = RsaKey::generate(2048).unwrap();
        let from = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
        let to = Utc.with_ymd_and_hms(2029, 1, 2, 3, 4, 5).unwrap();
        let made = |body| private_spid_certificate(&key, &subject(), body, from, to, [3; 16]);
        for (body, name) in [
            (PrivateBody::VatNumber("01234560587"), "VATIT-01234560587"),
            (PrivateBody::VatNumber("IT01234560587"), "VATIT-01234560587"),
            (PrivateBody::FiscalCode("PRVMRA80A15H501A"), "CF:IT-PRVMRA80A15H501A"),
        ] {
            let der = made(body).unwrap();
            let (_, parsed) = x509_parser::parse_x509_certificate(&der).unwrap();
            let names: Vec<&str> = parsed
                .subject()
                .iter_attributes()
                .filter_map(|a| a.as_str().ok())
                .collect();
            assert!(names.contains(&name), "{names:?}");
            assert!(der.windows(12).any(|part| part == b"cert_SP_Priv"));
        }
        // AgID's validator takes nothing else there.
        for body in [
            PrivateBody::VatNumber("01234560588"),
            PrivateBody::FiscalCode("80012340560"),
        ] {
            assert_eq!(made(body), Err(CertificateError::Subject), "{body:?}");
        }
    }

    #[test]
    fn a_subject_with_a_gap_or_a_backward_validity_is_refused() {
        let key = RsaKey::generate(2048).unwrap();
        let from = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
        let to = Utc.with_ymd_and_hms(2036, 1, 2, 3, 4, 5).unwrap();
        let gap = Subject {
            ipa_code: String::new(),
            ..subject()
        };
        assert_eq!(
            spid_certificate(&key, &gap, from, to, [1; 16]),
            Err(CertificateError::Subject)
        );
        assert_eq!(
            spid_certificate(&key, &subject(), to, from, [1; 16]),
            Err(CertificateError::Validity)
        );
    }
}
