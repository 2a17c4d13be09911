//! `GET /login/cns?handle=…` on the card listener: a card is shown.

use super::refused;
use crate::flow::sign_in::cns::receive::{Presented, Shown, receive};
use crate::web::State;
use crate::web::certificate::{TlsPeer, presented};
use crate::web::form::{field, query};
use crate::web::respond::see_other;
use axum::extract::{Extension, RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse as _, Response};

pub(super) async fn get(
    Extract(state): Extract<State>,
    Extension(peer): Extension<TlsPeer>,
    headers: HeaderMap,
    RawQuery(asked): RawQuery,
) -> Response {
    let Some(cns) = &state.deps.cns else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let presented = match presented(cns.settings.proxy.as_ref(), &peer, &headers) {
        Ok(certificates) => {
            let mut certificates = certificates.into_iter();
            certificates.next().map(|certificate| Presented {
                certificate,
                others: certificates.collect(),
            })
        }
        Err(fault) => return refused(fault.name()),
    };
    let handle = field(&asked.unwrap_or_default(), "handle").unwrap_or_default();
    let home = &state.deps.settings.issuer;
    match receive(&state.deps, &handle, presented.as_ref()).await {
        Ok(Shown::Continue(answer)) => see_other(&format!("{home}/login/continue?{}", query(&[("answer", &answer)]))),
        Ok(Shown::Refused(handle)) => see_other(&format!("{home}/login/cns?{}", query(&[("refused", &handle)]))),
        Ok(Shown::Unknown) => see_other(&format!("{home}/login/cns")),
        Err(error) => {
            tracing::error!(%error, "card could not be judged");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
