//! The provider's signing keys take over from each other, and nobody notices (attack 67).

use crate::harness::portal::{Tokens, json};
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::audit::EventKind;
use http::Request;
use http::header::CACHE_CONTROL;
use protocol::jose::Algorithm;
use protocol::keyring::{FileKeys, KeyKind, Keyring};
use std::collections::BTreeSet;
use std::sync::Arc;
use tower::ServiceExt as _;
use varco::flow::administration::signing_keys::{KeyPart, Withdrawn, list, rotate, withdraw};

/// Neither this node nor the one beside it has keys in files.
async fn two_nodes() -> (TestApp, TestApp) {
    let mut nodes = TestApp::start().await;
    let mut beside = nodes.another_node().await;
    for node in [&mut nodes, &mut beside] {
        node.keep_key_files(FileKeys::default());
    }
    (nodes, beside)
}

/// The names of the published keys.
async fn published(app: &TestApp) -> BTreeSet<String> {
    let (_, set) = json(app, Request::get("/jwks").body(Body::empty()).unwrap()).await;
    let keys = set["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kid(token: &str) -> String {
    let header = josekit::jwt::decode_header(token).unwrap();
    header.claim("kid").unwrap().as_str().unwrap().to_owned()
}

/// Provaldi comes to the portal, which verifies the ID token by the key set of now.
async fn signed_in(app: &TestApp) -> (Citizen, Tokens) {
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let tokens = portal.exchange(app, &portal.code(&back)).await;
    (citizen, tokens)
}

/// What both nodes do every minute, at one time.
async fn both_rotate(one: &TestApp, two: &TestApp) {
    let (first, second) = tokio::join!(rotate(&one.deps, false), rotate(&two.deps, false));
    first.unwrap();
    second.unwrap();
    // Whoever lost a race reads the winner's key at the latest a minute later.
    rotate(&one.deps, false).await.unwrap();
    rotate(&two.deps, false).await.unwrap();
}

#[tokio::test]
async fn nodes_that_start_at_one_time_agree_on_one_key_of_each_kind() {
    let (one, two) = two_nodes().await;
    both_rotate(&one, &two).await;
    let keys = published(&one).await;
    assert_eq!(keys.len(), 3);
    assert_eq!(published(&two).await, keys);
    assert_eq!(one.count(EventKind::SigningKeyMade).await, 3);
    let again = one.restart().await;
    rotate(&again.deps, false).await.unwrap();
    assert!(published(&again).await.is_superset(&keys));
}

#[tokio::test]
async fn attack_67_a_new_key_is_in_every_copy_of_the_key_set_before_it_signs() {
    let (one, two) = two_nodes().await;
    both_rotate(&one, &two).await;
    // A portal that keeps its copy for a whole day.
    let mut copies = vec![published(&two).await];
    let mut signers = BTreeSet::new();
    for _ in 0..95 {
        one.clock.advance(TimeDelta::days(1));
        both_rotate(&one, &two).await;
        let signer = kid(&one.deps.oidc_keys().sign(Algorithm::Es256, None, &"x".into()).unwrap());
        assert!(
            copies.last().unwrap().contains(&signer),
            "signed by a key that was not published for long enough"
        );
        signers.insert(signer);
        copies.push(published(&two).await);
    }
    assert_eq!(signers.len(), 2, "95 days have two keys");
    assert_eq!(published(&one).await.len(), 3, "the old ones are gone");
    assert_eq!(one.count(EventKind::SigningKeyRemoved).await, 3);
}

#[tokio::test]
async fn attack_67_who_is_on_the_way_while_the_key_changes_arrives_and_signs_out() {
    let (one, two) = two_nodes().await;
    both_rotate(&one, &two).await;
    rotate(&one.deps, true).await.unwrap();
    one.clock.advance(TimeDelta::hours(47));
    let (mut citizen, tokens) = signed_in(&one).await;
    one.clock.advance(TimeDelta::minutes(20));
    let portal = Portal::new("anagrafe");
    let code = portal.code(&citizen.open(&one, &portal.authorize(&[])).await);
    one.clock.advance(TimeDelta::seconds(50));
    assert!(portal.exchange(&one, &code).await.claims["sub"].is_string());
    one.clock.advance(TimeDelta::hours(1));
    rotate(&one.deps, false).await.unwrap();
    let (_, fresh) = signed_in(&one).await;
    assert_ne!(kid(&fresh.id_token), kid(&tokens.id_token));
    let logout = |hint: &str| format!("/logout?id_token_hint={hint}");
    // Her session is over by now; the hint is known all the same, so nobody asks.
    let page = citizen.open(&one, &logout(&tokens.id_token)).await;
    assert!(page.field("request").is_none(), "{}", page.body);
}

#[tokio::test]
async fn attack_67_what_a_removed_key_signed_is_worth_nothing() {
    let (one, two) = two_nodes().await;
    both_rotate(&one, &two).await;
    let (_, old) = signed_in(&one).await;
    rotate(&one.deps, true).await.unwrap();
    one.clock.advance(TimeDelta::days(2) + TimeDelta::hours(10));
    both_rotate(&one, &two).await;
    assert!(!published(&two).await.contains(&kid(&old.id_token)));
    let (mut citizen, _) = signed_in(&two).await;
    let page = citizen
        .open(&two, &format!("/logout?id_token_hint={}", old.id_token))
        .await;
    assert!(page.field("request").is_some(), "the citizen is asked first");
    assert!(citizen.cookie("varco_session").is_some());
}

#[tokio::test]
async fn an_operators_key_file_signs_as_before_and_retires_unnoticed() {
    let mut app = TestApp::start().await;
    let (_, before) = signed_in(&app).await;
    let files = app.deps.keyring.oidc.clone();
    rotate(&app.deps, false).await.unwrap();
    assert_eq!(
        published(&app).await.len(),
        3,
        "Varco makes none of a kind that the operator keeps"
    );
    app.keep_key_files(FileKeys {
        active: Vec::new(),
        retiring: files.active,
    });
    rotate(&app.deps, false).await.unwrap();
    assert_eq!(published(&app).await.len(), 6);
    let (_, during) = signed_in(&app).await;
    assert_eq!(kid(&during.id_token), kid(&before.id_token));
    app.clock.advance(TimeDelta::days(2));
    let (_, after) = signed_in(&app).await;
    assert_ne!(kid(&after.id_token), kid(&before.id_token));
}

/// OpenID Connect Registration §2, `id_token_signed_response_alg`; Core §3.1.3.6, `at_hash`.
#[tokio::test]
async fn a_portal_gets_its_id_tokens_signed_as_it_registered() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    for algorithm in Algorithm::ALL {
        app.change_client(&portal, |client| client.metadata.id_token.signed = Some(algorithm))
            .await;
        let (_, tokens) = signed_in(&app).await;
        let header = josekit::jwt::decode_header(&tokens.id_token).unwrap();
        assert_eq!(header.claim("alg").unwrap(), algorithm.as_str());
        let hash = match algorithm {
            Algorithm::EdDsa => openssl::hash::MessageDigest::sha512(),
            _ => openssl::hash::MessageDigest::sha256(),
        };
        let hash = openssl::hash::hash(hash, tokens.access_token.as_bytes()).unwrap();
        let left = URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]);
        assert_eq!(tokens.claims["at_hash"], left, "{algorithm}");
    }
}

#[tokio::test]
async fn an_operator_sees_which_key_does_what_and_asks_for_the_next_one() {
    let (one, _two) = two_nodes().await;
    rotate(&one.deps, false).await.unwrap();
    let parts = async || -> Vec<KeyPart> {
        let listed = list(&one.deps).await.unwrap();
        listed
            .into_iter()
            .filter(|key| key.kind == KeyKind::Ed25519)
            .map(|key| key.part)
            .collect()
    };
    assert_eq!(parts().await, [KeyPart::Signs]);
    rotate(&one.deps, true).await.unwrap();
    let from = one.now() + TimeDelta::days(2);
    assert_eq!(parts().await, [KeyPart::Signs, KeyPart::Waits(from)]);
    one.clock.advance(TimeDelta::days(2));
    let until = from + one.deps.settings.key_rotation.after;
    assert_eq!(parts().await, [KeyPart::Leaves(until), KeyPart::Signs]);
    let in_files = list(&TestApp::start().await.deps).await.unwrap();
    assert!(in_files.iter().all(|key| key.part == KeyPart::File) && in_files.len() == 3);
}

#[tokio::test]
async fn the_key_set_is_kept_for_less_time_than_a_key_waits_before_it_signs() {
    let app = TestApp::start().await;
    let request = Request::get("/jwks").body(Body::empty()).unwrap();
    let answer = app.router().oneshot(request).await.unwrap();
    let kept = answer.headers()[CACHE_CONTROL].to_str().unwrap().to_owned();
    let seconds: i64 = kept.strip_prefix("public, max-age=").unwrap().parse().unwrap();
    assert!(TimeDelta::seconds(seconds) < app.deps.settings.key_rotation.ahead);
}

impl TestApp {
    /// The operator keeps these keys in files, and no others.
    fn keep_key_files(&mut self, files: FileKeys) {
        self.change_deps(|deps| {
            deps.keyring = Arc::new(Keyring {
                oidc: files,
                ..Keyring::clone(&deps.keyring)
            });
        });
    }
}

/// The name of the key that signs by ES256.
fn signer(app: &TestApp) -> String {
    kid(&app.deps.oidc_keys().sign(Algorithm::Es256, None, &"x".into()).unwrap())
}

#[tokio::test]
async fn a_withdrawn_key_is_gone_at_once_and_a_new_one_signs() {
    let (one, two) = two_nodes().await;
    both_rotate(&one, &two).await;
    let stolen = signer(&one);
    let (_, tokens) = signed_in(&one).await;
    assert_eq!(withdraw(&one.deps, &stolen).await.unwrap(), Withdrawn::Done);
    assert!(!published(&one).await.contains(&stolen));
    let next = signer(&one);
    assert_ne!(next, stolen);
    assert!(published(&one).await.contains(&next));
    // The other node follows with its next look.
    assert_eq!(signer(&two), stolen);
    rotate(&two.deps, false).await.unwrap();
    assert_eq!(signer(&two), next);
    assert_eq!(one.count(EventKind::SigningKeyWithdrawn).await, 1);
    assert_eq!(withdraw(&one.deps, &stolen).await.unwrap(), Withdrawn::Unknown);
    // What other keys signed is as good as before.
    assert_ne!(kid(&tokens.id_token), stolen);
    assert!(published(&one).await.contains(&kid(&tokens.id_token)));
}

#[tokio::test]
async fn the_key_that_waits_takes_the_place_of_a_withdrawn_one() {
    let (one, two) = two_nodes().await;
    both_rotate(&one, &two).await;
    let (stolen, before) = (signer(&one), published(&one).await);
    one.clock.advance(TimeDelta::seconds(1));
    rotate(&one.deps, true).await.unwrap();
    let staged: BTreeSet<String> = published(&one).await.difference(&before).cloned().collect();
    assert_eq!(staged.len(), 3);
    assert_eq!(signer(&one), stolen, "it is published first");
    assert_eq!(withdraw(&one.deps, &stolen).await.unwrap(), Withdrawn::Done);
    assert!(staged.contains(&signer(&one)));
    let waiting = staged.iter().find(|kid| **kid != signer(&one)).unwrap();
    assert_eq!(withdraw(&one.deps, waiting).await.unwrap(), Withdrawn::Done);
    assert!(
        !published(&one).await.contains(waiting),
        "one that never signed can be withdrawn too"
    );
}

#[tokio::test]
async fn a_key_in_a_file_is_the_operators_to_take_out() {
    let app = TestApp::start().await;
    let kid = signer(&app);
    assert_eq!(withdraw(&app.deps, &kid).await.unwrap(), Withdrawn::InFile);
    assert_eq!(withdraw(&app.deps, "nobody").await.unwrap(), Withdrawn::Unknown);
    assert!(published(&app).await.contains(&kid));
}
