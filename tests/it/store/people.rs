//! People, their credentials, and relying parties.

use super::fixtures::{client, empty, giulia, id, mario, now, opened, spid_of, winners, with_mario};
use crate::harness::stores::{behind_its_back, fresh};
use chrono::TimeDelta;
use domain::person::{Level, Person, PersonId};
use protocol::oidc::client::{ActingPolicy, ClientAuthMethod, SharedSecret};
use varco::store::{Inserted, StoreError};

#[tokio::test]
async fn a_person_is_found_by_id_and_by_fiscal_number() {
    let (_stores, store) = with_mario().await;
    assert_eq!(store.person(mario().id).await.unwrap(), Some(mario()));
    let number = mario().fiscal_number.unwrap();
    assert_eq!(store.person_by_fiscal_number(&number).await.unwrap(), Some(mario()));
    assert_eq!(store.person(giulia().id).await.unwrap(), None);
}

#[tokio::test]
async fn the_second_browser_of_a_new_citizen_meets_the_person_of_the_first() {
    let (_stores, store) = with_mario().await;
    let again = Person {
        id: PersonId(id(3)),
        ..mario()
    };
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.insert_person(&giulia()).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_person(&again).await.unwrap(), Inserted::Existing(mario()));
    tx.commit().await.unwrap();
    assert_eq!(store.person(again.id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_32_first_logins_of_one_citizen_one_makes_the_person() {
    let (_stores, store) = empty().await;
    let made = winners(|number| {
        let store = store.clone();
        async move {
            let person = Person {
                id: PersonId(id(1000 + number as u128)),
                ..mario()
            };
            let mut tx = store.begin().await.unwrap();
            let inserted = tx.insert_person(&person).await.unwrap();
            tx.commit().await.unwrap();
            inserted == Inserted::New
        }
    })
    .await;
    assert_eq!(made, 1);
}

#[tokio::test]
async fn people_without_a_fiscal_number_are_all_different() {
    let (_stores, store) = empty().await;
    let mut tx = store.begin().await.unwrap();
    for number in [5, 6] {
        let foreigner = Person {
            id: PersonId(id(number)),
            fiscal_number: None,
            ..mario()
        };
        assert_eq!(tx.insert_person(&foreigner).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_digital_identity_corrects_names_and_nothing_else() {
    let (_stores, store) = with_mario().await;
    let proved = Person {
        given_name: "Mario Rosario".into(),
        verified_at: now() + TimeDelta::days(1),
        blocked: true,
        fiscal_number: None,
        ..mario()
    };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.verify_person(&proved).await.unwrap());
    tx.commit().await.unwrap();
    let kept = store.person(mario().id).await.unwrap().unwrap();
    assert_eq!(
        kept,
        Person {
            given_name: "Mario Rosario".into(),
            verified_at: now() + TimeDelta::days(1),
            ..mario()
        }
    );
}

#[tokio::test]
async fn a_fiscal_number_is_not_given_to_a_second_person() {
    let (_stores, store) = with_mario().await;
    let impostor = Person {
        fiscal_number: mario().fiscal_number,
        ..giulia()
    };
    let mut tx = store.begin().await.unwrap();
    let error = tx.upsert_person(&impostor).await.unwrap_err();
    assert!(matches!(
        error,
        StoreError::Conflict {
            table: "person",
            rule: "unique key"
        }
    ));
    assert!(!format!("{error} {error:?}").contains("PRVMRA80A15H501A"));
}

#[tokio::test]
async fn a_credential_used_again_keeps_its_id_its_first_use_and_its_best_level() {
    let (_stores, store) = with_mario().await;
    let mut again = spid_of(&mario());
    again.id = id(11);
    again.level = Level::L1;
    again.attributes = [("email".to_owned(), "mario@example.it".to_owned())].into();
    again.first_used_at = now() + TimeDelta::days(1);
    again.last_used_at = now() + TimeDelta::days(1);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.upsert_credential(&again).await.unwrap(), Some(id(10)));
    tx.commit().await.unwrap();
    let kept = store.credential(id(10)).await.unwrap().unwrap();
    assert_eq!((kept.level, kept.first_used_at), (Level::L2, now()));
    assert_eq!(
        (kept.attributes, kept.last_used_at),
        (again.attributes, again.last_used_at)
    );
}

#[tokio::test]
async fn an_issuer_without_names_for_people_gives_one_credential_to_each() {
    let (_stores, store) = with_mario().await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_person(&giulia()).await.unwrap();
    let mut card = spid_of(&mario());
    card.subject = None;
    for (number, person, expected) in [(12, mario(), 12), (13, giulia(), 13), (14, mario(), 12)] {
        card.id = id(number);
        card.person = person.id;
        assert_eq!(tx.upsert_credential(&card).await.unwrap(), Some(id(expected)));
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_spid_code_that_is_another_persons_changes_nothing() {
    let (_stores, store) = with_mario().await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_person(&giulia()).await.unwrap();
    let mut stolen = spid_of(&giulia());
    stolen.id = id(11);
    stolen.attributes.clear();
    assert_eq!(tx.upsert_credential(&stolen).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert!(store.credential(id(10)).await.unwrap() == Some(spid_of(&mario())));
}

#[tokio::test]
async fn a_client_comes_back_as_it_registered() {
    let (_stores, store) = empty().await;
    let mut public = client("app");
    public.auth_method = ClientAuthMethod::None;
    public.secret_hashes.clear();
    public.acting = ActingPolicy::Myself;
    public.min_age = None;
    public.claims_in_id_token = true;
    public.disabled = true;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&client("suap")).await.unwrap();
    tx.upsert_client(&public).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.client("suap").await.unwrap(), Some(client("suap")));
    assert_eq!(store.clients().await.unwrap(), [public, client("suap")]);
    assert_eq!(store.client("SUAP").await.unwrap(), None);
}

#[tokio::test]
async fn of_two_clients_one_is_the_resource_and_the_other_takes_over_when_that_is_switched_off() {
    let (_stores, store) = empty().await;
    let resource = "https://suap.example.it/api";
    let [mut one, mut other] = ["one", "other"].map(client);
    one.metadata.resource = Some(resource.to_owned());
    other.metadata.resource = Some(resource.to_owned());
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&one).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let refused = tx.upsert_client(&other).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    tx.rollback().await.unwrap();
    one.disabled = true;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&one).await.unwrap();
    tx.upsert_client(&other).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.resource_server(resource).await.unwrap(), Some(other));
}

#[tokio::test]
async fn a_client_that_left_the_configuration_is_disabled_not_deleted() {
    let (_stores, store) = empty().await;
    let mut tx = store.begin().await.unwrap();
    for name in ["a", "b", "c"] {
        tx.upsert_client(&client(name)).await.unwrap();
    }
    assert_eq!(tx.disable_clients_except(&["b"]).await.unwrap().len(), 2);
    assert_eq!(tx.disable_clients_except(&["b"]).await.unwrap().len(), 0);
    tx.commit().await.unwrap();
    let disabled: Vec<bool> = store
        .clients()
        .await
        .unwrap()
        .iter()
        .map(|client| client.disabled)
        .collect();
    assert_eq!(disabled, [true, false, true]);
}

#[tokio::test]
async fn the_secrets_of_a_client_that_signs_with_them_are_encrypted_and_come_back() {
    let (_stores, database, brief) = fresh().await;
    let store = opened(&database, &brief).await;
    let secrets = ["next-0123456789", "former-0123456789"].map(SharedSecret::new);
    let mut signs = client("signs");
    signs.auth_method = ClientAuthMethod::ClientSecretJwt;
    signs.shared_secrets = secrets.to_vec();
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&signs).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.client("signs").await.unwrap(), Some(signs.clone()));
    // Nonce and tag stand around each.
    let lengths = "SELECT CAST(length(secret) AS BIGINT) FROM client_secret ORDER BY position";
    assert_eq!(behind_its_back(&database, lengths).await.unwrap(), [43, 45]);
    signs.shared_secrets.pop();
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&signs).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.client("signs").await.unwrap(), Some(signs));
}
