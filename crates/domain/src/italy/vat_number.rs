//! The partita IVA, and the 11-digit fiscal code of a legal person: one check digit for both.

use serde::{Deserialize, Serialize};

/// A partita IVA: 11 digits, without the `IT` prefix.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatNumber(String);

/// Why a text is not a partita IVA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VatNumberError {
    /// Not 11 digits.
    #[error("not 11 digits")]
    Shape,
    /// The last digit does not agree with the others, or all are zero.
    #[error("wrong check digit")]
    CheckDigit,
}

impl From<VatNumber> for String {
    fn from(number: VatNumber) -> String {
        number.0
    }
}

impl TryFrom<String> for VatNumber {
    type Error = VatNumberError;

    fn try_from(text: String) -> Result<VatNumber, VatNumberError> {
        VatNumber::parse(&text)
    }
}

impl VatNumber {
    /// Reads a number as a person types it: blanks around it and the prefix `IT` are forgiven.
    ///
    /// # Errors
    /// The first level of the check that fails.
    pub fn parse(text: &str) -> Result<VatNumber, VatNumberError> {
        let text = text.trim();
        let digits = match text.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case("IT") => text.get(2..).unwrap_or_default().trim_start(),
            _ => text,
        };
        if digits.len() != 11 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(VatNumberError::Shape);
        }
        if !eleven_digits_agree(digits) {
            return Err(VatNumberError::CheckDigit);
        }
        Ok(VatNumber(digits.to_owned()))
    }

    /// The 11 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the office that gave it (digits 8 to 10) is one that is known to give them. Worth a
    /// warning and no more: the list lags.
    pub fn office_is_known(&self) -> bool {
        let office = self.0.get(7..10).and_then(|office| office.parse::<u16>().ok());
        matches!(office, Some(1..=100 | 120 | 121 | 888 | 999))
    }
}

/// Whether the last of 11 digits is the check digit of the others (Luhn). Eleven zeros would pass, and
/// are nobody's.
pub(super) fn eleven_digits_agree(digits: &str) -> bool {
    let sum = digits
        .chars()
        .filter_map(|character| character.to_digit(10))
        .enumerate()
        .map(|(index, digit)| match (index % 2, digit) {
            (0, _) => digit,
            (_, 0..=4) => digit.saturating_mul(2),
            _ => digit.saturating_mul(2).saturating_sub(9),
        })
        .fold(0_u32, u32::saturating_add);
    sum > 0 && sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn every_vector_is_judged_as_expected() {
        let vectors: Vec<Value> = serde_json::from_str(include_str!("../../tests/vectors/vat_numbers.json")).unwrap();
        assert_eq!(vectors.len(), 12);
        for vector in vectors {
            let number = VatNumber::parse(vector["value"].as_str().unwrap());
            assert_eq!(number.is_ok(), vector["expect"] == "ok", "{vector}");
            if let Ok(number) = number {
                assert_eq!(
                    number.office_is_known(),
                    vector["office_plausible"].as_bool().unwrap(),
                    "{vector}"
                );
            }
        }
    }

    #[test]
    fn the_country_prefix_is_no_part_of_the_number() {
        assert_eq!(VatNumber::parse(" it 01234560587 ").unwrap().as_str(), "01234560587");
    }

    #[test]
    fn eleven_zeros_are_nobodys_number() {
        assert_eq!(VatNumber::parse("00000000000"), Err(VatNumberError::CheckDigit));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_never_panics(text in "\\PC{0,16}") {
            let _ = VatNumber::parse(&text);
        }
    }
}
