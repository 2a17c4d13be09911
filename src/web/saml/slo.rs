//! `GET` and `POST /saml/{spid,cie}/slo`: logout messages of identity providers, both kinds by either binding. No
//! cookie is looked at: none comes with a form of another site.

use crate::flow::FlowError;
use crate::flow::sign_in::saml_send::Departure;
use crate::flow::sign_out::answered::{Answered, answered};
use crate::flow::sign_out::asked::{Obeyed, obey};
use crate::flow::sign_out::{Party, read};
use crate::web::State;
use crate::web::language::Speaks;
use crate::web::respond::{
    Errand, SignedOut, found, not_found_page, refused_logout_page, returning_page, server_page, signed_out_page,
    to_provider_page,
};
use axum::extract::rejection::StringRejection;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;
use protocol::saml::Record;
use protocol::saml::bindings::Message;
use protocol::saml::logout::{Malformed, Outcome, Received};

/// HTTP-Redirect to the SPID record.
pub(crate) async fn spid(Extract(state): Extract<State>, speaks: Speaks, RawQuery(query): RawQuery) -> Response {
    take(&state, &speaks, Record::Spid, by_redirect(query)).await
}

/// HTTP-POST to the SPID record.
pub(crate) async fn spid_post(
    Extract(state): Extract<State>,
    speaks: Speaks,
    body: Result<String, StringRejection>,
) -> Response {
    take(&state, &speaks, Record::Spid, by_post(body)).await
}

/// HTTP-Redirect to the CIE record.
pub(crate) async fn cie(Extract(state): Extract<State>, speaks: Speaks, RawQuery(query): RawQuery) -> Response {
    take(&state, &speaks, Record::Cie, by_redirect(query)).await
}

/// HTTP-POST to the CIE record.
pub(crate) async fn cie_post(
    Extract(state): Extract<State>,
    speaks: Speaks,
    body: Result<String, StringRejection>,
) -> Response {
    take(&state, &speaks, Record::Cie, by_post(body)).await
}

/// The query as it came: the signature is over these very octets.
fn by_redirect(query: Option<String>) -> Result<Received, Malformed> {
    Received::by_redirect(&query.unwrap_or_default())
}

fn by_post(body: Result<String, StringRejection>) -> Result<Received, Malformed> {
    // Too long, or no text.
    Received::by_post(&body.map_err(|_| Malformed::TooLarge)?)
}

/// 404 on an installation that has no such record.
async fn take(state: &State, speaks: &Speaks, record: Record, message: Result<Received, Malformed>) -> Response {
    let Some(party) = Party::of(&state.deps, record) else {
        return not_found_page(state, speaks);
    };
    let received = match read(&state.deps, message) {
        Ok(received) => received,
        Err(refused) => return refused_logout_page(state, speaks, &refused),
    };
    let response = match received.kind() {
        Message::Request => asked(state, speaks, party, &received).await,
        Message::Response => over(state, speaks, party, &received).await,
    };
    response.unwrap_or_else(|error| server_page(state, speaks, &error))
}

async fn asked(state: &State, speaks: &Speaks, party: Party<'_>, received: &Received) -> Result<Response, FlowError> {
    Ok(match obey(&state.deps, party, received).await? {
        Obeyed::Answer { by, identity_provider } => match by {
            Departure::Redirect(url) => found(&url),
            Departure::Post(form) => to_provider_page(state, speaks, &identity_provider, &form),
        },
        Obeyed::NobodyToTell => signed_out_page(state, speaks, &SignedOut::default()),
        Obeyed::Refused(refused) => refused_logout_page(state, speaks, &refused),
    })
}

async fn over(state: &State, speaks: &Speaks, party: Party<'_>, received: &Received) -> Result<Response, FlowError> {
    Ok(match answered(&state.deps, party, received).await? {
        // This navigation may have begun with a form of the identity provider's page, whose `form-action`
        // would stop a redirect to the portal.
        Answered::Over {
            outcome: Outcome::Complete,
            client,
            redirect: Some(url),
            ..
        } => returning_page(state, speaks, &url, client.as_deref(), Errand::SignedOut),
        Answered::Over {
            outcome,
            identity_provider,
            client,
            redirect,
        } => {
            let page = SignedOut {
                client: client.as_deref(),
                redirect: redirect.as_deref(),
                identity_provider: Some(&identity_provider),
                outcome: Some(outcome),
            };
            signed_out_page(state, speaks, &page)
        }
        Answered::Refused(refused) => refused_logout_page(state, speaks, &refused),
    })
}
