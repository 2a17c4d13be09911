//! Sign-in: a request comes by either binding, the person answers it.

use super::answer::{Addressee, ERRORS, TECHNICAL};
use super::request::{Arrival, Request};
use super::signer::SignerError;
use super::{IdentityProvider, NEW, THOUGHT_OVER, logout, pages};
use crate::demo::people::Resident;
use axum::extract::{Form, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::person::Level;
use serde::Deserialize;
use std::sync::Arc;

pub(super) async fn by_redirect(State(provider): State<Arc<IdentityProvider>>, RawQuery(query): RawQuery) -> Response {
    show(&provider, Arrival::Redirect(query.unwrap_or_default())).await
}

#[derive(Deserialize)]
pub(super) struct SsoForm {
    #[serde(rename = "SAMLRequest", default)]
    request: String,
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
}

pub(super) async fn by_post(State(provider): State<Arc<IdentityProvider>>, Form(form): Form<SsoForm>) -> Response {
    let arrival = Arrival::Post {
        request: form.request,
        relay_state: form.relay_state,
    };
    show(&provider, arrival).await
}

async fn show(provider: &IdentityProvider, arrival: Arrival) -> Response {
    match provider.receive(&arrival, NEW).await {
        Ok(request) => pages::choose(provider.profile, &request, &arrival),
        Err(page) => page,
    }
}

/// What the person pressed, with the request that the page carried.
#[derive(Deserialize)]
pub(super) struct AnswerForm {
    query: Option<String>,
    #[serde(rename = "SAMLRequest", default)]
    request: String,
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
    level: Option<u8>,
    person: Option<String>,
    error: Option<u8>,
}

pub(super) async fn answer(
    State(provider): State<Arc<IdentityProvider>>,
    headers: HeaderMap,
    Form(form): Form<AnswerForm>,
) -> Response {
    let arrival = match &form.query {
        Some(query) => Arrival::Redirect(query.clone()),
        None => Arrival::Post {
            request: form.request.clone(),
            relay_state: form.relay_state.clone(),
        },
    };
    let request = match provider.receive(&arrival, THOUGHT_OVER).await {
        Ok(request) => request,
        Err(page) => return page,
    };
    let Some((response, session)) = provider.chosen(&request, &form, logout::cookie(&headers)) else {
        return pages::choose(provider.profile, &request, &arrival);
    };
    let why = "Fatto. Se la pagina non cambia da sola, premi Continua.";
    let page = provider.send(response, &request.consumer, request.relay_state.as_deref(), why);
    match session {
        Some(cookie) => logout::remember(page, &cookie),
        None => page,
    }
}

impl IdentityProvider {
    /// The Response that the person chose, and the cookie of the session that it opens or joins; `None`: they chose
    /// nothing that there is.
    fn chosen(
        &self,
        request: &Request,
        form: &AnswerForm,
        cookie: Option<&str>,
    ) -> Option<(Result<String, SignerError>, Option<String>)> {
        let envelope = self.envelope();
        let is_known = |code: &u8| ERRORS.iter().chain(&TECHNICAL).any(|(known, _)| known == code);
        if let Some(code) = form.error.filter(is_known) {
            let addressee = Addressee {
                request: &request.id,
                consumer: &request.consumer,
            };
            return Some((envelope.error(&addressee, code), None));
        }
        let person = Resident::find(self.profile, form.person.as_deref()?)?;
        let level = form.level.and_then(Level::from_number).unwrap_or(request.level);
        let (subject, session) = self.subject(request, &person, level, cookie);
        Some((envelope.success(request, &person, level, &subject), session))
    }
}
