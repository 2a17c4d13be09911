//! What can go wrong in a store.

use protocol::keyring::DataKeyError;
use std::error::Error;
use std::fmt;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The configured address is not one that a store understands. The address itself may hold a password
    /// and is not repeated.
    #[error("{which} store address: {reason}")]
    Address {
        /// `database` or `brief`.
        which: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The engine does not answer, is full, or refused the connection. Trying again may help.
    #[error("store unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A row holds what no release ever wrote. The value is not repeated.
    #[error("inconsistent row in the store: table {table}, column {column}, row {row}")]
    Inconsistent {
        /// The table, or the kind of brief entry.
        table: &'static str,
        /// The column.
        column: String,
        /// Its primary key, when that is no secret.
        row: String,
    },
    /// A key or reference of the table does not allow this write.
    #[error("{table} does not accept this row: {rule}")]
    Conflict {
        /// The table.
        table: &'static str,
        /// `unique key`, `reference` or `check`.
        rule: &'static str,
    },
    /// What is encrypted was asked for before the master key was given.
    #[error("the store is locked: no master key was given")]
    Locked,
    /// The data keys are wrapped by another master key.
    #[error("the data keys are wrapped by master key {wanted}, and {given} was given")]
    OtherMasterKey {
        /// Name of the one that is needed.
        wanted: String,
        /// Name of the one there is.
        given: String,
    },
    /// A key does not do its work.
    #[error("a data key cannot be used: {0}")]
    Key(#[source] DataKeyError),
    /// A value of ours has no written form.
    #[error("a value has no written form")]
    Unwritable(#[source] serde_json::Error),
}

/// What a database said, without the row it said it about: PostgreSQL's details repeat the values.
#[derive(Debug)]
struct Refusal {
    code: Option<String>,
    message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} ({code})", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl Error for Refusal {}

impl StoreError {
    /// What went wrong at `table`.
    pub(super) fn from_sql(table: &'static str, error: sqlx::Error) -> StoreError {
        use sqlx::error::ErrorKind;
        match error {
            sqlx::Error::ColumnDecode { index, .. } => StoreError::Inconsistent {
                table,
                column: index,
                row: "unknown".to_owned(),
            },
            sqlx::Error::Database(error) => {
                let rule = match error.kind() {
                    ErrorKind::UniqueViolation => "unique key",
                    ErrorKind::ForeignKeyViolation => "reference",
                    ErrorKind::NotNullViolation | ErrorKind::CheckViolation => "check",
                    _ => {
                        return StoreError::Unavailable(Box::new(Refusal {
                            code: error.code().map(Into::into),
                            message: error.message().to_owned(),
                        }));
                    }
                };
                StoreError::Conflict { table, rule }
            }
            other => StoreError::Unavailable(Box::new(other)),
        }
    }

    /// What went wrong while opening.
    pub(super) fn unavailable(error: impl Error + Send + Sync + 'static) -> StoreError {
        StoreError::Unavailable(Box::new(error))
    }
}
