//! `POST /saml/spid/acs` and `POST /saml/cie/acs`: an identity provider's answer, from another site.

use crate::flow::sign_in::saml_receive::{Answered, receive};
use crate::web::State;
use crate::web::form::{field, query};
use crate::web::language::Speaks;
use crate::web::respond::{refused_response_page, see_other, server_page};
use crate::web::source::Source;
use axum::extract::State as Extract;
use axum::extract::rejection::StringRejection;
use axum::response::Response;
use protocol::saml::Record;

pub(crate) async fn spid(
    state: Extract<State>,
    speaks: Speaks,
    source: Source,
    body: Result<String, StringRejection>,
) -> Response {
    post(Record::Spid, state, speaks, source, body).await
}

pub(crate) async fn cie(
    state: Extract<State>,
    speaks: Speaks,
    source: Source,
    body: Result<String, StringRejection>,
) -> Response {
    post(Record::Cie, state, speaks, source, body).await
}

async fn post(
    record: Record,
    Extract(state): Extract<State>,
    speaks: Speaks,
    source: Source,
    body: Result<String, StringRejection>,
) -> Response {
    // Too long, or no text: a malformed answer like any other.
    let body = body.unwrap_or_else(|rejection| {
        tracing::warn!(status = rejection.status().as_u16(), "saml response not read");
        String::new()
    });
    let saml_response = field(&body, "SAMLResponse").unwrap_or_default();
    let relay_state = field(&body, "RelayState");
    match receive(
        &state.deps,
        record,
        &saml_response,
        relay_state.as_deref(),
        source.address,
    )
    .await
    {
        Ok(Answered::Continue(handle)) => see_other(&format!("/login/continue?{}", query(&[("answer", &handle)]))),
        Ok(Answered::Refused(refused)) => refused_response_page(&state, &speaks, &refused),
        Err(error) => server_page(&state, &speaks, &error),
    }
}
