//! Table `oidc_key`: the provider's signing keys, encrypted.

use super::Tx;
use super::column::{RowReader, micros};
use crate::store::unlocked::Unlocked;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use protocol::keyring::{DataKeyError, HeldKey, KeyKind, Place, SigningKey};
use uuid::Uuid;

const TABLE: &str = "oidc_key";

row! {
    struct KeyRow {
        id: Uuid,
        generation: i64,
        data_key: Uuid,
        private_key: Vec<u8>,
        made_at: i64,
        signs_from: i64,
    }
}

impl KeyRow {
    fn read(self, keys: &Unlocked) -> Result<HeldKey, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        let data_key = keys.oidc_key(self.data_key).ok_or_else(|| row.wrong("data_key"))?;
        let pem = data_key.decrypt(place(self.id), &self.private_key).ok();
        let key = pem
            .as_deref()
            .and_then(|pem| std::str::from_utf8(pem).ok())
            .and_then(|pem| SigningKey::from_pem(pem).ok());
        Ok(HeldKey {
            id: self.id,
            generation: self.generation,
            key: key.ok_or_else(|| row.wrong("private_key"))?,
            made_at: row.instant("made_at", self.made_at)?,
            signs_from: row.instant("signs_from", self.signs_from)?,
        })
    }
}

fn place(row: Uuid) -> Place<'static> {
    Place {
        table: TABLE,
        row,
        column: "private_key",
    }
}

impl Store {
    /// Every signing key that is not removed yet, the oldest of each kind first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn oidc_keys(&self) -> Result<Vec<HeldKey>, StoreError> {
        let keys = self.unlocked()?;
        let rows: Vec<KeyRow> = read!(self, TABLE, connection =>
            sqlx::query_as("SELECT id, generation, data_key, private_key, made_at, signs_from FROM oidc_key \
                            ORDER BY kind, generation")
                .fetch_all(connection))?;
        rows.into_iter().map(|row| row.read(&keys)).collect()
    }
}

impl Tx {
    /// Adds a key, unless its kind has one of this generation: of several nodes one is told `true`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_oidc_key(&mut self, held: &HeldKey) -> Result<bool, StoreError> {
        let keys = self.keys()?;
        let data_key = keys.active_oidc()?;
        let pem = held
            .key
            .to_pem()
            .map_err(|_| StoreError::Key(DataKeyError::Encryption))?;
        let sealed = data_key.encrypt(place(held.id), keys.random.bytes(), pem.as_bytes())?;
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO oidc_key (id, kind, generation, data_key, private_key, made_at, signs_from) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
            )
            .bind(held.id)
            .bind(held.key.kind().word())
            .bind(held.generation)
            .bind(data_key.id())
            .bind(&sealed)
            .bind(micros(held.made_at))
            .bind(micros(held.signs_from))
        )?;
        Ok(rows > 0)
    }

    /// A key that waits signs from now on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn advance_oidc_key(
        &mut self,
        kind: KeyKind,
        generation: i64,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("UPDATE oidc_key SET signs_from = $3 WHERE kind = $1 AND generation = $2 AND signs_from > $3")
                .bind(kind.word())
                .bind(generation)
                .bind(micros(now))
        )
        .map(|_| ())
    }

    /// Destroys a key of a kind: nothing will ever be signed by it again. `true` for the one who did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_oidc_key(&mut self, kind: KeyKind, generation: i64) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query("DELETE FROM oidc_key WHERE kind = $1 AND generation = $2")
                .bind(kind.word())
                .bind(generation)
        )?;
        Ok(rows > 0)
    }
}
