use super::*;
use crate::mandate::{Evidence, Holding, MandateId, MandateKind, Roles};
use crate::organisation::{OrganisationId, OrganisationKind, UnitId};
use crate::person::PersonId;
use chrono::TimeDelta;
use std::collections::BTreeSet;
use uuid::Uuid;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-06-15T10:00:00Z")
}

const INSTANT: TimeDelta = TimeDelta::nanoseconds(1);

/// A delegate of one open unit of an active organisation, all through 2026.
fn delegate() -> Holding {
    let organisation = Organisation {
        id: OrganisationId(Uuid::from_u128(1)),
        alias: "acme-srl".to_owned(),
        name: "ACME SRL".to_owned(),
        kind: OrganisationKind::Company,
        identifiers: Vec::new(),
        state: OrganisationState::Active,
    };
    let unit = Unit {
        id: UnitId(Uuid::from_u128(2)),
        organisation: organisation.id,
        name: "Ufficio gare".to_owned(),
        valid_from: at("2026-02-01T00:00:00Z"),
        valid_until: None,
    };
    let mandate = Mandate {
        id: MandateId(Uuid::from_u128(3)),
        person: PersonId(Uuid::from_u128(4)),
        organisation: organisation.id,
        unit: Some(unit.id),
        kind: MandateKind::Delegate,
        roles: Roles::new(),
        evidence: Evidence::Official,
        state: MandateState::Approved,
        valid_from: at("2026-01-01T00:00:00Z"),
        valid_until: at("2027-01-01T00:00:00Z"),
    };
    Holding {
        mandate,
        organisation,
        unit: Some(unit),
    }
}

/// For the whole organisation.
fn whole() -> Holding {
    let mut holding = delegate();
    holding.mandate.unit = None;
    holding.unit = None;
    holding
}

#[test]
fn an_approved_mandate_for_an_open_unit_of_an_active_organisation_is_in_force() {
    assert_eq!(delegate().in_force(now()), Ok(()));
    assert_eq!(whole().in_force(now()), Ok(()));
}

#[test]
fn only_an_approved_mandate_is_in_force() {
    use MandateState as State;
    for (state, reason) in [
        (State::Draft, NotInForce::NotApproved),
        (State::Pending, NotInForce::NotApproved),
        (State::ToIntegrate, NotInForce::NotApproved),
        (State::RefusalNotified, NotInForce::NotApproved),
        (State::Rejected, NotInForce::NotApproved),
        (State::Revoked, NotInForce::NotApproved),
        (State::Withdrawn, NotInForce::NotApproved),
        (State::Suspended, NotInForce::Suspended),
        (State::Expired, NotInForce::Expired),
    ] {
        let mut holding = delegate();
        holding.mandate.state = state;
        assert_eq!(holding.in_force(now()), Err(reason), "{state:?}");
    }
}

#[test]
fn a_mandate_begins_at_its_first_instant_and_not_before() {
    let begin = whole().mandate.valid_from;
    assert_eq!(whole().in_force(begin - INSTANT), Err(NotInForce::NotYetValid));
    assert_eq!(whole().in_force(begin), Ok(()));
}

#[test]
fn a_mandate_ends_at_its_end_and_holds_until_then() {
    let end = whole().mandate.valid_until;
    assert_eq!(whole().in_force(end - INSTANT), Ok(()));
    assert_eq!(whole().in_force(end), Err(NotInForce::Expired));
}

#[test]
fn nobody_acts_for_an_organisation_that_is_suspended_or_ceased() {
    for state in [OrganisationState::Suspended, OrganisationState::Ceased] {
        let mut holding = delegate();
        holding.organisation.state = state;
        assert_eq!(holding.in_force(now()), Err(NotInForce::OrganisationNotActive));
    }
}

#[test]
fn a_mandate_says_nothing_about_another_organisation() {
    let mut holding = whole();
    holding.organisation.id = OrganisationId(Uuid::from_u128(9));
    assert_eq!(holding.in_force(now()), Err(NotInForce::OrganisationNotActive));
}

#[test]
fn a_unit_opens_at_its_first_instant_and_not_before() {
    let opening = at("2026-02-01T00:00:00Z");
    assert_eq!(delegate().in_force(opening - INSTANT), Err(NotInForce::UnitClosed));
    assert_eq!(delegate().in_force(opening), Ok(()));
}

#[test]
fn a_unit_closes_at_its_end_and_is_open_until_then() {
    let mut holding = delegate();
    let closing = at("2026-09-01T00:00:00Z");
    holding.unit.as_mut().unwrap().valid_until = Some(closing);
    assert_eq!(holding.in_force(closing - INSTANT), Ok(()));
    assert_eq!(holding.in_force(closing), Err(NotInForce::UnitClosed));
}

#[test]
fn a_unit_that_is_missing_another_or_of_another_organisation_is_closed() {
    let mut missing = delegate();
    missing.unit = None;
    let mut another = delegate();
    another.unit.as_mut().unwrap().id = UnitId(Uuid::from_u128(9));
    let mut elsewhere = delegate();
    elsewhere.unit.as_mut().unwrap().organisation = OrganisationId(Uuid::from_u128(9));
    for holding in [missing, another, elsewhere] {
        assert_eq!(holding.in_force(now()), Err(NotInForce::UnitClosed));
    }
}

#[test]
fn a_mandate_for_the_whole_organisation_does_not_depend_on_a_unit() {
    let mut holding = whole();
    holding.unit = delegate().unit;
    assert_eq!(holding.in_force(at("2026-01-15T00:00:00Z")), Ok(()));
}

fn names(roles: &[&str]) -> BTreeSet<String> {
    roles.iter().map(|role| (*role).to_owned()).collect()
}

#[test]
fn a_portal_gets_the_roles_it_registered_and_no_others() {
    let mut holding = delegate();
    let roles = names(&["invoice-submitter", "treasurer"]);
    holding.mandate.roles = [("suap".to_owned(), roles)].into();
    let registered = names(&["invoice-submitter", "invoice-viewer"]);
    assert_eq!(holding.roles_at("suap", &registered), names(&["invoice-submitter"]));
}

#[test]
fn roles_at_one_portal_are_none_at_another() {
    let mut holding = delegate();
    holding.mandate.roles = [("suap".to_owned(), names(&["invoice-submitter"]))].into();
    let registered = names(&["invoice-submitter"]);
    assert_eq!(holding.roles_at("tributi", &registered), BTreeSet::new());
}

#[test]
fn acting_ends_with_the_mandate_or_with_the_unit_whichever_is_first() {
    let mut holding = delegate();
    assert_eq!(holding.valid_until(), holding.mandate.valid_until);
    let closing = at("2026-09-01T00:00:00Z");
    holding.unit.as_mut().unwrap().valid_until = Some(closing);
    assert_eq!(holding.valid_until(), closing);
    holding.unit.as_mut().unwrap().valid_until = Some(at("2030-01-01T00:00:00Z"));
    assert_eq!(holding.valid_until(), holding.mandate.valid_until);
}
