//! A key that signs tokens, of whatever kind.

use super::{EdKey, KeyError, KeyKind, P256Key, RsaKey, pem};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A private key of the provider.
#[derive(Debug, Clone)]
pub enum SigningKey {
    /// RS256 and PS256.
    Rsa(RsaKey),
    /// ES256.
    P256(P256Key),
    /// EdDSA.
    Ed25519(EdKey),
}

/// Size of the RSA keys that we make for tokens. Longer ones sign slower, and each token is signed.
const RSA_BITS: u16 = 2048;

impl SigningKey {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Signing`] when generation fails.
    pub fn generate(kind: KeyKind) -> Result<SigningKey, KeyError> {
        match kind {
            KeyKind::Rsa => RsaKey::generate(RSA_BITS).map(SigningKey::Rsa),
            KeyKind::P256 => P256Key::generate().map(SigningKey::P256),
            KeyKind::Ed25519 => EdKey::generate().map(SigningKey::Ed25519),
        }
    }

    /// What it is.
    pub fn kind(&self) -> KeyKind {
        match self {
            SigningKey::Rsa(_) => KeyKind::Rsa,
            SigningKey::P256(_) => KeyKind::P256,
            SigningKey::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    /// Reads one PKCS#8 PEM block of any of the three kinds.
    ///
    /// # Errors
    /// [`KeyError::NotPem`], [`KeyError::NotRsa`] when it is none of them.
    pub fn from_pem(text: &str) -> Result<SigningKey, KeyError> {
        let der = pem::read(text)?;
        if let Some(key) = P256Key::from_pkcs8(&der) {
            return Ok(SigningKey::P256(key));
        }
        if let Some(key) = EdKey::from_pkcs8(&der) {
            return Ok(SigningKey::Ed25519(key));
        }
        RsaKey::from_pem(text).map(SigningKey::Rsa)
    }

    /// The PKCS#8 PEM block.
    ///
    /// # Errors
    /// [`KeyError::Signing`] when the library cannot serialise the key.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        match self {
            SigningKey::Rsa(key) => key.to_pem(),
            SigningKey::P256(key) => key.to_pem(),
            SigningKey::Ed25519(key) => key.to_pem(),
        }
    }

    /// The JWK SHA-256 thumbprint (RFC 7638, RFC 8037 §2): its name in the key set and in headers.
    pub fn kid(&self) -> String {
        // The required members in lexicographic order, no white space.
        let text = match self {
            SigningKey::Rsa(key) => return key.kid().to_owned(),
            SigningKey::P256(key) => {
                let (x, y) = key.coordinates();
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            SigningKey::Ed25519(key) => {
                let x = URL_SAFE_NO_PAD.encode(key.public());
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)
            }
        };
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
    }

    /// The public half (RFC 7517 §4), without `alg`: an RSA key signs both RS256 and PS256.
    pub fn public_jwk(&self) -> Value {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let kid = self.kid();
        match self {
            SigningKey::Rsa(key) => json!({
                "kty": "RSA", "use": "sig", "kid": kid, "n": part(key.modulus()), "e": part(key.exponent()),
            }),
            SigningKey::P256(key) => {
                let (x, y) = key.coordinates();
                json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": part(x), "y": part(y)})
            }
            SigningKey::Ed25519(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": kid, "x": part(key.public())})
            }
        }
    }
}
