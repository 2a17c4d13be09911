//! Mandates as administrators write them.

use super::derived_id::derived_id;
use super::person::read_fiscal_number;
use super::{Fault, Faults};
use chrono::{DateTime, Utc};
use domain::italy::FiscalNumber;
use domain::mandate as known;
use domain::organisation::{Organisation, OrganisationId, Unit, UnitId};
use domain::person::PersonId;
use known::{Evidence, MandateId, MandateKind, MandateState, Roles};
use serde::{Deserialize, Serialize};

/// `[[mandate]]`: a person may act for an organisation.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mandate {
    /// Fiscal number of the person who acts. Required.
    pub person: String,
    /// Alias of the organisation. Required.
    pub organisation: String,
    /// Name of one of its units. Default: the whole organisation.
    pub unit: Option<String>,
    /// `legal-representative`, `administrator`, `delegate` (default) or `operator`.
    pub kind: MandateKind,
    /// Roles at each relying party: `roles.suap = ["invoice-submitter"]`.
    pub roles: Roles,
    /// How it was established. Default: `import`.
    pub evidence: Evidence,
    /// Where it stands. Default: `approved`.
    pub state: MandateState,
    /// First instant in force (RFC 3339, in quotes). Required.
    pub valid_from: Option<DateTime<Utc>>,
    /// First instant no longer in force (RFC 3339, in quotes). Required.
    pub valid_until: Option<DateTime<Utc>>,
}

impl Default for Mandate {
    fn default() -> Mandate {
        Mandate {
            person: String::new(),
            organisation: String::new(),
            unit: None,
            kind: MandateKind::Delegate,
            roles: Roles::new(),
            evidence: Evidence::Import,
            state: MandateState::Approved,
            valid_from: None,
            valid_until: None,
        }
    }
}

impl std::fmt::Debug for Mandate {
    /// Without the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mandate")
            .field("organisation", &self.organisation)
            .finish_non_exhaustive()
    }
}

impl Mandate {
    /// The fiscal number of the person who acts, to find the person by.
    ///
    /// # Errors
    /// The fault, when it is none.
    pub fn fiscal_number(&self) -> Result<FiscalNumber, Vec<Fault>> {
        let mut faults = Faults::default();
        match read_fiscal_number("person", &self.person, &mut faults) {
            Some(number) => faults.none_or(number),
            None => Err(faults.0),
        }
    }

    /// The mandate of `person` (found by [`Mandate::fiscal_number`]) for `organisation` (found by its
    /// alias), whose units are `units`. Its id follows from person, organisation, unit, kind and
    /// beginning: writing it again with another end, state or other roles changes the same mandate.
    ///
    /// # Errors
    /// Every fault.
    pub fn to_mandate(
        &self,
        person: PersonId,
        organisation: &Organisation,
        units: &[Unit],
    ) -> Result<known::Mandate, Vec<Fault>> {
        let mut faults = Faults::default();
        if self.organisation != organisation.alias {
            faults.add("organisation", "is not known");
        }
        let unit = self.unit.as_deref().and_then(|name| {
            let unit = units
                .iter()
                .find(|unit| unit.organisation == organisation.id && unit.name == name);
            if unit.is_none() {
                faults.add("unit", "is not a unit of the organisation");
            }
            unit.map(|unit| unit.id)
        });
        if self.valid_from.is_none() {
            faults.add("valid_from", "must be set");
        }
        if self.valid_until.is_none() {
            faults.add("valid_until", "must be set");
        }
        let valid_from = self.valid_from.unwrap_or_default();
        let valid_until = self.valid_until.unwrap_or_default();
        if self.valid_from.is_some() && self.valid_until.is_some() && valid_until <= valid_from {
            faults.add("valid_until", "must be later than `valid_from`");
        }
        faults.none_or(known::Mandate {
            id: mandate_id(person, organisation.id, unit, self.kind, valid_from),
            person,
            organisation: organisation.id,
            unit,
            kind: self.kind,
            roles: self.roles.clone(),
            evidence: self.evidence,
            state: self.state,
            valid_from,
            valid_until,
        })
    }
}

fn mandate_id(
    person: PersonId,
    organisation: OrganisationId,
    unit: Option<UnitId>,
    kind: MandateKind,
    from: DateTime<Utc>,
) -> MandateId {
    let kind = match kind {
        MandateKind::LegalRepresentative => "legal-representative",
        MandateKind::Administrator => "administrator",
        MandateKind::Delegate => "delegate",
        MandateKind::Operator => "operator",
    };
    MandateId(derived_id(&[
        "mandate",
        &person.0.to_string(),
        &organisation.0.to_string(),
        &unit.map(|unit| unit.0.to_string()).unwrap_or_default(),
        kind,
        &from.timestamp().to_string(),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::organisation::{OrganisationKind, OrganisationState};
    use uuid::Uuid;

    fn acme() -> Organisation {
        Organisation {
            id: OrganisationId(Uuid::from_u128(1)),
            alias: "acme-srl".to_owned(),
            name: "ACME SRL".to_owned(),
            kind: OrganisationKind::Company,
            identifiers: Vec::new(),
            state: OrganisationState::Active,
        }
    }

    fn gare() -> Unit {
        Unit {
            id: UnitId(Uuid::from_u128(2)),
            organisation: acme().id,
            name: "Ufficio gare".to_owned(),
            valid_from: DateTime::UNIX_EPOCH,
            valid_until: None,
        }
    }

    fn written() -> Mandate {
        Mandate {
            person: "PRVMRA80A15H501A".to_owned(),
            organisation: "acme-srl".to_owned(),
            unit: Some("Ufficio gare".to_owned()),
            valid_from: "2026-01-01T00:00:00Z".parse().ok(),
            valid_until: "2027-01-01T00:00:00Z".parse().ok(),
            ..Mandate::default()
        }
    }

    fn read(mandate: &Mandate) -> Result<known::Mandate, Vec<String>> {
        mandate
            .to_mandate(PersonId(Uuid::from_u128(3)), &acme(), &[gare()])
            .map_err(|faults| faults.iter().map(Fault::to_string).collect())
    }

    #[test]
    fn a_mandate_written_again_with_another_end_is_the_same_mandate() {
        let longer = Mandate {
            valid_until: "2028-01-01T00:00:00Z".parse().ok(),
            ..written()
        };
        assert_eq!(read(&written()).unwrap().id, read(&longer).unwrap().id);
    }

    #[test]
    fn a_mandate_for_the_whole_organisation_is_another_than_one_for_a_unit() {
        let whole = Mandate {
            unit: None,
            ..written()
        };
        assert_ne!(read(&written()).unwrap().id, read(&whole).unwrap().id);
    }

    #[test]
    fn a_unit_that_the_organisation_does_not_have_is_refused() {
        let mandate = Mandate {
            unit: Some("Ufficio tributi".to_owned()),
            ..written()
        };
        assert_eq!(read(&mandate).unwrap_err(), ["unit: is not a unit of the organisation"]);
    }

    #[test]
    fn another_organisation_is_not_known() {
        let mandate = Mandate {
            organisation: "il-ponte".to_owned(),
            ..written()
        };
        assert_eq!(read(&mandate).unwrap_err(), ["organisation: is not known"]);
    }

    #[test]
    fn a_mandate_has_a_beginning_and_a_later_end() {
        let endless = Mandate {
            valid_until: None,
            ..written()
        };
        let backwards = Mandate {
            valid_until: written().valid_from,
            ..written()
        };
        assert_eq!(read(&endless).unwrap_err(), ["valid_until: must be set"]);
        assert_eq!(
            read(&backwards).unwrap_err(),
            ["valid_until: must be later than `valid_from`"]
        );
    }

    #[test]
    fn the_person_is_found_by_a_valid_fiscal_number() {
        let mandate = Mandate {
            person: "PRVMRA80A15H501B".to_owned(),
            ..written()
        };
        assert!(written().fiscal_number().is_ok());
        assert_eq!(mandate.fiscal_number().unwrap_err()[0].setting, "person");
    }
}
