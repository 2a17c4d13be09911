//! `GET /saml/spid/metadata` and `GET /saml/cie/metadata`: our signed service provider metadata.

use crate::web::State;
use crate::web::respond::document;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

const MIME: &str = "application/samlmetadata+xml";

pub(crate) async fn spid(Extract(state): Extract<State>) -> Response {
    document(MIME, state.documents.spid_metadata.clone())
}

/// 404 on an installation that has no CIE record.
pub(crate) async fn cie(Extract(state): Extract<State>) -> Response {
    match &state.documents.cie_metadata {
        Some(metadata) => document(MIME, metadata.clone()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
