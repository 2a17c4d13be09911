//! `GET` and `POST /saml/spid/slo`: logout messages of identity providers, both kinds by either binding. No
//! cookie is looked at: none comes with a form of another site.

use crate::flow::FlowError;
use crate::flow::sign_in::spid_send::Departure;
use crate::flow::sign_out::answered::{Answered, answered};
use crate::flow::sign_out::asked::{Obeyed, obey};
use crate::flow::sign_out::{Party, read};
use crate::web::State;
use crate::web::language::Speaks;
use crate::web::respond::{
    Errand, SignedOut, found, refused_logout_page, returning_page, server_page, signed_out_page, to_provider_page,
};
use axum::extract::rejection::StringRejection;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;
use protocol::saml::bindings::Message;
use protocol::saml::logout::{Malformed, Outcome, Received};

/// HTTP-Redirect.
pub(crate) async fn get(Extract(state): Extract<State>, speaks: Speaks, RawQuery(query): RawQuery) -> Response {
    // As it came: the signature is over these very octets.
    let message = Received::by_redirect(&query.unwrap_or_default());
    take(&state, &speaks, Party::spid(&state.deps), message).await
}

/// HTTP-POST.
pub(crate) async fn post(
    Extract(state): Extract<State>,
    speaks: Speaks,
    body: Result<String, StringRejection>,
) -> Response {
    let message = match body {
        Ok(body) => Received::by_post(&body),
        // Too long, or no text.
        Err(_) => Err(Malformed::TooLarge),
    };
    take(&state, &speaks, Party::spid(&state.deps), message).await
}

async fn take(state: &State, speaks: &Speaks, party: Party<'_>, message: Result<Received, Malformed>) -> Response {
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
