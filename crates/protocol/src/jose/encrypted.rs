//! Tokens that only their reader can read (RFC 7516): we encrypt to clients, and never decrypt.

use super::jwk::PublicJwk;
use super::key_set::KeySet;
use crate::keyring::KeyError;
use josekit::jwe::alg::ecdh_es::EcdhEsJweAlgorithm;
use josekit::jwe::alg::rsaes::RsaesJweAlgorithm;
use josekit::jwe::{JweEncrypter, JweHeader, serialize_compact};
use josekit::jwk::Jwk;
use serde::{Deserialize, Serialize};

/// How the key of an encrypted token travels (RFC 7518 §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum KeyManagement {
    #[serde(rename = "RSA-OAEP")]
    RsaOaep,
    #[serde(rename = "RSA-OAEP-256")]
    RsaOaep256,
    #[serde(rename = "ECDH-ES")]
    EcdhEs,
}

/// How the content of an encrypted token is encrypted (RFC 7518 §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum ContentEncryption {
    /// What counts when only `…_encrypted_response_alg` is registered (OpenID Connect Registration §2).
    #[default]
    #[serde(rename = "A128CBC-HS256")]
    A128CbcHs256,
    #[serde(rename = "A256CBC-HS512")]
    A256CbcHs512,
    #[serde(rename = "A128GCM")]
    A128Gcm,
    #[serde(rename = "A256GCM")]
    A256Gcm,
}

impl KeyManagement {
    /// All of them.
    pub const ALL: [KeyManagement; 3] = [KeyManagement::RsaOaep, KeyManagement::RsaOaep256, KeyManagement::EcdhEs];

    /// The word of the `alg` header.
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyManagement::RsaOaep => "RSA-OAEP",
            KeyManagement::RsaOaep256 => "RSA-OAEP-256",
            KeyManagement::EcdhEs => "ECDH-ES",
        }
    }

    fn encrypter(self, key: &Jwk) -> Option<Box<dyn JweEncrypter>> {
        Some(match self {
            KeyManagement::RsaOaep => Box::new(RsaesJweAlgorithm::RsaOaep.encrypter_from_jwk(key).ok()?),
            KeyManagement::RsaOaep256 => Box::new(RsaesJweAlgorithm::RsaOaep256.encrypter_from_jwk(key).ok()?),
            KeyManagement::EcdhEs => Box::new(EcdhEsJweAlgorithm::EcdhEs.encrypter_from_jwk(key).ok()?),
        })
    }
}

impl ContentEncryption {
    /// All of them.
    pub const ALL: [ContentEncryption; 4] = [
        ContentEncryption::A128CbcHs256,
        ContentEncryption::A256CbcHs512,
        ContentEncryption::A128Gcm,
        ContentEncryption::A256Gcm,
    ];

    /// The word of the `enc` header.
    pub const fn as_str(self) -> &'static str {
        match self {
            ContentEncryption::A128CbcHs256 => "A128CBC-HS256",
            ContentEncryption::A256CbcHs512 => "A256CBC-HS512",
            ContentEncryption::A128Gcm => "A128GCM",
            ContentEncryption::A256Gcm => "A256GCM",
        }
    }
}

/// `text` encrypted to the one among `keys` that is for it; `nested`: it is a signed token (RFC 7519 §5.2).
///
/// # Errors
/// [`KeyError::Signing`] when there is no such key, or the library refuses it.
pub fn encrypt(
    text: &str,
    nested: bool,
    keys: &KeySet,
    management: KeyManagement,
    content: ContentEncryption,
) -> Result<String, KeyError> {
    let key = keys.recipient(management).ok_or(KeyError::Signing)?;
    let encrypter = josekit_key(key)
        .and_then(|jwk| management.encrypter(&jwk))
        .ok_or(KeyError::Signing)?;
    let mut header = JweHeader::new();
    header.set_content_encryption(content.as_str());
    if nested {
        header.set_content_type("JWT");
    }
    if let Some(kid) = key.kid() {
        header.set_key_id(kid);
    }
    serialize_compact(text.as_bytes(), &header, encrypter.as_ref()).map_err(|_| KeyError::Signing)
}

fn josekit_key(key: &PublicJwk) -> Option<Jwk> {
    Jwk::from_map(key.public_members()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use josekit::jwe::alg::ecdh_es::EcdhEsJweAlgorithm;
    use josekit::jwe::{JweDecrypter, deserialize_compact};
    use josekit::jwk::alg::ec::EcCurve;
    use serde_json::{Value, json};

    fn pair(management: KeyManagement) -> (Jwk, Value) {
        let mut private = match management {
            KeyManagement::EcdhEs => Jwk::generate_ec_key(EcCurve::P256).unwrap(),
            _ => Jwk::generate_rsa_key(2048).unwrap(),
        };
        private.set_key_id("enc-1");
        let mut public = json!(private.to_public_key().unwrap());
        public["use"] = json!("enc");
        public["kid"] = json!("enc-1");
        (private, public)
    }

    fn decrypter(management: KeyManagement, private: &Jwk) -> Box<dyn JweDecrypter> {
        match management {
            KeyManagement::RsaOaep => Box::new(RsaesJweAlgorithm::RsaOaep.decrypter_from_jwk(private).unwrap()),
            KeyManagement::RsaOaep256 => Box::new(RsaesJweAlgorithm::RsaOaep256.decrypter_from_jwk(private).unwrap()),
            KeyManagement::EcdhEs => Box::new(EcdhEsJweAlgorithm::EcdhEs.decrypter_from_jwk(private).unwrap()),
        }
    }

    #[test]
    fn what_is_encrypted_to_a_client_the_client_can_read() {
        for management in KeyManagement::ALL {
            let (private, public) = pair(management);
            let keys = KeySet::from_json(&json!({ "keys": [public] })).unwrap();
            for content in ContentEncryption::ALL {
                let token = encrypt("a.b.c", true, &keys, management, content).unwrap();
                let (text, header) = deserialize_compact(&token, decrypter(management, &private).as_ref()).unwrap();
                assert_eq!(text, b"a.b.c");
                assert_eq!(header.algorithm(), Some(management.as_str()));
                assert_eq!(header.content_encryption(), Some(content.as_str()));
                assert_eq!((header.content_type(), header.key_id()), (Some("JWT"), Some("enc-1")));
            }
        }
    }

    #[test]
    fn a_key_for_signatures_or_of_another_kind_is_nobodys_reader() {
        let (_, mut public) = pair(KeyManagement::RsaOaep);
        let encrypted = |public: &Value, management| {
            let keys = KeySet::from_json(&json!({ "keys": [public] })).unwrap();
            encrypt("a.b.c", true, &keys, management, ContentEncryption::default()).is_ok()
        };
        assert!(encrypted(&public, KeyManagement::RsaOaep));
        assert!(!encrypted(&public, KeyManagement::EcdhEs));
        public["alg"] = json!("RSA-OAEP-256");
        assert!(!encrypted(&public, KeyManagement::RsaOaep));
        public["use"] = json!("sig");
        assert!(!encrypted(&public, KeyManagement::RsaOaep256));
    }
}
