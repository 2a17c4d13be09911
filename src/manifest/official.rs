//! Officials as administrators write them.

use super::person::read_fiscal_number;
use super::{Fault, Faults};
use chrono::{DateTime, Utc};
use domain::italy::FiscalNumber;
use domain::person::{Duty, HeldDuty, PersonId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// `[[official]]`: somebody with a duty in the back office. Who they are is still proved at login.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Official {
    /// Fiscal number of the person. Required.
    pub person: String,
    /// What they may do: `auditor`, `verifier`, `recogniser`, `registrar`, `support`, `platform-administrator`. An
    /// empty list takes every duty away.
    pub duties: Vec<Duty>,
    /// First instant of it (RFC 3339, in quotes). Default: always.
    pub valid_from: Option<DateTime<Utc>>,
    /// First instant without it (RFC 3339, in quotes). Default: no end.
    pub valid_until: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Official {
    /// Without the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Official")
            .field("duties", &self.duties)
            .finish_non_exhaustive()
    }
}

impl Official {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<Fault> {
        self.read().err().unwrap_or_default()
    }

    /// The fiscal number of the person, to find the person by.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(&self) -> Result<FiscalNumber, Vec<Fault>> {
        let mut faults = Faults::default();
        let number = read_fiscal_number("person", &self.person, &mut faults);
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until <= from
        {
            faults.add("valid_until", "must be after `valid_from`");
        }
        match number {
            Some(number) => faults.none_or(number),
            None => Err(faults.0),
        }
    }

    /// The duties of `person` (found by [`Official::read`]), each once.
    pub fn duties_of(&self, person: PersonId) -> Vec<HeldDuty> {
        let duties: BTreeSet<Duty> = self.duties.iter().copied().collect();
        let held = |duty| HeldDuty {
            person,
            duty,
            valid_from: self.valid_from.unwrap_or(DateTime::UNIX_EPOCH),
            valid_until: self.valid_until,
        };
        duties.into_iter().map(held).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn read(text: &str) -> Official {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn an_official_written_well_has_each_duty_once_and_for_ever() {
        let official = read("person = \"DSMMRP68S49F839E\"\nduties = [\"auditor\", \"support\", \"auditor\"]");
        assert_eq!(official.read().unwrap().as_str(), "DSMMRP68S49F839E");
        let duties = official.duties_of(PersonId(Uuid::nil()));
        assert_eq!(
            duties.iter().map(|held| held.duty).collect::<Vec<_>>(),
            [Duty::Support, Duty::Auditor]
        );
        assert!(
            duties
                .iter()
                .all(|held| held.in_force("2036-01-01T00:00:00Z".parse().unwrap()))
        );
    }

    #[test]
    fn what_is_wrong_is_told_without_the_number() {
        let official = read("person = \"DSMMRP68S49F839X\"\nduties = [\"auditor\"]");
        assert_eq!(
            official.faults().iter().map(Fault::to_string).collect::<Vec<_>>(),
            ["person: is not a valid fiscal number: wrong check character"]
        );
        let official = read(
            "person = \"DSMMRP68S49F839E\"\nvalid_from = \"2027-01-01T00:00:00Z\"\nvalid_until = \"2026-01-01T00:00:00Z\"",
        );
        assert_eq!(
            official.faults().iter().map(Fault::to_string).collect::<Vec<_>>(),
            ["valid_until: must be after `valid_from`"]
        );
        assert!(toml::from_str::<Official>("person = \"x\"\nduties = [\"king\"]").is_err());
    }
}
