//! SQLite inside this process, as one more database of sqlx: the same `query(…).bind(…)` and `FromRow` as for a
//! server, and a statement runs where it is called.
//!
//! sqlx's own SQLite driver gives every connection a thread, and each statement a way there and back. For a file
//! in memory the way costs twenty times what the statement costs ([decision 007](../../../../docs/decisions/007-sqlite-in-the-callers-thread.md)).
//! This one is rusqlite behind sqlx's traits. Whoever uses it takes care that nobody waits long: see
//! [`SqliteFile`](super::sqlite::SqliteFile).

mod arguments;
mod connection;
mod error;
mod executor;
mod migrate;
mod row;
mod statement;
mod transaction;
mod value;

pub(in crate::store) use arguments::EmbeddedArguments;
pub(in crate::store) use connection::{EmbeddedConnection, EmbeddedOptions, Synchronous};
pub(in crate::store) use error::is_busy;
pub(in crate::store) use transaction::EmbeddedTransactions;

use row::{EmbeddedColumn, EmbeddedDone, EmbeddedRow};
use statement::EmbeddedStatement;
use value::{EmbeddedType, EmbeddedValue, EmbeddedValueRef};

/// The database, as sqlx names it.
#[derive(Debug)]
pub(in crate::store) struct Embedded;

impl sqlx::Database for Embedded {
    type Connection = EmbeddedConnection;
    type TransactionManager = EmbeddedTransactions;
    type Row = EmbeddedRow;
    type QueryResult = EmbeddedDone;
    type Column = EmbeddedColumn;
    type TypeInfo = EmbeddedType;
    type Value = EmbeddedValue;
    type ValueRef<'r> = EmbeddedValueRef<'r>;
    type Arguments = EmbeddedArguments;
    type ArgumentBuffer = Vec<rusqlite::types::Value>;
    type Statement = EmbeddedStatement;

    const NAME: &'static str = "SQLite";
    const URL_SCHEMES: &'static [&'static str] = &["sqlite"];
}
