//! Table `person`.

use super::Tx;
use super::column::{RowReader, date, micros, word};
use crate::store::{Store, StoreError};
use domain::italy::FiscalNumber;
use domain::person::{Method, Person, PersonId};
use uuid::Uuid;

const TABLE: &str = "person";

macro_rules! people {
    ($tail:literal) => {
        concat!(
            "SELECT id, fiscal_number, given_name, family_name, date_of_birth, created_at, verified_at, ",
            "blocked FROM person ",
            $tail
        )
    };
}

const BY_FISCAL_NUMBER: &str = people!("WHERE fiscal_number = $1");

/// What became of a person who was to be new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inserted {
    /// New indeed.
    New,
    /// Somebody with the same fiscal number was there first: that one counts.
    Existing(Person),
}

row! {
    struct PersonRow {
        id: Uuid,
        fiscal_number: Option<String>,
        given_name: String,
        family_name: String,
        date_of_birth: Option<String>,
        created_at: i64,
        verified_at: i64,
        blocked: bool,
    }
}

impl PersonRow {
    fn read(self) -> Result<Person, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        Ok(Person {
            id: PersonId(self.id),
            fiscal_number: row.fiscal_number_if("fiscal_number", self.fiscal_number)?,
            given_name: self.given_name,
            family_name: self.family_name,
            date_of_birth: row.date_if("date_of_birth", self.date_of_birth)?,
            created_at: row.instant("created_at", self.created_at)?,
            verified_at: row.instant("verified_at", self.verified_at)?,
            blocked: self.blocked,
        })
    }
}

impl Store {
    /// The person with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        let row: Option<PersonRow> = read!(self, TABLE, connection =>
            sqlx::query_as(people!("WHERE id = $1")).bind(id.0).fetch_optional(connection))?;
        row.map(PersonRow::read).transpose()
    }

    /// The person with this fiscal number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person_by_fiscal_number(&self, number: &FiscalNumber) -> Result<Option<Person>, StoreError> {
        let row: Option<PersonRow> = read!(self, TABLE, connection =>
            sqlx::query_as(BY_FISCAL_NUMBER).bind(number.as_str()).fetch_optional(connection))?;
        row.map(PersonRow::read).transpose()
    }
}

impl Tx {
    /// Whose this credential is: the person that `issuer` knows as `subject`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person_of_credential(
        &mut self,
        method: Method,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Person>, StoreError> {
        let method = word(&method)?;
        let row: Option<PersonRow> = within!(self, TABLE, connection =>
            sqlx::query_as(people!(
                "WHERE id = (SELECT person FROM credential WHERE method = $1 AND issuer = $2 AND subject = $3)"
            ))
            .bind(&method)
            .bind(issuer)
            .bind(subject)
            .fetch_optional(connection))?;
        row.map(PersonRow::read).transpose()
    }

    /// A person who was not there when the caller looked. The unique fiscal number decides who was first.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the id is taken.
    pub async fn insert_person(&mut self, person: &Person) -> Result<Inserted, StoreError> {
        let inserted = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO person (id, fiscal_number, given_name, family_name, date_of_birth, created_at, \
                 verified_at, blocked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                 ON CONFLICT (fiscal_number) DO NOTHING"
            )
            .bind(person.id.0)
            .bind(person.fiscal_number.as_ref().map(FiscalNumber::as_str))
            .bind(&person.given_name)
            .bind(&person.family_name)
            .bind(person.date_of_birth.map(date))
            .bind(micros(person.created_at))
            .bind(micros(person.verified_at))
            .bind(person.blocked)
        )?;
        if inserted > 0 {
            return Ok(Inserted::New);
        }
        let number = person.fiscal_number.as_ref().map_or("", FiscalNumber::as_str);
        let first: PersonRow = within!(self, TABLE, connection =>
            sqlx::query_as(BY_FISCAL_NUMBER).bind(number).fetch_one(connection))?;
        first.read().map(Inserted::Existing)
    }

    /// Writes names, birth date and `verified_at` as a digital identity just proved them; nothing else.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn verify_person(&mut self, person: &Person) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE person SET given_name = $2, family_name = $3, date_of_birth = $4, verified_at = $5 \
                 WHERE id = $1"
            )
            .bind(person.id.0)
            .bind(&person.given_name)
            .bind(&person.family_name)
            .bind(person.date_of_birth.map(date))
            .bind(micros(person.verified_at))
        )?;
        Ok(rows > 0)
    }

    /// A person as configuration or an import writes them: new, or replaced (but for `created_at`).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another person has this fiscal number.
    pub async fn upsert_person(&mut self, person: &Person) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO person (id, fiscal_number, given_name, family_name, date_of_birth, created_at, \
                 verified_at, blocked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                 ON CONFLICT (id) DO UPDATE SET fiscal_number = excluded.fiscal_number, \
                 given_name = excluded.given_name, family_name = excluded.family_name, \
                 date_of_birth = excluded.date_of_birth, verified_at = excluded.verified_at, \
                 blocked = excluded.blocked"
            )
            .bind(person.id.0)
            .bind(person.fiscal_number.as_ref().map(FiscalNumber::as_str))
            .bind(&person.given_name)
            .bind(&person.family_name)
            .bind(person.date_of_birth.map(date))
            .bind(micros(person.created_at))
            .bind(micros(person.verified_at))
            .bind(person.blocked)
        )?;
        Ok(())
    }
}
