//! PEM and DER of one certificate.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The text is not one certificate in the form that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate")]
pub struct NotACertificate;

/// One `CERTIFICATE` block, 64 characters a line.
pub fn der_to_pem(der: &[u8]) -> String {
    let mut pem = format!("{BEGIN}\n");
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str(END);
    pem.push('\n');
    pem
}

/// SHA-256 of a certificate, hexadecimal: its name where certificates are compared by people.
pub fn fingerprint(der: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, der);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The DER of the first `CERTIFICATE` block.
///
/// # Errors
/// [`NotACertificate`] when there is none or it does not hold a certificate.
pub fn pem_to_der(pem: &str) -> Result<Vec<u8>, NotACertificate> {
    let (_, rest) = pem.split_once(BEGIN).ok_or(NotACertificate)?;
    let (body, _) = rest.split_once(END).ok_or(NotACertificate)?;
    let base64: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let der = STANDARD.decode(base64).map_err(|_| NotACertificate)?;
    x509_parser::parse_x509_certificate(&der).map_err(|_| NotACertificate)?;
    Ok(der)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_sha_256_in_small_letters() {
        // FIPS 180-4: the example of "abc".
        assert_eq!(
            fingerprint(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
