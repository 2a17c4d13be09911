//! `tls_client_auth` and `self_signed_tls_client_auth`: a client proves itself by the certificate of its TLS
//! handshake (RFC 8705 §2). That it has the certificate's key, the handshake proved.

use crate::jose::KeySet;
use crate::oidc::client::CertificateSubject;
use crate::x509::{Authorities, PathError};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::str::FromStr as _;
use x509_cert::name::RdnSequence;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Why a certificate proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// None came with this connection.
    #[error("client certificate missing")]
    Missing,
    /// The client registered no subject: nobody's certificate is its own.
    #[error("no certificate subject registered")]
    NotRegistered,
    /// Issued by nobody whom the operator trusts.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Good, but somebody else's.
    #[error("certificate of another subject")]
    OtherSubject,
    /// Not one of those that the client registered.
    #[error("certificate not among the registered keys")]
    NotAmongKeys,
}

/// What came with the connection, and whom the operator trusts to issue certificates.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// DER, the client's own first, and those that it sent along.
    pub certificates: &'a [Vec<u8>],
    /// Who may issue them.
    pub authorities: &'a Authorities,
}

/// `tls_client_auth` (RFC 8705 §2.1): the certificate leads to a trusted authority, and its subject is the registered
/// one. Whether it was revoked is not asked.
///
/// # Errors
/// The first reason against.
pub fn check_issued(shown: Shown<'_>, subject: Option<&CertificateSubject>, now: DateTime<Utc>) -> Result<(), Reason> {
    let (own, others) = shown.certificates.split_first().ok_or(Reason::Missing)?;
    let subject = subject.ok_or(Reason::NotRegistered)?;
    shown.authorities.path(own, others, now)?;
    match is_subject(own, subject) {
        true => Ok(()),
        false => Err(Reason::OtherSubject),
    }
}

/// `self_signed_tls_client_auth` (RFC 8705 §2.2): the certificate is one of those in the client's `jwks`. It is only a
/// holder of a key: neither its issuer nor its dates say anything.
///
/// # Errors
/// The first reason against.
pub fn check_registered(shown: Shown<'_>, keys: &KeySet) -> Result<(), Reason> {
    let own = shown.certificates.first().ok_or(Reason::Missing)?;
    match keys.holds(own) {
        true => Ok(()),
        false => Err(Reason::NotAmongKeys),
    }
}

/// Whether `text` can be a registered `tls_client_auth_subject_dn` (RFC 4514).
pub fn is_distinguished_name(text: &str) -> bool {
    RdnSequence::from_str(text).is_ok_and(|name| !name.0.is_empty())
}

/// RFC 8705 §2.1.2. Of alternative names, one that is equal is enough.
fn is_subject(der: &[u8], subject: &CertificateSubject) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(der) else {
        return false;
    };
    let is_named = |equal: &dyn Fn(&GeneralName<'_>) -> bool| {
        let names = certificate.subject_alternative_name().ok().flatten();
        names.is_some_and(|names| names.value.general_names.iter().any(equal))
    };
    match subject {
        CertificateSubject::Dn(registered) => same_name(registered, certificate.subject().as_raw()),
        CertificateSubject::Dns(registered) => {
            is_named(&|name| matches!(name, GeneralName::DNSName(dns) if dns.eq_ignore_ascii_case(registered)))
        }
        CertificateSubject::Uri(registered) => {
            is_named(&|name| matches!(name, GeneralName::URI(uri) if uri == registered))
        }
        CertificateSubject::Ip(registered) => {
            let Ok(address) = registered.parse::<IpAddr>() else {
                return false;
            };
            let octets = match address {
                IpAddr::V4(v4) => v4.octets().to_vec(),
                IpAddr::V6(v6) => v6.octets().to_vec(),
            };
            is_named(&|name| matches!(name, GeneralName::IPAddress(address) if *address == octets))
        }
        CertificateSubject::Email(registered) => {
            is_named(&|name| matches!(name, GeneralName::RFC822Name(email) if email == registered))
        }
    }
}

/// Names are equal when their parts are, in the same order, to the letter: RFC 4514 leaves open how attribute values
/// are matched, and whoever is stricter lets in nobody else.
fn same_name(registered: &str, der: &[u8]) -> bool {
    use x509_cert::der::Decode as _;
    let parts = |name: RdnSequence| -> Vec<BTreeSet<String>> {
        name.0
            .iter()
            .map(|part| part.0.iter().map(ToString::to_string).collect())
            .collect()
    };
    match (RdnSequence::from_str(registered), RdnSequence::from_der(der)) {
        // An empty text is no name for the library, so that a subject without parts is nobody's.
        (Ok(registered), Ok(own)) => parts(registered) == parts(own),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::{P256Key, SigningKey};
    use crate::oidc::samples::{after, now};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use rcgen::string::Ia5String;
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, PKCS_ED25519,
        SanType,
    };
    use serde_json::json;

    struct Issued {
        der: Vec<u8>,
        key: KeyPair,
    }

    fn dated(mut params: CertificateParams) -> CertificateParams {
        let at = |seconds| {
            let since = u64::try_from(after(seconds).timestamp()).unwrap();
            rcgen::date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(since)
        };
        params.not_before = at(-3600);
        params.not_after = at(3600);
        params
    }

    fn authority() -> CertifiedIssuer<'static, KeyPair> {
        let mut params = dated(CertificateParams::default());
        params.distinguished_name.push(DnType::CommonName, "Autorità di prova");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    fn params() -> CertificateParams {
        let mut params = dated(CertificateParams::default());
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CountryName, "IT");
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Comune, Ufficio \"A\"");
        params.distinguished_name.push(DnType::CommonName, "suap");
        params.subject_alt_names = vec![
            SanType::DnsName(Ia5String::try_from("Suap.example.it").unwrap()),
            SanType::URI(Ia5String::try_from("https://suap.example.it/id").unwrap()),
            SanType::IpAddress("192.0.2.7".parse().unwrap()),
            SanType::Rfc822Name(Ia5String::try_from("suap@example.it").unwrap()),
        ];
        params
    }

    fn issued_by(authority: &CertifiedIssuer<'static, KeyPair>) -> Issued {
        let key = KeyPair::generate().unwrap();
        let certificate = params().signed_by(&key, authority).unwrap();
        Issued {
            der: certificate.der().to_vec(),
            key,
        }
    }

    fn judge(der: &[u8], trusted: &[u8], subject: &CertificateSubject) -> Result<(), Reason> {
        let authorities = Authorities::new([trusted.to_vec()]);
        let certificates = [der.to_vec()];
        let shown = Shown {
            certificates: &certificates,
            authorities: &authorities,
        };
        check_issued(shown, Some(subject), now())
    }

    fn subjects(names: [&str; 5]) -> [CertificateSubject; 5] {
        let [dn, dns, uri, ip, email] = names.map(str::to_owned);
        [
            CertificateSubject::Dn(dn),
            CertificateSubject::Dns(dns),
            CertificateSubject::Uri(uri),
            CertificateSubject::Ip(ip),
            CertificateSubject::Email(email),
        ]
    }

    #[test]
    fn rfc_8705_2_1_2_each_of_the_five_subjects_is_compared() {
        let authority = authority();
        let issued = issued_by(&authority);
        let own = subjects([
            r#"cn=suap,O=Comune\, Ufficio \"A\",C=IT"#,
            "suap.example.it",
            "https://suap.example.it/id",
            "192.0.2.7",
            "suap@example.it",
        ]);
        for subject in &own {
            assert_eq!(judge(&issued.der, authority.der(), subject), Ok(()), "{subject:?}");
        }
        let others = subjects([
            r#"C=IT,O=Comune\, Ufficio \"A\",CN=suap"#,
            "example.it",
            "https://suap.example.it/",
            "192.0.2.8",
            "Suap@example.it",
        ]);
        for subject in &others {
            assert_eq!(
                judge(&issued.der, authority.der(), subject),
                Err(Reason::OtherSubject),
                "{subject:?}"
            );
        }
    }

    #[test]
    fn attack_30_an_empty_name_names_nobody() {
        // DER of a Name without parts, as a certificate has it whose subject is in its alternative names.
        for registered in ["", " ", ",", "+"] {
            assert!(!same_name(registered, &[0x30, 0]), "{registered:?}");
        }
    }

    #[test]
    fn attack_30_a_name_that_is_nearly_the_registered_one_is_another() {
        let authority = authority();
        let issued = issued_by(&authority);
        for nearly in [
            "CN=suap",
            r#"CN=suap,O=Comune\, Ufficio \"A\""#,
            r#"CN=Suap,O=Comune\, Ufficio \"A\",C=IT"#,
            r#"CN=suap ,O=Comune\, Ufficio \"A\",C=IT"#,
            r#"CN=suap+O=Comune\, Ufficio \"A\",C=IT"#,
            "",
            "suap",
        ] {
            let subject = CertificateSubject::Dn(nearly.to_owned());
            assert_eq!(
                judge(&issued.der, authority.der(), &subject),
                Err(Reason::OtherSubject),
                "{nearly}"
            );
        }
        assert!(is_distinguished_name("CN=suap,C=IT"));
        for wrong in ["", "suap", "CN=suap, C=IT", "nobody=x"] {
            assert!(!is_distinguished_name(wrong), "{wrong}");
        }
    }

    #[test]
    fn attack_30_the_right_subject_from_an_authority_that_nobody_trusts_is_refused() {
        let (trusted, other) = (authority(), authority());
        let issued = issued_by(&other);
        let [subject, ..] = subjects([r#"CN=suap,O=Comune\, Ufficio \"A\",C=IT"#, "", "", "", ""]);
        assert_eq!(
            judge(&issued.der, trusted.der(), &subject),
            Err(Reason::Path(PathError::UnknownIssuer))
        );
        let own = params().self_signed(&issued.key).unwrap();
        assert_eq!(
            judge(own.der(), trusted.der(), &subject),
            Err(Reason::Path(PathError::UnknownIssuer))
        );
        let shown = Shown {
            certificates: &[],
            authorities: &Authorities::new([trusted.der().to_vec()]),
        };
        assert_eq!(check_issued(shown, Some(&subject), now()), Err(Reason::Missing));
        let certificates = [issued.der];
        let shown = Shown {
            certificates: &certificates,
            ..shown
        };
        assert_eq!(check_issued(shown, None, now()), Err(Reason::NotRegistered));
    }

    #[test]
    fn an_expired_certificate_is_refused_where_its_issuer_counts() {
        let authority = authority();
        let issued = issued_by(&authority);
        let authorities = Authorities::new([authority.der().to_vec()]);
        let certificates = [issued.der];
        let shown = Shown {
            certificates: &certificates,
            authorities: &authorities,
        };
        let [subject, ..] = subjects(["CN=suap", "", "", "", ""]);
        let late = check_issued(shown, Some(&subject), after(7200));
        assert!(matches!(late, Err(Reason::Path(_))), "{late:?}");
    }

    #[test]
    fn rfc_8705_2_2_a_self_signed_certificate_is_known_by_its_key_or_to_the_letter() {
        let nobody = Authorities::default();
        let key = SigningKey::P256(P256Key::generate().unwrap());
        let pair = KeyPair::from_pem(&key.to_pem().unwrap()).unwrap();
        let certificate = params().self_signed(&pair).unwrap().der().to_vec();
        let renewed = dated(CertificateParams::default())
            .self_signed(&pair)
            .unwrap()
            .der()
            .to_vec();
        let stranger = params()
            .self_signed(&KeyPair::generate_for(&PKCS_ED25519).unwrap())
            .unwrap()
            .der()
            .to_vec();
        let by_key = KeySet::from_json(&json!({"keys": [key.public_jwk()]})).unwrap();
        let mut jwk = key.public_jwk();
        jwk["x5c"] = json!([STANDARD.encode(&certificate)]);
        let by_certificate = KeySet::from_json(&json!({"keys": [jwk]})).unwrap();
        let judge = |der: &[u8], keys: &KeySet| {
            let certificates = [der.to_vec()];
            let shown = Shown {
                certificates: &certificates,
                authorities: &nobody,
            };
            check_registered(shown, keys)
        };
        assert_eq!(judge(&certificate, &by_key), Ok(()));
        assert_eq!(judge(&renewed, &by_key), Ok(()));
        assert_eq!(judge(&certificate, &by_certificate), Ok(()));
        assert_eq!(judge(&renewed, &by_certificate), Err(Reason::NotAmongKeys));
        assert_eq!(judge(&stranger, &by_key), Err(Reason::NotAmongKeys));
        assert_eq!(judge(b"rubbish", &by_key), Err(Reason::NotAmongKeys));
        let shown = Shown {
            certificates: &[],
            authorities: &nobody,
        };
        assert_eq!(check_registered(shown, &by_key), Err(Reason::Missing));
    }
}
