//! Our keys as josekit's signers, with the algorithm chosen per token.

use super::algorithm::Algorithm;
use crate::keyring::{KeyError, SigningKey};
use josekit::JoseError;
use josekit::jws::{JwsAlgorithm, JwsContext, JwsHeader, JwsSigner};
use serde_json::Value;

#[derive(Debug, Clone)]
struct Signer {
    key: SigningKey,
    kid: String,
    algorithm: Algorithm,
}

impl JwsSigner for Signer {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        self.algorithm.josekit()
    }

    fn key_id(&self) -> Option<&str> {
        Some(&self.kid)
    }

    fn signature_len(&self) -> usize {
        match &self.key {
            SigningKey::Rsa(key) => key.modulus().len(),
            SigningKey::P256(_) | SigningKey::Ed25519(_) => 64,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        self.key
            .sign(self.algorithm, message)
            .map_err(|error| JoseError::InvalidSignature(error.into()))
    }

    fn box_clone(&self) -> Box<dyn JwsSigner> {
        Box::new(self.clone())
    }
}

impl SigningKey {
    /// Whether it can sign by `algorithm`.
    pub fn signs(&self, algorithm: Algorithm) -> bool {
        matches!(
            (self, algorithm),
            (SigningKey::Rsa(_), Algorithm::Rs256 | Algorithm::Ps256)
                | (SigningKey::P256(_), Algorithm::Es256)
                | (SigningKey::Ed25519(_), Algorithm::EdDsa)
        )
    }

    /// The signature over `message`, in the form of RFC 7518 §3.
    ///
    /// # Errors
    /// [`KeyError::Signing`], also for an algorithm that is not this key's.
    pub fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match (self, algorithm) {
            (SigningKey::Rsa(key), Algorithm::Rs256) => key.sign_sha256(message),
            (SigningKey::Rsa(key), Algorithm::Ps256) => key.sign_pss_sha256(message),
            (SigningKey::P256(key), Algorithm::Es256) => key.sign(message),
            (SigningKey::Ed25519(key), Algorithm::EdDsa) => key.sign(message),
            (SigningKey::Rsa(_) | SigningKey::P256(_) | SigningKey::Ed25519(_), _) => Err(KeyError::Signing),
        }
    }
}

/// Signs `claims` as a compact JWS by `algorithm`, with `typ` if given and the key's thumbprint as `kid`.
///
/// # Errors
/// [`KeyError::Signing`], also for an algorithm that is not this key's.
pub fn sign_by(key: &SigningKey, algorithm: Algorithm, typ: Option<&str>, claims: &Value) -> Result<String, KeyError> {
    let signer = Signer {
        key: key.clone(),
        kid: key.kid(),
        algorithm,
    };
    let mut header = JwsHeader::new();
    if let Some(typ) = typ {
        header.set_token_type(typ);
    }
    let payload = serde_json::to_vec(claims).map_err(|_| KeyError::Signing)?;
    JwsContext::new()
        .serialize_compact(&payload, &header, &signer)
        .map_err(|_| KeyError::Signing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::{EdKey, P256Key, RsaKey};

    /// josekit makes room by it.
    #[test]
    fn a_signature_is_as_long_as_it_was_said_to_be() {
        for (key, algorithm) in [
            (SigningKey::Rsa(RsaKey::generate(2048).unwrap()), Algorithm::Ps256),
            (SigningKey::P256(P256Key::generate().unwrap()), Algorithm::Es256),
            (SigningKey::Ed25519(EdKey::generate().unwrap()), Algorithm::EdDsa),
        ] {
            let kid = key.kid();
            let signer = Signer { key, kid, algorithm };
            let signature = JwsSigner::sign(&signer, b"text").unwrap();
            assert_eq!(signature.len(), signer.signature_len(), "{algorithm}");
        }
    }
}
