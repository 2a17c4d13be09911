//! Table `data_key`: keys wrapped by the master key, which is not in any store.

use super::Tx;
use super::column::{RowReader, micros};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use std::fmt;
use uuid::Uuid;

const TABLE: &str = "data_key";

/// What a wrapped key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPurpose {
    /// Encrypts and hashes columns of the transaction register.
    Register,
    /// Signs the heads of the sealed chains.
    Sealing,
    /// Encrypts the provider's signing keys.
    Oidc,
    /// Makes pairwise subjects.
    Subjects,
    /// Encrypts the secrets of clients that sign with them.
    Clients,
}

impl KeyPurpose {
    /// All of them.
    pub const ALL: [KeyPurpose; 5] = [
        KeyPurpose::Register,
        KeyPurpose::Sealing,
        KeyPurpose::Oidc,
        KeyPurpose::Subjects,
        KeyPurpose::Clients,
    ];

    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            KeyPurpose::Register => "register",
            KeyPurpose::Sealing => "sealing",
            KeyPurpose::Oidc => "oidc",
            KeyPurpose::Subjects => "subjects",
            KeyPurpose::Clients => "clients",
        }
    }
}

/// A key as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Its name.
    pub id: Uuid,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// Counts up within a purpose; the highest is in use.
    pub generation: i64,
    /// Nonce, ciphertext, tag.
    pub wrapped: Vec<u8>,
    /// Name of the master key that wrapped it.
    pub master_key: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrappedKey")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .field("generation", &self.generation)
            .field("master_key", &self.master_key)
            .finish_non_exhaustive()
    }
}

row! {
    struct KeyRow {
        id: Uuid,
        purpose: String,
        generation: i64,
        wrapped: Vec<u8>,
        master_key: String,
        created_at: i64,
    }
}

impl KeyRow {
    fn read(self) -> Result<WrappedKey, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        Ok(WrappedKey {
            purpose: KeyPurpose::ALL
                .into_iter()
                .find(|purpose| purpose.word() == self.purpose)
                .ok_or_else(|| row.wrong("purpose"))?,
            generation: self.generation,
            wrapped: self.wrapped,
            master_key: self.master_key,
            created_at: row.instant("created_at", self.created_at)?,
            id: self.id,
        })
    }
}

impl Store {
    /// Every key, the oldest of each purpose first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wrapped_keys(&self) -> Result<Vec<WrappedKey>, StoreError> {
        let rows: Vec<KeyRow> = read!(self, TABLE, connection =>
            sqlx::query_as("SELECT id, purpose, generation, wrapped, master_key, created_at FROM data_key \
                            ORDER BY purpose, generation")
                .fetch_all(connection))?;
        rows.into_iter().map(KeyRow::read).collect()
    }
}

impl Tx {
    /// Adds a key, unless its purpose has one of this generation: of several nodes one is told `true`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_wrapped_key(&mut self, key: &WrappedKey) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO data_key (id, purpose, generation, wrapped, master_key, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
            )
            .bind(key.id)
            .bind(key.purpose.word())
            .bind(key.generation)
            .bind(&key.wrapped)
            .bind(&key.master_key)
            .bind(micros(key.created_at))
        )?;
        Ok(rows > 0)
    }

    /// Replaces the wrapping of a key, if it is still the one of master key `from`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rewrap_key(&mut self, key: &WrappedKey, from: &str) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query("UPDATE data_key SET wrapped = $2, master_key = $3 WHERE id = $1 AND master_key = $4")
                .bind(key.id)
                .bind(&key.wrapped)
                .bind(&key.master_key)
                .bind(from)
        )?;
        Ok(rows > 0)
    }

    /// Destroys a key: what it encrypted can never be read again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_key(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let rows = changed!(self, TABLE, sqlx::query("DELETE FROM data_key WHERE id = $1").bind(id))?;
        Ok(rows > 0)
    }
}
