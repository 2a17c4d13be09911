//! `GET /saml/spid/metadata` and `GET /saml/cie/metadata`: our signed service provider metadata.

use crate::web::State;
use crate::web::language::Speaks;
use crate::web::respond::{document, not_found_page};
use axum::extract::State as Extract;
use axum::response::Response;

const MIME: &str = "application/samlmetadata+xml";

pub(crate) async fn spid(Extract(state): Extract<State>) -> Response {
    document(MIME, state.documents.spid_metadata.clone())
}

/// 404 on an installation that has no CIE record.
pub(crate) async fn cie(Extract(state): Extract<State>, speaks: Speaks) -> Response {
    match &state.documents.cie_metadata {
        Some(metadata) => document(MIME, metadata.clone()),
        None => not_found_page(&state, &speaks),
    }
}
