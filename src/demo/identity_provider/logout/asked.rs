//! A service asks.

use super::{NEW, Verdict, pages};
use crate::demo::identity_provider::IdentityProvider;
use crate::demo::identity_provider::answer::STATUS;
use crate::demo::identity_provider::request::{Arrival, Fault};
use crate::demo::identity_provider::service_provider::ServiceProvider;
use crate::demo::page::escape;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::saml::Profile;
use samael::schema::LogoutRequest;

/// A LogoutRequest whose sender is known.
pub(super) struct Asked {
    id: String,
    name_id: String,
    provider: ServiceProvider,
    relay_state: Option<String>,
}

impl IdentityProvider {
    /// A request arrives: the person is asked what the answer shall be.
    pub(super) async fn asked(&self, arrival: &Arrival) -> Response {
        match self.logout_request(arrival, NEW).await {
            // The Ministry's asks nothing and answers nothing.
            Ok(asked) if self.profile == Profile::Cie => self.decided(&asked, arrival, Verdict::Silent),
            Ok(asked) => pages::leave(self.profile, &asked.provider, arrival),
            Err(fault) => pages::refused(fault),
        }
    }

    pub(super) async fn logout_request(&self, arrival: &Arrival, age: TimeDelta) -> Result<Asked, Fault> {
        let fault = |why| Fault { code: 8, why };
        let (xml, relay_state) = arrival.decode("SAMLRequest")?;
        let message: LogoutRequest = xml.parse().map_err(|_| fault("la richiesta non è una LogoutRequest"))?;
        let issuer = message.issuer.and_then(|issuer| issuer.value).unwrap_or_default();
        let provider = self.known(issuer.trim()).await?;
        let id = message.id.unwrap_or_default();
        arrival.verify("SAMLRequest", &xml, &id, message.signature.as_ref(), &provider)?;
        let name_id = message.name_id.map(|name| name.value.trim().to_owned());
        let here = format!("{}/slo", self.entity_id);
        match message.destination.as_deref() == Some(here.as_str()) && message.version.as_deref() == Some("2.0") {
            true => {}
            false => return Err(fault("Destination o Version non sono quelle giuste")),
        }
        if !message
            .issue_instant
            .is_some_and(|at| is_new(at, age, self.clock.now()))
        {
            return Err(fault("IssueInstant lontano da adesso: controlla gli orologi"));
        }
        Ok(Asked {
            id,
            name_id: name_id.ok_or_else(|| fault("NameID manca"))?,
            provider,
            relay_state,
        })
    }

    /// The session ends, and the service hears what the person chose.
    pub(super) fn decided(&self, asked: &Asked, arrival: &Arrival, verdict: Verdict) -> Response {
        let ended = self.sessions.end_named(&asked.provider.entity_id, &asked.name_id);
        // A session that had lapsed is told as a partial logout (regole tecniche SPID).
        let status = match (verdict, &ended) {
            (Verdict::Silent, _) => return pages::signed_out(ended.is_some()),
            (Verdict::Complete, Some(_)) => format!(r#"<samlp:StatusCode Value="{STATUS}Success"/>"#),
            (Verdict::Partial, _) | (Verdict::Complete, None) => format!(
                r#"<samlp:StatusCode Value="{STATUS}Requester"><samlp:StatusCode Value="{STATUS}PartialLogout"/></samlp:StatusCode>"#
            ),
        };
        let Some((way, destination)) = asked.provider.logout_answers(arrival.way()) else {
            return pages::signed_out(true);
        };
        let id = format!("_{}", self.random.name());
        let body = format!("<samlp:Status>{status}</samlp:Status>");
        let more = format!(r#" InResponseTo="{}""#, escape(&asked.id));
        let message = self.message("LogoutResponse", &id, destination, &more, &body, way);
        self.carry(
            "SAMLResponse",
            &message,
            way,
            destination,
            asked.relay_state.as_deref(),
            &id,
        )
    }
}

fn is_new(at: DateTime<Utc>, age: TimeDelta, now: DateTime<Utc>) -> bool {
    let old = now.signed_duration_since(at);
    old <= age && old >= -NEW
}
