//! Keys on curves: P-256 (ES256) and Ed25519 (EdDSA).

use super::{KeyError, pem};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use std::fmt;
use std::sync::Arc;

/// A P-256 private key.
#[derive(Clone)]
pub struct P256Key(Arc<EcdsaKeyPair>);

/// An Ed25519 private key.
#[derive(Clone)]
pub struct EdKey(Arc<Ed25519KeyPair>);

impl fmt::Debug for P256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P256Key")
    }
}

impl fmt::Debug for EdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EdKey")
    }
}

impl P256Key {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Signing`] when generation fails.
    pub fn generate() -> Result<P256Key, KeyError> {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map(|pair| P256Key(Arc::new(pair)))
            .map_err(|_| KeyError::Signing)
    }

    pub(super) fn from_pkcs8(der: &[u8]) -> Option<P256Key> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).ok()?;
        Some(P256Key(Arc::new(pair)))
    }

    /// The PKCS#8 PEM block.
    ///
    /// # Errors
    /// [`KeyError::Signing`] when the library cannot serialise the key.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let der = self.0.to_pkcs8v1().map_err(|_| KeyError::Signing)?;
        Ok(pem::write(der.as_ref()))
    }

    /// The public point: x and y, 32 bytes each.
    pub(super) fn coordinates(&self) -> (&[u8], &[u8]) {
        let point = self.0.public_key().as_ref().get(1..).unwrap_or_default();
        point.split_at_checked(32).unwrap_or_default()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = self
            .0
            .sign(&SystemRandom::new(), message)
            .map_err(|_| KeyError::Signing)?;
        Ok(signature.as_ref().to_vec())
    }
}

impl EdKey {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Signing`] when generation fails.
    pub fn generate() -> Result<EdKey, KeyError> {
        Ed25519KeyPair::generate()
            .map(|pair| EdKey(Arc::new(pair)))
            .map_err(|_| KeyError::Signing)
    }

    pub(super) fn from_pkcs8(der: &[u8]) -> Option<EdKey> {
        let pair = Ed25519KeyPair::from_pkcs8(der)
            .or_else(|_| Ed25519KeyPair::from_pkcs8_maybe_unchecked(der))
            .ok()?;
        Some(EdKey(Arc::new(pair)))
    }

    /// The PKCS#8 PEM block.
    ///
    /// # Errors
    /// [`KeyError::Signing`] when the library cannot serialise the key.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let der = self.0.to_pkcs8v1().map_err(|_| KeyError::Signing)?;
        Ok(pem::write(der.as_ref()))
    }

    pub(super) fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = self.0.try_sign(message).map_err(|_| KeyError::Signing)?;
        Ok(signature.as_ref().to_vec())
    }
}
