//! The key inside a certificate. A SAML certificate is only a holder of a key: its dates and its
//! issuer say nothing about trust, the registry's metadata does.

use crate::keyring::RsaKey;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
};
use std::fmt;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey as Parsed;
use x509_parser::x509::SubjectPublicKeyInfo;

/// An RSA public key of at least 2048 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    spki: Vec<u8>,
    bits: usize,
}

/// The hash of an RSASSA-PKCS1-v1_5 signature; there is no name for the broken ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sha2 {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// Why a certificate's key is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// Not a DER certificate.
    #[error("not a certificate")]
    NotACertificate,
    /// Not RSA.
    #[error("not an RSA key")]
    NotRsa,
    /// RSA below 2048 bits.
    #[error("RSA key below 2048 bits")]
    TooShort,
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey(RSA {})", self.bits)
    }
}

impl PublicKey {
    /// The key of a DER certificate, whatever its dates and issuer.
    ///
    /// # Errors
    /// [`PublicKeyError`].
    pub fn from_certificate(der: &[u8]) -> Result<PublicKey, PublicKeyError> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der).map_err(|_| PublicKeyError::NotACertificate)?;
        let spki = certificate.public_key();
        let Ok(Parsed::RSA(rsa)) = spki.parsed() else {
            return Err(PublicKeyError::NotRsa);
        };
        let bits = rsa.key_size();
        if bits < 2048 {
            return Err(PublicKeyError::TooShort);
        }
        Ok(PublicKey {
            spki: spki.raw.to_vec(),
            bits,
        })
    }

    /// DER SubjectPublicKeyInfo.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Whether its private half made this RSASSA-PKCS1-v1_5 signature over `message`.
    pub fn verifies(&self, hash: Sha2, message: &[u8], signature: &[u8]) -> bool {
        let algorithm = match hash {
            Sha2::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
            Sha2::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
            Sha2::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
        };
        UnparsedPublicKey::new(algorithm, &self.spki)
            .verify(message, signature)
            .is_ok()
    }

    /// Whether it is the public half of `key`.
    pub fn belongs_to(&self, key: &RsaKey) -> bool {
        let Ok((_, info)) = SubjectPublicKeyInfo::from_der(&self.spki) else {
            return false;
        };
        let without_zeros = |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().skip_while(|byte| *byte == 0).collect() };
        matches!(info.parsed(), Ok(Parsed::RSA(rsa))
            if without_zeros(rsa.modulus) == key.modulus() && without_zeros(rsa.exponent) == key.exponent())
    }

    /// Size of the modulus, rounded up to whole bytes.
    pub fn bits(&self) -> usize {
        self.bits
    }
}
