//! Cross-origin calls from a portal's pages (the Fetch standard, CORS protocol): the origins of registered redirect
//! addresses, without cookies. Only around the endpoints that a portal in a browser needs.

use super::State;
use crate::flow::provider::origins::is_registered;
use axum::extract::{Request, State as Extract};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue,
    ORIGIN, VARY,
};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Answers a preflight, and lets the pages of registered portals read what is answered.
pub(super) async fn registered_origins(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return varied(next.run(request).await);
    };
    let registered = match origin.to_str() {
        Ok(text) => is_registered(&state.deps, text).await.unwrap_or_else(|error| {
            tracing::error!(%error, "origins of portals cannot be read");
            false
        }),
        Err(_) => false,
    };
    if request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        let mut response = StatusCode::NO_CONTENT.into_response();
        if registered {
            allow(response.headers_mut(), origin);
            preflight(response.headers_mut());
        }
        return varied(response);
    }
    let mut response = next.run(request).await;
    if registered {
        allow(response.headers_mut(), origin);
    }
    varied(response)
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("www-authenticate, dpop-nonce"),
    );
}

fn preflight(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type, dpop"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
}

/// A cache must not give one origin what it kept for another.
fn varied(mut response: Response) -> Response {
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    response
}
