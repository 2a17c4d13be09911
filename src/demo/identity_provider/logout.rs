//! Single logout as identity providers do it (SAML profiles §4.4; regole tecniche SPID): asked by a service,
//! or begun here and told to every service of the session, one after the other through the browser.

use super::answer::{NAMESPACES, STATUS, instant};
use super::request::{Arrival, Fault};
use super::service_provider::{ServiceProvider, Way};
use super::sessions::{Leaving, Session};
use super::{IdentityProvider, NEW, THOUGHT_OVER, pages};
use crate::demo::page::escape;
use axum::extract::{Form, Query, RawQuery, State};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use protocol::saml::Profile;
use samael::schema::{LogoutRequest, LogoutResponse};
use serde::Deserialize;
use std::io::Write as _;
use std::sync::Arc;
use url::form_urlencoded::Serializer;

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const COOKIE_NAME: &str = "varco_demo_idp";

/// What the person lets the service hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Complete,
    Partial,
    /// As the Ministry's: the session ends, and nothing comes back.
    Silent,
}

/// A LogoutRequest whose sender is known.
struct Asked {
    id: String,
    name_id: String,
    provider: ServiceProvider,
    relay_state: Option<String>,
}

/// The two forms that come here.
#[derive(Deserialize)]
pub(super) struct LogoutForm {
    #[serde(rename = "SAMLRequest")]
    request: Option<String>,
    #[serde(rename = "SAMLResponse")]
    response: Option<String>,
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
    query: Option<String>,
    verdict: Option<Verdict>,
}

pub(super) async fn by_redirect(State(provider): State<Arc<IdentityProvider>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    match query.contains("SAMLResponse=") {
        true => provider.answered(&Arrival::Redirect(query)).await,
        false => provider.asked(&Arrival::Redirect(query)).await,
    }
}

pub(super) async fn by_post(State(provider): State<Arc<IdentityProvider>>, Form(form): Form<LogoutForm>) -> Response {
    let arrival = |message| Arrival::Post {
        request: message,
        relay_state: form.relay_state.clone(),
    };
    match form.response {
        Some(response) => provider.answered(&arrival(response)).await,
        None => provider.asked(&arrival(form.request.unwrap_or_default())).await,
    }
}

/// What the person pressed on the page of a request.
pub(super) async fn decide(State(provider): State<Arc<IdentityProvider>>, Form(form): Form<LogoutForm>) -> Response {
    let arrival = match form.query {
        Some(query) => Arrival::Redirect(query),
        None => Arrival::Post {
            request: form.request.unwrap_or_default(),
            relay_state: form.relay_state,
        },
    };
    match provider.logout_request(&arrival, THOUGHT_OVER).await {
        Ok(asked) => provider.decided(&asked, &arrival, form.verdict.unwrap_or(Verdict::Complete)),
        Err(fault) => pages::refused(fault),
    }
}

/// "Esci da tutti i servizi", on the home page: links, because a redirect that follows a form is governed by
/// `form-action`.
#[derive(Deserialize)]
pub(super) struct Begin {
    #[serde(default)]
    by_post: bool,
}

pub(super) async fn begin(
    State(provider): State<Arc<IdentityProvider>>,
    headers: HeaderMap,
    Query(asked): Query<Begin>,
) -> Response {
    match cookie(&headers).and_then(|cookie| provider.sessions.end_of(cookie)) {
        Some(session) => provider.tell_next(session, true, asked.by_post).await,
        None => pages::signed_out(true),
    }
}

/// The cookie of a session here.
pub(super) fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}

/// Sets it.
pub(super) fn remember(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(&format!("{COOKIE_NAME}={cookie}; Path=/; HttpOnly; SameSite=Lax")) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

impl IdentityProvider {
    /// A request arrives: the person is asked what the answer shall be.
    async fn asked(&self, arrival: &Arrival) -> Response {
        match self.logout_request(arrival, NEW).await {
            // The Ministry's asks nothing and answers nothing.
            Ok(asked) if self.profile == Profile::Cie => self.decided(&asked, arrival, Verdict::Silent),
            Ok(asked) => pages::leave(self.profile, &asked.provider, arrival),
            Err(fault) => pages::refused(fault),
        }
    }

    async fn logout_request(&self, arrival: &Arrival, age: TimeDelta) -> Result<Asked, Fault> {
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
    fn decided(&self, asked: &Asked, arrival: &Arrival, verdict: Verdict) -> Response {
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
    async fn answered(&self, arrival: &Arrival) -> Response {
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

    fn message(&self, element: &str, id: &str, destination: &str, more: &str, body: &str, way: Way) -> String {
        let entity_id = escape(&self.entity_id);
        let signature = match way {
            Way::Redirect => String::new(),
            Way::Post => self.signer.template(id),
        };
        format!(
            r#"<samlp:{element} {NAMESPACES} ID="{id}" Version="2.0" IssueInstant="{}" Destination="{}"{more}><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="{entity_id}">{entity_id}</saml:Issuer>{signature}{body}</samlp:{element}>"#,
            instant(self.clock.now()),
            escape(destination),
        )
    }

    /// Signs a message and sends the browser off with it.
    fn carry(
        &self,
        parameter: &str,
        message: &str,
        way: Way,
        destination: &str,
        relay_state: Option<&str>,
        id: &str,
    ) -> Response {
        let sent = match way {
            Way::Redirect => self.redirected(parameter, message, destination, relay_state),
            Way::Post => self.signer.sign(message).ok().and_then(|signed| {
                let why = "Se la pagina non cambia da sola, premi Continua.";
                pages::send(destination, parameter, &STANDARD.encode(signed), relay_state, why)
            }),
        };
        sent.unwrap_or_else(|| {
            tracing::error!(id, "demo identity provider cannot send");
            pages::broken()
        })
    }

    fn redirected(&self, parameter: &str, xml: &str, destination: &str, relay_state: Option<&str>) -> Option<Response> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(xml.as_bytes()).ok()?;
        let packed = STANDARD.encode(encoder.finish().ok()?);
        let mut query = Serializer::new(String::new());
        query.append_pair(parameter, &packed);
        if let Some(relay_state) = relay_state {
            query.append_pair("RelayState", relay_state);
        }
        let signed = query.append_pair("SigAlg", RSA_SHA256).finish();
        let signature = STANDARD.encode(self.signer.sign_query(&signed).ok()?);
        let signature = Serializer::new(String::new())
            .append_pair("Signature", &signature)
            .finish();
        let separator = if destination.contains('?') { '&' } else { '?' };
        let location = HeaderValue::from_str(&format!("{destination}{separator}{signed}&{signature}")).ok()?;
        Some((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response())
    }
}

fn is_new(at: DateTime<Utc>, age: TimeDelta, now: DateTime<Utc>) -> bool {
    let old = now.signed_duration_since(at);
    old <= age && old >= -NEW
}
