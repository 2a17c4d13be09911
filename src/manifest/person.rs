//! People as administrators write them, before or after their first login.

use super::{Fault, Faults};
use chrono::{DateTime, NaiveDate, Utc};
use domain::italy::FiscalNumber;
use domain::person as known;
use domain::person::PersonId;
use serde::{Deserialize, Serialize};

/// `[[person]]`: somebody who may be given mandates. Who they are is still proved at login.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    /// Codice fiscale, 16 characters or 11 digits, no prefix. Required.
    pub fiscal_number: String,
    /// As on the identity document. Required.
    pub given_name: String,
    /// As on the identity document. Required.
    pub family_name: String,
    /// `YYYY-MM-DD`, in quotes.
    pub date_of_birth: Option<NaiveDate>,
}

impl std::fmt::Debug for Person {
    /// Personal data: none.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").finish_non_exhaustive()
    }
}

impl Person {
    /// The person under a fresh `id`, which the caller draws (for one who is known already, the store
    /// keeps the old one). Nothing was proved yet: `verified_at` is `now` for want of better.
    ///
    /// # Errors
    /// Every fault.
    pub fn to_person(&self, id: PersonId, now: DateTime<Utc>) -> Result<known::Person, Vec<Fault>> {
        let mut faults = Faults::default();
        let fiscal_number = read_fiscal_number("fiscal_number", &self.fiscal_number, &mut faults);
        faults.must_be_set("given_name", &self.given_name);
        faults.must_be_set("family_name", &self.family_name);
        if self.date_of_birth.is_some_and(|birth| birth > now.date_naive()) {
            faults.add("date_of_birth", "lies in the future");
        }
        faults.none_or(known::Person {
            id,
            fiscal_number,
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            date_of_birth: self.date_of_birth,
            created_at: now,
            verified_at: now,
            blocked: false,
        })
    }
}

/// Says what is wrong without repeating the number.
pub(super) fn read_fiscal_number(setting: &str, text: &str, faults: &mut Faults) -> Option<FiscalNumber> {
    if text.trim().is_empty() {
        faults.add(setting, "must be set");
        return None;
    }
    FiscalNumber::parse(text)
        .map_err(|reason| faults.add(setting, format!("is not a valid fiscal number: {reason}")))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn mario() -> Person {
        Person {
            fiscal_number: "PRVMRA80A15H501A".to_owned(),
            given_name: "Mario".to_owned(),
            family_name: "Provaldi".to_owned(),
            date_of_birth: NaiveDate::from_ymd_opt(1980, 1, 15),
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    fn faults(person: &Person) -> Vec<String> {
        let faults = person.to_person(PersonId(Uuid::nil()), now()).unwrap_err();
        faults.iter().map(Fault::to_string).collect()
    }

    #[test]
    fn a_person_written_well_is_taken() {
        let person = mario().to_person(PersonId(Uuid::from_u128(1)), now()).unwrap();
        assert_eq!(person.fiscal_number.unwrap().as_str(), "PRVMRA80A15H501A");
    }

    #[test]
    fn a_wrong_fiscal_number_is_refused_and_not_repeated() {
        let person = Person {
            fiscal_number: "PRVMRA80A15H501B".to_owned(),
            ..mario()
        };
        assert_eq!(
            faults(&person),
            ["fiscal_number: is not a valid fiscal number: wrong check character"]
        );
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        let person = Person {
            date_of_birth: NaiveDate::from_ymd_opt(2026, 11, 23),
            ..mario()
        };
        assert_eq!(faults(&person), ["date_of_birth: lies in the future"]);
    }
}
