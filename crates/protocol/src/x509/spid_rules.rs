//! What AgID prescribes of a SPID service provider's certificate, looked for in one that exists: those that an
//! operator brings are made by many hands. The same rules as AgID's own validator (`spid-compliant-certificates`),
//! and that subject and metadata name the same body.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{KeyUsage, ParsedExtension};
use x509_parser::public_key::PublicKey;

/// Whom the certificate should be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected<'a> {
    /// `uri`.
    pub entity_id: &'a str,
    /// `O`.
    pub organisation: &'a str,
    /// By the rules of the private sector.
    pub private: bool,
}

/// A rule that a certificate breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not a certificate at all.
    #[error("it cannot be read as X.509")]
    Unreadable,
    /// Not RSA, or of another size.
    #[error("the key must be RSA of 2048, 3072 or 4096 bits")]
    Key,
    /// Another signature algorithm.
    #[error("it must be signed with RSA and SHA-256 or SHA-512")]
    Algorithm,
    /// A name that identifies a person.
    #[error("the subject must not contain {0}")]
    Forbidden(&'static str),
    /// A mandatory name that is not there, or empty.
    #[error("the subject must contain {0}")]
    Missing(&'static str),
    /// The subject is of somebody else.
    #[error("{name} in the subject must be `{wanted}`")]
    Differs {
        /// Which name.
        name: &'static str,
        /// What the metadata say.
        wanted: String,
    },
    /// Another form of organizationIdentifier.
    #[error("organizationIdentifier (2.5.4.97) in the subject must be {0}")]
    Identifier(&'static str),
    /// Not two capital letters.
    #[error("countryName in the subject must be an ISO 3166 code")]
    Country,
    /// basicConstraints.
    #[error("basicConstraints must be there, not critical, with CA:FALSE")]
    BasicConstraints,
    /// keyUsage.
    #[error("keyUsage must be there, critical, with digitalSignature and nonRepudiation and nothing else")]
    KeyUsage,
    /// certificatePolicies.
    #[error("certificatePolicies must be there and not critical")]
    Policies,
    /// A policy that is not there.
    #[error("certificatePolicies must contain {0}")]
    Policy(&'static str),
}

/// (object identifier, its name in messages)
type Name = (&'static str, &'static str);

const FORBIDDEN: [Name; 5] = [
    ("2.5.4.4", "surname"),
    ("2.5.4.41", "name"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.43", "initials"),
    ("2.5.4.65", "pseudonym"),
];
const URI: Name = ("2.5.4.83", "uri (2.5.4.83)");
const ORGANISATION: Name = ("2.5.4.10", "organizationName (O)");
const IDENTIFIER: Name = ("2.5.4.97", "organizationIdentifier (2.5.4.97)");
const COUNTRY: Name = ("2.5.4.6", "countryName (C)");
const MANDATORY: [Name; 6] = [
    ORGANISATION,
    ("2.5.4.3", "commonName (CN)"),
    URI,
    IDENTIFIER,
    COUNTRY,
    ("2.5.4.7", "localityName (L)"),
];

/// sha256WithRSAEncryption, sha512WithRSAEncryption
const ALGORITHMS: [&str; 2] = ["1.2.840.113549.1.1.11", "1.2.840.113549.1.1.13"];

/// digitalSignature and nonRepudiation.
const SIGNS: u16 = 0b11;

/// Every rule that the certificate (DER) breaks; none when AgID would take it. Dates are not looked at: identity
/// providers use the key in our metadata.
pub fn spid_certificate_faults(der: &[u8], expected: Expected<'_>) -> Vec<Fault> {
    let Ok((_, certificate)) = x509_parser::parse_x509_certificate(der) else {
        return vec![Fault::Unreadable];
    };
    let mut faults = Vec::new();
    let bits = match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => key.key_size(),
        _ => 0,
    };
    if ![2048, 3072, 4096].contains(&bits) {
        faults.push(Fault::Key);
    }
    let algorithm = certificate.signature_algorithm.algorithm.to_id_string();
    if !ALGORITHMS.contains(&algorithm.as_str()) {
        faults.push(Fault::Algorithm);
    }
    subject(&certificate, expected, &mut faults);
    extensions(&certificate, expected.private, &mut faults);
    faults
}

fn subject(certificate: &X509Certificate<'_>, expected: Expected<'_>, faults: &mut Vec<Fault>) {
    let subject = certificate.subject();
    let value = |(oid, _): Name| {
        let mut named = subject
            .iter_attributes()
            .filter(|attribute| attribute.attr_type().to_id_string() == oid);
        named.next().map(|attribute| attribute.as_str().unwrap_or_default())
    };
    for name in FORBIDDEN {
        if value(name).is_some() {
            faults.push(Fault::Forbidden(name.1));
        }
    }
    for name in MANDATORY {
        if value(name).is_none_or(str::is_empty) {
            faults.push(Fault::Missing(name.1));
        }
    }
    for (name, wanted) in [(URI, expected.entity_id), (ORGANISATION, expected.organisation)] {
        if value(name).is_some_and(|found| found != wanted) {
            faults.push(Fault::Differs {
                name: name.1,
                wanted: wanted.to_owned(),
            });
        }
    }
    if value(IDENTIFIER).is_some_and(|found| !identifies(found, expected.private)) {
        faults.push(Fault::Identifier(match expected.private {
            true => "`VATIT-` and eleven digits, or `CF:IT-` and sixteen characters",
            false => "`PA:IT-` and the IPA code",
        }));
    }
    let capitals = |country: &str| country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if value(COUNTRY).is_some_and(|country| !capitals(country)) {
        faults.push(Fault::Country);
    }
}

fn identifies(found: &str, private: bool) -> bool {
    let public = |code: &str| (1..=16).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic());
    let digits = |number: &str| number.len() == 11 && number.bytes().all(|byte| byte.is_ascii_digit());
    let characters = |code: &str| code.len() == 16 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match private {
        false => found.strip_prefix("PA:IT-").is_some_and(public),
        true => {
            found.strip_prefix("VATIT-").is_some_and(digits) || found.strip_prefix("CF:IT-").is_some_and(characters)
        }
    }
}

fn extensions(certificate: &X509Certificate<'_>, private: bool, faults: &mut Vec<Fault>) {
    let mut constrained = false;
    let mut used = false;
    let mut policies: Option<Vec<String>> = None;
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::BasicConstraints(constraints) => constrained = !extension.critical && !constraints.ca,
            ParsedExtension::KeyUsage(KeyUsage { flags }) => used = extension.critical && *flags == SIGNS,
            ParsedExtension::CertificatePolicies(named) if !extension.critical => {
                policies = Some(named.iter().map(|policy| policy.policy_id.to_id_string()).collect());
            }
            _ => {}
        }
    }
    if !constrained {
        faults.push(Fault::BasicConstraints);
    }
    if !used {
        faults.push(Fault::KeyUsage);
    }
    let Some(policies) = policies else {
        faults.push(Fault::Policies);
        return;
    };
    for wanted in [
        "1.3.76.16.6",
        match private {
            true => "1.3.76.16.4.3.1",
            false => "1.3.76.16.4.2.1",
        },
    ] {
        if !policies.iter().any(|policy| policy == wanted) {
            faults.push(Fault::Policy(wanted));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::RsaKey;
    use crate::x509::self_signed::self_signed;
    use crate::x509::{PrivateBody, Subject, pem_to_der, private_spid_certificate, spid_certificate};
    use chrono::{DateTime, TimeZone as _, Utc};
    use rcgen::{CustomExtension, DistinguishedName, DnType};

    const EXPECTED: Expected<'_> = Expected {
        entity_id: "https://login.example.it",
        organisation: "Comune di Borgo Alto",
        private: false,
    };

    fn made(private: bool) -> Vec<u8> {
        let key = RsaKey::generate(2048).unwrap();
        let subject = Subject {
            organization: EXPECTED.organisation.into(),
            common_name: "Borgo Alto".into(),
            entity_id: EXPECTED.entity_id.into(),
            ipa_code: "c_h501".into(),
            locality: "Borgo Alto".into(),
        };
        let year = |year| -> DateTime<Utc> { Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap() };
        match private {
            true => {
                let body = PrivateBody::VatNumber("01234560587");
                private_spid_certificate(&key, &subject, body, year(2026), year(2029), [1; 16]).unwrap()
            }
            false => spid_certificate(&key, &subject, year(2026), year(2036), [1; 16]).unwrap(),
        }
    }

    #[test]
    fn the_certificates_that_we_make_break_no_rule() {
        assert_eq!(spid_certificate_faults(&made(false), EXPECTED), []);
        let private = Expected {
            private: true,
            ..EXPECTED
        };
        assert_eq!(spid_certificate_faults(&made(true), private), []);
    }

    #[test]
    fn a_public_certificate_is_none_of_the_private_sector() {
        let private = Expected {
            private: true,
            ..EXPECTED
        };
        let faults = spid_certificate_faults(&made(false), private);
        assert!(matches!(
            faults.as_slice(),
            [Fault::Identifier(_), Fault::Policy("1.3.76.16.4.3.1")]
        ));
    }

    #[test]
    fn a_certificate_of_another_body_is_told() {
        let other = Expected {
            entity_id: "https://other.example.it",
            organisation: "Comune di Borgo Basso",
            ..EXPECTED
        };
        let faults: Vec<String> = spid_certificate_faults(&made(false), other)
            .iter()
            .map(Fault::to_string)
            .collect();
        assert_eq!(
            faults,
            [
                "uri (2.5.4.83) in the subject must be `https://other.example.it`",
                "organizationName (O) in the subject must be `Comune di Borgo Basso`"
            ]
        );
    }

    #[test]
    fn an_organisation_is_identified_in_agids_forms_and_in_no_others() {
        for (found, private, identified) in [
            ("PA:IT-c", false, true),
            ("PA:IT-0123456789abcdef", false, true),
            ("PA:IT-0123456789abcdefg", false, false),
            ("PA:IT-", false, false),
            ("PA:IT-c h501", false, false),
            ("PA:FR-c_h501", false, false),
            ("VATIT-01234560587", false, false),
            ("VATIT-01234560587", true, true),
            ("VATIT-0123456058", true, false),
            ("VATIT-0123456058A", true, false),
            ("CF:IT-PRVMRA80A15H501A", true, true),
            ("CF:IT-PRVMRA80A15H501", true, false),
            ("CF:IT-PRVMRA80A15H501-", true, false),
            ("PA:IT-c_h501", true, false),
        ] {
            assert_eq!(identifies(found, private), identified, "{found}");
        }
    }

    /// Self-signed, with what stands in a good one, and each of its extensions as written.
    fn written(country: &str, extensions: [([u64; 4], bool, &[u8]); 3]) -> Vec<Fault> {
        let mut name = DistinguishedName::new();
        name.push(DnType::OrganizationName, EXPECTED.organisation);
        name.push(DnType::CommonName, "Borgo Alto");
        name.push(DnType::CustomDnType(vec![2, 5, 4, 83]), EXPECTED.entity_id);
        name.push(DnType::CustomDnType(vec![2, 5, 4, 97]), "PA:IT-c_h501");
        name.push(DnType::CountryName, country);
        name.push(DnType::LocalityName, "Borgo Alto");
        let extensions = extensions.map(|(oid, critical, content)| {
            let mut extension = CustomExtension::from_oid_content(&oid, content.to_vec());
            extension.set_criticality(critical);
            extension
        });
        let year = |year| -> DateTime<Utc> { Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap() };
        let key = RsaKey::generate(2048).unwrap();
        let parts = (Vec::new(), extensions.to_vec());
        let der = self_signed(&key, name, parts, (year(2026), year(2036)), [1; 16]).unwrap();
        spid_certificate_faults(&der, EXPECTED)
    }

    /// keyUsage: digitalSignature and nonRepudiation; digitalSignature alone.
    const USES: [&[u8]; 2] = [&[3, 2, 6, 0xc0], &[3, 2, 7, 0x80]];
    /// basicConstraints: of nobody who issues; of an authority.
    const CONSTRAINTS: [&[u8]; 2] = [&[0x30, 0], &[0x30, 3, 1, 1, 0xff]];
    /// certificatePolicies: 1.3.76.16.6 and 1.3.76.16.4.2.1.
    const POLICIES: &[u8] = b"\x30\x12\x30\x06\x06\x04\x2b\x4c\x10\x06\x30\x08\x06\x06\x2b\x4c\x10\x04\x02\x01";

    #[test]
    fn an_extension_with_another_value_or_criticality_is_told() {
        let uses = |critical, content| ([2, 5, 29, 15], critical, content);
        let constraints = |critical, content| ([2, 5, 29, 19], critical, content);
        let policies = |critical| ([2, 5, 29, 32], critical, POLICIES);
        let (signs, not_authority) = (uses(true, USES[0]), constraints(false, CONSTRAINTS[0]));
        for (extensions, faults) in [
            ([signs, not_authority, policies(false)], vec![]),
            (
                [uses(false, USES[0]), not_authority, policies(false)],
                vec![Fault::KeyUsage],
            ),
            (
                [uses(true, USES[1]), not_authority, policies(false)],
                vec![Fault::KeyUsage],
            ),
            (
                [signs, constraints(true, CONSTRAINTS[0]), policies(false)],
                vec![Fault::BasicConstraints],
            ),
            (
                [signs, constraints(false, CONSTRAINTS[1]), policies(false)],
                vec![Fault::BasicConstraints],
            ),
            ([signs, not_authority, policies(true)], vec![Fault::Policies]),
        ] {
            assert_eq!(written("IT", extensions), faults, "{extensions:?}");
        }
        for (country, faults) in [
            ("FR", vec![]),
            ("it", vec![Fault::Country]),
            ("ITA", vec![Fault::Country]),
            ("I1", vec![Fault::Country]),
        ] {
            assert_eq!(
                written(country, [signs, not_authority, policies(false)]),
                faults,
                "{country}"
            );
        }
    }

    /// `openssl req -x509 -newkey rsa:2048 -subj /CN=plain/SN=Rossi`: what somebody makes who read no rules.
    #[test]
    fn everything_that_an_ordinary_certificate_lacks_is_told_at_once() {
        let plain = pem_to_der(include_str!("plain_certificate.pem")).unwrap();
        let faults = spid_certificate_faults(&plain, EXPECTED);
        let missing = |name| Fault::Missing(name);
        assert_eq!(
            faults,
            [
                Fault::Forbidden("surname"),
                missing("organizationName (O)"),
                missing("uri (2.5.4.83)"),
                missing("organizationIdentifier (2.5.4.97)"),
                missing("countryName (C)"),
                missing("localityName (L)"),
                Fault::BasicConstraints,
                Fault::KeyUsage,
                Fault::Policies,
            ]
        );
        assert_eq!(spid_certificate_faults(b"rubbish", EXPECTED), [Fault::Unreadable]);
    }
}
