//! What a statement gives back.

use super::Embedded;
use super::value::{EmbeddedType, EmbeddedValueRef};
use rusqlite::types::Value;
use sqlx::{Column, ColumnIndex, Error, Row};
use std::sync::Arc;

/// A column of a result.
#[derive(Debug, Clone)]
pub(in crate::store) struct EmbeddedColumn {
    pub(super) ordinal: usize,
    pub(super) name: String,
}

impl Column for EmbeddedColumn {
    type Database = Embedded;

    fn ordinal(&self) -> usize {
        self.ordinal
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn type_info(&self) -> &EmbeddedType {
        &EmbeddedType::Null
    }
}

/// A row, copied out of the engine: the statement that gave it is over.
#[derive(Debug)]
pub(in crate::store) struct EmbeddedRow {
    pub(super) columns: Arc<[EmbeddedColumn]>,
    pub(super) values: Vec<Value>,
}

impl Row for EmbeddedRow {
    type Database = Embedded;

    fn columns(&self) -> &[EmbeddedColumn] {
        &self.columns
    }

    fn try_get_raw<I: ColumnIndex<Self>>(&self, index: I) -> Result<EmbeddedValueRef<'_>, Error> {
        let index = index.index(self)?;
        let len = self.values.len();
        let value = self.values.get(index);
        value
            .map(EmbeddedValueRef)
            .ok_or(Error::ColumnIndexOutOfBounds { index, len })
    }
}

impl ColumnIndex<EmbeddedRow> for usize {
    fn index(&self, row: &EmbeddedRow) -> Result<usize, Error> {
        let len = row.values.len();
        match *self < len {
            true => Ok(*self),
            false => Err(Error::ColumnIndexOutOfBounds { index: *self, len }),
        }
    }
}

impl ColumnIndex<EmbeddedRow> for &str {
    fn index(&self, row: &EmbeddedRow) -> Result<usize, Error> {
        named(&row.columns, self)
    }
}

/// The place of the column of this name.
pub(super) fn named(columns: &[EmbeddedColumn], name: &str) -> Result<usize, Error> {
    let place = columns.iter().position(|column| column.name == name);
    place.ok_or_else(|| Error::ColumnNotFound(name.to_owned()))
}

/// What a statement did.
#[derive(Debug, Default)]
pub(in crate::store) struct EmbeddedDone {
    pub(super) changed: u64,
}

impl EmbeddedDone {
    /// Rows inserted, updated or deleted.
    pub(in crate::store) fn rows_affected(&self) -> u64 {
        self.changed
    }
}

impl Extend<EmbeddedDone> for EmbeddedDone {
    fn extend<T: IntoIterator<Item = EmbeddedDone>>(&mut self, more: T) {
        for done in more {
            self.changed = self.changed.saturating_add(done.changed);
        }
    }
}
