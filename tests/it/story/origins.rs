//! A portal that lives in the browser calls our endpoints from its own pages (CORS).

use crate::harness::{Portal, TestApp};
use axum::body::Body;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt as _;

const PAGE: &str = "https://app.example.com";

async fn call(app: &TestApp, method: &str, path: &str, origin: &str) -> (StatusCode, HeaderMap) {
    let request = Request::builder().method(method).uri(path).header(ORIGIN, origin);
    let request = match method {
        "OPTIONS" => request
            .header(ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(ACCESS_CONTROL_REQUEST_HEADERS, "authorization,dpop"),
        _ => request,
    };
    let answer = app
        .router()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    (answer.status(), answer.headers().clone())
}

fn allowed(headers: &HeaderMap) -> Option<&str> {
    let origin = headers.get(ACCESS_CONTROL_ALLOW_ORIGIN)?;
    Some(origin.to_str().unwrap())
}

const CALLED_BY_PAGES: [(&str, &str); 5] = [
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/jwks"),
    ("POST", "/token"),
    ("GET", "/userinfo"),
    ("POST", "/revoke"),
];

#[tokio::test]
async fn a_page_of_a_registered_portal_asks_first_and_reads_the_answer() {
    let app = TestApp::start().await;
    for (method, path) in CALLED_BY_PAGES {
        let (status, headers) = call(&app, "OPTIONS", path, PAGE).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{path}");
        assert_eq!(allowed(&headers), Some(PAGE), "{path}");
        let methods = headers[ACCESS_CONTROL_ALLOW_METHODS].to_str().unwrap();
        assert!(methods.contains(method), "{path}: {methods}");
        let names = headers[ACCESS_CONTROL_ALLOW_HEADERS].to_str().unwrap();
        assert!(names.contains("authorization") && names.contains("dpop"), "{names}");
        let (_, headers) = call(&app, method, path, PAGE).await;
        assert_eq!(allowed(&headers), Some(PAGE), "{path}");
        assert!(headers.get_all(VARY).iter().any(|vary| vary == "origin"), "{path}");
        assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_CREDENTIALS), None, "cookies stay home");
    }
}

#[tokio::test]
async fn a_page_of_a_stranger_reads_nothing() {
    let app = TestApp::start().await;
    for origin in [
        "https://evil.example",
        "https://app.example.com.evil.example",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://APP.example.com/",
        "null",
        "",
    ] {
        for (method, path) in CALLED_BY_PAGES {
            assert_eq!(
                allowed(&call(&app, "OPTIONS", path, origin).await.1),
                None,
                "{origin} {path}"
            );
            assert_eq!(
                allowed(&call(&app, method, path, origin).await.1),
                None,
                "{origin} {path}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_no_business_of_pages_is_open_to_none() {
    let app = TestApp::start().await;
    for (method, path) in [
        ("GET", "/authorize"),
        ("POST", "/introspect"),
        ("POST", "/par"),
        ("GET", "/login"),
        ("GET", "/account"),
    ] {
        assert_eq!(allowed(&call(&app, "OPTIONS", path, PAGE).await.1), None, "{path}");
        assert_eq!(allowed(&call(&app, method, path, PAGE).await.1), None, "{path}");
    }
}

#[tokio::test]
async fn pages_of_a_disabled_portal_read_nothing_after_a_minute_47() {
    let app = TestApp::start().await;
    assert!(allowed(&call(&app, "GET", "/jwks", PAGE).await.1).is_some());
    app.disable(&Portal::new("app")).await;
    app.clock.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(allowed(&call(&app, "GET", "/jwks", PAGE).await.1), None);
}
