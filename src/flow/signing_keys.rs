//! The provider's signing keys, as this process knows them.

use chrono::{DateTime, Utc};
use protocol::keyring::{FileKeys, HeldKey, OidcKeys, Rotation};
use std::sync::{Arc, PoisonError, RwLock};

/// What of the durable store's keys was read last. Cheap to clone; clones share it.
#[derive(Debug, Clone, Default)]
pub struct SigningKeys(Arc<RwLock<Arc<Vec<HeldKey>>>>);

impl SigningKeys {
    /// The keys that Varco made for itself.
    pub fn held(&self) -> Arc<Vec<HeldKey>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes what the store holds now.
    pub(super) fn replace(&self, held: Vec<HeldKey>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held);
    }

    pub(super) fn at(&self, files: &FileKeys, rotation: Rotation, now: DateTime<Utc>) -> OidcKeys {
        OidcKeys::at(files, &self.held(), rotation, now)
    }
}
