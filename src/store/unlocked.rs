//! The keys of what is encrypted at rest, as memory holds them: which one encrypts, which one opens what.

use super::StoreError;
use super::sql::{KeyPurpose, WrappedKey};
use crate::random::Random;
use protocol::keyring::{DataKey, KeyBytes, MasterKey, SealingKey, SubjectKey};
use std::fmt;
use uuid::Uuid;

/// The unwrapped keys.
pub(super) struct Unlocked {
    pub(super) master: MasterKey,
    pub(super) random: Random,
    /// The oldest first; the last one encrypts.
    register: Vec<DataKey>,
    /// The oldest first; the last one signs.
    pub(super) sealing: Vec<SealingKey>,
    /// The oldest first; the last one encrypts.
    oidc: Vec<DataKey>,
    /// The one that there is.
    pub(super) subjects: Option<SubjectKey>,
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

    pub(super) fn load(master: MasterKey, random: Random, wrapped: &[WrappedKey]) -> Result<Unlocked, StoreError> {
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

/// The secret of a key.
pub(super) fn unwrap(master: &MasterKey, key: &WrappedKey) -> Result<KeyBytes, StoreError> {
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

/// `key` with its secret, as it is stored.
pub(super) fn wrap(
    master: &MasterKey,
    random: &Random,
    key: WrappedKey,
    secret: &KeyBytes,
) -> Result<WrappedKey, StoreError> {
    let wrapped = master
        .wrap(key.purpose.word(), key.id, secret, random.bytes())
        .map_err(StoreError::Key)?;
    Ok(WrappedKey {
        wrapped,
        master_key: master.id().to_owned(),
        ..key
    })
}
