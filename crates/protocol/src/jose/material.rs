//! What makes a public key that key: its numbers (RFC 7518 §6, RFC 8037 §2).

use super::algorithm::Algorithm;
use super::jwk::JwkError;
use aws_lc_rs::digest;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// Smallest and largest RSA modulus, bytes.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;

/// The kinds of keys that are spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Material {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// `04`, x, y.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Material {
    /// The numbers of a JWK.
    pub(super) fn from_json(jwk: &Map<String, Value>) -> Result<Material, JwkError> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        match (text("kty"), text("crv")) {
            (Some("RSA"), _) => rsa(jwk),
            (Some("EC"), Some("P-256")) => p256(jwk),
            (Some("OKP"), Some("Ed25519")) => Ok(Material::Ed25519(fixed(jwk, "x", 32)?)),
            (Some(_), _) => Err(JwkError::Unsupported),
            (None, _) => Err(JwkError::Malformed),
        }
    }

    /// The members that make it this key, in the order of RFC 7638 §3.3 (that of their names).
    pub(super) fn members(&self) -> Vec<(&'static str, String)> {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Material::Rsa { modulus, exponent } => {
                vec![("e", part(exponent)), ("kty", "RSA".to_owned()), ("n", part(modulus))]
            }
            Material::P256(point) => {
                let coordinates = point.get(1..).unwrap_or_default().split_at_checked(32);
                let (x, y) = coordinates.unwrap_or_default();
                vec![
                    ("crv", "P-256".to_owned()),
                    ("kty", "EC".to_owned()),
                    ("x", part(x)),
                    ("y", part(y)),
                ]
            }
            Material::Ed25519(x) => vec![("crv", "Ed25519".to_owned()), ("kty", "OKP".to_owned()), ("x", part(x))],
        }
    }

    /// The JWK SHA-256 thumbprint (RFC 7638 §3, RFC 8037 §2), base64url. No member has a character that JSON escapes.
    pub(super) fn thumbprint(&self) -> String {
        let members: Vec<String> = self
            .members()
            .iter()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""))
            .collect();
        let text = format!("{{{}}}", members.join(","));
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
    }

    /// Checks a signature.
    pub(super) fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), Unspecified> {
        match self {
            Material::Rsa { modulus, exponent } => {
                let parameters = match algorithm {
                    Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
                    Algorithm::Es256 | Algorithm::EdDsa => return Err(Unspecified),
                };
                let (n, e) = (modulus, exponent);
                PublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            Material::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature),
            Material::Ed25519(x) => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
        }
    }
}

fn bytes(jwk: &Map<String, Value>, member: &str) -> Result<Vec<u8>, JwkError> {
    let text = jwk.get(member).and_then(Value::as_str).ok_or(JwkError::Malformed)?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JwkError::Malformed)
}

fn fixed(jwk: &Map<String, Value>, member: &str, length: usize) -> Result<Vec<u8>, JwkError> {
    let bytes = bytes(jwk, member)?;
    if bytes.len() == length {
        Ok(bytes)
    } else {
        Err(JwkError::Malformed)
    }
}

fn rsa(jwk: &Map<String, Value>) -> Result<Material, JwkError> {
    let number = |member| -> Result<Vec<u8>, JwkError> {
        Ok(bytes(jwk, member)?.into_iter().skip_while(|byte| *byte == 0).collect())
    };
    let (modulus, exponent) = (number("n")?, number("e")?);
    if exponent.is_empty() || exponent.len() > 8 {
        return Err(JwkError::Malformed);
    }
    if !RSA_BYTES.contains(&modulus.len()) {
        return Err(JwkError::Unsupported);
    }
    Ok(Material::Rsa { modulus, exponent })
}

fn p256(jwk: &Map<String, Value>) -> Result<Material, JwkError> {
    let mut point = vec![4];
    point.extend(fixed(jwk, "x", 32)?);
    point.extend(fixed(jwk, "y", 32)?);
    Ok(Material::P256(point))
}
