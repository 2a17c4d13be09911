//! The only randomness: ids, codes, tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use rand::seq::SliceRandom as _;
use rand::{RngCore as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Where random bytes come from.
#[derive(Debug, Clone)]
pub enum Random {
    /// The operating system.
    System,
    /// A seeded generator, for tests.
    Seeded(Arc<Mutex<ChaCha20Rng>>),
}

impl Random {
    /// The same sequence for the same seed.
    pub fn seeded(seed: u64) -> Random {
        Random::Seeded(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that draws randomness")]
            Random::System => rand::rng().fill_bytes(&mut bytes),
            Random::Seeded(rng) => {
                rng.lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// A secret of 256 bits, base64url: codes, tokens, cookies.
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A name of 128 bits, base64url: login ids, SAML ids after `_`.
    pub fn name(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<16>())
    }

    /// A reference somebody can read out on the telephone: `7KQ2-M9XA`, 40 bits.
    pub fn reference(&self) -> String {
        const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        let letter = |byte: u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('2', char::from);
        let bytes = self.bytes::<8>();
        let (left, right) = bytes.split_at(4);
        left.iter()
            .map(|b| letter(*b))
            .chain(['-'])
            .chain(right.iter().map(|b| letter(*b)))
            .collect()
    }

    /// A UUIDv7: sorts by time, which keeps database indexes compact.
    pub fn uuid(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }

    /// Shuffles without bias (the SPID button lists identity providers in random order).
    pub fn shuffle<T>(&self, items: &mut [T]) {
        items.shuffle(&mut ChaCha20Rng::from_seed(self.bytes::<32>()));
    }
}
