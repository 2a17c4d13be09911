//! Table `refresh_token`.

use super::Tx;
use super::column::{RowReader, json, micros};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;
use protocol::oidc::grant::refresh_token::RefreshToken;
use uuid::Uuid;

const TABLE: &str = "refresh_token";

row! {
    struct RefreshTokenRow {
        hash: Vec<u8>,
        grant_id: Uuid,
        created_at: i64,
        expires_at: i64,
        used_at: Option<i64>,
        confirmation: Option<String>,
    }
}

impl RefreshTokenRow {
    fn read(self) -> Result<RefreshToken, StoreError> {
        let row = RowReader::new(TABLE, &self.grant_id);
        Ok(RefreshToken {
            hash: row.hash("hash", &self.hash)?,
            grant: self.grant_id,
            created_at: row.instant("created_at", self.created_at)?,
            expires_at: row.instant("expires_at", self.expires_at)?,
            used_at: row.instant_if("used_at", self.used_at)?,
            confirmation: self
                .confirmation
                .map(|cnf| row.json("confirmation", &cnf))
                .transpose()?,
        })
    }
}

impl Store {
    /// The refresh token with this hash, used or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refresh_token(&self, hash: &SecretHash) -> Result<Option<RefreshToken>, StoreError> {
        let row: Option<RefreshTokenRow> = read!(self, TABLE, connection => sqlx::query_as(
            "SELECT hash, grant_id, created_at, expires_at, used_at, confirmation FROM refresh_token WHERE hash = $1")
            .bind(hash.as_slice())
            .fetch_optional(connection))?;
        row.map(RefreshTokenRow::read).transpose()
    }

    /// Whether there are refresh tokens that expired before `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_expired_refresh_tokens(&self, before: DateTime<Utc>) -> Result<bool, StoreError> {
        let row: Option<(i64,)> = read!(self, TABLE, connection => sqlx::query_as(
            "SELECT expires_at FROM refresh_token WHERE expires_at < $1 LIMIT 1")
            .bind(micros(before))
            .fetch_optional(connection))?;
        Ok(row.is_some())
    }
}

impl Tx {
    /// Stores a refresh token.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its grant does not exist, or the token is not new.
    pub async fn insert_refresh_token(&mut self, token: &RefreshToken) -> Result<(), StoreError> {
        let confirmation = token.confirmation.as_ref().map(json).transpose()?;
        changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO refresh_token (hash, grant_id, created_at, expires_at, used_at, confirmation) \
                 VALUES ($1, $2, $3, $4, $5, $6)"
            )
            .bind(token.hash.as_slice())
            .bind(token.grant)
            .bind(micros(token.created_at))
            .bind(micros(token.expires_at))
            .bind(token.used_at.map(micros))
            .bind(confirmation.as_deref())
        )
        .map(|_| ())
    }

    /// Marks a refresh token as used. Of all who try, one is told `true`; never under a grant that ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_refresh_token(&mut self, hash: &SecretHash, now: DateTime<Utc>) -> Result<bool, StoreError> {
        returned!(
            self,
            TABLE,
            "UPDATE refresh_token SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND EXISTS \
             (SELECT 1 FROM login_grant WHERE login_grant.id = refresh_token.grant_id AND login_grant.ended_at IS NULL) \
             RETURNING grant_id",
            query => query.bind(hash.as_slice()).bind(micros(now))
        )
    }

    /// Removes what nobody can use any more: expired before `before`, at most `at_most` rows. A used one
    /// stays known as long as its family lives, since a reuse ends the family.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_expired_refresh_tokens(
        &mut self,
        before: DateTime<Utc>,
        at_most: i64,
    ) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query(
                "DELETE FROM refresh_token WHERE hash IN \
                 (SELECT hash FROM refresh_token WHERE expires_at < $1 LIMIT $2)"
            )
            .bind(micros(before))
            .bind(at_most)
        )
    }
}
