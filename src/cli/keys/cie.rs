//! `varco keys cie`: the key and certificate of a CIE service provider.

use super::{generate, write_new, write_private};
use crate::random::Random;
use anyhow::Context as _;
use chrono::{DateTime, Months, Utc};
use protocol::x509::{cie_certificate, der_to_pem};
use std::path::PathBuf;

/// What is typed after `keys cie`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the private key goes; only its owner may read it.
    #[arg(long, value_name = "FILE")]
    pub(super) key: PathBuf,
    /// Where the certificate goes.
    #[arg(long, value_name = "FILE")]
    pub(super) certificate: PathBuf,
    /// Full legal name, as in `[[cie.organisation]]`.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Town of the seat.
    #[arg(long, value_name = "TOWN")]
    locality: String,
    /// How long the certificate is valid.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=30))]
    years: u32,
    /// 2048, 3072 or 4096.
    #[arg(long, default_value_t = 3072)]
    bits: u16,
}

/// Makes both files.
///
/// # Errors
/// When the key cannot be made or a file cannot be written.
pub(super) fn make(arguments: &Arguments, now: DateTime<Utc>, random: &Random) -> anyhow::Result<()> {
    let months = Months::new(arguments.years.saturating_mul(12));
    let until = now.checked_add_months(months).context("--years is too long")?;
    let key = generate(arguments.bits)?;
    let (organisation, locality) = (&arguments.organisation, &arguments.locality);
    let certificate = cie_certificate(&key, organisation, locality, (now, until), random.bytes::<16>())?;
    // A certificate without its key is of no use, so the key goes first.
    write_private(&arguments.key, &key.to_pem()?)?;
    write_new(&arguments.certificate, der_to_pem(&certificate).as_bytes(), 0o644)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::keyring::RsaKey;
    use protocol::x509::{PublicKey, pem_to_der};

    #[test]
    fn a_cie_key_comes_with_its_own_certificate_and_neither_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = Arguments {
            key: folder.path().join("cie.pem"),
            certificate: folder.path().join("cie.crt"),
            organisation: "Comune di Borgo Alto".to_owned(),
            locality: "Borgo Alto".to_owned(),
            years: 10,
            bits: 2048,
        };
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        make(&arguments, now, &Random::seeded(1)).unwrap();
        let key = RsaKey::from_pem(&std::fs::read_to_string(&arguments.key).unwrap()).unwrap();
        let certificate = pem_to_der(&std::fs::read_to_string(&arguments.certificate).unwrap()).unwrap();
        assert!(PublicKey::from_certificate(&certificate).unwrap().belongs_to(&key));
        assert!(make(&arguments, now, &Random::seeded(2)).is_err());
    }
}
