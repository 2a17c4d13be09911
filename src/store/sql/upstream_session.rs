//! Table `upstream_session`: which browser sessions hang on which session at an identity provider. Names of
//! people are hashed: the table answers a question, it does not tell.

use super::Tx;
use super::column::{RowReader, micros};
use crate::login::UpstreamSession;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use protocol::oidc::{SecretHash, hash_secret};

const TABLE: &str = "upstream_session";

/// The subject of an identity provider, whatever the session. The parts cannot contain the separator:
/// XML has no such character.
fn subject(identity_provider: &str, name_qualifier: &str, name_id: &str) -> SecretHash {
    hash_secret(&format!("{identity_provider}\0{name_qualifier}\0{name_id}"))
}

impl Store {
    /// The browser sessions that hang on any of `session_indexes` of this subject, or on any session of it
    /// when none is named (SAML core §3.7.1).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sessions_upstream(
        &self,
        identity_provider: &str,
        name_qualifier: &str,
        name_id: &str,
        session_indexes: &[String],
    ) -> Result<Vec<SecretHash>, StoreError> {
        let subject = subject(identity_provider, name_qualifier, name_id);
        let rows: Vec<(Vec<u8>, Vec<u8>)> = read!(self, TABLE, connection => sqlx::query_as(
            "SELECT index_hash, session_hash FROM upstream_session WHERE subject_hash = $1 ORDER BY session_hash")
            .bind(subject.as_slice())
            .fetch_all(connection))?;
        let named: Vec<SecretHash> = session_indexes.iter().map(|index| hash_secret(index)).collect();
        let reader = RowReader::new(TABLE, &"(not told)");
        let mut sessions = Vec::new();
        for (index, session) in rows {
            let index = reader.hash("index_hash", &index)?;
            let session = reader.hash("session_hash", &session)?;
            if (named.is_empty() || named.contains(&index)) && !sessions.contains(&session) {
                sessions.push(session);
            }
        }
        Ok(sessions)
    }
}

impl Tx {
    /// Remembers, until `until`, that the browser session with this hash hangs on `upstream`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_upstream_session(
        &mut self,
        upstream: &UpstreamSession,
        session: &SecretHash,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let subject = subject(&upstream.identity_provider, &upstream.name_qualifier, &upstream.name_id);
        let index = hash_secret(&upstream.session_index);
        changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO upstream_session (subject_hash, index_hash, session_hash, until) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
            )
            .bind(subject.as_slice())
            .bind(index.as_slice())
            .bind(session.as_slice())
            .bind(micros(until))
        )?;
        Ok(())
    }

    /// What hung on one browser session hangs on the one that takes its place.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_upstream_sessions(&mut self, from: &SecretHash, to: &SecretHash) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("UPDATE upstream_session SET session_hash = $2 WHERE session_hash = $1")
                .bind(from.as_slice())
                .bind(to.as_slice())
        )
    }

    /// Forgets what a browser session hung on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_upstream_sessions(&mut self, session: &SecretHash) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("DELETE FROM upstream_session WHERE session_hash = $1").bind(session.as_slice())
        )
    }

    /// Forgets what can be over by now, and says how much; a job's work.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sweep_upstream_sessions(&mut self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("DELETE FROM upstream_session WHERE until <= $1").bind(micros(now))
        )
    }
}
