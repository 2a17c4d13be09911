//! A statement that was looked at before it runs.

use super::row::{EmbeddedColumn, named};
use super::value::EmbeddedType;
use super::{Embedded, EmbeddedArguments};
use sqlx::{ColumnIndex, Either, Error, SqlStr, Statement};
use std::sync::Arc;

/// Its text and what it will give; the engine keeps the prepared form by the text.
#[derive(Debug, Clone)]
pub(in crate::store) struct EmbeddedStatement {
    pub(super) sql: SqlStr,
    pub(super) columns: Arc<[EmbeddedColumn]>,
    pub(super) parameters: usize,
}

impl Statement for EmbeddedStatement {
    type Database = Embedded;

    fn into_sql(self) -> SqlStr {
        self.sql
    }

    fn sql(&self) -> &SqlStr {
        &self.sql
    }

    fn parameters(&self) -> Option<Either<&[EmbeddedType], usize>> {
        Some(Either::Right(self.parameters))
    }

    fn columns(&self) -> &[EmbeddedColumn] {
        &self.columns
    }

    sqlx_core::impl_statement_query!(EmbeddedArguments);
}

impl ColumnIndex<EmbeddedStatement> for usize {
    fn index(&self, statement: &EmbeddedStatement) -> Result<usize, Error> {
        let len = statement.columns.len();
        match *self < len {
            true => Ok(*self),
            false => Err(Error::ColumnIndexOutOfBounds { index: *self, len }),
        }
    }
}

impl ColumnIndex<EmbeddedStatement> for &str {
    fn index(&self, statement: &EmbeddedStatement) -> Result<usize, Error> {
        named(&statement.columns, self)
    }
}
