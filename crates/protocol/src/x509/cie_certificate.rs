//! The certificate of a CIE service provider. The Ministry prescribes neither subject nor extensions, so it
//! says who signs and that it signs; SPID's policies have no place in it.

use super::self_signed::{CertificateError, self_signed};
use crate::keyring::RsaKey;
use chrono::{DateTime, Utc};
use rcgen::string::PrintableString;
use rcgen::{DistinguishedName, DnType, DnValue, KeyUsagePurpose};

/// Makes the certificate, DER: `O` and `CN` are the full legal name, `L` the town of the seat. `serial` is 16
/// random octets.
///
/// # Errors
/// [`CertificateError`].
pub fn cie_certificate(
    key: &RsaKey,
    organisation: &str,
    locality: &str,
    (not_before, not_after): (DateTime<Utc>, DateTime<Utc>),
    serial: [u8; 16],
) -> Result<Vec<u8>, CertificateError> {
    if organisation.trim().is_empty() || locality.trim().is_empty() {
        return Err(CertificateError::Subject);
    }
    let country = PrintableString::try_from("IT").map_err(|_| CertificateError::Subject)?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, DnValue::PrintableString(country));
    name.push(DnType::LocalityName, locality);
    name.push(DnType::OrganizationName, organisation);
    name.push(DnType::CommonName, organisation);
    let usages = vec![KeyUsagePurpose::DigitalSignature];
    self_signed(key, name, (usages, Vec::new()), (not_before, not_after), serial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::PublicKey;
    use chrono::TimeZone as _;

    #[test]
    fn the_certificate_is_of_the_key_and_says_who_signs() {
        let key = RsaKey::generate(2048).unwrap();
        let from = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
        let to = Utc.with_ymd_and_hms(2036, 1, 2, 3, 4, 5).unwrap();
        let der = cie_certificate(&key, "Comune di Borgo Alto", "Borgo Alto", (from, to), [0xff; 16]).unwrap();
        let public = PublicKey::from_certificate(&der).unwrap();
        assert!(public.belongs_to(&key));
        assert!(!public.belongs_to(&RsaKey::generate(2048).unwrap()));
        let (_, parsed) = x509_parser::parse_x509_certificate(&der).unwrap();
        let subject = parsed.subject().to_string();
        assert_eq!(
            subject,
            "C=IT, L=Borgo Alto, O=Comune di Borgo Alto, CN=Comune di Borgo Alto"
        );
        assert_eq!(parsed.subject(), parsed.issuer());
        assert!(!parsed.is_ca());
        for (organisation, locality) in [("", "Borgo Alto"), ("Comune", " ")] {
            let made = cie_certificate(&key, organisation, locality, (from, to), [1; 16]);
            assert_eq!(made, Err(CertificateError::Subject));
        }
        let backwards = cie_certificate(&key, "Comune", "Borgo", (to, from), [1; 16]);
        assert_eq!(backwards, Err(CertificateError::Validity));
    }
}
