//! JOSE: compact JWS with our keys, and the key set we publish.
//!
//! Only josekit's JWS layer is used, with our prebuilt keys as its signers and verifiers. Its JWE
//! decryption panics on a missing IV and its `JwtPayload` getters panic on hostile numbers: neither
//! is touched here, and claims travel as plain JSON.

mod algorithm;
mod certified;
mod dated;
mod encrypted;
mod jwk;
mod key_set;
mod material;
mod ours;
mod signed;
mod signer;
mod tagged;

pub use algorithm::Algorithm;
pub use dated::{WrongMember, audience, instant, text};
pub use encrypted::{ContentEncryption, KeyManagement, encrypt};
pub use jwk::{JwkError, PublicJwk};
pub use key_set::KeySet;
pub use signed::{Signed, SignedError};
pub use signer::sign_by;
pub use tagged::Tagged;

#[cfg(test)]
mod signed_tests;
#[cfg(test)]
mod tests;
