//! Table `saml_transaction`: the register of accepted Responses, and the replay check.

use super::Tx;
use super::column::{RowReader, json, micros};
use crate::login::LoginId;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::person::Identity;
use std::fmt;

const TABLE: &str = "saml_transaction";

macro_rules! answers {
    ($tail:literal) => {
        concat!(
            "SELECT request_id, login_id, identity_provider, assertion_id, response_id, request_issued_at, ",
            "response_issued_at, name_id, name_qualifier, session_index, request_document, ",
            "response_document, identity, received_at, replay_until FROM saml_transaction ",
            $tail
        )
    };
}

/// A Response that passed every check, with the request it answers.
#[derive(Clone, PartialEq, Eq)]
pub struct SamlAnswer {
    /// `AuthnRequest/@ID`.
    pub request_id: String,
    /// The login it belongs to.
    pub login: LoginId,
    /// entityID of who answered.
    pub identity_provider: String,
    /// `Assertion/@ID`.
    pub assertion_id: String,
    /// `Response/@ID`.
    pub response_id: String,
    /// `AuthnRequest/@IssueInstant`.
    pub request_issued_at: DateTime<Utc>,
    /// `Response/@IssueInstant`.
    pub response_issued_at: DateTime<Utc>,
    /// `NameID`.
    pub name_id: String,
    /// `NameID/@NameQualifier`.
    pub name_qualifier: String,
    /// For SPID logout (level 1 only).
    pub session_index: Option<String>,
    /// The AuthnRequest as it was sent.
    pub request_document: String,
    /// The Response as it came.
    pub response_document: String,
    /// What was proved, until the login takes it.
    pub identity: Option<Identity>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Until then its ids must be remembered.
    pub replay_until: DateTime<Utc>,
}

impl fmt::Debug for SamlAnswer {
    /// Documents and names of people stay out of log lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SamlAnswer")
            .field("request_id", &self.request_id)
            .field("login", &self.login)
            .field("identity_provider", &self.identity_provider)
            .field("received_at", &self.received_at)
            .finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
struct SamlRow {
    request_id: String,
    login_id: String,
    identity_provider: String,
    assertion_id: String,
    response_id: String,
    request_issued_at: i64,
    response_issued_at: i64,
    name_id: String,
    name_qualifier: String,
    session_index: Option<String>,
    request_document: String,
    response_document: String,
    identity: Option<String>,
    received_at: i64,
    replay_until: i64,
}

impl SamlRow {
    fn read(self) -> Result<SamlAnswer, StoreError> {
        let row = RowReader::new(TABLE, &self.request_id);
        Ok(SamlAnswer {
            login: LoginId(self.login_id),
            identity_provider: self.identity_provider,
            assertion_id: self.assertion_id,
            response_id: self.response_id,
            request_issued_at: row.instant("request_issued_at", self.request_issued_at)?,
            response_issued_at: row.instant("response_issued_at", self.response_issued_at)?,
            name_id: self.name_id,
            name_qualifier: self.name_qualifier,
            session_index: self.session_index,
            request_document: self.request_document,
            response_document: self.response_document,
            identity: self.identity.map(|text| row.json("identity", &text)).transpose()?,
            received_at: row.instant("received_at", self.received_at)?,
            replay_until: row.instant("replay_until", self.replay_until)?,
            request_id: self.request_id,
        })
    }
}

impl Store {
    /// The answer to a request, if one was accepted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saml_answer(&self, request_id: &str) -> Result<Option<SamlAnswer>, StoreError> {
        let row: Option<SamlRow> = read!(self, TABLE, connection =>
            sqlx::query_as(answers!("WHERE request_id = $1"))
                .bind(request_id)
                .fetch_optional(connection))?;
        row.map(SamlRow::read).transpose()
    }
}

impl Tx {
    /// Uses up the request and the assertion, in one conditional write: of all who try, one is told `true`.
    ///
    /// `false`: the request was answered before, or the assertion used before. Nothing was written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn consume_saml(&mut self, answer: &SamlAnswer) -> Result<bool, StoreError> {
        let identity = answer.identity.as_ref().map(json).transpose()?;
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO saml_transaction (request_id, login_id, identity_provider, assertion_id, \
                 response_id, request_issued_at, response_issued_at, name_id, name_qualifier, session_index, \
                 request_document, response_document, identity, received_at, replay_until) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
                 ON CONFLICT DO NOTHING"
            )
            .bind(&answer.request_id)
            .bind(&answer.login.0)
            .bind(&answer.identity_provider)
            .bind(&answer.assertion_id)
            .bind(&answer.response_id)
            .bind(micros(answer.request_issued_at))
            .bind(micros(answer.response_issued_at))
            .bind(&answer.name_id)
            .bind(&answer.name_qualifier)
            .bind(answer.session_index.as_deref())
            .bind(&answer.request_document)
            .bind(&answer.response_document)
            .bind(identity.as_deref())
            .bind(micros(answer.received_at))
            .bind(micros(answer.replay_until))
        )?;
        Ok(rows > 0)
    }

    /// Forgets the identity once it is on the login. Of all who try, one is told `true`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_identity(&mut self, request_id: &str) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query("UPDATE saml_transaction SET identity = NULL WHERE request_id = $1 AND identity IS NOT NULL")
                .bind(request_id)
        )?;
        Ok(rows > 0)
    }
}
