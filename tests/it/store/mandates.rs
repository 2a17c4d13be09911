//! Mandates with the organisation and unit they name.

use super::fixtures::{acme, giulia, id, mandate, mario, now, office_of_acme, with_mario};
use chrono::TimeDelta;
use domain::mandate::{Holding, Mandate, MandateId, MandateState};
use domain::organisation::{Organisation, OrganisationId, OrganisationState, Unit};
use varco::store::StoreError;

#[tokio::test]
async fn a_mandate_comes_with_its_organisation() {
    let (_stores, store) = with_mario().await;
    let holding = Holding {
        mandate: mandate(),
        organisation: acme(),
        unit: None,
    };
    assert_eq!(store.holdings_of(mario().id).await.unwrap(), vec![holding.clone()]);
    assert_eq!(store.holding(mandate().id).await.unwrap(), Some(holding));
    assert_eq!(store.holdings_of(giulia().id).await.unwrap(), []);
    assert_eq!(store.holding(MandateId(id(99))).await.unwrap(), None);
}

#[tokio::test]
async fn a_mandate_for_one_unit_comes_with_the_unit() {
    let (_stores, store) = with_mario().await;
    let closed = Unit {
        valid_until: Some(now()),
        ..office_of_acme()
    };
    let of_unit = Mandate {
        unit: Some(closed.id),
        ..mandate()
    };
    let mut tx = store.begin().await.unwrap();
    tx.upsert_unit(&closed).await.unwrap();
    tx.upsert_mandate(&of_unit).await.unwrap();
    tx.commit().await.unwrap();
    let holding = store.holding(mandate().id).await.unwrap().unwrap();
    assert_eq!(holding.mandate, of_unit);
    assert_eq!(holding.unit, Some(closed));
}

#[tokio::test]
async fn organisations_are_listed_by_name_in_every_engine_alike() {
    let (_stores, store) = with_mario().await;
    let mut tx = store.begin().await.unwrap();
    for (number, alias, name) in [(21, "z", "àlba"), (22, "y", "Zeta"), (23, "x", "beta")] {
        let organisation = Organisation {
            id: OrganisationId(id(number)),
            alias: alias.into(),
            name: name.into(),
            ..acme()
        };
        tx.upsert_organisation(&organisation).await.unwrap();
        tx.upsert_mandate(&Mandate {
            id: MandateId(id(number + 100)),
            organisation: organisation.id,
            ..mandate()
        })
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let names: Vec<String> = store
        .holdings_of(mario().id)
        .await
        .unwrap()
        .into_iter()
        .map(|holding| holding.organisation.name)
        .collect();
    assert_eq!(names, ["ACME SRL", "Zeta", "beta", "àlba"]);
}

#[tokio::test]
async fn a_suspended_mandate_and_a_ceased_organisation_are_read_back_as_such() {
    let (_stores, store) = with_mario().await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_mandate(&Mandate {
        state: MandateState::Suspended,
        valid_until: now() + TimeDelta::days(2),
        ..mandate()
    })
    .await
    .unwrap();
    tx.upsert_organisation(&Organisation {
        state: OrganisationState::Ceased,
        identifiers: vec![],
        ..acme()
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let holding = store.holding(mandate().id).await.unwrap().unwrap();
    assert_eq!(holding.mandate.state, MandateState::Suspended);
    assert_eq!(holding.mandate.valid_until, now() + TimeDelta::days(2));
    assert_eq!(holding.organisation.state, OrganisationState::Ceased);
}

#[tokio::test]
async fn a_mandate_never_changes_hands() {
    let (_stores, store) = with_mario().await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_person(&giulia()).await.unwrap();
    let taken = Mandate {
        person: giulia().id,
        ..mandate()
    };
    let error = tx.upsert_mandate(&taken).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { table: "mandate", .. }));
}

#[tokio::test]
async fn an_alias_belongs_to_one_organisation() {
    let (_stores, store) = with_mario().await;
    let mut tx = store.begin().await.unwrap();
    let error = tx
        .upsert_organisation(&Organisation {
            id: OrganisationId(id(21)),
            ..acme()
        })
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        StoreError::Conflict {
            table: "organisation",
            ..
        }
    ));
}

#[tokio::test]
async fn a_unit_never_moves_to_another_organisation() {
    let (_stores, store) = with_mario().await;
    let other = Organisation {
        id: OrganisationId(id(21)),
        alias: "ponte".into(),
        ..acme()
    };
    let mut tx = store.begin().await.unwrap();
    tx.upsert_organisation(&other).await.unwrap();
    let moved = Unit {
        organisation: other.id,
        ..office_of_acme()
    };
    let error = tx.upsert_unit(&moved).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { table: "unit", .. }));
}
