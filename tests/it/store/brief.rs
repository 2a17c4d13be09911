//! What expires by itself.

use super::fixtures::{authenticated, empty, login, login_in_flight, now, pending_logout, saml_request, session};
use crate::harness::stores::{behind_its_back, fresh};
use chrono::TimeDelta;
use domain::person::Level;
use protocol::oidc::access_token::AccessToken;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;
use varco::login::{Login, SentLogout};
use varco::store::Store;

#[tokio::test]
async fn a_login_is_stored_changed_and_forgotten() {
    let (_stores, store) = empty().await;
    let mut flying = login_in_flight("l1");
    store.brief.put_login(&flying, now()).await.unwrap();
    assert_eq!(
        store.brief.login(&login("l1"), now()).await.unwrap(),
        Some(flying.clone())
    );
    assert_eq!(store.brief.login(&login("l2"), now()).await.unwrap(), None);

    flying.authenticated = Some(authenticated());
    store.brief.put_login(&flying, now()).await.unwrap();
    assert_eq!(store.brief.login(&login("l1"), now()).await.unwrap(), Some(flying));

    store.brief.remove_login(&login("l1")).await.unwrap();
    assert_eq!(store.brief.login(&login("l1"), now()).await.unwrap(), None);
}

#[tokio::test]
async fn a_login_for_a_portal_comes_back_whole() {
    let (_stores, store) = empty().await;
    let for_portal: Login = serde_json::from_value(serde_json::json!({
        "id": "l1", "browser": vec![9; 32],
        "purpose": { "portal": {
            "client_id": "suap",
            "destination": { "redirect_uri": "https://suap.example.it/cb?x=1", "state": "s\u{e0}&=" },
            "scopes": ["openid"], "pin": "acme-srl", "nonce": null, "code_challenge": null,
            "prompt": ["select_account"], "max_age": 0, "level": "l2", "ui_locales": ["de", "it"]
        } },
        "created_at": now(), "expires_at": now() + TimeDelta::minutes(30), "finished": false,
        "authenticated": null, "acting": "myself"
    }))
    .unwrap();
    store.brief.put_login(&for_portal, now()).await.unwrap();
    assert_eq!(store.brief.login(&login("l1"), now()).await.unwrap(), Some(for_portal));
}

#[tokio::test]
async fn every_kind_expires_at_its_instant_and_not_before() {
    let (_stores, store) = empty().await;
    let end = now() + TimeDelta::minutes(30);
    let token = AccessToken {
        client_id: "suap".to_owned(),
        grant: Some(Uuid::from_u128(1)),
        scopes: BTreeSet::new(),
        audience: BTreeSet::new(),
        actor: None,
        confirmation: None,
        issued_at: now(),
        expires_at: end,
    };
    store.brief.put_login(&login_in_flight("l1"), now()).await.unwrap();
    store.brief.put_session(&session(), end, now()).await.unwrap();
    store.brief.put_saml_request(&saml_request("_r"), now()).await.unwrap();
    store.brief.put_access_token(&[1; 32], &token, now()).await.unwrap();

    let before = end - TimeDelta::microseconds(1);
    assert_eq!(
        store.brief.login(&login("l1"), before).await.unwrap(),
        Some(login_in_flight("l1"))
    );
    assert_eq!(store.brief.session(&[7; 32], before).await.unwrap(), Some(session()));
    assert_eq!(
        store.brief.saml_request("_r", before).await.unwrap(),
        Some(saml_request("_r"))
    );
    assert_eq!(store.brief.access_token(&[1; 32], before).await.unwrap(), Some(token));

    // A login is remembered a day longer, for whoever comes late.
    let forgotten = end + TimeDelta::days(1);
    assert!(
        store
            .brief
            .login(&login("l1"), forgotten - TimeDelta::microseconds(1))
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(store.brief.login(&login("l1"), forgotten).await.unwrap(), None);
    assert_eq!(store.brief.session(&[7; 32], end).await.unwrap(), None);
    assert_eq!(store.brief.saml_request("_r", end).await.unwrap(), None);
    assert_eq!(store.brief.access_token(&[1; 32], end).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_ends_at_once() {
    let (_stores, store) = empty().await;
    store
        .brief
        .put_session(&session(), now() + TimeDelta::hours(1), now())
        .await
        .unwrap();
    store.brief.remove_session(&[7; 32]).await.unwrap();
    assert_eq!(store.brief.session(&[7; 32], now()).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_is_not_brought_back_by_whoever_still_uses_it() {
    let (_stores, store) = empty().await;
    let end = now() + TimeDelta::hours(1);
    let mut used = session();
    used.last_used_at = now() + TimeDelta::minutes(5);
    assert!(
        !store.brief.renew_session(&used, end, now()).await.unwrap(),
        "there is none"
    );
    store.brief.put_session(&session(), end, now()).await.unwrap();
    assert!(store.brief.renew_session(&used, end, now()).await.unwrap());
    assert_eq!(store.brief.session(&[7; 32], now()).await.unwrap(), Some(used.clone()));
    store.brief.remove_session(&[7; 32]).await.unwrap();
    assert!(!store.brief.renew_session(&used, end, now()).await.unwrap());
    assert_eq!(store.brief.session(&[7; 32], now()).await.unwrap(), None);
}

#[tokio::test]
async fn a_logout_in_flight_is_stored_changed_and_forgotten() {
    let (_stores, store) = empty().await;
    let mut pending = pending_logout("h1");
    store.brief.put_logout(&pending, now()).await.unwrap();
    pending.sent = Some(SentLogout {
        request_id: pending.request_id("n1"),
        issue_instant: now(),
    });
    store.brief.put_logout(&pending, now()).await.unwrap();
    assert_eq!(store.brief.logout("h1", now()).await.unwrap(), Some(pending.clone()));
    let end = pending.expires_at;
    assert_eq!(store.brief.logout("h1", end).await.unwrap(), None);
    store.brief.remove_logout("h1").await.unwrap();
    assert_eq!(store.brief.logout("h1", now()).await.unwrap(), None);
}

#[tokio::test]
async fn two_kinds_may_have_the_same_key() {
    let (_stores, store) = empty().await;
    let mut asked = saml_request("same");
    asked.level = Level::L3;
    store.brief.put_login(&login_in_flight("same"), now()).await.unwrap();
    store.brief.put_saml_request(&asked, now()).await.unwrap();
    assert_eq!(
        store.brief.login(&login("same"), now()).await.unwrap(),
        Some(login_in_flight("same"))
    );
    assert_eq!(store.brief.saml_request("same", now()).await.unwrap(), Some(asked));
}

#[tokio::test]
async fn what_is_stored_already_expired_replaces_what_was_alive() {
    let (_stores, store) = empty().await;
    store
        .brief
        .put_session(&session(), now() + TimeDelta::hours(1), now())
        .await
        .unwrap();
    store.brief.put_session(&session(), now(), now()).await.unwrap();
    assert_eq!(
        store
            .brief
            .session(&[7; 32], now() - TimeDelta::hours(1))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn two_installations_on_one_redis_do_not_meet() {
    let (_one, one) = empty().await;
    let (_other, other) = empty().await;
    one.brief.put_login(&login_in_flight("l1"), now()).await.unwrap();
    assert_eq!(other.brief.login(&login("l1"), now()).await.unwrap(), None);
}

/// How many entries the engine still holds, asked behind the store's back.
async fn entries(brief_url: &str) -> i64 {
    let Some((server, prefix)) = brief_url.split_once("?prefix=") else {
        return behind_its_back(brief_url, "SELECT count(*) FROM brief").await.unwrap()[0];
    };
    let client = redis::Client::open(server).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let keys: Vec<Vec<u8>> = redis::cmd("KEYS")
        .arg(format!("varco:{prefix}:*"))
        .query_async(&mut connection)
        .await
        .unwrap();
    keys.len() as i64
}

#[tokio::test]
async fn what_expired_leaves_nothing_behind() {
    let (_stores, database, brief) = fresh().await;
    let store = Store::open(&database, &brief).await.unwrap();
    let soon = now() + TimeDelta::milliseconds(300);
    let long = now() + TimeDelta::hours(1);
    for number in 0..20 {
        let token = AccessToken {
            client_id: "suap".to_owned(),
            grant: Some(Uuid::from_u128(number.into())),
            scopes: BTreeSet::new(),
            audience: BTreeSet::new(),
            actor: None,
            confirmation: None,
            issued_at: now(),
            expires_at: if number < 17 { soon } else { long },
        };
        store
            .brief
            .put_access_token(&[number; 32], &token, now())
            .await
            .unwrap();
    }
    assert_eq!(entries(&brief).await, 20);
    // SQLite forgets by the clock of the rules, when the job asks; Redis by its own, which has to be waited for.
    for _ in 0..100 {
        store.brief.sweep(soon).await.unwrap();
        if entries(&brief).await == 3 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} entries are left", entries(&brief).await);
}
