//! Tables `idp_registry` and `idp_registry_replaced`: the last good copy of each registry of identity
//! providers.

use super::Tx;
use super::column::{RowReader, micros};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};

const TABLE: &str = "idp_registry";

/// What is known of a registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldRegistry {
    /// The last good copy.
    pub copy: Option<RegistryCopy>,
    /// When the registry last answered with a document that was held or taken.
    pub checked_at: Option<DateTime<Utc>>,
    /// Why the last document was not taken, and since when that is so.
    pub problem: Option<(String, DateTime<Utc>)>,
}

/// A signed document that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryCopy {
    /// As it came.
    pub document: String,
    /// Its SHA-256.
    pub edition: [u8; 32],
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
}

row! {
    struct RegistryRow {
        document: Option<String>,
        edition: Option<Vec<u8>>,
        accepted_at: Option<i64>,
        checked_at: Option<i64>,
        problem: Option<String>,
        problem_since: Option<i64>,
    }
}

impl RegistryRow {
    fn read(self, name: &str) -> Result<HeldRegistry, StoreError> {
        let row = RowReader::new(TABLE, &name);
        let copy = match (self.document, self.edition, self.accepted_at) {
            (Some(document), Some(edition), Some(at)) => Some(RegistryCopy {
                document,
                edition: edition.try_into().map_err(|_| row.wrong("edition"))?,
                accepted_at: row.instant("accepted_at", at)?,
            }),
            _ => None,
        };
        let since = row.instant_if("problem_since", self.problem_since)?;
        Ok(HeldRegistry {
            copy,
            checked_at: row.instant_if("checked_at", self.checked_at)?,
            problem: self.problem.zip(since),
        })
    }
}

impl Store {
    /// What is known of the registry `name`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn idp_registry(&self, name: &str) -> Result<HeldRegistry, StoreError> {
        let row: Option<RegistryRow> = read!(self, TABLE, connection =>
            sqlx::query_as(
                "SELECT document, edition, accepted_at, checked_at, problem, problem_since \
                 FROM idp_registry WHERE name = $1")
                .bind(name)
                .fetch_optional(connection))?;
        row.map_or_else(|| Ok(HeldRegistry::default()), |row| row.read(name))
    }

    /// The edition of the registry `name` that is held; cheap, for nodes that ask whether theirs is still it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn idp_registry_edition(&self, name: &str) -> Result<Option<[u8; 32]>, StoreError> {
        let edition: Option<Option<Vec<u8>>> = read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT edition FROM idp_registry WHERE name = $1")
                .bind(name)
                .fetch_optional(connection))?;
        let row = RowReader::new(TABLE, &name);
        edition
            .flatten()
            .map(|edition| edition.try_into().map_err(|_| row.wrong("edition")))
            .transpose()
    }

    /// Whether this edition was held before and replaced.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn idp_registry_was_replaced(&self, name: &str, edition: &[u8; 32]) -> Result<bool, StoreError> {
        let found: Option<i64> = read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT replaced_at FROM idp_registry_replaced WHERE name = $1 AND edition = $2")
                .bind(name)
                .bind(edition.as_slice())
                .fetch_optional(connection))?;
        Ok(found.is_some())
    }
}

impl Tx {
    /// Holds `copy` instead of the edition that it was compared with. `false`: another one is held by now, and
    /// nothing was written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hold_idp_registry(
        &mut self,
        name: &str,
        copy: &RegistryCopy,
        instead_of: Option<&[u8; 32]>,
    ) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO idp_registry (name, document, edition, accepted_at, checked_at) \
                 VALUES ($1, $2, $3, $4, $4) \
                 ON CONFLICT (name) DO UPDATE SET document = excluded.document, edition = excluded.edition, \
                 accepted_at = excluded.accepted_at, checked_at = excluded.checked_at \
                 WHERE idp_registry.edition IS NOT DISTINCT FROM $5"
            )
            .bind(name)
            .bind(&copy.document)
            .bind(copy.edition.as_slice())
            .bind(micros(copy.accepted_at))
            .bind(instead_of.map(<[u8; 32]>::as_slice))
        )?;
        if let (true, Some(replaced)) = (rows > 0, instead_of) {
            changed!(
                self,
                TABLE,
                sqlx::query(
                    "INSERT INTO idp_registry_replaced (name, edition, replaced_at) VALUES ($1, $2, $3) \
                     ON CONFLICT (name, edition) DO NOTHING"
                )
                .bind(name)
                .bind(replaced.as_slice())
                .bind(micros(copy.accepted_at))
            )?;
        }
        Ok(rows > 0)
    }

    /// The registry answered with the edition that is held.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn idp_registry_checked(&mut self, name: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("UPDATE idp_registry SET checked_at = $2 WHERE name = $1")
                .bind(name)
                .bind(micros(now))
        )?;
        Ok(())
    }

    /// Notes why the last document was not taken. `true`: it is another reason than the time before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn idp_registry_problem(
        &mut self,
        name: &str,
        problem: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO idp_registry (name, problem, problem_since) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE SET problem = excluded.problem, problem_since = excluded.problem_since \
                 WHERE idp_registry.problem IS DISTINCT FROM excluded.problem"
            )
            .bind(name)
            .bind(problem)
            .bind(micros(now))
        )?;
        Ok(rows > 0)
    }

    /// The last document was taken, or is the one held.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn idp_registry_no_problem(&mut self, name: &str) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE idp_registry SET problem = NULL, problem_since = NULL \
                 WHERE name = $1 AND problem IS NOT NULL"
            )
            .bind(name)
        )?;
        Ok(())
    }
}
