//! The answer of the provider, and the checks it has to pass, in order.

use super::{Portals, Refused, pages};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use std::sync::Arc;

/// What the provider sends back (RFC 6749 §4.1.2, RFC 9207).
#[derive(Deserialize)]
pub(super) struct Callback {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /{portal}/callback`.
pub(super) async fn callback(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
    Query(answer): Query<Callback>,
) -> Result<Response, Refused> {
    let site = portals.site(&path)?;
    let visitor = site.visitor(&jar);
    let refuse = |words: &str| Ok(pages::failed(&site.portal, StatusCode::BAD_REQUEST, words, None));
    // RFC 6749 §10.12: only an answer to a request of this browser.
    let pending = answer
        .state
        .as_deref()
        .and_then(|state| site.sessions.take_pending(visitor.as_deref(), state));
    let Some(pending) = pending else {
        return refuse("Questa risposta non appartiene a una richiesta di questo browser, o è già stata usata.");
    };
    // RFC 9207 §2.4: only from the provider that was asked.
    if answer.iss.as_deref() != Some(portals.relying_party.issuer()) {
        return refuse("Questa risposta non viene dal servizio di accesso a cui è stata fatta la richiesta.");
    }
    if let Some(error) = answer.error {
        let (code, words) = explain(&error);
        return Ok(pages::failed(&site.portal, StatusCode::FORBIDDEN, words, code));
    }
    let Some(code) = answer.code else {
        return refuse("La risposta del servizio di accesso è incompleta.");
    };
    let mut who = portals
        .relying_party
        .redeem(site, code, pending)
        .await
        .map_err(|failure| site.failed(&failure))?;
    who.checks.splice(
        0..0,
        [
            "state: la risposta appartiene a una richiesta di questo browser".to_owned(),
            "iss: la risposta viene dal gestore a cui è stata fatta la richiesta".to_owned(),
            "code: scambiato con PKCE S256 e con il segreto del portale".to_owned(),
        ],
    );
    let (id, jar) = portals.new_visitor(site, jar);
    site.sessions.sign_in(visitor.as_deref(), &id, who, portals.clock.now());
    Ok((jar, Redirect::to(&format!("/{}/", site.portal.path))).into_response())
}

/// An error of the provider in plain words. An unknown one is not repeated on the page.
fn explain(error: &str) -> (Option<&'static str>, &'static str) {
    match error {
        "access_denied" => (
            Some("access_denied"),
            "Non hai completato l'accesso, oppure non puoi usare questo servizio per conto di chi hai chiesto.",
        ),
        "login_required" => (Some("login_required"), "Per continuare devi accedere di nuovo."),
        "interaction_required" => (
            Some("interaction_required"),
            "Per continuare devi scegliere per conto di chi operare.",
        ),
        "account_selection_required" => (
            Some("account_selection_required"),
            "Per continuare devi scegliere per conto di chi operare.",
        ),
        "temporarily_unavailable" => (
            Some("temporarily_unavailable"),
            "Il servizio di accesso è occupato. Riprova tra poco.",
        ),
        "server_error" => (
            Some("server_error"),
            "Il servizio di accesso ha avuto un problema. Riprova tra poco.",
        ),
        "invalid_request" => (Some("invalid_request"), "Il portale ha fatto una richiesta sbagliata."),
        "invalid_scope" => (Some("invalid_scope"), "Il portale ha chiesto dati che non può avere."),
        "unauthorized_client" => (
            Some("unauthorized_client"),
            "Il portale non è abilitato a fare questa richiesta.",
        ),
        _ => (None, "Il servizio di accesso non ha completato la richiesta."),
    }
}
