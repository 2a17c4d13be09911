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

/// The one address outside that a page's form may go to, as an extension of its response.
#[derive(Debug, Clone)]
pub(super) struct FormLeavesTo(
    /// An origin: scheme, host and port.
    pub String,
);

/// The policy of a page whose form leaves us.
fn policy_with(FormLeavesTo(origin): &FormLeavesTo) -> Option<HeaderValue> {
    HeaderValue::from_str(&POLICY.replace("form-action 'self'", &format!("form-action {origin}"))).ok()
}

/// On every page.
pub(super) async fn page_headers(Extract(_): Extract<State>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let leaves = response.extensions().get::<FormLeavesTo>().and_then(policy_with);
    let headers = response.headers_mut();
    let policy = leaves.unwrap_or(HeaderValue::from_static(POLICY));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
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
