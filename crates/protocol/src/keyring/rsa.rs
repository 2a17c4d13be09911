//! RSA keys, parsed once: a signature costs one private-key operation and nothing else.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use aws_lc_rs::{digest, rand, signature};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::sync::Arc;
use x509_parser::prelude::FromDer as _;

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not one `PRIVATE KEY` (PKCS#8) PEM block.
    #[error("not a PKCS#8 PEM private key")]
    NotPem,
    /// Not RSA of at least 2048 bits.
    #[error("not an RSA key of at least 2048 bits")]
    NotRsa,
    /// The signing operation failed.
    #[error("signing failed")]
    Signing,
}

/// An RSA private key (2048 bits or more), with the name under which its public half is known.
#[derive(Clone)]
pub struct RsaKey {
    pair: Arc<KeyPair>,
    kid: String,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RsaKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl RsaKey {
    /// Makes a new key of 2048 or 3072 bits from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::NotRsa`] for another size, [`KeyError::Signing`] when generation fails.
    pub fn generate(bits: u16) -> Result<RsaKey, KeyError> {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            _ => return Err(KeyError::NotRsa),
        };
        RsaKey::from_pair(KeyPair::generate(size).map_err(|_| KeyError::Signing)?)
    }

    /// Reads one PKCS#8 PEM block (`BEGIN PRIVATE KEY`).
    ///
    /// # Errors
    /// [`KeyError::NotPem`], [`KeyError::NotRsa`].
    pub fn from_pem(pem: &str) -> Result<RsaKey, KeyError> {
        let der = super::pem::read(pem)?;
        RsaKey::from_pair(KeyPair::from_pkcs8(&der).map_err(|_| KeyError::NotRsa)?)
    }

    /// The PKCS#8 PEM block.
    ///
    /// # Errors
    /// [`KeyError::Signing`] when the library cannot serialise the key.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| KeyError::Signing)?;
        Ok(super::pem::write(der.as_ref()))
    }

    fn from_pair(pair: KeyPair) -> Result<RsaKey, KeyError> {
        let public = pair.public_key().as_ref();
        let (_, parsed) = x509_parser::public_key::RSAPublicKey::from_der(public).map_err(|_| KeyError::NotRsa)?;
        let modulus = strip_zeros(parsed.modulus);
        let exponent = strip_zeros(parsed.exponent);
        if modulus.len() < 256 {
            return Err(KeyError::NotRsa);
        }
        let kid = thumbprint(&modulus, &exponent);
        Ok(RsaKey {
            pair: Arc::new(pair),
            kid,
            modulus,
            exponent,
        })
    }

    /// The JWK SHA-256 thumbprint (RFC 7638): key id in `JWKS` and JOSE headers.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Modulus, big endian, no leading zero.
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// Public exponent, big endian, no leading zero.
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over `message`.
    ///
    /// # Errors
    /// [`KeyError::Signing`].
    pub fn sign_sha256(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign(&signature::RSA_PKCS1_SHA256, message)
    }

    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes over `message` (RFC 7518 §3.5).
    ///
    /// # Errors
    /// [`KeyError::Signing`].
    pub fn sign_pss_sha256(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign(&signature::RSA_PSS_SHA256, message)
    }

    fn sign(&self, encoding: &'static dyn signature::RsaEncoding, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut out = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(encoding, &rand::SystemRandom::new(), message, &mut out)
            .map_err(|_| KeyError::Signing)?;
        Ok(out)
    }

    /// PKCS#8 DER of the private key, for libraries that want to load it themselves.
    ///
    /// # Errors
    /// [`KeyError::Signing`] when the library cannot serialise the key.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| KeyError::Signing)?;
        Ok(der.as_ref().to_vec())
    }
}

fn strip_zeros(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|b| *b == 0).collect()
}

/// RFC 7638 §3: the required members in lexicographic order, no white space.
fn thumbprint(modulus: &[u8], exponent: &[u8]) -> String {
    let json = format!(
        r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#,
        URL_SAFE_NO_PAD.encode(exponent),
        URL_SAFE_NO_PAD.encode(modulus)
    );
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, json.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_being_written_and_read_with_the_same_name() {
        let key = RsaKey::generate(2048).unwrap();
        let again = RsaKey::from_pem(&key.to_pem().unwrap()).unwrap();
        assert_eq!(key.kid(), again.kid());
        assert_eq!(key.sign_sha256(b"x").unwrap(), again.sign_sha256(b"x").unwrap());
    }

    #[test]
    fn rubbish_is_not_a_key() {
        assert_eq!(RsaKey::from_pem("rubbish").unwrap_err(), KeyError::NotPem);
    }
}
