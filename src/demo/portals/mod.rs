//! Three relying parties: one that needs an organisation, one that accepts either, one for citizens.

mod pages;
mod relying_party;
mod session;

pub use relying_party::{HttpAnswer, HttpClient, Unreachable};

use super::page;
use super::world::{Secrets, World};
use crate::clock::Clock;
use crate::random::Random;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use openidconnect::core::CoreAuthPrompt;
use protocol::oidc::client::ActingPolicy;
use relying_party::RelyingParty;
use serde::Deserialize;
use serde_json::json;
use session::{Pending, Sessions};
use std::sync::Arc;

/// A portal, as it presents itself and as it registers with the provider.
#[derive(Debug, Clone, Copy)]
pub struct Portal {
    /// First segment of its paths: `organisation`, `either`, `citizen`.
    pub path: &'static str,
    /// Its `client_id`.
    pub client_id: &'static str,
    /// Its name, Italian.
    pub name: &'static str,
    /// Its name in English and in German.
    pub names: [(&'static str, &'static str); 2],
    /// What it is for, Italian.
    pub about: &'static str,
    /// For whom people may come.
    pub acting: ActingPolicy,
    /// What it asks for, beside `openid`.
    pub scopes: &'static [&'static str],
    /// The roles it registers.
    pub roles: &'static [&'static str],
}

/// The three of them.
pub const PORTALS: [Portal; 3] = [
    Portal {
        path: "organisation",
        client_id: "fatture",
        name: "Fatture alla PA",
        names: [("en", "Invoices to public bodies"), ("de", "Rechnungen an Behörden")],
        about: "Le imprese mandano qui le fatture agli enti pubblici. Serve operare per un'organizzazione.",
        acting: ActingPolicy::Organisation,
        scopes: &["profile", "email", "fiscal_number", "organization"],
        roles: &["invoice-submitter", "invoice-viewer"],
    },
    Portal {
        path: "either",
        client_id: "edilizia",
        name: "Sportello unico edilizia",
        names: [("en", "One-stop shop for building"), ("de", "Bauschalter")],
        about: "Pratiche edilizie, per sé o per un'organizzazione.",
        acting: ActingPolicy::Either,
        scopes: &["profile", "email", "fiscal_number", "organization"],
        roles: &["applicant", "clerk"],
    },
    Portal {
        path: "citizen",
        client_id: "anagrafe",
        name: "Anagrafe del cittadino",
        names: [("en", "Civil registry"), ("de", "Melderegister")],
        about: "Certificati e cambi di residenza. Solo per i cittadini, ciascuno per sé.",
        acting: ActingPolicy::Myself,
        scopes: &["profile", "email", "fiscal_number"],
        roles: &[],
    },
];

impl Portal {
    /// Its only redirect URI; `base` is the address of the portals.
    pub fn redirect_uri(&self, base: &str) -> String {
        format!("{base}/{}/callback", self.path)
    }

    /// Where people come back to after signing out.
    pub fn post_logout_redirect_uri(&self, base: &str) -> String {
        format!("{base}/{}/signed-out", self.path)
    }

    fn takes_organisations(&self) -> bool {
        self.acting != ActingPolicy::Myself
    }

    /// A name of its own: cookies ignore ports, so all demo sites on one address share a jar.
    fn cookie(&self) -> String {
        format!("demo-{}", self.client_id)
    }
}

/// A portal where it stands, with its secret and its visitors.
struct Site {
    portal: Portal,
    base: String,
    secret: String,
    sessions: Sessions,
}

struct Portals {
    sites: Vec<Site>,
    relying_party: RelyingParty,
    clock: Clock,
    random: Random,
}

/// The pages of the three portals: `/`, and for each `/{path}/` with `login`, `callback`, `claims`,
/// `switch`, `logout`, `signed-out`.
pub fn router(world: &World, secrets: &Secrets, http: HttpClient, clock: Clock, random: Random) -> Router {
    let site = |portal: Portal| Site {
        portal,
        base: world.portals_base.clone(),
        secret: secrets.of(portal.client_id).to_owned(),
        sessions: Sessions::default(),
    };
    let portals = Portals {
        sites: PORTALS.into_iter().map(site).collect(),
        relying_party: RelyingParty::new(&world.issuer, http, clock.clone()),
        clock,
        random,
    };
    Router::new()
        .route("/", get(|| async { pages::index() }))
        .route(
            "/{portal}",
            get(|Path(path): Path<String>| async move { Redirect::to(&format!("/{}/", find_path(&path))) }),
        )
        .route("/{portal}/", get(home))
        .route("/{portal}/login", get(login))
        .route("/{portal}/switch", get(switch))
        .route("/{portal}/callback", get(callback))
        .route("/{portal}/claims", get(claims))
        .route("/{portal}/logout", get(logout))
        .route("/{portal}/signed-out", get(signed_out))
        .merge(page::assets())
        .fallback(|| async { pages::unknown() })
        .with_state(Arc::new(portals))
}

/// Only a known path is ever redirected to.
fn find_path(path: &str) -> &'static str {
    PORTALS
        .iter()
        .find(|portal| portal.path == path)
        .map_or("", |portal| portal.path)
}

impl Portals {
    fn site(&self, path: &str) -> Result<&Site, Response> {
        self.sites
            .iter()
            .find(|site| site.portal.path == path)
            .ok_or_else(pages::unknown)
    }

    /// Sends the browser to the provider, and remembers what must come back.
    async fn depart(&self, path: &str, jar: CookieJar, prompt: Option<CoreAuthPrompt>) -> Result<Response, Response> {
        let site = self.site(path)?;
        let pending = Pending {
            state: self.random.secret(),
            nonce: self.random.secret(),
            code_verifier: self.random.secret(),
        };
        let url = self
            .relying_party
            .authorize(site, &pending, prompt)
            .await
            .map_err(|failure| site.failed(&failure))?;
        let (id, jar) = match site.visitor(&jar) {
            Some(id) => (id, jar),
            None => self.new_visitor(site, jar),
        };
        site.sessions.send_away(&id, pending, self.clock.now());
        Ok((jar, Redirect::to(url.as_str())).into_response())
    }

    fn new_visitor(&self, site: &Site, jar: CookieJar) -> (String, CookieJar) {
        let id = self.random.secret();
        let cookie = Cookie::build((site.portal.cookie(), id.clone()))
            .path(format!("/{}/", site.portal.path))
            .http_only(true)
            .same_site(SameSite::Lax);
        (id, jar.add(cookie))
    }
}

impl Site {
    fn visitor(&self, jar: &CookieJar) -> Option<String> {
        jar.get(&self.portal.cookie()).map(|cookie| cookie.value().to_owned())
    }

    fn failed(&self, failure: &relying_party::Failure) -> Response {
        tracing::warn!(portal = self.portal.client_id, %failure, "demo portal");
        let words = match failure {
            relying_party::Failure::Discovery(_) => "Il servizio di accesso non risponde. Riprova tra poco.",
            relying_party::Failure::TokenEndpoint(_) => "Il servizio di accesso non ha confermato il tuo accesso.",
            relying_party::Failure::Acting(_) => {
                "Il servizio di accesso ha risposto per qualcuno che questo portale non accetta."
            }
            _ => "La risposta del servizio di accesso non supera le verifiche di questo portale.",
        };
        pages::failed(&self.portal, StatusCode::BAD_GATEWAY, words, None)
    }
}

async fn home(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
) -> Result<Response, Response> {
    let site = portals.site(&path)?;
    Ok(match site.sessions.signed_in(site.visitor(&jar).as_deref()) {
        Some(who) => pages::signed_in(&site.portal, &who),
        None => pages::welcome(&site.portal),
    })
}

async fn login(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
) -> Result<Response, Response> {
    portals.depart(&path, jar, None).await
}

async fn switch(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
) -> Result<Response, Response> {
    portals.depart(&path, jar, Some(CoreAuthPrompt::SelectAccount)).await
}

/// What the provider sends back (RFC 6749 §4.1.2, RFC 9207).
#[derive(Deserialize)]
struct Callback {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

async fn callback(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
    Query(answer): Query<Callback>,
) -> Result<Response, Response> {
    let site = portals.site(&path)?;
    let visitor = site.visitor(&jar);
    let refuse = |words: &str| Err(pages::failed(&site.portal, StatusCode::BAD_REQUEST, words, None));
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
        return Err(pages::failed(&site.portal, StatusCode::FORBIDDEN, words, code));
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

async fn claims(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
) -> Result<Response, Response> {
    let site = portals.site(&path)?;
    let (status, body) = match site.sessions.signed_in(site.visitor(&jar).as_deref()) {
        Some(who) => (
            StatusCode::OK,
            json!({"id_token": who.id_claims, "userinfo": who.userinfo, "checks": who.checks}),
        ),
        None => (StatusCode::UNAUTHORIZED, json!({"error": "not signed in"})),
    };
    Ok((status, [(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response())
}

async fn logout(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
) -> Result<Response, Response> {
    let site = portals.site(&path)?;
    let Some(id) = site.visitor(&jar) else {
        return Ok(Redirect::to(&format!("/{}/", site.portal.path)).into_response());
    };
    // Here first: whatever happens at the provider, nobody stays signed in at the portal.
    let state = portals.random.secret();
    let who = site.sessions.sign_out(&id, &state, portals.clock.now());
    let url = portals
        .relying_party
        .end_session(site, who.as_ref().map(|who| who.id_token.as_str()), &state)
        .await
        .map_err(|failure| site.failed(&failure))?;
    Ok(match url {
        Some(url) => Redirect::to(url.as_str()).into_response(),
        None => pages::signed_out(&site.portal, true),
    })
}

#[derive(Deserialize)]
struct SignedOut {
    state: Option<String>,
}

async fn signed_out(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
    Query(answer): Query<SignedOut>,
) -> Result<Response, Response> {
    let site = portals.site(&path)?;
    let confirmed = site
        .sessions
        .came_back(site.visitor(&jar).as_deref(), answer.state.as_deref());
    Ok(pages::signed_out(&site.portal, confirmed))
}

#[cfg(test)]
mod tests;
