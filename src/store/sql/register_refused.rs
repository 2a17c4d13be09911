//! Table `saml_transaction`: the answers that were refused. An auditor reads what was tried.

use super::Tx;
use super::column::micros;
use super::register_content::{Content, TABLE};
use crate::login::LoginId;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use std::fmt;
use uuid::Uuid;

/// How many refused answers to one request are kept. More of them say nothing new, and whoever sends them could
/// fill the register.
const REFUSED_PER_REQUEST: i64 = 3;
/// An answer that was refused. Nothing in it is believed.
#[derive(Clone)]
pub struct RefusedAnswer {
    /// The register entry.
    pub id: Uuid,
    /// `AuthnRequest/@ID`.
    pub request_id: String,
    /// The login it belongs to.
    pub login: LoginId,
    /// The relying party that the login is for.
    pub client_id: Option<String>,
    /// entityID of who was asked.
    pub identity_provider: String,
    /// `AuthnRequest/@IssueInstant`.
    pub request_issued_at: DateTime<Utc>,
    /// Why: a name of ours.
    pub outcome: String,
    /// What the citizen reads on the error page.
    pub reference: String,
    /// Both documents, and where it came from.
    pub content: Content,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

impl fmt::Debug for RefusedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefusedAnswer")
            .field("request_id", &self.request_id)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

impl Tx {
    /// Keeps a refused answer, unless enough answers to the same request were refused before: then `false`, and
    /// nothing is written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_refused(&mut self, refused: &RefusedAnswer) -> Result<bool, StoreError> {
        let before: i64 = within!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT COUNT(*) FROM saml_transaction WHERE request_id = $1 AND attempt > 0")
                .bind(&refused.request_id)
                .fetch_one(connection))?;
        if before >= REFUSED_PER_REQUEST {
            return Ok(false);
        }
        let keys = self.keys()?;
        let content = refused.content.seal(&keys, refused.id)?;
        // Of two that count the same at one time, the unique key keeps one.
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO saml_transaction (id, request_id, attempt, login_id, client_id, identity_provider, \
                 request_issued_at, outcome, reference, received_at, replay_until, data_key, content) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12) ON CONFLICT DO NOTHING"
            )
            .bind(refused.id)
            .bind(&refused.request_id)
            .bind(i16::try_from(before.saturating_add(1)).unwrap_or(i16::MAX))
            .bind(&refused.login.0)
            .bind(refused.client_id.as_deref())
            .bind(&refused.identity_provider)
            .bind(micros(refused.request_issued_at))
            .bind(&refused.outcome)
            .bind(&refused.reference)
            .bind(micros(refused.received_at))
            .bind(content.key)
            .bind(&content.sealed)
        )?;
        Ok(rows > 0)
    }
}
