//! Grants, their codes, and what people chose before.

use super::fixtures::{grant, id, login, mandate, mario, now, winners, with_mario};
use chrono::{DateTime, TimeDelta, Utc};
use domain::person::PersonId;
use protocol::oidc::grant::refresh_token::RefreshToken;
use protocol::oidc::grant::{ActingContext, Grant};
use varco::login::LoginId;
use varco::store::{Store, StoreError};

const SESSION: [u8; 32] = [7; 32];

async fn give(store: &Store, grant: &Grant, login: &LoginId) -> bool {
    let mut tx = store.begin().await.unwrap();
    let given = tx.insert_grant(grant, login, &SESSION).await.unwrap();
    tx.commit().await.unwrap();
    given
}

async fn redeem(store: &Store, code: [u8; 32]) -> bool {
    let mut tx = store.begin().await.unwrap();
    let won = tx.redeem_code(&code, now()).await.unwrap();
    tx.commit().await.unwrap();
    won
}

#[tokio::test]
async fn a_grant_is_found_by_its_id_and_by_its_code() {
    let (_stores, store) = with_mario().await;
    let given = grant(100, 1);
    assert!(give(&store, &given, &login("l1")).await);
    assert_eq!(store.grant(given.id).await.unwrap(), Some(given.clone()));
    assert_eq!(store.grant_by_code(&[1; 32]).await.unwrap(), Some(given));
    assert_eq!(store.grant_by_code(&[2; 32]).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rfc_6749_4_1_2_of_32_who_exchange_the_same_code_one_wins() {
    let (_stores, store) = with_mario().await;
    give(&store, &grant(100, 1), &login("l1")).await;
    let won = winners(|_| {
        let store = store.clone();
        async move { redeem(&store, [1; 32]).await }
    })
    .await;
    assert_eq!(won, 1);
    let kept = store.grant(id(100)).await.unwrap().unwrap();
    assert_eq!(kept.code.redeemed_at, Some(now()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_32_posts_of_the_same_choice_one_finishes_the_login() {
    let (_stores, store) = with_mario().await;
    let won = winners(|number| {
        let store = store.clone();
        async move { give(&store, &grant(100 + number as u128, number as u8), &login("l1")).await }
    })
    .await;
    assert_eq!(won, 1);
}

#[tokio::test]
async fn only_a_code_that_nobody_used_gives_way_to_another() {
    let (_stores, store) = with_mario().await;
    let replace = async |code: u8, change: fn(&mut Grant)| {
        let mut other = grant(200, code);
        change(&mut other);
        let mut tx = store.begin().await.unwrap();
        let replaced = tx.replace_code(&other, &login("l1"), &[8; 32]).await.unwrap();
        tx.commit().await.unwrap();
        replaced
    };
    give(&store, &grant(100, 1), &login("l1")).await;
    assert!(
        !replace(2, |other| other.created_at = other.code.expires_at).await,
        "too late"
    );
    assert!(
        !replace(2, |other| other.person = PersonId(id(999))).await,
        "somebody else"
    );
    assert!(
        !replace(2, |other| other.acting = ActingContext::Myself).await,
        "for another"
    );
    assert!(replace(2, |_| {}).await);
    assert!(!redeem(&store, [1; 32]).await);
    assert!(redeem(&store, [2; 32]).await);
    assert!(!replace(3, |_| {}).await, "used");
    let kept = store.grant_by_code(&[2; 32]).await.unwrap().unwrap();
    assert_eq!(kept.id, id(100), "the grant is the first one's");
}

#[tokio::test]
async fn an_ended_grant_redeems_no_code() {
    let (_stores, store) = with_mario().await;
    give(&store, &grant(100, 1), &login("l1")).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.end_grant(id(100), now()).await.unwrap());
    assert!(!tx.end_grant(id(100), now() + TimeDelta::hours(1)).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!redeem(&store, [1; 32]).await);
    assert_eq!(store.grant(id(100)).await.unwrap().unwrap().ended_at, Some(now()));
}

#[tokio::test]
async fn a_code_of_nobody_redeems_nothing() {
    let (_stores, store) = with_mario().await;
    assert!(!redeem(&store, [1; 32]).await);
}

#[tokio::test]
async fn signing_out_ends_the_grants_of_that_browser_only() {
    let (_stores, store) = with_mario().await;
    give(&store, &grant(100, 1), &login("l1")).await;
    give(&store, &grant(101, 2), &login("l2")).await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_grant(&grant(102, 3), &login("l3"), &[8; 32]).await.unwrap();
    assert_eq!(tx.end_grants_of_session(&SESSION, now()).await.unwrap(), 2);
    assert_eq!(tx.end_grants_of_session(&SESSION, now()).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(store.grant(id(102)).await.unwrap().unwrap().ended_at, None);
}

#[tokio::test]
async fn a_grant_names_a_client_and_a_person_that_exist() {
    let (_stores, store) = with_mario().await;
    let mut nobody = grant(100, 1);
    nobody.person = PersonId(id(99));
    let mut tx = store.begin().await.unwrap();
    let error = tx.insert_grant(&nobody, &login("l1"), &SESSION).await.unwrap_err();
    assert!(matches!(
        error,
        StoreError::Conflict {
            table: "login_grant",
            rule: "reference"
        }
    ));
}

#[tokio::test]
async fn the_organisation_used_last_comes_first() {
    let (_stores, store) = with_mario().await;
    let mut myself = grant(101, 2);
    myself.acting = ActingContext::Myself;
    myself.created_at = now() + TimeDelta::minutes(5);
    let mut earlier = grant(102, 3);
    earlier.created_at = now() - TimeDelta::days(1);
    give(&store, &grant(100, 1), &login("l1")).await;
    give(&store, &myself, &login("l2")).await;
    give(&store, &earlier, &login("l3")).await;
    assert_eq!(
        store.last_used(mario().id, "suap").await.unwrap(),
        [
            (ActingContext::Myself, now() + TimeDelta::minutes(5)),
            (ActingContext::Mandate(mandate().id), now())
        ]
    );
    assert_eq!(store.last_used(mario().id, "another").await.unwrap(), []);
}

#[tokio::test]
async fn the_usual_choice_is_set_changed_and_forgotten() {
    let (_stores, store) = with_mario().await;
    let acme = ActingContext::Mandate(mandate().id);
    assert_eq!(store.usual_choice(mario().id, "suap").await.unwrap(), None);
    for choice in [Some(acme), Some(ActingContext::Myself), None] {
        let mut tx = store.begin().await.unwrap();
        tx.set_usual_choice(mario().id, "suap", choice, now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.usual_choice(mario().id, "suap").await.unwrap(), choice);
    }
}

#[tokio::test]
async fn what_a_grant_passes_on_is_kept_with_it_and_only_once() {
    let (_stores, store) = with_mario().await;
    give(&store, &grant(100, 1), &login("l1")).await;
    let attributes = [("email".to_owned(), "mario@example.it".to_owned())].into();
    let keep = async |number: u128| {
        let mut tx = store.begin().await.unwrap();
        let kept = tx.insert_grant_attributes(id(number), &attributes).await;
        match kept.is_ok() {
            true => tx.commit().await.map(|()| true),
            false => kept.map(|()| false),
        }
    };
    assert_eq!(store.grant_attributes(id(100)).await.unwrap(), [].into());
    assert!(keep(100).await.unwrap());
    assert_eq!(store.grant_attributes(id(100)).await.unwrap(), attributes);
    assert!(matches!(keep(100).await, Err(StoreError::Conflict { .. })));
    assert!(
        matches!(keep(999).await, Err(StoreError::Conflict { .. })),
        "no such grant"
    );
}

async fn keep_attributes(store: &Store, grant: u128) {
    let mut tx = store.begin().await.unwrap();
    let attributes = [("email".to_owned(), "mario@example.it".to_owned())].into();
    tx.insert_grant_attributes(id(grant), &attributes).await.unwrap();
    tx.commit().await.unwrap();
}

async fn refreshable(store: &Store, grant: u128, until: DateTime<Utc>) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_refresh_token(&RefreshToken {
        hash: [u8::try_from(grant).unwrap(); 32],
        grant: id(grant),
        created_at: now(),
        expires_at: until,
        used_at: None,
        confirmation: None,
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_a_grant_passed_on_is_forgotten_once_no_token_can_tell_it() {
    let (_stores, store) = with_mario().await;
    let later = now() + TimeDelta::days(2);
    for (number, code) in [(100, 1), (101, 2), (102, 3), (103, 4)] {
        let mut given = grant(number, code);
        if number == 103 {
            given.created_at = later;
        }
        give(&store, &given, &login(&format!("l{code}"))).await;
        keep_attributes(&store, number).await;
    }
    // 100: over by itself. 101: refreshed for a month. 102: the same, but ended. 103: given just now.
    refreshable(&store, 101, now() + TimeDelta::days(30)).await;
    refreshable(&store, 102, now() + TimeDelta::days(30)).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.end_grant(id(102), now()).await.unwrap());
    tx.commit().await.unwrap();
    let until = async |after, at_most| store.attributes_until(after, at_most).await.unwrap();
    assert_eq!(until(id(0), 2).await, Some(id(101)), "the second one");
    assert_eq!(until(id(101), 500).await, Some(id(103)), "the last one");
    assert_eq!(until(id(103), 500).await, None);
    let sweep_between = async |between, before: DateTime<Utc>, at: DateTime<Utc>| {
        let mut tx = store.begin().await.unwrap();
        let removed = tx.remove_spent_attributes(between, before, at).await.unwrap();
        tx.commit().await.unwrap();
        removed
    };
    let sweep = async |before, at| sweep_between((id(0), id(103)), before, at).await;
    assert_eq!(sweep(now(), now()).await, 0, "not yet");
    let over = now() + TimeDelta::days(1);
    assert_eq!(sweep_between((id(100), id(101)), over, later).await, 0, "not looked at");
    assert_eq!(sweep_between((id(0), id(100)), over, later).await, 1);
    assert_eq!(sweep(over, later).await, 1);
    for (number, kept) in [(100, false), (101, true), (102, false), (103, true)] {
        let attributes = store.grant_attributes(id(number)).await.unwrap();
        assert_eq!(!attributes.is_empty(), kept, "{number}");
    }
    let month = now() + TimeDelta::days(31);
    assert_eq!(sweep(month, month).await, 2, "the refresh tokens are over, too");
}

#[tokio::test]
async fn a_grant_goes_after_the_term_when_nothing_hangs_on_it() {
    let (_stores, store) = with_mario().await;
    let term = now() + TimeDelta::days(731);
    for (number, code) in [(100, 1), (101, 2), (102, 3), (103, 4)] {
        let mut given = grant(number, code);
        if number == 103 {
            given.created_at = term;
        }
        give(&store, &given, &login(&format!("l{code}"))).await;
    }
    refreshable(&store, 101, term).await;
    keep_attributes(&store, 102).await;
    let remove = async |before: DateTime<Utc>| {
        let mut tx = store.begin().await.unwrap();
        let removed = tx.remove_old_grants(before, 500).await.unwrap();
        tx.commit().await.unwrap();
        removed
    };
    assert_eq!(remove(now()).await, 0, "not yet");
    assert_eq!(remove(term).await, 1);
    for (number, kept) in [(100, false), (101, true), (102, true), (103, true)] {
        assert_eq!(store.grant(id(number)).await.unwrap().is_some(), kept, "{number}");
    }
}
