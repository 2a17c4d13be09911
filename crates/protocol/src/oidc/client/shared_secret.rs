//! A secret that is needed as it is, and not as a hash.

use std::fmt;
use zeroize::Zeroizing;

/// A secret that client and provider both know, wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SharedSecret(Zeroizing<String>);

impl SharedSecret {
    /// This text.
    pub fn new(secret: impl Into<String>) -> SharedSecret {
        SharedSecret(Zeroizing::new(secret.into()))
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SharedSecret {
    /// Never the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret")
    }
}
