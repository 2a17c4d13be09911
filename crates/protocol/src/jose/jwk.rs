//! Somebody else's public keys (RFC 7517): a client's `jwks`, the key of a DPoP proof.

use super::algorithm::Algorithm;
use super::encrypted::KeyManagement;
use super::material::Material;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use josekit::JoseError;
use josekit::jws::{JwsAlgorithm, JwsVerifier};
use serde_json::{Map, Value};

/// The members that only a private or symmetric key has (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Why a key or a set of keys is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Not an object with a list called `keys`.
    #[error("not a JWK Set")]
    NotASet,
    /// More keys than anybody needs.
    #[error("too many keys")]
    TooMany,
    /// A private key was sent: it is known to others now, and must not be trusted.
    #[error("private key among public ones")]
    Private,
    /// Known type, wrong members.
    #[error("malformed key")]
    Malformed,
    /// Neither RSA of 2048 bits or more, nor P-256, nor Ed25519.
    #[error("unsupported key")]
    Unsupported,
}

/// A public key that somebody else signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicJwk {
    kid: Option<String>,
    /// `alg`, when the key is for one algorithm only.
    alg: Option<String>,
    pub(super) for_signatures: bool,
    for_encryption: bool,
    /// The first of `x5c`, DER.
    certificate: Option<Vec<u8>>,
    material: Material,
}

impl PublicJwk {
    /// Reads one key (RFC 7517 §4).
    ///
    /// # Errors
    /// [`JwkError`].
    pub fn from_json(jwk: &Value) -> Result<PublicJwk, JwkError> {
        let jwk = jwk.as_object().ok_or(JwkError::Malformed)?;
        if PRIVATE.iter().any(|member| jwk.contains_key(*member)) {
            return Err(JwkError::Private);
        }
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let material = Material::from_json(jwk)?;
        Ok(PublicJwk {
            kid: text("kid").map(str::to_owned),
            alg: text("alg").map(str::to_owned),
            for_signatures: text("use").is_none_or(|purpose| purpose == "sig"),
            for_encryption: text("use").is_none_or(|purpose| purpose == "enc"),
            certificate: certificate(jwk, &material)?,
            material,
        })
    }

    /// Whether a certificate (DER) is the one of its `x5c`, or, without one, a certificate of this key.
    pub(super) fn is_of(&self, der: &[u8]) -> bool {
        let same = match &self.certificate {
            Some(certificate) => certificate == der,
            None => Material::of_certificate(der).as_ref() == Some(&self.material),
        };
        same && self.for_signatures
    }

    /// Its name among its owner's keys.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Whether a signature by `algorithm` may be checked with it.
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        let kind = match (&self.material, algorithm) {
            (Material::Rsa { .. }, Algorithm::Rs256 | Algorithm::Ps256)
            | (Material::P256(_), Algorithm::Es256)
            | (Material::Ed25519(_), Algorithm::EdDsa) => true,
            (Material::Rsa { .. } | Material::P256(_) | Material::Ed25519(_), _) => false,
        };
        let own = self.alg.as_deref().is_none_or(|alg| alg == algorithm.as_str());
        kind && own && self.for_signatures
    }

    /// Whether something can be encrypted to its owner in this way.
    pub(super) fn receives(&self, management: KeyManagement) -> bool {
        let kind = match (&self.material, management) {
            (Material::Rsa { .. }, KeyManagement::RsaOaep | KeyManagement::RsaOaep256)
            | (Material::P256(_), KeyManagement::EcdhEs) => true,
            (Material::Rsa { .. } | Material::P256(_) | Material::Ed25519(_), _) => false,
        };
        let own = self.alg.as_deref().is_none_or(|alg| alg == management.as_str());
        kind && own && self.for_encryption
    }

    /// What makes it this key (RFC 7638 §3.2), without its names and uses.
    pub(super) fn public_members(&self) -> Map<String, Value> {
        let members = self.material.members().into_iter();
        members.map(|(name, value)| (name.to_owned(), value.into())).collect()
    }

    /// The JWK SHA-256 thumbprint (RFC 7638 §3, RFC 8037 §2), base64url.
    pub fn thumbprint(&self) -> String {
        self.material.thumbprint()
    }

    /// It, as josekit's verifier for one algorithm; `None` when it does not fit.
    pub(super) fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        self.fits(algorithm).then(|| Verifier {
            key: self.clone(),
            algorithm,
        })
    }
}

/// RFC 7517 §4.7: base64, not base64url; "the key in the first certificate MUST match the public key represented by other
/// members of the JWK".
fn certificate(jwk: &Map<String, Value>, material: &Material) -> Result<Option<Vec<u8>>, JwkError> {
    let Some(chain) = jwk.get("x5c") else { return Ok(None) };
    let first = chain.get(0).and_then(Value::as_str).ok_or(JwkError::Malformed)?;
    let der = STANDARD.decode(first).map_err(|_| JwkError::Malformed)?;
    match Material::of_certificate(&der) {
        Some(certified) if certified == *material => Ok(Some(der)),
        _ => Err(JwkError::Malformed),
    }
}

/// A key with the algorithm that is checked.
#[derive(Debug, Clone)]
pub(super) struct Verifier {
    key: PublicJwk,
    algorithm: Algorithm,
}

impl JwsVerifier for Verifier {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        self.algorithm.josekit()
    }

    /// Not compared: the key was chosen by its name already, if it has one.
    fn key_id(&self) -> Option<&str> {
        None
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), JoseError> {
        self.key
            .material
            .verify(self.algorithm, message, signature)
            .map_err(|error| JoseError::InvalidSignature(error.into()))
    }

    fn box_clone(&self) -> Box<dyn JwsVerifier> {
        Box::new(self.clone())
    }
}
