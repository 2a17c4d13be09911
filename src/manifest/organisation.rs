//! Organisations and their units as administrators write them.

use super::derived_id::derived_id;
use super::{Fault, Faults};
use chrono::{DateTime, Utc};
use domain::italy::{FiscalNumber, VatNumber};
use domain::organisation as known;
use known::{Identifier, OrganisationId, OrganisationKind, OrganisationState, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// `[[organisation]]`: a legal person or public body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// Its immutable id, when it already has one elsewhere. Default: derived from the alias.
    pub id: Option<Uuid>,
    /// Short name: lower case letters, digits, hyphens; never reused. Required.
    pub alias: String,
    /// Legal name. Required.
    pub name: String,
    /// `company` (default), `public-body` or `other`.
    pub kind: OrganisationKind,
    /// Its codes by ISO 6523 scheme (0201 IPA, 0210 fiscal code, 0211 VAT number).
    pub identifiers: Vec<Identifier>,
    /// `active` (default), `suspended` or `ceased`.
    pub state: OrganisationState,
    /// `[[organisation.unit]]`: its operating units.
    pub unit: Vec<Unit>,
}

/// `[[organisation.unit]]`: an operating unit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Unit {
    /// Its immutable id, when it already has one elsewhere. Default: derived from alias and name.
    pub id: Option<Uuid>,
    /// Its name, of which an organisation has one each. Required.
    pub name: String,
    /// Open from. Default: always.
    pub valid_from: Option<DateTime<Utc>>,
    /// First instant at which it is closed. Default: not known.
    pub valid_until: Option<DateTime<Utc>>,
}

impl Default for Organisation {
    fn default() -> Organisation {
        Organisation {
            id: None,
            alias: String::new(),
            name: String::new(),
            kind: OrganisationKind::Company,
            identifiers: Vec::new(),
            state: OrganisationState::Active,
            unit: Vec::new(),
        }
    }
}

impl Organisation {
    /// The organisation's id.
    pub fn id(&self) -> OrganisationId {
        OrganisationId(self.id.unwrap_or_else(|| derived_id(&["organisation", &self.alias])))
    }

    /// The organisation and its units, as the rules know them.
    ///
    /// # Errors
    /// Every fault.
    pub fn to_organisation(&self) -> Result<(known::Organisation, Vec<known::Unit>), Vec<Fault>> {
        let mut faults = Faults::default();
        check_alias(&self.alias, &mut faults);
        faults.must_be_set("name", &self.name);
        for (index, identifier) in self.identifiers.iter().enumerate() {
            if let Err(reason) = check_identifier(identifier) {
                faults.add(format!("identifiers[{index}].value"), reason);
            }
        }
        let mut names = BTreeSet::new();
        for (index, unit) in self.unit.iter().enumerate() {
            unit.check(index, &mut faults);
            if !names.insert(&unit.name) {
                faults.add(format!("unit[{index}].name"), "another unit has this name");
            }
        }
        let organisation = known::Organisation {
            id: self.id(),
            alias: self.alias.clone(),
            name: self.name.clone(),
            kind: self.kind,
            identifiers: self.identifiers.clone(),
            state: self.state,
        };
        let units = self.unit.iter().map(|unit| unit.to_unit(self.id())).collect();
        faults.none_or((organisation, units))
    }
}

impl Unit {
    fn check(&self, index: usize, faults: &mut Faults) {
        faults.must_be_set(&format!("unit[{index}].name"), &self.name);
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until <= from
        {
            faults.add(format!("unit[{index}].valid_until"), "must be later than `valid_from`");
        }
    }

    fn to_unit(&self, organisation: OrganisationId) -> known::Unit {
        let derived = || derived_id(&["unit", &organisation.0.to_string(), &self.name]);
        known::Unit {
            id: UnitId(self.id.unwrap_or_else(derived)),
            organisation,
            name: self.name.clone(),
            valid_from: self.valid_from.unwrap_or(DateTime::UNIX_EPOCH),
            valid_until: self.valid_until,
        }
    }
}

/// An alias that looked like an id could not be told from one in `organization:<id or alias>`.
fn check_alias(alias: &str, faults: &mut Faults) {
    if alias.is_empty() {
        faults.add("alias", "must be set");
    } else if alias.len() > 64
        || !alias
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    {
        faults.add("alias", "must be at most 64 lower case letters, digits and hyphens");
    } else if Uuid::try_parse(alias).is_ok() {
        faults.add("alias", "must not be shaped like a UUID");
    }
}

fn check_identifier(identifier: &Identifier) -> Result<(), &'static str> {
    let value = identifier.value.as_str();
    match identifier.scheme.as_str() {
        // A sole trader has the owner's code of 16 characters, everybody else 11 digits.
        "0210" => FiscalNumber::parse(value)
            .map(drop)
            .map_err(|_| "is not a valid fiscal code"),
        "0211" => VatNumber::parse(value)
            .map(drop)
            .map_err(|_| "is not a valid VAT number"),
        _ if value.trim().is_empty() => Err("must be set"),
        scheme if scheme.len() == 4 && scheme.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        _ => Err("its `scheme` must be four digits (ISO 6523), like \"0210\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme() -> Organisation {
        Organisation {
            alias: "acme-srl".to_owned(),
            name: "ACME SRL".to_owned(),
            identifiers: vec![Identifier {
                scheme: "0211".to_owned(),
                value: "01234560587".to_owned(),
            }],
            unit: vec![Unit {
                name: "Ufficio gare".to_owned(),
                ..Unit::default()
            }],
            ..Organisation::default()
        }
    }

    fn faults(organisation: &Organisation) -> Vec<String> {
        organisation
            .to_organisation()
            .unwrap_err()
            .iter()
            .map(Fault::to_string)
            .collect()
    }

    #[test]
    fn writing_the_same_organisation_again_names_the_same_organisation_and_units() {
        assert_eq!(acme().to_organisation().unwrap(), acme().to_organisation().unwrap());
    }

    #[test]
    fn an_id_that_it_already_has_elsewhere_is_kept() {
        let id = Uuid::from_u128(7);
        let (organisation, units) = Organisation { id: Some(id), ..acme() }.to_organisation().unwrap();
        assert_eq!(organisation.id.0, id);
        assert_eq!(units[0].organisation.0, id);
    }

    #[test]
    fn an_alias_is_never_shaped_like_an_id() {
        let organisation = Organisation {
            alias: "0198f3c2-0000-7000-8000-000000000000".to_owned(),
            ..acme()
        };
        assert_eq!(faults(&organisation), ["alias: must not be shaped like a UUID"]);
    }

    #[test]
    fn an_alias_with_capitals_or_blanks_is_refused() {
        let organisation = Organisation {
            alias: "ACME srl".to_owned(),
            ..acme()
        };
        assert_eq!(
            faults(&organisation),
            ["alias: must be at most 64 lower case letters, digits and hyphens"]
        );
    }

    #[test]
    fn a_vat_number_with_a_wrong_digit_is_refused() {
        let mut organisation = acme();
        organisation.identifiers[0].value = "01234560588".to_owned();
        assert_eq!(
            faults(&organisation),
            ["identifiers[0].value: is not a valid VAT number"]
        );
    }

    #[test]
    fn a_unit_closes_after_it_opens_and_has_a_name_of_its_own() {
        let mut organisation = acme();
        organisation.unit.push(Unit {
            name: "Ufficio gare".to_owned(),
            valid_from: Some(DateTime::UNIX_EPOCH),
            valid_until: Some(DateTime::UNIX_EPOCH),
            ..Unit::default()
        });
        assert_eq!(
            faults(&organisation),
            [
                "unit[1].valid_until: must be later than `valid_from`",
                "unit[1].name: another unit has this name"
            ]
        );
    }
}
