//! Table `saml_transaction` as auditors see it: every answer to a request of ours, accepted or refused.

use super::column::{RowReader, micros};
use super::register_content::{Content, TABLE};
use crate::login::LoginId;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::italy::FiscalNumber;
use domain::person::PersonId;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The outcome of an answer that was accepted.
pub const ACCEPTED: &str = "accepted";

macro_rules! entries {
    ($tail:literal) => {
        concat!(
            "SELECT id, request_id, login_id, client_id, identity_provider, assertion_id, response_id, ",
            "request_issued_at, response_issued_at, name_qualifier, outcome, reference, received_at, data_key, ",
            "person, segment FROM saml_transaction ",
            $tail
        )
    };
}

/// An entry of the register without its encrypted part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterEntry {
    /// Its name.
    pub id: Uuid,
    /// `AuthnRequest/@ID`.
    pub request_id: String,
    /// The login it belongs to.
    pub login: LoginId,
    /// The relying party that the login was for; `None`: the account page.
    pub client_id: Option<String>,
    /// entityID of who was asked.
    pub identity_provider: String,
    /// `Assertion/@ID` of an accepted answer.
    pub assertion_id: Option<String>,
    /// `Response/@ID` of an accepted answer.
    pub response_id: Option<String>,
    /// `AuthnRequest/@IssueInstant`.
    pub request_issued_at: DateTime<Utc>,
    /// `Response/@IssueInstant` of an accepted answer.
    pub response_issued_at: Option<DateTime<Utc>>,
    /// `NameID/@NameQualifier` of an accepted answer.
    pub name_qualifier: Option<String>,
    /// [`ACCEPTED`], or why not: `nr25`, a reason's name.
    pub outcome: String,
    /// What the citizen read on the error page.
    pub reference: Option<String>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// The person (`sub`), once the login knew it.
    pub person: Option<PersonId>,
    /// The segment that sealed it.
    pub segment: Option<i64>,
    data_key: Uuid,
}

/// From when (included) to when (excluded) entries came, and how many are wanted at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From.
    pub from: DateTime<Utc>,
    /// To.
    pub until: DateTime<Utc>,
    /// At most.
    pub limit: u32,
}

row! {
    struct EntryRow {
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
        outcome: String,
        reference: Option<String>,
        received_at: i64,
        data_key: Uuid,
        person: Option<Uuid>,
        segment: Option<i64>,
    }
}

impl EntryRow {
    fn read(self) -> Result<RegisterEntry, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        Ok(RegisterEntry {
            request_id: self.request_id,
            login: LoginId(self.login_id),
            client_id: self.client_id,
            identity_provider: self.identity_provider,
            assertion_id: self.assertion_id,
            response_id: self.response_id,
            request_issued_at: row.instant("request_issued_at", self.request_issued_at)?,
            response_issued_at: row.instant_if("response_issued_at", self.response_issued_at)?,
            name_qualifier: self.name_qualifier,
            outcome: self.outcome,
            reference: self.reference,
            received_at: row.instant("received_at", self.received_at)?,
            person: self.person.map(PersonId),
            segment: self.segment,
            data_key: self.data_key,
            id: self.id,
        })
    }
}

fn read(rows: Vec<EntryRow>) -> Result<Vec<RegisterEntry>, StoreError> {
    rows.into_iter().map(EntryRow::read).collect()
}

impl Store {
    /// The entries of one request: the answer that was accepted and those that were refused.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_by_request(&self, request_id: &str) -> Result<Vec<RegisterEntry>, StoreError> {
        let rows = read!(self, TABLE, connection =>
            sqlx::query_as(entries!("WHERE request_id = $1 ORDER BY received_at, id"))
                .bind(request_id)
                .fetch_all(connection))?;
        read(rows)
    }

    /// The entries whose reference a citizen reads out on the telephone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_by_reference(&self, reference: &str) -> Result<Vec<RegisterEntry>, StoreError> {
        let rows = read!(self, TABLE, connection =>
            sqlx::query_as(entries!("WHERE reference = $1 ORDER BY received_at, id"))
                .bind(reference)
                .fetch_all(connection))?;
        read(rows)
    }

    /// The entries of one person by `sub`, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_by_person(&self, person: PersonId, span: Span) -> Result<Vec<RegisterEntry>, StoreError> {
        let rows = read!(self, TABLE, connection =>
            sqlx::query_as(entries!("WHERE person = $1 AND received_at >= $2 AND received_at < $3 \
                                     ORDER BY received_at DESC, id LIMIT $4"))
                .bind(person.0)
                .bind(micros(span.from))
                .bind(micros(span.until))
                .bind(i64::from(span.limit))
                .fetch_all(connection))?;
        read(rows)
    }

    /// The entries whose accepted Response proved this fiscal number, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_by_fiscal_number(
        &self,
        number: &FiscalNumber,
        span: Span,
    ) -> Result<Vec<RegisterEntry>, StoreError> {
        let mut found = Vec::new();
        for hash in self.fresh_hashes("fiscal_number", number.as_str()).await? {
            let rows: Vec<EntryRow> = read!(self, TABLE, connection =>
                sqlx::query_as(entries!("WHERE fiscal_number_hash = $1 AND received_at >= $2 AND received_at < $3 \
                                         ORDER BY received_at DESC, id LIMIT $4"))
                    .bind(hash.as_slice())
                    .bind(micros(span.from))
                    .bind(micros(span.until))
                    .bind(i64::from(span.limit))
                    .fetch_all(connection))?;
            found.extend(rows);
        }
        newest_first(read(found)?, span.limit)
    }

    /// The entries whose accepted Response named its subject so (`NameID`), the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_by_name_id(&self, name_id: &str, span: Span) -> Result<Vec<RegisterEntry>, StoreError> {
        let mut found = Vec::new();
        for hash in self.fresh_hashes("name_id", name_id).await? {
            let rows: Vec<EntryRow> = read!(self, TABLE, connection =>
                sqlx::query_as(entries!("WHERE name_id_hash = $1 AND received_at >= $2 AND received_at < $3 \
                                         ORDER BY received_at DESC, id LIMIT $4"))
                    .bind(hash.as_slice())
                    .bind(micros(span.from))
                    .bind(micros(span.until))
                    .bind(i64::from(span.limit))
                    .fetch_all(connection))?;
            found.extend(rows);
        }
        newest_first(read(found)?, span.limit)
    }

    /// The entries of a time, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_by_time(&self, span: Span) -> Result<Vec<RegisterEntry>, StoreError> {
        let rows = read!(self, TABLE, connection =>
            sqlx::query_as(entries!("WHERE received_at >= $1 AND received_at < $2 \
                                     ORDER BY received_at DESC, id LIMIT $3"))
                .bind(micros(span.from))
                .bind(micros(span.until))
                .bind(i64::from(span.limit))
                .fetch_all(connection))?;
        read(rows)
    }

    /// One entry.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_entry(&self, id: Uuid) -> Result<Option<RegisterEntry>, StoreError> {
        let row: Option<EntryRow> = read!(self, TABLE, connection =>
            sqlx::query_as(entries!("WHERE id = $1")).bind(id).fetch_optional(connection))?;
        row.map(EntryRow::read).transpose()
    }

    /// The encrypted part of an entry.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when it was changed, or its key is destroyed.
    pub async fn register_content(&self, entry: &RegisterEntry) -> Result<Content, StoreError> {
        let sealed: Vec<u8> = read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT content FROM saml_transaction WHERE id = $1")
                .bind(entry.id)
                .fetch_one(connection))?;
        let keys = self.unlocked_for(entry.data_key).await?;
        Content::open(&keys, entry.data_key, entry.id, &sealed)
    }

    /// When the oldest entry came.
    pub(in crate::store) async fn oldest_register_row(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let oldest: Option<i64> = read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT MIN(received_at) FROM saml_transaction").fetch_one(connection))?;
        Ok(oldest.and_then(DateTime::from_timestamp_micros))
    }

    /// Under the keys of now: another node may have made one a moment ago.
    pub(super) async fn fresh_hashes(&self, kind: &str, value: &str) -> Result<Vec<[u8; 32]>, StoreError> {
        self.reload_keys().await?;
        Ok(self.unlocked()?.hashes(kind, value))
    }
}

/// Of entries found under several keys.
fn newest_first(entries: Vec<RegisterEntry>, limit: u32) -> Result<Vec<RegisterEntry>, StoreError> {
    let mut sorted: BTreeMap<_, _> = entries
        .into_iter()
        .map(|entry| ((std::cmp::Reverse(entry.received_at), entry.id), entry))
        .collect();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut newest = Vec::new();
    while let Some((_, entry)) = sorted.pop_first().filter(|_| newest.len() < limit) {
        newest.push(entry);
    }
    Ok(newest)
}
