//! A mandate ends, and takes along what was given under it (`DESIGN` §4).

use crate::harness::inbox::{Inbox, Post};
use crate::harness::portal::{Tokens, verified};
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use chrono::TimeDelta;
use domain::audit::EventKind;
use domain::mandate::{Mandate, MandateState};
use http::StatusCode;
use protocol::oidc::grant::GrantType;
use varco::flow::provider::backchannel_logout::tell_portals;
use varco::flow::provider::lapsed_mandates::end_grants_of_lapsed_mandates;

/// A citizen who acts for ACME SRL at a portal that wants to be told.
struct World {
    app: TestApp,
    inbox: Inbox,
    citizen: Citizen,
    portal: Portal,
    code: String,
    tokens: Tokens,
}

impl World {
    async fn new() -> World {
        let inbox = Inbox::open().await;
        let app = TestApp::start().await.with_way(inbox.way_there());
        let portal = Portal::new("fatture");
        let address = inbox.address("/fatture");
        app.change_client(&portal, |client| {
            client.metadata.backchannel_logout_uri = Some(address);
            client.metadata.grant_types.insert(GrantType::RefreshToken);
        })
        .await;
        let mut citizen = Citizen::new();
        let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
        let back = app.choose(&mut citizen, &chooser, "ACME SRL").await;
        let code = portal.code(&back);
        let tokens = portal.exchange(&app, &code).await;
        World {
            app,
            inbox,
            citizen,
            portal,
            code,
            tokens,
        }
    }

    async fn changes(&self, change: impl FnOnce(&mut Mandate)) {
        self.app.change_mandate(&self.code, change).await;
    }

    /// Both jobs ran on `app`.
    async fn time_passes(&self, app: &TestApp) {
        end_grants_of_lapsed_mandates(&app.deps).await.unwrap();
        tell_portals(&app.deps).await.unwrap();
    }

    async fn serves(&self) -> bool {
        let (status, _) = self.portal.userinfo(&self.app, &self.tokens.access_token).await;
        status == StatusCode::OK
    }
}

#[tokio::test]
async fn the_portal_is_told_by_the_sid_of_its_id_token_57() {
    let world = World::new().await;
    world.time_passes(&world.app).await;
    assert_eq!(world.inbox.count(), 0, "in force");
    world.changes(|mandate| mandate.state = MandateState::Revoked).await;
    world.time_passes(&world.app).await;
    let posts = world.inbox.posts();
    let [post] = posts.as_slice() else {
        panic!("told once: {}", posts.len())
    };
    let (_, claims) = verified(&world.app, &Post::field(post, "logout_token").unwrap()).await;
    assert_eq!(claims["sid"], world.tokens.claims["sid"]);
    assert_eq!(claims["sub"], world.tokens.claims["sub"]);
    let ended = world.app.events().await;
    let ended = ended.iter().find(|event| event.kind == EventKind::GrantsEnded);
    assert_eq!(
        ended.and_then(|event| event.detail.as_deref()),
        Some("1 of a mandate: not approved")
    );
    world.time_passes(&world.app).await;
    assert_eq!(world.inbox.count(), 1);
}

#[tokio::test]
async fn a_mandate_that_runs_out_by_itself_is_noticed_too_57() {
    let world = World::new().await;
    let end = world.app.now() + TimeDelta::minutes(5);
    world.changes(|mandate| mandate.valid_until = end).await;
    world.app.clock.advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    world.time_passes(&world.app).await;
    assert!(world.serves().await);
    assert_eq!(world.inbox.count(), 0);
    world.app.clock.advance(TimeDelta::seconds(1));
    world.time_passes(&world.app).await;
    assert_eq!(world.inbox.count(), 1);
}

#[tokio::test]
async fn what_a_suspension_ended_stays_ended_and_the_next_one_ends_what_came_between_57() {
    let mut world = World::new().await;
    for round in 1..=2 {
        world.changes(|mandate| mandate.state = MandateState::Suspended).await;
        world.time_passes(&world.app).await;
        assert_eq!(world.inbox.count(), round);
        world.changes(|mandate| mandate.state = MandateState::Approved).await;
        world.time_passes(&world.app).await;
        assert!(!world.serves().await, "ended for good");
        let again = world.portal.authorize(&[]);
        let chooser = world.citizen.open(&world.app, &again).await;
        let back = world.app.choose(&mut world.citizen, &chooser, "ACME SRL").await;
        world.code = world.portal.code(&back);
        world.tokens = world.portal.exchange(&world.app, &world.code).await;
        assert!(world.serves().await);
    }
    assert_eq!(world.inbox.count(), 2);
}

#[tokio::test]
async fn who_acts_for_himself_or_for_another_organisation_goes_on() {
    let mut world = World::new().await;
    let home = Portal::new("anagrafe");
    let back = world.citizen.open(&world.app, &home.authorize(&[])).await;
    let own = home.exchange(&world.app, &home.code(&back)).await;
    world.changes(|mandate| mandate.state = MandateState::Revoked).await;
    world.time_passes(&world.app).await;
    let (status, _) = home.userinfo(&world.app, &own.access_token).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_ends_it_and_one_tells() {
    let world = World::new().await;
    let other = world.app.another_node().await.with_way(world.inbox.way_there());
    world.changes(|mandate| mandate.state = MandateState::Revoked).await;
    tokio::join!(world.time_passes(&world.app), world.time_passes(&other));
    assert_eq!(world.inbox.count(), 1);
    assert_eq!(world.app.count(EventKind::GrantsEnded).await, 1);
}
