//! The keys of what is encrypted at rest, unwrapped: what a store can do once it was given the master key.

use super::sql::{KeyPurpose, WrappedKey};
use super::{Store, StoreError};
use crate::random::Random;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::keyring::{DataKey, DataKeyError, KeyBytes, MasterKey, SealingKey, SubjectKey};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// How long after its successor was made no node writes with a key any more: each looks for new keys far more often.
const LATE_WRITERS: TimeDelta = TimeDelta::days(1);

/// What every clone of a store shares: nothing, or the unwrapped keys.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Arc<RwLock<Option<Arc<Unlocked>>>>);

/// The unwrapped keys.
pub(super) struct Unlocked {
    master: MasterKey,
    pub(super) random: Random,
    /// The oldest first; the last one encrypts.
    register: Vec<DataKey>,
    /// The oldest first; the last one signs.
    sealing: Vec<SealingKey>,
    /// The oldest first; the last one encrypts.
    oidc: Vec<DataKey>,
    /// The one that there is.
    subjects: Option<SubjectKey>,
    /// The oldest first; the last one encrypts.
    clients: Vec<DataKey>,
}

impl fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unlocked")
            .field("master", &self.master.id())
            .finish_non_exhaustive()
    }
}

impl Keys {
    pub(super) fn now(&self) -> Option<Arc<Unlocked>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, unlocked: Unlocked) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(unlocked));
    }
}

impl Unlocked {
    /// The key that encrypts now.
    pub(super) fn active(&self) -> Result<&DataKey, StoreError> {
        self.register.last().ok_or(StoreError::Locked)
    }

    /// The key that encrypted a row.
    pub(super) fn register_key(&self, id: Uuid) -> Option<&DataKey> {
        self.register.iter().find(|key| key.id() == id)
    }

    /// The key that encrypts the provider's signing keys now.
    pub(super) fn active_oidc(&self) -> Result<&DataKey, StoreError> {
        self.oidc.last().ok_or(StoreError::Locked)
    }

    /// The key that encrypted a signing key.
    pub(super) fn oidc_key(&self, id: Uuid) -> Option<&DataKey> {
        self.oidc.iter().find(|key| key.id() == id)
    }

    /// The key that encrypts the secrets of clients now.
    pub(super) fn active_clients(&self) -> Result<&DataKey, StoreError> {
        self.clients.last().ok_or(StoreError::Locked)
    }

    /// The key that encrypted a client's secret.
    pub(super) fn clients_key(&self, id: Uuid) -> Option<&DataKey> {
        self.clients.iter().find(|key| key.id() == id)
    }

    /// Every hash under which `value` may stand in an index.
    pub(super) fn hashes(&self, kind: &str, value: &str) -> Vec<[u8; 32]> {
        self.register.iter().map(|key| key.hash(kind, value)).collect()
    }

    fn load(master: MasterKey, random: Random, wrapped: &[WrappedKey]) -> Result<Unlocked, StoreError> {
        let mut subjects = None;
        let (mut register, mut sealing) = (Vec::new(), Vec::new());
        let (mut oidc, mut clients) = (Vec::new(), Vec::new());
        for key in wrapped {
            let secret = unwrap(&master, key)?;
            match key.purpose {
                KeyPurpose::Register => register.push(DataKey::new(key.id, &secret).map_err(StoreError::Key)?),
                KeyPurpose::Sealing => sealing.push(SealingKey::new(key.id, &secret).map_err(StoreError::Key)?),
                // The oldest for ever: another would give everybody other names.
                KeyPurpose::Subjects if subjects.is_some() => {}
                KeyPurpose::Subjects => subjects = Some(SubjectKey::new(&secret).map_err(StoreError::Key)?),
                KeyPurpose::Clients => clients.push(DataKey::new(key.id, &secret).map_err(StoreError::Key)?),
                KeyPurpose::Oidc => oidc.push(DataKey::new(key.id, &secret).map_err(StoreError::Key)?),
            }
        }
        Ok(Unlocked {
            master,
            random,
            register,
            sealing,
            oidc,
            subjects,
            clients,
        })
    }
}

fn unwrap(master: &MasterKey, key: &WrappedKey) -> Result<KeyBytes, StoreError> {
    if key.master_key != master.id() {
        return Err(StoreError::OtherMasterKey {
            wanted: key.master_key.clone(),
            given: master.id().to_owned(),
        });
    }
    master
        .unwrap(key.purpose.word(), key.id, &key.wrapped)
        .map_err(StoreError::Key)
}

fn wrap(master: &MasterKey, random: &Random, key: WrappedKey, secret: &KeyBytes) -> Result<WrappedKey, StoreError> {
    let wrapped = master
        .wrap(key.purpose.word(), key.id, secret, random.bytes())
        .map_err(StoreError::Key)?;
    Ok(WrappedKey {
        wrapped,
        master_key: master.id().to_owned(),
        ..key
    })
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
