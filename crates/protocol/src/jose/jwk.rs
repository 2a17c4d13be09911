//! Somebody else's public keys (RFC 7517): a client's `jwks`, the key of a DPoP proof.

use super::algorithm::Algorithm;
use super::encrypted::KeyManagement;
use aws_lc_rs::digest;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use josekit::JoseError;
use josekit::jws::{JwsAlgorithm, JwsVerifier};
use serde_json::{Map, Value};

/// Most keys of a set that are looked at.
const MAX_KEYS: usize = 32;
/// Smallest and largest RSA modulus, bytes.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;
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

/// A public key that somebody else signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicJwk {
    kid: Option<String>,
    /// `alg`, when the key is for one algorithm only.
    alg: Option<String>,
    for_signatures: bool,
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
        let material = match (text("kty"), text("crv")) {
            (Some("RSA"), _) => rsa(jwk)?,
            (Some("EC"), Some("P-256")) => p256(jwk)?,
            (Some("OKP"), Some("Ed25519")) => Material::Ed25519(fixed(jwk, "x", 32)?),
            (Some(_), _) => return Err(JwkError::Unsupported),
            (None, _) => return Err(JwkError::Malformed),
        };
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
    fn is_of(&self, der: &[u8]) -> bool {
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
        let part = |bytes: &[u8]| Value::from(URL_SAFE_NO_PAD.encode(bytes));
        let members = match &self.material {
            Material::Rsa { modulus, exponent } => {
                vec![("kty", "RSA".into()), ("n", part(modulus)), ("e", part(exponent))]
            }
            Material::P256(point) => {
                let (x, y) = point
                    .get(1..)
                    .unwrap_or_default()
                    .split_at_checked(32)
                    .unwrap_or_default();
                vec![
                    ("kty", "EC".into()),
                    ("crv", "P-256".into()),
                    ("x", part(x)),
                    ("y", part(y)),
                ]
            }
            Material::Ed25519(x) => vec![("kty", "OKP".into()), ("crv", "Ed25519".into()), ("x", part(x))],
        };
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// The JWK SHA-256 thumbprint (RFC 7638 §3, RFC 8037 §2), base64url.
    pub fn thumbprint(&self) -> String {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let text = match &self.material {
            Material::Rsa { modulus, exponent } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, part(exponent), part(modulus))
            }
            Material::P256(point) => {
                let (x, y) = point
                    .get(1..)
                    .unwrap_or_default()
                    .split_at_checked(32)
                    .unwrap_or_default();
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, part(x), part(y))
            }
            Material::Ed25519(x) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, part(x)),
        };
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
    }

    /// It, as josekit's verifier for one algorithm; `None` when it does not fit.
    pub(super) fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        self.fits(algorithm).then(|| Verifier {
            key: self.clone(),
            algorithm,
        })
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), aws_lc_rs::error::Unspecified> {
        match &self.material {
            Material::Rsa { modulus, exponent } => {
                let parameters = match algorithm {
                    Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
                    Algorithm::Es256 | Algorithm::EdDsa => return Err(aws_lc_rs::error::Unspecified),
                };
                let (n, e) = (modulus, exponent);
                PublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            Material::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature),
            Material::Ed25519(x) => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
        }
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
            .verify(self.algorithm, message, signature)
            .map_err(|error| JoseError::InvalidSignature(error.into()))
    }

    fn box_clone(&self) -> Box<dyn JwsVerifier> {
        Box::new(self.clone())
    }
}

/// The public keys of one owner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<PublicJwk>,
}

impl KeySet {
    /// Reads a JWK Set (RFC 7517 §5): keys of kinds that are not spoken are left out, as it demands.
    ///
    /// # Errors
    /// No set, too many keys, a malformed key, or a private one among them.
    pub fn from_json(set: &Value) -> Result<KeySet, JwkError> {
        let listed = set.get("keys").and_then(Value::as_array).ok_or(JwkError::NotASet)?;
        if listed.len() > MAX_KEYS {
            return Err(JwkError::TooMany);
        }
        let mut keys = Vec::new();
        for jwk in listed {
            match PublicJwk::from_json(jwk) {
                Ok(key) => keys.push(key),
                Err(JwkError::Unsupported) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(KeySet { keys })
    }

    /// Whether there is none that could be used.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The first one to which something can be encrypted in this way; one that is for nothing else before the others.
    pub(super) fn recipient(&self, management: KeyManagement) -> Option<&PublicJwk> {
        let able = || self.keys.iter().filter(move |key| key.receives(management));
        able().find(|key| !key.for_signatures).or_else(|| able().next())
    }

    /// Whether a certificate (DER) is of one of them: the one of its `x5c`, or, without one, any of that key.
    pub fn holds(&self, certificate: &[u8]) -> bool {
        self.keys.iter().any(|key| key.is_of(certificate))
    }

    /// Those that may have signed by `algorithm`: the ones called `kid`, or all that fit when no name is given.
    pub(super) fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = Verifier> {
        self.keys
            .iter()
            .filter(move |key| kid.is_none() || key.kid() == kid)
            .filter_map(move |key| key.verifier(algorithm))
    }
}
