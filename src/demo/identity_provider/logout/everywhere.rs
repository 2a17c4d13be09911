//! The person signs out here: every service of the session hears it.

use super::{cookie, pages};
use crate::demo::identity_provider::IdentityProvider;
use crate::demo::identity_provider::answer::STATUS;
use crate::demo::identity_provider::request::{Arrival, Fault};
use crate::demo::identity_provider::service_provider::Way;
use crate::demo::identity_provider::sessions::{Leaving, Session};
use crate::demo::page::escape;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use samael::schema::LogoutResponse;
use serde::Deserialize;
use std::sync::Arc;

const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

/// "Esci da tutti i servizi", on the home page: links, because a redirect that follows a form is governed by
/// `form-action`.
#[derive(Deserialize)]
pub(in crate::demo::identity_provider) struct Begin {
    #[serde(default)]
    by_post: bool,
}

pub(in crate::demo::identity_provider) async fn begin(
    State(provider): State<Arc<IdentityProvider>>,
    headers: HeaderMap,
    Query(asked): Query<Begin>,
) -> Response {
    match cookie(&headers).and_then(|cookie| provider.sessions.end_of(cookie)) {
        Some(session) => provider.tell_next(session, true, asked.by_post).await,
        None => pages::signed_out(true),
    }
}

impl IdentityProvider {
    /// One service after the other is told, then the person reads that it is over.
    async fn tell_next(&self, mut session: Session, complete: bool, by_post: bool) -> Response {
        let Some(place) = session.places.pop() else {
            return pages::everywhere(complete);
        };
        let wanted = if by_post { Way::Post } else { Way::Redirect };
        let Ok(provider) = self.known(&place.provider).await else {
            return Box::pin(self.tell_next(session, false, by_post)).await;
        };
        let Some((way, destination)) = provider.logout_requests(wanted) else {
            return Box::pin(self.tell_next(session, false, by_post)).await;
        };
        let id = format!("_{}", self.random.name());
        let body = format!(
            r#"<saml:NameID Format="{TRANSIENT}" NameQualifier="{}">{}</saml:NameID><samlp:SessionIndex>{}</samlp:SessionIndex>"#,
            escape(&self.entity_id),
            escape(&place.name_id),
            escape(&session.index)
        );
        let message = self.message("LogoutRequest", &id, destination, "", &body, way);
        let leaving = Leaving {
            session,
            asked: place,
            complete,
        };
        self.sessions.wait(&id, leaving);
        self.carry("SAMLRequest", &message, way, destination, Some("uscita"), &id)
    }

    /// A service answered.
    pub(super) async fn answered(&self, arrival: &Arrival) -> Response {
        match self.logout_response(arrival).await {
            Ok((leaving, success)) => {
                let by_post = arrival.way() == Way::Post;
                self.tell_next(leaving.session, leaving.complete && success, by_post)
                    .await
            }
            Err(fault) => pages::refused(fault),
        }
    }

    async fn logout_response(&self, arrival: &Arrival) -> Result<(Leaving, bool), Fault> {
        let fault = |why| Fault { code: 8, why };
        let (xml, relay_state) = arrival.decode("SAMLResponse")?;
        let message: LogoutResponse = xml.parse().map_err(|_| fault("la risposta non è una LogoutResponse"))?;
        let issuer = message.issuer.and_then(|issuer| issuer.value).unwrap_or_default();
        let provider = self.known(issuer.trim()).await?;
        let id = message.id.unwrap_or_default();
        arrival.verify("SAMLResponse", &xml, &id, message.signature.as_ref(), &provider)?;
        if relay_state.as_deref() != Some("uscita") {
            return Err(fault("RelayState non è tornato com'era"));
        }
        let leaving = message.in_response_to.and_then(|id| self.sessions.answered(&id));
        let leaving = leaving.ok_or_else(|| fault("nessuno aveva chiesto di uscire"))?;
        if leaving.asked.provider != provider.entity_id {
            return Err(fault("risponde un altro servizio"));
        }
        let status = message.status.and_then(|status| status.status_code.value);
        Ok((
            leaving,
            status.is_some_and(|status| status == format!("{STATUS}Success")),
        ))
    }
}
