//! The values of `$1`, `$2`, …

use super::Embedded;
use rusqlite::Statement;
use rusqlite::types::Value;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Arguments, Encode, Error, IntoArguments, Type};

/// In the order in which they were bound.
#[derive(Debug, Default)]
pub(in crate::store) struct EmbeddedArguments {
    values: Vec<Value>,
}

impl Arguments for EmbeddedArguments {
    type Database = Embedded;

    fn reserve(&mut self, additional: usize, _size: usize) {
        self.values.reserve(additional);
    }

    fn add<'t, T>(&mut self, value: T) -> Result<(), BoxDynError>
    where
        T: Encode<'t, Embedded> + Type<Embedded>,
    {
        if let IsNull::Yes = value.encode(&mut self.values)? {
            self.values.push(Value::Null);
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.values.len()
    }
}

impl IntoArguments<Embedded> for EmbeddedArguments {
    fn into_arguments(self) -> EmbeddedArguments {
        self
    }
}

impl EmbeddedArguments {
    /// SQLite numbers `$2` by where it stands in the text, not by its digit: the digit decides here.
    pub(super) fn bind(&self, statement: &mut Statement<'_>) -> Result<(), Error> {
        for place in 1..=statement.parameter_count() {
            let name = statement.parameter_name(place);
            let number = name.map_or(Some(place), |name| name.get(1..)?.parse().ok());
            let value = number.and_then(|number| self.values.get(number.checked_sub(1)?));
            let value = value.ok_or_else(|| Error::Encode(format!("parameter {place} has no value").into()))?;
            statement.raw_bind_parameter(place, value).map_err(super::error::from)?;
        }
        Ok(())
    }
}
