//! `GET /logos/{digest}`: pictures of portals, drawn by us, under a name that changes with their content.

use crate::flow::provider::logo;
use crate::web::State;
use crate::web::respond::server_error;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oidc::SecretHash;

/// Where the picture of this digest is.
pub(in crate::web) fn address(digest: &SecretHash) -> String {
    format!("/logos/{}", URL_SAFE_NO_PAD.encode(digest))
}

pub(crate) async fn get(Extract(state): Extract<State>, Path(name): Path<String>) -> Response {
    let digest = URL_SAFE_NO_PAD.decode(name).ok();
    let Some(digest) = digest.and_then(|bytes| SecretHash::try_from(bytes).ok()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match logo::picture(&state.deps, &digest).await {
        Ok(Some(picture)) => {
            let headers = [
                (CONTENT_TYPE, HeaderValue::from_static("image/png")),
                (
                    CACHE_CONTROL,
                    HeaderValue::from_static("public, max-age=86400, immutable"),
                ),
                (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'")),
            ];
            (headers, picture).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => server_error(&error),
    }
}
