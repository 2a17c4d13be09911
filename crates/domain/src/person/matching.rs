//! Is this the person we know? The fiscal number said so; the names and the birth date must not
//! contradict it. This never finds anybody: it only stops a login that would join two people.

use super::{Identity, Person};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What contradicts the person on file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Differing {
    /// The family name.
    FamilyName,
    /// The given names.
    GivenName,
    /// The birth date.
    DateOfBirth,
}

impl Differing {
    /// Its name, for the audit event.
    pub fn name(self) -> &'static str {
        match self {
            Differing::FamilyName => "family_name",
            Differing::GivenName => "given_name",
            Differing::DateOfBirth => "date_of_birth",
        }
    }
}

/// The outcome of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Consistency {
    /// Nothing contradicts.
    Match,
    /// Somebody has to look: the login stops, with event `identity_conflict`.
    Conflict(Differing),
}

/// Whether what was proved about somebody is consistent with the person who has the same fiscal number.
///
/// Identity providers and offices write names differently, so diacritics, apostrophes, hyphens, blanks
/// and case are forgiven, and given names that one side leaves out at the end. What one side does not
/// know contradicts nothing.
pub fn consistency(person: &Person, identity: &Identity) -> Consistency {
    if let (Some(known), Some(proved)) = (person.date_of_birth, identity.date_of_birth)
        && known != proved
    {
        return Consistency::Conflict(Differing::DateOfBirth);
    }
    if !same_family_name(&person.family_name, &identity.family_name) {
        return Consistency::Conflict(Differing::FamilyName);
    }
    if !same_given_name(&person.given_name, &identity.given_name) {
        return Consistency::Conflict(Differing::GivenName);
    }
    Consistency::Match
}

fn same_family_name(one: &str, other: &str) -> bool {
    unknown(one) || unknown(other) || FOLDINGS.iter().any(|fold| fold(one).concat() == fold(other).concat())
}

fn same_given_name(one: &str, other: &str) -> bool {
    unknown(one)
        || unknown(other)
        || FOLDINGS.iter().any(|fold| {
            let (one, other) = (fold(one), fold(other));
            one == other || begins_with(&one, &other) || begins_with(&other, &one)
        })
}

/// Whether the first words of `long` make up all of `short`, however each is divided: Gian Franco Maria
/// begins with Gianfranco, Annamaria does not begin with Anna.
fn begins_with(long: &[String], short: &[String]) -> bool {
    let short = short.concat();
    (1..=long.len()).any(|words| long.get(..words).is_some_and(|first| first.concat() == short))
}

fn unknown(name: &str) -> bool {
    !name.chars().any(char::is_alphanumeric)
}

/// The two ways of writing a letter with a diacritic in A to Z; two names agree when they do in either.
const FOLDINGS: [fn(&str) -> Vec<String>; 2] = [fold_to_bare_letters, fold_as_agenzia_entrate];

/// Words in capitals, without what stands above or below letters.
fn fold_to_bare_letters(name: &str) -> Vec<String> {
    let spelled_out: String = name.chars().map(replace_ligature).collect();
    words(&spelled_out)
}

/// As [`fold_to_bare_letters`], with ä, ö, ü as ae, oe, ue (circolare Agenzia delle Entrate 34/E, 2011).
fn fold_as_agenzia_entrate(name: &str) -> Vec<String> {
    // Composed first: an ä may come as a and two dots.
    let spelled_out: String = name
        .nfc()
        .map(|letter| match letter {
            'ä' | 'Ä' => "AE".to_owned(),
            'ö' | 'Ö' => "OE".to_owned(),
            'ü' | 'Ü' => "UE".to_owned(),
            other => replace_ligature(other),
        })
        .collect();
    words(&spelled_out)
}

/// Letters that are one in Unicode too, and so do not fall apart.
fn replace_ligature(letter: char) -> String {
    match letter {
        'æ' | 'Æ' => "AE".to_owned(),
        'œ' | 'Œ' => "OE".to_owned(),
        'ø' | 'Ø' => "O".to_owned(),
        'ł' | 'Ł' => "L".to_owned(),
        'đ' | 'Đ' | 'ð' | 'Ð' => "D".to_owned(),
        'ı' => "I".to_owned(),
        other => other.to_string(),
    }
}

fn words(name: &str) -> Vec<String> {
    name.split(|letter: char| letter.is_whitespace() || letter == '-')
        .map(|word| {
            word.nfkd()
                .filter(|letter| !is_combining_mark(*letter) && letter.is_alphanumeric())
                // ß becomes SS here.
                .flat_map(char::to_uppercase)
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::italy::FiscalNumber;
    use crate::person::{Level, Method, PersonId};
    use chrono::{DateTime, NaiveDate};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn born(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    fn person(given_name: &str, family_name: &str) -> Person {
        Person {
            id: PersonId(Uuid::nil()),
            fiscal_number: FiscalNumber::parse("PRVMRA80A15H501A").ok(),
            given_name: given_name.to_owned(),
            family_name: family_name.to_owned(),
            date_of_birth: born("1980-01-15"),
            created_at: DateTime::UNIX_EPOCH,
            verified_at: DateTime::UNIX_EPOCH,
            blocked: false,
        }
    }

    fn identity(given_name: &str, family_name: &str) -> Identity {
        Identity {
            method: Method::Spid,
            issuer: "https://idp.example.it".to_owned(),
            subject: None,
            fiscal_number: FiscalNumber::parse("PRVMRA80A15H501A").ok(),
            given_name: given_name.to_owned(),
            family_name: family_name.to_owned(),
            date_of_birth: born("1980-01-15"),
            attributes: BTreeMap::new(),
            level: Level::L2,
            authenticated_at: DateTime::UNIX_EPOCH,
        }
    }

    fn given(one: &str, other: &str) -> Consistency {
        consistency(&person(one, "Provaldi"), &identity(other, "Provaldi"))
    }

    fn family(one: &str, other: &str) -> Consistency {
        consistency(&person("Mario", one), &identity("Mario", other))
    }

    const OTHER_GIVEN_NAME: Consistency = Consistency::Conflict(Differing::GivenName);
    const OTHER_FAMILY_NAME: Consistency = Consistency::Conflict(Differing::FamilyName);

    #[test]
    fn the_same_names_and_birth_date_match() {
        let consistency = consistency(&person("Mario", "Provaldi"), &identity("Mario", "Provaldi"));
        assert_eq!(consistency, Consistency::Match);
    }

    #[test]
    fn case_blanks_apostrophes_and_hyphens_are_forgiven() {
        for other in ["D'ESEMPIO", "D’Esempio", "d esempio", "DEsempio", " D'  Esempio "] {
            assert_eq!(family("D'Esempio", other), Consistency::Match, "{other}");
        }
        assert_eq!(family("Rossi-Bianchi", "ROSSI BIANCHI"), Consistency::Match);
    }

    #[test]
    fn an_accent_may_be_missing_or_written_as_an_apostrophe() {
        assert_eq!(family("Niccolò", "NICCOLO'"), Consistency::Match);
        assert_eq!(family("Nguyên", "Nguyen"), Consistency::Match);
        assert_eq!(family("Kovač", "KOVAC"), Consistency::Match);
    }

    #[test]
    fn an_accent_may_be_a_character_of_its_own() {
        assert_eq!(family("Nicco\u{300}lo", "Niccòlo"), Consistency::Match);
        assert_eq!(family("U\u{308}nal", "UENAL"), Consistency::Match);
    }

    #[test]
    fn german_letters_are_written_bare_or_with_an_e() {
        for other in ["Jorg", "JOERG", "Jörg"] {
            assert_eq!(given("Jörg", other), Consistency::Match, "{other}");
        }
        assert_eq!(family("Strauß", "STRAUSS"), Consistency::Match);
    }

    #[test]
    fn a_second_given_name_may_be_missing_on_either_side() {
        assert_eq!(given("Maria Pia", "Maria"), Consistency::Match);
        assert_eq!(given("Maria", "MARIA PIA"), Consistency::Match);
        assert_eq!(given("Gianfranco", "Gian Franco Maria"), Consistency::Match);
    }

    #[test]
    fn another_given_name_is_a_conflict_even_if_the_fiscal_number_cannot_tell() {
        assert_eq!(given("Mario", "Maria"), OTHER_GIVEN_NAME);
        assert_eq!(given("Maria Pia", "Pia"), OTHER_GIVEN_NAME);
        assert_eq!(given("Anna", "Annamaria"), OTHER_GIVEN_NAME);
    }

    #[test]
    fn another_family_name_is_a_conflict_and_so_is_a_part_of_it() {
        assert_eq!(family("Provaldi", "Paldi"), OTHER_FAMILY_NAME);
        assert_eq!(family("Rossi Bianchi", "Rossi"), OTHER_FAMILY_NAME);
    }

    #[test]
    fn another_birth_date_is_a_conflict() {
        let mut identity = identity("Mario", "Provaldi");
        identity.date_of_birth = born("1980-01-16");
        let person = person("Mario", "Provaldi");
        assert_eq!(
            consistency(&person, &identity),
            Consistency::Conflict(Differing::DateOfBirth)
        );
    }

    #[test]
    fn a_birth_date_that_one_side_does_not_know_contradicts_nothing() {
        let mut identity = identity("Mario", "Provaldi");
        identity.date_of_birth = None;
        assert_eq!(consistency(&person("Mario", "Provaldi"), &identity), Consistency::Match);
    }

    #[test]
    fn somebody_with_one_name_only_is_not_in_conflict() {
        assert_eq!(given("-", "Mario"), Consistency::Match);
    }

    proptest! {
        #[test]
        fn whatever_the_names_each_matches_itself(given_name in "\\PC{0,12}", family_name in "\\PC{0,12}") {
            let outcome = consistency(&person(&given_name, &family_name), &identity(&given_name, &family_name));
            prop_assert_eq!(outcome, Consistency::Match);
        }
    }
}
