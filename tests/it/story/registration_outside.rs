//! What a portal that registers itself says of other places – its sector, its logo – and what citizens see of it.

use crate::harness::portal::json as read_json;
use crate::harness::publisher::Publisher;
use crate::harness::registrant::{CALLBACK, Registrant, open, register};
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use axum::body::{Body, to_bytes};
use chrono::TimeDelta;
use http::header::{CONTENT_TYPE, HeaderMap};
use http::{Request, StatusCode};
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};
use std::io::Cursor;
use std::net::SocketAddr;
use tower::ServiceExt as _;
use varco::flow::provider::logo::renew;
use varco::web::Peer;

async fn started() -> (TestApp, Publisher) {
    let publisher = Publisher::open().await;
    let app = TestApp::start_with(open()).await.with_way(publisher.way_there());
    (app, publisher)
}

fn picture(width: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgb8(RgbImage::new(width, 20));
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// Why these metadata are not registered.
async fn refusal(app: &TestApp, metadata: &Value) -> String {
    let (status, body) = register(app, metadata).await;
    assert_eq!(
        (status, &body["error"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_client_metadata")),
        "{body}"
    );
    body["error_description"].as_str().unwrap().to_owned()
}

async fn served(app: &TestApp, address: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let answer = app
        .router()
        .oneshot(Request::get(address).body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (head, body) = answer.into_parts();
    (
        head.status,
        head.headers,
        to_bytes(body, 1 << 20).await.unwrap().to_vec(),
    )
}

/// The address of the logo on the page that asks the citizen.
fn logo_of(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("src=\"/logos/")?;
    Some(format!("/logos/{}", rest.split('"').next()?))
}

#[tokio::test]
async fn the_question_shows_the_portals_logo_from_our_own_server_and_its_documents() {
    let (app, publisher) = started().await;
    let logo = publisher.publish("/logo", picture(640));
    let portal = Registrant::new(
        &app,
        &json!({"logo_uri": logo, "policy_uri": "https://nuovo.example.com/privacy", "tos_uri": "https://nuovo.example.com/tos"}),
    )
    .await;
    let question = portal.asked(&app, &mut Citizen::new(), &PROVALDI).await;
    for link in ["https://nuovo.example.com/privacy", "https://nuovo.example.com/tos"] {
        assert!(question.body.contains(&format!("href=\"{link}\"")), "{link}");
    }
    assert!(!question.body.contains(&logo), "no browser is sent to the portal");
    let (status, headers, bytes) = served(&app, &logo_of(&question.body).unwrap()).await;
    assert_eq!(
        (status, &headers[CONTENT_TYPE]),
        (StatusCode::OK, &"image/png".parse().unwrap())
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let drawn = image::load_from_memory_with_format(&bytes, ImageFormat::Png).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (320, 10));
}

#[tokio::test]
async fn the_question_says_that_nobody_checked_the_portal_and_where_the_answer_goes() {
    let (app, _) = started().await;
    let portal = Registrant::new(&app, &json!({"client_name": "INPS"})).await;
    let question = portal.asked(&app, &mut Citizen::new(), &PROVALDI).await;
    assert!(question.body.contains("id=\"non-verificato\"") && question.body.contains("nuovo.example.com"));
    let configured = Portal::new("anagrafe");
    app.change_client(&configured, |client| client.metadata.consent = true)
        .await;
    let question = app.sign_in(&mut Citizen::new(), &configured, &PROVALDI).await;
    assert!(question.field("login").is_some() && !question.body.contains("id=\"non-verificato\""));
}

#[tokio::test]
async fn what_is_no_picture_or_lies_inside_is_no_logo_46() {
    let (app, publisher) = started().await;
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for (path, body) in [
        ("/svg.png", svg.as_bytes().to_vec()),
        ("/large", picture(2049)),
        ("/long", vec![0; 600 * 1024]),
        ("/cut", picture(40)[..30].to_vec()),
    ] {
        let logo = publisher.publish(path, body);
        assert!(
            refusal(&app, &json!({ "logo_uri": logo }))
                .await
                .starts_with("logo_uri"),
            "{path}"
        );
    }
    assert!(
        refusal(&app, &json!({"logo_uri": publisher.address("/gone")}))
            .await
            .starts_with("logo_uri")
    );
    let logo = publisher.publish("/good", picture(40));
    let asked = publisher.asked();
    let app = app.with_way(publisher.way_to_the_public());
    for inside in [
        logo.as_str(),
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/logo",
    ] {
        assert!(
            refusal(&app, &json!({ "logo_uri": inside }))
                .await
                .starts_with("logo_uri"),
            "{inside}"
        );
    }
    assert_eq!(publisher.asked(), asked, "nothing inside is called");
}

#[tokio::test]
async fn a_logo_follows_its_address_and_goes_with_the_portal() {
    let (app, publisher) = started().await;
    let portal = Registrant::new(&app, &json!({"logo_uri": publisher.publish("/one", picture(40))})).await;
    let question = portal.asked(&app, &mut Citizen::new(), &PROVALDI).await;
    let first = logo_of(&question.body).unwrap();
    let another = json!({"client_id": portal.id(), "redirect_uris": [CALLBACK], "logo_uri": publisher.publish("/two", picture(60))});
    assert_eq!(portal.manage(&app, "PUT", &another).await.0, StatusCode::OK);
    let question = portal.asked(&app, &mut Citizen::new(), &PROVALDI).await;
    let second = logo_of(&question.body).unwrap();
    assert_ne!(first, second);
    assert_eq!(served(&app, &first).await.0, StatusCode::NOT_FOUND);
    let none = json!({"client_id": portal.id(), "redirect_uris": [CALLBACK]});
    portal.manage(&app, "PUT", &none).await;
    let question = portal.asked(&app, &mut Citizen::new(), &PROVALDI).await;
    assert_eq!(logo_of(&question.body), None);
    portal.manage(&app, "DELETE", &Value::Null).await;
    for address in [second.as_str(), "/logos/AAAA", "/logos/%2e%2e"] {
        assert_eq!(served(&app, address).await.0, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn the_logo_of_a_configured_portal_is_fetched_by_a_job_and_kept_for_a_week() {
    let (app, publisher) = started().await;
    let portal = Portal::new("anagrafe");
    let logo = publisher.publish("/logo", picture(40));
    app.change_client(&portal, |client| {
        client.metadata.consent = true;
        client.metadata.logo_uri = Some(logo);
    })
    .await;
    let question = app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await;
    assert_eq!(logo_of(&question.body), None, "not yet");
    for _ in 0..3 {
        renew(&app.deps).await.unwrap();
    }
    assert_eq!(publisher.asked(), 1);
    let question = app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await;
    assert!(logo_of(&question.body).is_some());
    app.clock.advance(TimeDelta::days(8));
    renew(&app.deps).await.unwrap();
    assert_eq!(publisher.asked(), 2);
}

/// Modules `oidcc-registration-sector-uri`, `oidcc-registration-sector-bad`.
#[tokio::test]
async fn a_sector_that_lists_the_portals_addresses_knows_people_by_names_of_its_own_46() {
    let (app, publisher) = started().await;
    let redirects = ["https://a.example.com/cb", "https://b.example.com/cb"];
    let sector = publisher.publish(
        "/sector.json",
        json!(["https://c.example.com/", redirects[0], redirects[1]]).to_string(),
    );
    let pairwise = json!({"redirect_uris": redirects, "subject_type": "pairwise", "sector_identifier_uri": sector});
    let (one, two) = (
        Registrant::new(&app, &pairwise).await,
        Registrant::new(&app, &pairwise).await,
    );
    let elsewhere = Registrant::new(&app, &json!({"subject_type": "pairwise"})).await;
    let mut subjects = Vec::new();
    for portal in [&one, &two, &elsewhere] {
        let back = portal.agreed(&app, &mut Citizen::new(), &PROVALDI).await;
        let (_, tokens) = portal.token(&app, &back.parameter("code").unwrap()).await;
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let request = Request::get("/userinfo")
            .header("authorization", bearer)
            .body(Body::empty());
        subjects.push(read_json(&app, request.unwrap()).await.1["sub"].clone());
    }
    assert!(
        subjects[0].is_string() && subjects[0] == subjects[1] && subjects[0] != subjects[2],
        "{subjects:?}"
    );
    for wrong in [
        json!([redirects[0]]).to_string(),
        json!({"redirect_uris": redirects}).to_string(),
        "<html>".to_owned(),
    ] {
        publisher.publish("/sector.json", wrong.clone());
        assert!(
            refusal(&app, &pairwise).await.starts_with("sector_identifier_uri"),
            "{wrong}"
        );
    }
    let app = app.with_way(publisher.way_to_the_public());
    assert!(
        refusal(&app, &pairwise).await.starts_with("sector_identifier_uri"),
        "inside"
    );
}

#[tokio::test]
async fn nobody_makes_us_call_others_more_than_sixty_times_a_minute_46() {
    let (app, publisher) = started().await;
    let portal = Portal::new("anagrafe");
    let uri = publisher.publish("/object", "no.request.object");
    app.change_client(&portal, |client| client.metadata.request_uris = [uri.clone()].into())
        .await;
    let ask = async |address: [u8; 4]| {
        let mut request = Request::get(portal.authorize(&[("request_uri", &uri)]))
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(Peer(SocketAddr::from((address, 4711))));
        app.router().oneshot(request).await.unwrap().status()
    };
    for _ in 0..70 {
        assert!(!ask([203, 0, 113, 7]).await.is_server_error());
    }
    assert_eq!(publisher.asked(), 60);
    ask([203, 0, 113, 8]).await;
    assert_eq!(publisher.asked(), 61, "others are served");
}
