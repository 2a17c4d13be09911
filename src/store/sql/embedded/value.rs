//! What a column holds, and what Rust makes of it.

use super::Embedded;
use rusqlite::types::Value;
use sqlx::decode::Decode;
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::{Type, TypeInfo, ValueRef};
use std::borrow::Cow;
use std::fmt;
use uuid::Uuid;

/// How SQLite keeps a value. Columns have none: each value brings its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum EmbeddedType {
    Null,
    Integer,
    Real,
    Text,
    Blob,
}

impl fmt::Display for EmbeddedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TypeInfo for EmbeddedType {
    fn is_null(&self) -> bool {
        *self == EmbeddedType::Null
    }

    fn name(&self) -> &str {
        match self {
            EmbeddedType::Null => "NULL",
            EmbeddedType::Integer => "INTEGER",
            EmbeddedType::Real => "REAL",
            EmbeddedType::Text => "TEXT",
            EmbeddedType::Blob => "BLOB",
        }
    }
}

/// A value that stays when its row goes.
#[derive(Debug, Clone)]
pub(in crate::store) struct EmbeddedValue(Value);

/// A value of a row.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct EmbeddedValueRef<'r>(pub(super) &'r Value);

impl EmbeddedValueRef<'_> {
    fn kind(self) -> EmbeddedType {
        match self.0 {
            Value::Null => EmbeddedType::Null,
            Value::Integer(_) => EmbeddedType::Integer,
            Value::Real(_) => EmbeddedType::Real,
            Value::Text(_) => EmbeddedType::Text,
            Value::Blob(_) => EmbeddedType::Blob,
        }
    }
}

impl sqlx::Value for EmbeddedValue {
    type Database = Embedded;

    fn as_ref(&self) -> EmbeddedValueRef<'_> {
        EmbeddedValueRef(&self.0)
    }

    fn type_info(&self) -> Cow<'_, EmbeddedType> {
        Cow::Owned(EmbeddedValueRef(&self.0).kind())
    }

    fn is_null(&self) -> bool {
        self.0 == Value::Null
    }
}

impl<'r> ValueRef<'r> for EmbeddedValueRef<'r> {
    type Database = Embedded;

    fn to_owned(&self) -> EmbeddedValue {
        EmbeddedValue(self.0.clone())
    }

    fn type_info(&self) -> Cow<'_, EmbeddedType> {
        Cow::Owned(self.kind())
    }

    fn is_null(&self) -> bool {
        *self.0 == Value::Null
    }
}

/// Types that go in as one kind of value, and come out of it.
macro_rules! kept_as {
    ($kind:ident: $($rust:ty = |$value:ident| $written:expr, |$kept:ident| $read:expr;)+) => {$(
        impl Type<Embedded> for $rust {
            fn type_info() -> EmbeddedType {
                EmbeddedType::$kind
            }
        }

        impl<'q> Encode<'q, Embedded> for $rust {
            fn encode_by_ref(&self, buffer: &mut Vec<Value>) -> Result<IsNull, BoxDynError> {
                let $value = self;
                buffer.push(Value::$kind($written));
                Ok(IsNull::No)
            }
        }

        impl<'r> Decode<'r, Embedded> for $rust {
            fn decode(value: EmbeddedValueRef<'r>) -> Result<Self, BoxDynError> {
                match value.0 {
                    Value::$kind($kept) => Ok($read),
                    _ => Err(format!("{} where {} is expected", value.kind(), EmbeddedType::$kind).into()),
                }
            }
        }
    )+};
}

kept_as! { Integer:
    i64 = |value| *value, |kept| *kept;
    i32 = |value| i64::from(*value), |kept| i32::try_from(*kept)?;
    i16 = |value| i64::from(*value), |kept| i16::try_from(*kept)?;
    bool = |value| i64::from(*value), |kept| *kept != 0;
}
kept_as! { Real:
    f64 = |value| *value, |kept| *kept;
}
kept_as! { Text:
    String = |value| value.clone(), |kept| kept.clone();
}
kept_as! { Blob:
    Vec<u8> = |value| value.clone(), |kept| kept.clone();
    Uuid = |value| value.as_bytes().to_vec(), |kept| Uuid::from_slice(kept)?;
}

impl Type<Embedded> for str {
    fn type_info() -> EmbeddedType {
        EmbeddedType::Text
    }
}

impl<'q> Encode<'q, Embedded> for &'q str {
    fn encode_by_ref(&self, buffer: &mut Vec<Value>) -> Result<IsNull, BoxDynError> {
        buffer.push(Value::Text((*self).to_owned()));
        Ok(IsNull::No)
    }
}

impl Type<Embedded> for [u8] {
    fn type_info() -> EmbeddedType {
        EmbeddedType::Blob
    }
}

impl<'q> Encode<'q, Embedded> for &'q [u8] {
    fn encode_by_ref(&self, buffer: &mut Vec<Value>) -> Result<IsNull, BoxDynError> {
        buffer.push(Value::Blob((*self).to_vec()));
        Ok(IsNull::No)
    }
}

sqlx_core::impl_encode_for_option!(Embedded);
