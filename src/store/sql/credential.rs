//! Table `credential`.

use super::Tx;
use super::column::{RowReader, json, level, micros, word};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::person::{Level, Method, PersonId};
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;

const TABLE: &str = "credential";

macro_rules! credentials {
    ($tail:literal) => {
        concat!(
            "SELECT id, person, method, issuer, subject, attributes, level, first_used_at, last_used_at FROM credential ",
            $tail
        )
    };
}

/// One way in: what an issuer says about a person, as it last said it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Immutable id.
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// SPID, CIE, CNS, …
    pub method: Method,
    /// entityID of the identity provider, or issuer of the card.
    pub issuer: String,
    /// The issuer's own name for the person (`spidCode`), when it gives one.
    pub subject: Option<String>,
    /// Every attribute as it last came.
    pub attributes: BTreeMap<String, String>,
    /// The strongest level ever proved with it.
    pub level: Level,
    /// First use.
    pub first_used_at: DateTime<Utc>,
    /// Last use.
    pub last_used_at: DateTime<Utc>,
}

impl fmt::Debug for Credential {
    /// Attributes are personal data, and so is the issuer's name for somebody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("id", &self.id)
            .field("person", &self.person)
            .field("method", &self.method)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

row! {
    struct CredentialRow {
        id: Uuid,
        person: Uuid,
        method: String,
        issuer: String,
        subject: Option<String>,
        attributes: String,
        level: i16,
        first_used_at: i64,
        last_used_at: i64,
    }
}

impl CredentialRow {
    fn read(self) -> Result<Credential, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        Ok(Credential {
            id: self.id,
            person: PersonId(self.person),
            method: row.word("method", &self.method)?,
            issuer: self.issuer,
            subject: self.subject,
            attributes: row.json("attributes", &self.attributes)?,
            level: row.level("level", self.level)?,
            first_used_at: row.instant("first_used_at", self.first_used_at)?,
            last_used_at: row.instant("last_used_at", self.last_used_at)?,
        })
    }
}

// The subject decides when there is one. What is known stays (id, first use), what came is newer, and a
// subject that is another person's changes nothing: no row comes back.
const WITH_SUBJECT: &str = "INSERT INTO credential (id, person, method, issuer, subject, attributes, level, \
    first_used_at, last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
    ON CONFLICT (method, issuer, subject) DO UPDATE SET attributes = excluded.attributes, \
    level = CASE WHEN excluded.level > credential.level THEN excluded.level ELSE credential.level END, \
    last_used_at = excluded.last_used_at WHERE credential.person = excluded.person RETURNING id";
const WITHOUT_SUBJECT: &str = "INSERT INTO credential (id, person, method, issuer, subject, attributes, level, \
    first_used_at, last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
    ON CONFLICT (person, method, issuer) WHERE subject IS NULL DO UPDATE SET attributes = excluded.attributes, \
    level = CASE WHEN excluded.level > credential.level THEN excluded.level ELSE credential.level END, \
    last_used_at = excluded.last_used_at RETURNING id";

impl Store {
    /// The credential with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn credential(&self, id: Uuid) -> Result<Option<Credential>, StoreError> {
        let row: Option<CredentialRow> = read!(self, TABLE, connection =>
            sqlx::query_as(credentials!("WHERE id = $1")).bind(id).fetch_optional(connection))?;
        row.map(CredentialRow::read).transpose()
    }
}

impl Tx {
    /// Notes the use of a credential, new or known, and gives the id it has.
    ///
    /// `None`: the issuer's name for the person already stands for somebody else. Nothing was written.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such person.
    pub async fn upsert_credential(&mut self, credential: &Credential) -> Result<Option<Uuid>, StoreError> {
        let method = word(&credential.method)?;
        let attributes = json(&credential.attributes)?;
        let statement = match credential.subject {
            Some(_) => WITH_SUBJECT,
            None => WITHOUT_SUBJECT,
        };
        within!(self, TABLE, connection => sqlx::query_scalar(statement)
            .bind(credential.id)
            .bind(credential.person.0)
            .bind(&method)
            .bind(&credential.issuer)
            .bind(credential.subject.as_deref())
            .bind(&attributes)
            .bind(level(credential.level))
            .bind(micros(credential.first_used_at))
            .bind(micros(credential.last_used_at))
            .fetch_optional(connection))
    }
}
