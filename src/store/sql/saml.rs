//! Table `saml_transaction`: the answers that were accepted, and the replay check. The same rows, as auditors see
//! them, are in `register.rs`.

use super::Tx;
use super::column::{RowReader, micros};
use super::register_content::{Content, IDENTITY, TABLE, hash_of, open, seal};
use crate::login::LoginId;
use crate::store::unlocked::Unlocked;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::italy::FiscalNumber;
use domain::person::{Identity, PersonId};
use std::fmt;
use uuid::Uuid;

macro_rules! answers {
    ($tail:literal) => {
        concat!(
            "SELECT id, request_id, login_id, client_id, identity_provider, assertion_id, response_id, ",
            "request_issued_at, response_issued_at, name_qualifier, data_key, content, person, identity, ",
            "received_at, replay_until FROM saml_transaction ",
            $tail
        )
    };
}

/// A Response that passed every check, with the request it answers.
#[derive(Clone, PartialEq, Eq)]
pub struct SamlAnswer {
    /// The register entry.
    pub id: Uuid,
    /// `AuthnRequest/@ID`.
    pub request_id: String,
    /// The login it belongs to.
    pub login: LoginId,
    /// The relying party that the login is for; `None`: the account page.
    pub client_id: Option<String>,
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
    /// The address it came from, when it is known.
    pub source_address: Option<String>,
    /// The AuthnRequest as it was sent.
    pub request_document: String,
    /// The Response as it came.
    pub response_document: String,
    /// What was proved, until the login takes it.
    pub identity: Option<Identity>,
    /// Who it was, once the login took it. Written by [`Tx::take_identity`] only.
    pub person: Option<PersonId>,
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

row! {
    struct SamlRow {
        id: Uuid,
        request_id: String,
        login_id: String,
        client_id: Option<String>,
        identity_provider: String,
        assertion_id: Option<String>,
        response_id: Option<String>,
        request_issued_at: i64,
        response_issued_at: Option<i64>,
        name_qualifier: Option<String>,
        data_key: Uuid,
        content: Vec<u8>,
        person: Option<Uuid>,
        identity: Option<Vec<u8>>,
        received_at: i64,
        replay_until: i64,
    }
}

impl SamlRow {
    fn read(self, keys: &Unlocked) -> Result<SamlAnswer, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        let content = Content::open(keys, self.data_key, self.id, &self.content)?;
        let identity = match self.identity {
            Some(sealed) => Some(open(keys, self.data_key, self.id, IDENTITY, &sealed)?),
            None => None,
        };
        Ok(SamlAnswer {
            request_id: self.request_id,
            login: LoginId(self.login_id),
            client_id: self.client_id,
            identity_provider: self.identity_provider,
            assertion_id: self.assertion_id.ok_or_else(|| row.wrong("assertion_id"))?,
            response_id: self.response_id.ok_or_else(|| row.wrong("response_id"))?,
            request_issued_at: row.instant("request_issued_at", self.request_issued_at)?,
            response_issued_at: row
                .instant_if("response_issued_at", self.response_issued_at)?
                .ok_or_else(|| row.wrong("response_issued_at"))?,
            name_id: content.name_id.ok_or_else(|| row.wrong("content"))?,
            name_qualifier: self.name_qualifier.ok_or_else(|| row.wrong("name_qualifier"))?,
            session_index: content.session_index,
            source_address: content.source_address,
            request_document: content.request_document,
            response_document: content.response_document.ok_or_else(|| row.wrong("content"))?,
            identity,
            person: self.person.map(PersonId),
            received_at: row.instant("received_at", self.received_at)?,
            replay_until: row.instant("replay_until", self.replay_until)?,
            id: self.id,
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
            sqlx::query_as(answers!("WHERE request_id = $1 AND attempt = 0"))
                .bind(request_id)
                .fetch_optional(connection))?;
        match row {
            Some(row) => {
                let keys = self.unlocked_for(row.data_key).await?;
                row.read(&keys).map(Some)
            }
            None => Ok(None),
        }
    }

    /// The answers of an identity provider about the subject `name_id` whose identity still waits for its browser.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saml_answers_waiting(
        &self,
        identity_provider: &str,
        name_id: &str,
    ) -> Result<Vec<SamlAnswer>, StoreError> {
        let mut waiting = Vec::new();
        // Another node may have made a new key since, and accepted the answer under it.
        for hash in self.fresh_hashes("name_id", name_id).await? {
            let rows: Vec<SamlRow> = read!(self, TABLE, connection =>
                sqlx::query_as(answers!("WHERE name_id_hash = $1 AND identity_provider = $2 AND attempt = 0 \
                                         AND identity IS NOT NULL ORDER BY received_at DESC, id LIMIT 100"))
                    .bind(hash.as_slice())
                    .bind(identity_provider)
                    .fetch_all(connection))?;
            for row in rows {
                let keys = self.unlocked_for(row.data_key).await?;
                waiting.push(row.read(&keys)?);
            }
        }
        Ok(waiting)
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
        let keys = self.keys()?;
        let content = Content {
            request_document: answer.request_document.clone(),
            response_document: Some(answer.response_document.clone()),
            left_out: None,
            name_id: Some(answer.name_id.clone()),
            session_index: answer.session_index.clone(),
            source_address: answer.source_address.clone(),
        };
        let content = content.seal(&keys, answer.id)?;
        let identity = answer
            .identity
            .as_ref()
            .map(|identity| seal(&keys, answer.id, IDENTITY, identity))
            .transpose()?;
        let number = answer
            .identity
            .as_ref()
            .and_then(|identity| identity.fiscal_number.as_ref());
        let number = number
            .map(|number| hash_of(&keys, "fiscal_number", FiscalNumber::as_str(number)))
            .transpose()?;
        let name_id = hash_of(&keys, "name_id", &answer.name_id)?;
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO saml_transaction (id, request_id, attempt, login_id, client_id, identity_provider, \
                 assertion_id, response_id, request_issued_at, response_issued_at, name_qualifier, outcome, \
                 received_at, replay_until, data_key, fiscal_number_hash, name_id_hash, content, identity) \
                 VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, 'accepted', $11, $12, $13, $14, $15, $16, $17) \
                 ON CONFLICT DO NOTHING"
            )
            .bind(answer.id)
            .bind(&answer.request_id)
            .bind(&answer.login.0)
            .bind(answer.client_id.as_deref())
            .bind(&answer.identity_provider)
            .bind(&answer.assertion_id)
            .bind(&answer.response_id)
            .bind(micros(answer.request_issued_at))
            .bind(micros(answer.response_issued_at))
            .bind(&answer.name_qualifier)
            .bind(micros(answer.received_at))
            .bind(micros(answer.replay_until))
            .bind(content.key)
            .bind(number.as_ref().map(<[u8; 32]>::as_slice))
            .bind(name_id.as_slice())
            .bind(&content.sealed)
            .bind(identity.as_deref())
        )?;
        Ok(rows > 0)
    }
}
