//! `GET /saml/spid/metadata`: our signed service provider metadata.

use crate::web::State;
use crate::web::respond::document;
use axum::extract::State as Extract;
use axum::response::Response;

pub(crate) async fn get(Extract(state): Extract<State>) -> Response {
    document("application/samlmetadata+xml", state.documents.spid_metadata.clone())
}
