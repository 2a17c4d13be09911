//! `GET /assets/{hash}/…`: files that pages load, under a name that changes with their content.

use super::State;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};

pub(super) async fn get(Extract(state): Extract<State>, Path((hash, path)): Path<(String, String)>) -> Response {
    let assets = state.pages.assets();
    match assets.find(&path) {
        Some(asset) => {
            // An older page asks for an older version: it gets today's, and does not keep it.
            let keep = if hash == assets.hash() {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            };
            let headers = [
                (CONTENT_TYPE, HeaderValue::from_static(asset.mime)),
                (CACHE_CONTROL, HeaderValue::from_static(keep)),
            ];
            (headers, asset.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
