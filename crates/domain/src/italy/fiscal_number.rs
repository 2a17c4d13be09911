//! The codice fiscale of a natural person (DM Finanze 23-12-1976 n. 13813).

use super::vat_number::eleven_digits_agree;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization as _;

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
        if !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(FiscalNumberError::Charset);
        }
        match code.len() {
            11 => check_temporary(&code)?,
            16 => check_definitive(&code)?,
            _ => return Err(FiscalNumberError::Charset),
        }
        Ok(FiscalNumber(code))
    }

    /// Reads `fiscalNumber` as SPID and CIE write it: `TINIT-` and the code (ETSI EN 319 412-1 §5.1.3).
    ///
    /// # Errors
    /// [`FiscalNumberError::Foreign`] for a semantics identifier of another country or another kind
    /// of document, [`FiscalNumberError::Charset`] without any prefix, else as [`FiscalNumber::parse`].
    pub fn from_tinit(text: &str) -> Result<FiscalNumber, FiscalNumberError> {
        match text.split_once('-') {
            Some(("TINIT", code)) => FiscalNumber::parse(code),
            Some((prefix, _)) if names_a_document(prefix) => Err(FiscalNumberError::Foreign),
            _ => Err(FiscalNumberError::Charset),
        }
    }

    /// The code as written: upper case, no prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `TINIT-` and the code, as SPID, CIE and our claims write it.
    pub fn with_tinit(&self) -> String {
        format!("TINIT-{}", self.0)
    }

    /// The date of birth that the code says, if only one is possible for somebody who is not older than 110 at
    /// `today`: two digits leave the century open. `None` for a temporary code.
    pub fn date_of_birth(&self, today: NaiveDate) -> Option<NaiveDate> {
        let born = Born::read(&self.0)?;
        let oldest = today.checked_sub_months(chrono::Months::new(12 * 110))?;
        let mut possible = born.dates().filter(|date| *date <= today && *date >= oldest);
        possible.next().filter(|_| possible.next().is_none())
    }

    /// Whether the first six letters are those of somebody with these names (DM 23-12-1976, art. 2 and 3). A
    /// temporary code says nothing about names, and fits any.
    pub fn fits_names(&self, given_name: &str, family_name: &str) -> bool {
        let Some(letters) = self.0.get(..6).filter(|_| !self.is_temporary()) else {
            return self.is_temporary();
        };
        letters == format!("{}{}", name_code(family_name, false), name_code(given_name, true))
    }

    /// Whether it is one of 11 digits, to be replaced by the definitive one within six months.
    pub fn is_temporary(&self) -> bool {
        self.0.len() == 11
    }
}

/// `TIN`, `IDC`, `PAS`, `PNO`, `RP?`, `NS?` and two letters of a country.
fn names_a_document(prefix: &str) -> bool {
    prefix.len() == 5 && prefix.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Subject, office, check digit: the same sum as the partita IVA.
fn check_temporary(code: &str) -> Result<(), FiscalNumberError> {
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FiscalNumberError::Shape);
    }
    if !eleven_digits_agree(code) {
        return Err(FiscalNumberError::CheckCharacter);
    }
    Ok(())
}

fn check_definitive(code: &str) -> Result<(), FiscalNumberError> {
    if !code.bytes().zip(SHAPE).all(|(byte, place)| place.accepts(byte)) {
        return Err(FiscalNumberError::Shape);
    }
    if code.chars().last() != check_letter(code) {
        return Err(FiscalNumberError::CheckCharacter);
    }
    if !has_a_date(code) {
        return Err(FiscalNumberError::Date);
    }
    Ok(())
}

/// What may stand in one place of the 16.
#[derive(Clone, Copy)]
enum Place {
    Letter,
    /// A digit, or the letter that replaces it when two people would get the same code (omocodia).
    Digit,
    Month,
}

const SHAPE: [Place; 16] = {
    use Place::{Digit as D, Letter as L, Month as M};
    [L, L, L, L, L, L, D, D, M, D, D, L, D, D, D, L]
};

/// January to December.
const MONTHS: &str = "ABCDEHLMPRST";
/// 0 to 9 where omocodia replaced a digit.
const OMOCODE: &str = "LMNPQRSTUV";

impl Place {
    fn accepts(self, byte: u8) -> bool {
        match self {
            Place::Letter => byte.is_ascii_uppercase(),
            Place::Digit => digit(char::from(byte)).is_some(),
            Place::Month => MONTHS.contains(char::from(byte)),
        }
    }
}

/// The digit that a character of a numeric place stands for.
fn digit(character: char) -> Option<u32> {
    character
        .to_digit(10)
        .or_else(|| OMOCODE.find(character).and_then(|at| u32::try_from(at).ok()))
}

/// The check letter of the first 15 characters **as written**: an omocode has its own.
fn check_letter(code: &str) -> Option<char> {
    // What a digit, or the letter with the same rank, is worth in an odd place (the first is odd).
    const ODD: [u8; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    let mut sum = 0_u32;
    for (index, byte) in code.bytes().take(15).enumerate() {
        let rank = match byte {
            b'0'..=b'9' => byte.checked_sub(b'0')?,
            _ => byte.checked_sub(b'A')?,
        };
        let worth = if index % 2 == 0 {
            ODD.get(usize::from(rank)).copied()?
        } else {
            rank
        };
        sum = sum.checked_add(u32::from(worth))?;
    }
    char::from_u32(u32::from(b'A').checked_add(sum % 26)?)
}

/// What the code says about the birth.
struct Born {
    year: u32,
    month: u32,
    day: u32,
}

impl Born {
    fn read(code: &str) -> Option<Born> {
        let number = |from: usize| -> Option<u32> {
            let mut digits = code.chars().skip(from).map(digit);
            let (tens, units) = (digits.next()??, digits.next()??);
            tens.checked_mul(10)?.checked_add(units)
        };
        let letter = code.chars().nth(8)?;
        let month = MONTHS
            .find(letter)
            .and_then(|at| u32::try_from(at).ok()?.checked_add(1))?;
        let day = number(9)?;
        Some(Born {
            year: number(6)?,
            month,
            // Women's days are written 41 to 71; 81 is nobody's.
            day: if day > 40 { day.saturating_sub(40) } else { day },
        })
    }

    /// The dates in the centuries that it may mean.
    fn dates(self) -> impl Iterator<Item = NaiveDate> {
        [1800_u32, 1900, 2000]
            .into_iter()
            .filter_map(move |century| i32::try_from(century.checked_add(self.year)?).ok())
            .filter_map(move |year| NaiveDate::from_ymd_opt(year, self.month, self.day))
    }
}

/// Whether day and month exist in some year that ends in the two digits (only 29 February depends on it).
fn has_a_date(code: &str) -> bool {
    Born::read(code).is_some_and(|born| born.dates().next().is_some())
}

/// Three letters: consonants, then vowels, then X. Of a given name with four consonants or more, the second is left
/// out.
fn name_code(name: &str, given: bool) -> String {
    let letters: Vec<char> = name
        .nfkd()
        .flat_map(char::to_uppercase)
        .filter(char::is_ascii_uppercase)
        .collect();
    let (vowels, mut consonants): (Vec<char>, Vec<char>) =
        letters.into_iter().partition(|letter| "AEIOU".contains(*letter));
    if given && consonants.len() > 3 {
        consonants.remove(1);
    }
    consonants
        .into_iter()
        .chain(vowels)
        .chain(['X', 'X', 'X'])
        .take(3)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> FiscalNumber {
        FiscalNumber::parse(text).unwrap()
    }

    #[test]
    fn the_birth_date_is_told_when_only_one_century_is_possible() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = date("2026-11-22");
        assert_eq!(code("PRVMRA80A15H501A").date_of_birth(today), Some(date("1980-01-15")));
        // A woman, and an omocode.
        assert_eq!(code("CMPGLI92M71F205F").date_of_birth(today), Some(date("1992-08-31")));
        assert_eq!(code("PRVMRA80A15H50MS").date_of_birth(today), Some(date("1980-01-15")));
        // Born in 2012: in 1912 they would be 114.
        assert_eq!(code("PRVLCU12P15A944P").date_of_birth(today), Some(date("2012-09-15")));
        // In 2020 a child of eight, or somebody of 108.
        assert_eq!(code("PRVLCU12P15A944P").date_of_birth(date("2020-11-22")), None);
    }

    #[test]
    fn the_first_letters_are_those_of_the_names() {
        for (number, given, family) in [
            ("PRVMRA80A15H501A", "Mario", "Provaldi"),
            ("CMPGLI92M71F205F", "GIULIA", "CAMPIONELLI"),
            ("FOXGUO55T01L219C", "Ugo", "Fo"),
            ("DSMMRP68S49F839E", "Maria Pia", "D'Esempio"),
        ] {
            assert!(code(number).fits_names(given, family), "{number}");
            assert!(!code(number).fits_names(family, given), "{number}");
        }
        assert!(!code("PRVMRA80A15H501A").fits_names("Marta", "Bianchi"));
        assert_eq!(name_code("Gianfranco", true), "GFR");
        assert_eq!(name_code("Niccolò", true), "NCL");
    }
    use serde_json::Value;

    fn vectors(kind: &str) -> Vec<Value> {
        let all: Value = serde_json::from_str(include_str!("../../tests/vectors/fiscal_numbers.json")).unwrap();
        all[kind].as_array().unwrap().clone()
    }

    #[test]
    fn every_valid_vector_is_read_and_kept_as_written_omocodes_too() {
        let valid = vectors("valid");
        assert_eq!(valid.len(), 21);
        for vector in valid {
            let code = vector["cf"].as_str().unwrap();
            assert_eq!(FiscalNumber::parse(code).unwrap().as_str(), code, "{vector}");
        }
    }

    #[test]
    fn every_invalid_vector_is_refused_for_its_own_reason() {
        let invalid = vectors("invalid");
        assert_eq!(invalid.len(), 17);
        for vector in invalid {
            let code = vector["cf"].as_str().unwrap();
            let expected = match vector["expect"].as_str().unwrap() {
                "bad_length" => FiscalNumberError::Charset,
                "bad_check" => FiscalNumberError::CheckCharacter,
                "bad_date" => FiscalNumberError::Date,
                // Level 1 of ours covers charset and length, so what is no letter or digit stops there.
                _ if !code.chars().all(|c| c.is_ascii_alphanumeric()) => FiscalNumberError::Charset,
                _ => FiscalNumberError::Shape,
            };
            assert_eq!(FiscalNumber::parse(code), Err(expected), "{vector}");
        }
    }

    #[test]
    fn an_omocode_is_another_person_than_its_base_code() {
        let base = FiscalNumber::parse("PRVMRA80A15H501A").unwrap();
        let omocode = FiscalNumber::parse("PRVMRA80A15H50MS").unwrap();
        assert_ne!(base, omocode);
    }

    #[test]
    fn blanks_around_and_lower_case_are_forgiven() {
        let number = FiscalNumber::parse(" prvmra80a15h501a\n").unwrap();
        assert_eq!(number.as_str(), "PRVMRA80A15H501A");
    }

    #[test]
    fn a_temporary_number_of_eleven_digits_is_a_fiscal_number_of_a_person() {
        let number = FiscalNumber::parse("01234560587").unwrap();
        assert!(number.is_temporary());
        assert_eq!(
            FiscalNumber::parse("01234560588"),
            Err(FiscalNumberError::CheckCharacter)
        );
        assert_eq!(FiscalNumber::parse("0123456058X"), Err(FiscalNumberError::Shape));
    }

    #[test]
    fn eleven_zeros_are_nobody() {
        assert_eq!(
            FiscalNumber::parse("00000000000"),
            Err(FiscalNumberError::CheckCharacter)
        );
    }

    #[test]
    fn spid_writes_tinit_before_the_code_and_so_do_we() {
        let number = FiscalNumber::from_tinit("TINIT-PRVMRA80A15H501A").unwrap();
        assert_eq!(number.as_str(), "PRVMRA80A15H501A");
        assert_eq!(number.with_tinit(), "TINIT-PRVMRA80A15H501A");
    }

    #[test]
    fn another_countrys_number_is_foreign_not_wrong() {
        for text in ["TINDE-12345678901", "PASFR-AB123456", "IDCIT-CA00000AA", "PNODE-1"] {
            assert_eq!(
                FiscalNumber::from_tinit(text),
                Err(FiscalNumberError::Foreign),
                "{text}"
            );
        }
    }

    #[test]
    fn a_code_without_its_prefix_is_not_what_spid_sends() {
        assert_eq!(
            FiscalNumber::from_tinit("PRVMRA80A15H501A"),
            Err(FiscalNumberError::Charset)
        );
        assert_eq!(
            FiscalNumber::from_tinit("tinit-PRVMRA80A15H501A"),
            Err(FiscalNumberError::Charset)
        );
    }

    #[test]
    fn printing_a_struct_does_not_tell_the_number() {
        let number = FiscalNumber::parse("PRVMRA80A15H501A").unwrap();
        assert!(!format!("{number:?}").contains("PRV"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_never_panics(text in "\\PC{0,20}") {
            let _ = FiscalNumber::parse(&text);
            let _ = FiscalNumber::from_tinit(&format!("TINIT-{text}"));
        }

        #[test]
        fn whatever_has_the_right_shape_never_panics_and_is_kept_to_the_letter(
            code in "[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]"
        ) {
            if let Ok(number) = FiscalNumber::parse(&code) {
                prop_assert_eq!(number.as_str(), code);
            }
        }
    }
}
