//! Table `client_logo`: logos of clients, as we drew them.

use super::Tx;
use super::column::{RowReader, micros};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;

const TABLE: &str = "client_logo";

/// A logo that was fetched; the picture itself is [`Store::picture`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLogo {
    /// The address it came from.
    pub source: String,
    /// SHA-256 of the picture.
    pub digest: SecretHash,
    /// When it was fetched.
    pub fetched_at: DateTime<Utc>,
}

row! {
    struct LogoRow {
        source: String,
        digest: Vec<u8>,
        fetched_at: i64,
    }
}

impl Store {
    /// The logo of a client, from whatever address it came.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn client_logo(&self, client: &str) -> Result<Option<ClientLogo>, StoreError> {
        let row: Option<LogoRow> = read!(self, TABLE, connection =>
            sqlx::query_as("SELECT source, digest, fetched_at FROM client_logo WHERE client_id = $1")
                .bind(client)
                .fetch_optional(connection))?;
        let reader = RowReader::new(TABLE, &client);
        row.map(|row| {
            Ok(ClientLogo {
                digest: reader.hash("digest", &row.digest)?,
                fetched_at: reader.instant("fetched_at", row.fetched_at)?,
                source: row.source,
            })
        })
        .transpose()
    }

    /// The picture (PNG) of this digest, of a client that is not disabled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn picture(&self, digest: &SecretHash) -> Result<Option<Vec<u8>>, StoreError> {
        read!(self, TABLE, connection =>
            sqlx::query_scalar(
                "SELECT l.picture FROM client_logo l JOIN client c ON c.id = l.client_id \
                 WHERE l.digest = $1 AND NOT c.disabled LIMIT 1"
            )
            .bind(digest.as_slice())
            .fetch_optional(connection))
    }
}

impl Tx {
    /// Stores a client's logo in the place of the one it had.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_client_logo(&mut self, client: &str, logo: &ClientLogo, picture: &[u8]) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO client_logo (client_id, source, digest, picture, fetched_at) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (client_id) DO UPDATE SET source = excluded.source, digest = excluded.digest, \
                 picture = excluded.picture, fetched_at = excluded.fetched_at"
            )
            .bind(client)
            .bind(logo.source.as_str())
            .bind(logo.digest.as_slice())
            .bind(picture)
            .bind(micros(logo.fetched_at))
        )
        .map(|_| ())
    }
}
