//! The headers that keep pages honest (attacks 41 and 49).

use super::State;
use axum::extract::{Request, State as Extract};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY};
use axum::middleware::Next;
use axum::response::Response;

/// No inline script or style, no other host, no frame. `form-action` also governs every redirect
/// that follows a form post, which is why identity providers are links.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Where a form stands that leaves us, to a registered address: nothing but that form, no script of others and no base. Of
/// `form-action` nothing is said there, for it would govern where the *other* side leads on to as well, and a portal whose
/// callback ends on another of its hosts would be cut off with the code already spent.
const LEAVING: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// That a page's form leaves us, as an extension of its response.
#[derive(Debug, Clone, Copy)]
pub(super) struct FormLeaves;

/// On every page.
pub(super) async fn page_headers(Extract(_): Extract<State>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = match response.extensions().get::<FormLeaves>() {
        Some(FormLeaves) => LEAVING,
        None => POLICY,
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The address of a login page never leaves us, nor do identity providers and portals learn of it.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// On everything.
pub(super) async fn every_header(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("x-content-type-options"),
        HeaderValue::from_static("nosniff"),
    );
    if state.secure() {
        headers.insert(
            HeaderName::from_static("strict-transport-security"),
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
    response
}
