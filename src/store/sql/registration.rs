//! Table `client_registration`: clients that registered themselves.

use super::Tx;
use super::column::{RowReader, micros};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;

const TABLE: &str = "client_registration";

/// How a client that registered itself manages its registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRegistration {
    /// SHA-256 of its registration access token (RFC 7592).
    pub token: SecretHash,
    /// When it registered.
    pub registered_at: DateTime<Utc>,
    /// When it was removed.
    pub removed_at: Option<DateTime<Utc>>,
}

row! {
    struct RegistrationRow {
        token_hash: Vec<u8>,
        registered_at: i64,
        removed_at: Option<i64>,
    }
}

impl Store {
    /// The registration of a client; `None` for one of the configuration.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn client_registration(&self, client: &str) -> Result<Option<ClientRegistration>, StoreError> {
        let row: Option<RegistrationRow> = read!(self, TABLE, connection =>
            sqlx::query_as("SELECT token_hash, registered_at, removed_at FROM client_registration WHERE client_id = $1")
                .bind(client)
                .fetch_optional(connection))?;
        let reader = RowReader::new(TABLE, &client);
        row.map(|row| {
            Ok(ClientRegistration {
                token: reader.hash("token_hash", &row.token_hash)?,
                registered_at: reader.instant("registered_at", row.registered_at)?,
                removed_at: reader.instant_if("removed_at", row.removed_at)?,
            })
        })
        .transpose()
    }
}

impl Tx {
    /// How many clients registered themselves and are there still.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_registrations(&mut self) -> Result<i64, StoreError> {
        within!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT COUNT(*) FROM client_registration WHERE removed_at IS NULL")
                .fetch_one(connection))
    }

    /// A client registered itself.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it did before.
    pub async fn insert_registration(
        &mut self,
        client: &str,
        token: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("INSERT INTO client_registration (client_id, token_hash, registered_at) VALUES ($1, $2, $3)")
                .bind(client)
                .bind(token.as_slice())
                .bind(micros(now))
        )
        .map(|_| ())
    }

    /// Whether whoever has `token` may change the registration; nobody removes it, or disables the client, before the transaction
    /// ends.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hold_registration(&mut self, client: &str, token: &SecretHash) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE client_registration SET token_hash = $2 \
                 WHERE client_id = $1 AND token_hash = $2 AND removed_at IS NULL \
                 AND EXISTS (SELECT 1 FROM client WHERE id = $1 AND NOT disabled)"
            )
            .bind(client)
            .bind(token.as_slice())
        )?;
        Ok(rows > 0)
    }

    /// Removes the registration: the client is disabled, its token worth nothing. `true` for the one who did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_registration(
        &mut self,
        client: &str,
        token: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE client_registration SET removed_at = $3 \
                 WHERE client_id = $1 AND token_hash = $2 AND removed_at IS NULL"
            )
            .bind(client)
            .bind(token.as_slice())
            .bind(micros(now))
        )?;
        if rows > 0 {
            self.disable_client(client).await?;
        }
        Ok(rows > 0)
    }

    /// An administrator takes a client over that registered itself: it is of the configuration from now on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn adopt_client(&mut self, client: &str) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("DELETE FROM client_registration WHERE client_id = $1").bind(client)
        )
        .map(|_| ())
    }
}
