//! A SPID identity provider for tests, and beside it those of CIE and of the eIDAS node: no password, any
//! person of the demo, any level, any error.
//!
//! It remembers nothing but the sessions of level 1. A request travels in its pages and is checked again,
//! signature included, when the person answers.

mod answer;
mod logout;
mod metadata;
mod pages;
mod request;
mod service_provider;
mod sessions;
mod signer;
mod sso;

pub use metadata::MARKER;
pub use signer::SignerError;

use super::page;
use super::people::Resident;
use crate::clock::Clock;
use crate::random::Random;
use answer::{Addressee, Envelope, Subject};
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use domain::person::Level;
use protocol::saml::Profile;
use request::{Arrival, Fault, Opened, Request};
use samael::schema::AuthnRequest;
use service_provider::ServiceProvider;
use sessions::{Place, Session, Sessions};
use signer::Signer;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// How old a request may be when it arrives.
const NEW: TimeDelta = TimeDelta::minutes(5);
/// And when the person has chosen: whether that is too late is for the service provider to say.
const THOUGHT_OVER: TimeDelta = TimeDelta::hours(1);

/// Finds the metadata of the service provider with this entityID, as AgID's registry would; `None`
/// when there is none (or it cannot be reached).
pub type Registry = Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = Option<String>> + Send>> + Send + Sync>;

/// The identity provider.
pub struct IdentityProvider {
    profile: Profile,
    entity_id: String,
    signer: Signer,
    registry: Registry,
    clock: Clock,
    random: Random,
    sessions: Sessions,
}

/// Several of them on one host, each under a path of its own.
pub fn router(providers: impl IntoIterator<Item = IdentityProvider>) -> Router {
    providers
        .into_iter()
        .fold(page::assets(), |host, provider| match provider.path() {
            "" => host.merge(provider.router()),
            path => host.nest(path, provider.router()),
        })
}

impl IdentityProvider {
    /// `profile` is what it plays, `base` both its address and its entityID (`http://127.0.0.2:8082`, no final
    /// slash);
    /// `key_pem` a PKCS#8 RSA key, `certificate_pem` its certificate, used for nothing else.
    ///
    /// # Errors
    /// [`SignerError`] when the key or the certificate cannot be read.
    pub fn new(
        profile: Profile,
        base: &str,
        key_pem: &str,
        certificate_pem: &str,
        registry: Registry,
        clock: Clock,
        random: Random,
    ) -> Result<IdentityProvider, SignerError> {
        Ok(IdentityProvider {
            profile,
            entity_id: base.to_owned(),
            signer: Signer::new(key_pem, certificate_pem)?,
            registry,
            clock,
            random,
            sessions: Sessions::default(),
        })
    }

    /// Its metadata: a signed EntityDescriptor, marked as the demo's.
    ///
    /// # Errors
    /// [`SignerError::Xml`] when libxmlsec1 refuses the key.
    pub fn metadata(&self) -> Result<String, SignerError> {
        metadata::entity(self.profile, &self.entity_id, &self.signer)
    }

    /// Its pages: `/`, `/metadata`, `/sso` (both bindings), `/answer`, `/slo` (both bindings).
    fn router(self) -> Router {
        Router::new()
            .route("/", get(get_home))
            .route("/metadata", get(get_metadata))
            .route("/sso", get(sso::by_redirect).post(sso::by_post))
            .route("/answer", post(sso::answer))
            .route("/slo", get(logout::by_redirect).post(logout::by_post))
            .route("/slo/answer", post(logout::decide))
            .route("/slo/begin", get(logout::begin))
            .layer(DefaultBodyLimit::max(256 * 1024))
            .with_state(Arc::new(self))
    }

    /// Where its pages begin on the host that it shares with the others.
    fn path(&self) -> &'static str {
        pages::path(self.profile)
    }

    fn envelope(&self) -> Envelope<'_> {
        Envelope {
            profile: self.profile,
            entity_id: &self.entity_id,
            signer: &self.signer,
            random: &self.random,
            now: self.clock.now(),
        }
    }

    /// Who sent it: decoded, the sender's metadata found, its signature verified. What fails here is
    /// told to the person, never to the service provider: nobody knows who that is.
    async fn open(&self, arrival: &Arrival) -> Result<Opened, Fault> {
        let (xml, relay_state) = arrival.decode("SAMLRequest")?;
        let message: AuthnRequest = xml.parse().map_err(|_| Fault {
            code: 8,
            why: "la richiesta non è una AuthnRequest",
        })?;
        let provider = self.known(message.issuer_value().unwrap_or_default().trim()).await?;
        arrival.verify("SAMLRequest", &xml, &message.id, message.signature.as_ref(), &provider)?;
        Ok(Opened {
            message,
            relay_state,
            provider,
        })
    }

    /// The service provider with this entityID.
    async fn known(&self, entity_id: &str) -> Result<ServiceProvider, Fault> {
        let metadata = (self.registry)(entity_id.to_owned()).await;
        metadata
            .and_then(|metadata| ServiceProvider::read(&metadata))
            .filter(|provider| provider.entity_id == entity_id)
            .ok_or(Fault {
                code: 10,
                why: "Issuer non è un fornitore di servizi conosciuto",
            })
    }

    /// The names for an answer at `level`, and the cookie of the session that it opens or joins.
    fn subject(
        &self,
        request: &Request,
        person: &Resident,
        level: Level,
        cookie: Option<&str>,
    ) -> (Subject, Option<String>) {
        let name_id = format!("_{}", self.random.name());
        let mut subject = Subject {
            name_id: name_id.clone(),
            session_index: None,
        };
        if level > Level::L1 || self.profile == Profile::Cie {
            return (subject, None);
        }
        let place = Place {
            provider: request.provider.entity_id.clone(),
            name: request.provider.name.clone(),
            name_id,
        };
        let fresh = Session {
            cookie: self.random.secret(),
            index: format!("_{}", self.random.name()),
            person: person.key().to_owned(),
            places: Vec::new(),
        };
        let (cookie, index) = self.sessions.join(cookie, person.key(), place, fresh);
        subject.session_index = Some(index);
        (subject, Some(cookie))
    }

    /// The request, or the page that ends it.
    async fn receive(&self, arrival: &Arrival, age: TimeDelta) -> Result<Request, Response> {
        let opened = self.open(arrival).await.map_err(pages::refused)?;
        opened
            .check(self.profile, &format!("{}/sso", self.entity_id), age, self.clock.now())
            .map_err(|(fault, opened)| self.tell(fault, &opened))
    }

    /// A rule was broken by a sender that is known: the service provider is told, on its default consumer.
    fn tell(&self, fault: Fault, opened: &Opened) -> Response {
        let Some(consumer) = opened.provider.default_consumer() else {
            return pages::refused(fault);
        };
        let addressee = Addressee {
            request: &opened.message.id,
            consumer,
        };
        let why = format!(
            "La richiesta del servizio non rispetta le regole SPID (errore nr{:02}: {}).",
            fault.code, fault.why
        );
        self.send(
            self.envelope().error(&addressee, fault.code),
            consumer,
            opened.relay_state.as_deref(),
            &why,
        )
    }

    fn send(
        &self,
        response: Result<String, SignerError>,
        consumer: &str,
        relay_state: Option<&str>,
        why: &str,
    ) -> Response {
        match response {
            Ok(xml) => pages::send(consumer, "SAMLResponse", &STANDARD.encode(xml), relay_state, why)
                .unwrap_or_else(pages::broken),
            Err(error) => {
                tracing::error!(%error, "demo identity provider cannot sign");
                pages::broken()
            }
        }
    }
}

async fn get_home(State(provider): State<Arc<IdentityProvider>>, headers: HeaderMap) -> Response {
    let session = logout::cookie(&headers).and_then(|cookie| provider.sessions.of(cookie));
    pages::home(provider.profile, session.as_ref())
}

async fn get_metadata(State(provider): State<Arc<IdentityProvider>>) -> Response {
    match provider.metadata() {
        Ok(xml) => ([(header::CONTENT_TYPE, "application/samlmetadata+xml")], xml).into_response(),
        Err(error) => {
            tracing::error!(%error, "demo identity provider cannot sign");
            pages::broken()
        }
    }
}

#[cfg(test)]
mod tests;
