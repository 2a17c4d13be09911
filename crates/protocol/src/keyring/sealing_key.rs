//! The key that signs the heads of the sealed chains: Ed25519 (RFC 8032), kept like a data key.

use super::data::{DataKeyError, KeyBytes};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// Signs what was sealed.
#[derive(Clone)]
pub struct SealingKey {
    id: Uuid,
    pair: Arc<Ed25519KeyPair>,
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl SealingKey {
    /// The key of this `id`, from its seed.
    ///
    /// # Errors
    /// [`DataKeyError::Encryption`] when the library refuses.
    pub fn new(id: Uuid, seed: &KeyBytes) -> Result<SealingKey, DataKeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| DataKeyError::Encryption)?;
        Ok(SealingKey {
            id,
            pair: Arc::new(pair),
        })
    }

    /// Its name, which stands beside what it signed.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// 64 bytes over `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    /// Whether this key made `signature` over `message`.
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.pair.public_key().as_ref())
            .verify(message, signature)
            .is_ok()
    }
}
