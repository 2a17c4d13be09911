//! The keys of what is encrypted at rest, unwrapped: what a store can do once it was given the master key.

use super::sql::{KeyPurpose, WrappedKey};
use super::unlocked::{Unlocked, unwrap, wrap};
use super::{Store, StoreError};
use crate::random::Random;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::keyring::{DataKeyError, KeyBytes, MasterKey, SealingKey, SubjectKey};
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// How long after its successor was made no node writes with a key any more: each looks for new keys far more often.
const LATE_WRITERS: TimeDelta = TimeDelta::days(1);

/// What every clone of a store shares: nothing, or the unwrapped keys.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Arc<RwLock<Option<Arc<Unlocked>>>>);

impl Keys {
    pub(super) fn now(&self) -> Option<Arc<Unlocked>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, unlocked: Unlocked) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(unlocked));
    }
}

fn fresh(
    master: &MasterKey,
    random: &Random,
    purpose: KeyPurpose,
    generation: i64,
    now: DateTime<Utc>,
) -> Result<WrappedKey, StoreError> {
    let key = WrappedKey {
        id: random.uuid(now),
        purpose,
        generation,
        wrapped: Vec::new(),
        master_key: String::new(),
        created_at: now,
    };
    wrap(master, random, key, &KeyBytes::new(random.bytes()))
}

impl Store {
    /// Unwraps the data keys, and makes the first ones in a store that has none. Before it nothing that is encrypted
    /// can be written or read.
    ///
    /// # Errors
    /// [`StoreError::OtherMasterKey`], or what the store says.
    pub async fn unlock(&self, master: &MasterKey, random: &Random, now: DateTime<Utc>) -> Result<(), StoreError> {
        let known = self.wrapped_keys().await?;
        let missing: Vec<KeyPurpose> = KeyPurpose::ALL
            .into_iter()
            .filter(|purpose| !known.iter().any(|key| key.purpose == *purpose))
            .collect();
        if !missing.is_empty() {
            let mut tx = self.begin().await?;
            for purpose in missing {
                // Another node may be faster: then its key counts.
                tx.insert_wrapped_key(&fresh(master, random, purpose, 1, now)?).await?;
            }
            tx.commit().await?;
        }
        let wrapped = self.wrapped_keys().await?;
        self.keys.set(Unlocked::load(master.clone(), random.clone(), &wrapped)?);
        Ok(())
    }

    /// Reads the keys again: another node may have made a new one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reload_keys(&self) -> Result<(), StoreError> {
        let unlocked = self.unlocked()?;
        let wrapped = self.wrapped_keys().await?;
        self.keys.set(Unlocked::load(
            unlocked.master.clone(),
            unlocked.random.clone(),
            &wrapped,
        )?);
        Ok(())
    }

    /// Makes a new key for the register when the one in use is older than `age`; `true` when this caller made it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rotate_register_key(&self, age: TimeDelta, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let unlocked = self.unlocked()?;
        let keys = self.wrapped_keys().await?;
        let last = keys.iter().rfind(|key| key.purpose == KeyPurpose::Register);
        if last.is_some_and(|key| now.signed_duration_since(key.created_at) < age) {
            return Ok(false);
        }
        let generation = last.map_or(1, |key| key.generation.saturating_add(1));
        let key = fresh(
            &unlocked.master,
            &unlocked.random,
            KeyPurpose::Register,
            generation,
            now,
        )?;
        let mut tx = self.begin().await?;
        let first = tx.insert_wrapped_key(&key).await?;
        tx.commit().await?;
        self.reload_keys().await?;
        Ok(first)
    }

    /// Wraps every key with another master key; those that it wrapped already stay. Says how many changed.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was changed.
    pub async fn rewrap_keys(&self, from: &MasterKey, to: &MasterKey, random: &Random) -> Result<usize, StoreError> {
        let keys = self.wrapped_keys().await?;
        let mut tx = self.begin().await?;
        let mut changed: usize = 0;
        for key in keys.into_iter().filter(|key| key.master_key != to.id()) {
            let secret = unwrap(from, &key)?;
            let rewrapped = wrap(to, random, key, &secret)?;
            if tx.rewrap_key(&rewrapped, from.id()).await? {
                changed = changed.saturating_add(1);
            }
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// Destroys the keys of the register that no row needs any more: those whose successor is older than the oldest
    /// row. Says how many. What a backup still holds of purged rows cannot be read after that.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shred_keys(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let oldest = self.oldest_register_row().await?.unwrap_or(now);
        let keys = self.wrapped_keys().await?;
        let register: Vec<&WrappedKey> = keys.iter().filter(|key| key.purpose == KeyPurpose::Register).collect();
        let spent = register.windows(2).filter_map(|pair| match pair {
            [key, next] => {
                let last_use = next.created_at.checked_add_signed(LATE_WRITERS)?;
                (last_use < oldest && last_use < now).then_some(key.id)
            }
            _ => None,
        });
        let spent: Vec<Uuid> = spent.collect();
        if spent.is_empty() {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        for id in &spent {
            tx.remove_key(*id).await?;
        }
        tx.commit().await?;
        self.reload_keys().await?;
        Ok(spent.len())
    }

    /// Every key that ever signed a head.
    ///
    /// # Errors
    /// [`StoreError::Locked`].
    pub fn sealing_keys(&self) -> Result<Vec<SealingKey>, StoreError> {
        Ok(self.unlocked()?.sealing.clone())
    }

    /// The secret behind pairwise subjects.
    ///
    /// # Errors
    /// [`StoreError::Locked`].
    pub fn subject_key(&self) -> Result<SubjectKey, StoreError> {
        self.unlocked()?.subjects.clone().ok_or(StoreError::Locked)
    }

    /// The name of the master key that unlocked this store.
    ///
    /// # Errors
    /// [`StoreError::Locked`].
    pub fn master_key_id(&self) -> Result<String, StoreError> {
        Ok(self.unlocked()?.master.id().to_owned())
    }

    pub(super) fn unlocked(&self) -> Result<Arc<Unlocked>, StoreError> {
        self.keys.now().ok_or(StoreError::Locked)
    }

    /// The keys, with the one that encrypted a row among them when there is one.
    pub(super) async fn unlocked_for(&self, key: Uuid) -> Result<Arc<Unlocked>, StoreError> {
        let unlocked = self.unlocked()?;
        if unlocked.register_key(key).is_some() {
            return Ok(unlocked);
        }
        self.reload_keys().await?;
        self.unlocked()
    }
}

/// Nothing of a key error says anything about a key.
impl From<DataKeyError> for StoreError {
    fn from(error: DataKeyError) -> StoreError {
        StoreError::Key(error)
    }
}
