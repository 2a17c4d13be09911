//! How values are written in columns, and read back with a name for what is wrong.

use crate::store::StoreError;
use chrono::{DateTime, NaiveDate, Utc};
use domain::italy::FiscalNumber;
use domain::person::Level;
use protocol::oidc::SecretHash;
use serde::Serialize;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use std::fmt::Display;

/// Microseconds since 1970-01-01 UTC.
pub(super) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// `YYYY-MM-DD`.
pub(super) fn date(date: NaiveDate) -> String {
    date.to_string()
}

/// 1, 2, 3.
pub(super) fn level(level: Level) -> i16 {
    i16::from(level.number())
}

/// A set, list or map as JSON.
pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::Unwritable)
}

/// The word of an enum without data, as serde writes it.
pub(super) fn word(value: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(value).map_err(StoreError::Unwritable)? {
        serde_json::Value::String(word) => Ok(word),
        _ => Err(StoreError::Unwritable(serde::ser::Error::custom("not a word"))),
    }
}

/// Reads the columns of one row; knows how to name it when one is wrong.
pub(super) struct RowReader<'r> {
    table: &'static str,
    row: &'r dyn Display,
}

impl<'r> RowReader<'r> {
    /// A row of `table` with this primary key (which must be no secret and no personal data).
    pub(super) fn new(table: &'static str, row: &'r dyn Display) -> RowReader<'r> {
        RowReader { table, row }
    }

    /// What is wrong with this row.
    pub(super) fn wrong(&self, column: &'static str) -> StoreError {
        StoreError::Inconsistent {
            table: self.table,
            column: column.to_owned(),
            row: self.row.to_string(),
        }
    }

    pub(super) fn instant(&self, column: &'static str, micros: i64) -> Result<DateTime<Utc>, StoreError> {
        DateTime::from_timestamp_micros(micros).ok_or_else(|| self.wrong(column))
    }

    pub(super) fn instant_if(
        &self,
        column: &'static str,
        micros: Option<i64>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        micros.map(|micros| self.instant(column, micros)).transpose()
    }

    pub(super) fn date_if(&self, column: &'static str, text: Option<String>) -> Result<Option<NaiveDate>, StoreError> {
        text.map(|text| text.parse().map_err(|_| self.wrong(column)))
            .transpose()
    }

    pub(super) fn word<T: DeserializeOwned>(&self, column: &'static str, text: &str) -> Result<T, StoreError> {
        let word: StrDeserializer<'_, WordError> = text.into_deserializer();
        T::deserialize(word).map_err(|_| self.wrong(column))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: &'static str, text: &str) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|_| self.wrong(column))
    }

    pub(super) fn level(&self, column: &'static str, number: i16) -> Result<Level, StoreError> {
        u8::try_from(number)
            .ok()
            .and_then(Level::from_number)
            .ok_or_else(|| self.wrong(column))
    }

    pub(super) fn hash(&self, column: &'static str, bytes: &[u8]) -> Result<SecretHash, StoreError> {
        SecretHash::try_from(bytes).map_err(|_| self.wrong(column))
    }

    pub(super) fn fiscal_number_if(
        &self,
        column: &'static str,
        text: Option<String>,
    ) -> Result<Option<FiscalNumber>, StoreError> {
        text.map(|text| FiscalNumber::parse(&text).map_err(|_| self.wrong(column)))
            .transpose()
    }
}
