//! `GET /assets/{hash}/…`: files that pages load, under a name that changes with their content.

use super::State;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue,
    VARY,
};
use axum::response::{IntoResponse as _, Response};

/// A drawing that somebody opens by itself may be styled, and nothing else. What a page loads obeys the page's policy.
const BY_ITSELF: &str = "default-src 'none'; style-src 'unsafe-inline'";

pub(super) async fn get(
    Extract(state): Extract<State>,
    Path((hash, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let assets = state.pages.assets();
    let Some(asset) = assets.find(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // A page of another version asks for other files: it gets these, and does not keep them.
    let keep = if hash == assets.hash() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let common = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.mime)),
        (CACHE_CONTROL, HeaderValue::from_static(keep)),
        (VARY, HeaderValue::from_static("accept-encoding")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(BY_ITSELF)),
    ];
    match asset.gzip().filter(|_| takes_gzip(&headers)) {
        Some(bytes) => {
            let encoding = [(CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
            (common, encoding, bytes.to_vec()).into_response()
        }
        None => (common, asset.bytes.clone()).into_response(),
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted
        .split(',')
        .any(|coding| matches!(coding.trim().split(';').next(), Some("gzip")) && !coding.contains("q=0"))
}
