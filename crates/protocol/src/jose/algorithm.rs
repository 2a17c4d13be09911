//! The signature algorithms that are spoken (RFC 7518 §3.1, RFC 8037 §3.1), and nothing else: neither `none`
//! nor HMAC is in the list, so no check can forget to refuse them.

use josekit::jws::JwsAlgorithm;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How something is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256. What every client must know (OpenID Connect Core §15.1); not allowed by FAPI 2.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSASSA-PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// ECDSA over P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Algorithm; 4] = [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa];
    /// Those of FAPI 2 Security Profile §5.4.1.
    pub const FAPI: [Algorithm; 3] = [Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa];

    /// The word of the `alg` header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Ps256 => "PS256",
            Algorithm::Es256 => "ES256",
            Algorithm::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of an `alg` header; `None` for everything that is not spoken.
    pub fn from_name(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }

    /// josekit's name for it.
    pub(super) fn josekit(self) -> &'static dyn JwsAlgorithm {
        match self {
            Algorithm::Rs256 => &RsassaJwsAlgorithm::Rs256,
            Algorithm::Ps256 => &RsassaPssJwsAlgorithm::Ps256,
            Algorithm::Es256 => &EcdsaJwsAlgorithm::Es256,
            Algorithm::EdDsa => &EddsaJwsAlgorithm::Eddsa,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
