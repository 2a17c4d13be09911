//! The provider's signing keys, one of each kind at work, and the rule by which one takes over from another so that
//! nobody notices: a key is published for some days before it signs, and some hours after it signed last.

use super::SigningKey;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// What a signing key can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// RS256 and PS256.
    Rsa,
    /// ES256.
    P256,
    /// EdDSA.
    Ed25519,
}

impl KeyKind {
    /// All of them.
    pub const ALL: [KeyKind; 3] = [KeyKind::Rsa, KeyKind::P256, KeyKind::Ed25519];

    /// Its name, as it is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            KeyKind::Rsa => "RSA",
            KeyKind::P256 => "P-256",
            KeyKind::Ed25519 => "Ed25519",
        }
    }
}

/// A key that Varco made for itself.
#[derive(Debug, Clone)]
pub struct HeldKey {
    /// Names the stored key.
    pub id: Uuid,
    /// Counts up within a kind.
    pub generation: i64,
    /// It.
    pub key: SigningKey,
    /// Published from here on.
    pub made_at: DateTime<Utc>,
    /// Signs from here on, until its successor does.
    pub signs_from: DateTime<Utc>,
}

/// The key that has to be made next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// One more than the last.
    pub generation: i64,
    /// When it will begin to sign.
    pub signs_from: DateTime<Utc>,
}

/// How keys take over from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// How long one key signs.
    pub every: TimeDelta,
    /// How long it is published before: longer than anybody keeps a copy of the key set.
    pub ahead: TimeDelta,
    /// How long it is published after: longer than what it signed is good for.
    pub after: TimeDelta,
}

impl Rotation {
    /// The key that signs at `now`, of those of one kind, the oldest first. Before the first may, it signs all the
    /// same, unless `before` (a key of other origin) does.
    fn signing<'k>(
        self,
        held: &[&'k HeldKey],
        before: Option<&'k SigningKey>,
        now: DateTime<Utc>,
    ) -> Option<&'k SigningKey> {
        let ripe = held.iter().rfind(|held| held.signs_from <= now).map(|held| &held.key);
        ripe.or(before).or(held.first().map(|held| &held.key))
    }

    /// Whether nothing is good any more that a key signed whose successor is `next`.
    pub fn is_spent(self, next: Option<&HeldKey>, now: DateTime<Utc>) -> bool {
        next.and_then(|next| next.signs_from.checked_add_signed(self.after))
            .is_some_and(|end| end < now)
    }

    /// The key to make at `now`, if it is time. `held`: those of one kind, the oldest first. The first one signs at
    /// once: there is no other, nor a copy of the key set in which it could be missing; unless `preceded` by a key of
    /// other origin. `force`: it is time, but for one that is staged already.
    pub fn next(self, held: &[&HeldKey], preceded: bool, force: bool, now: DateTime<Utc>) -> Option<Next> {
        let staged = now.checked_add_signed(self.ahead).unwrap_or(now);
        let Some(last) = held.last() else {
            return Some(Next {
                generation: 1,
                signs_from: if preceded { staged } else { now },
            });
        };
        let signs_until = last.signs_from.checked_add_signed(self.every)?;
        let is_time = force || signs_until <= staged;
        (last.signs_from <= now && is_time).then(|| Next {
            generation: last.generation.saturating_add(1),
            signs_from: staged,
        })
    }
}

/// Keys from files: the operator's, who replaces them himself.
#[derive(Debug, Clone, Default)]
pub struct FileKeys {
    /// The first of a kind signs, all are published.
    pub active: Vec<SigningKey>,
    /// Published, and sign only until the key that Varco made in their place may.
    pub retiring: Vec<SigningKey>,
}

impl FileKeys {
    /// Whether the operator keeps the keys of this kind.
    pub fn keep(&self, kind: KeyKind) -> bool {
        self.active.iter().any(|key| key.kind() == kind)
    }

    /// Whether a key of this kind goes into retirement.
    pub fn retire(&self, kind: KeyKind) -> bool {
        self.retiring.iter().any(|key| key.kind() == kind)
    }
}

/// The provider's signing keys at one moment. Signing, the published set and the check of what we signed are in
/// [`crate::jose`].
#[derive(Debug, Clone, Default)]
pub struct OidcKeys {
    /// At most one of each kind.
    pub(crate) signing: Vec<SigningKey>,
    /// Those that sign, and the ones before and after them.
    pub(crate) published: Vec<SigningKey>,
}

impl OidcKeys {
    /// The keys of `now`, of those in `files` and those that Varco `held`, in whatever order.
    pub fn at(files: &FileKeys, held: &[HeldKey], rotation: Rotation, now: DateTime<Utc>) -> OidcKeys {
        let mut keys = OidcKeys::default();
        for kind in KeyKind::ALL {
            let of_kind = |keys: &'_ [SigningKey]| -> Vec<SigningKey> {
                keys.iter().filter(|key| key.kind() == kind).cloned().collect()
            };
            let (active, retiring) = (of_kind(&files.active), of_kind(&files.retiring));
            let chain = chain(held, kind);
            let signing = active.first().or(rotation.signing(&chain, retiring.first(), now));
            keys.signing.extend(signing.cloned());
            keys.published.extend(active);
            let successors = chain.iter().skip(1).map(|next| Some(*next)).chain([None]);
            let current = chain
                .iter()
                .zip(successors)
                .filter(|(_, next)| !rotation.is_spent(*next, now));
            keys.published.extend(current.map(|(held, _)| held.key.clone()));
            keys.published.extend(retiring);
        }
        keys
    }
}

impl OidcKeys {
    /// Whether the key of this name signs.
    pub fn is_signing(&self, kid: &str) -> bool {
        self.signing.iter().any(|key| key.kid() == kid)
    }
}

/// Those of one kind, the oldest first.
pub fn chain(held: &[HeldKey], kind: KeyKind) -> Vec<&HeldKey> {
    let mut chain: Vec<&HeldKey> = held.iter().filter(|held| held.key.kind() == kind).collect();
    chain.sort_by_key(|held| held.generation);
    chain
}

#[cfg(test)]
mod tests;
