//! Three relying parties: one that needs an organisation, one that accepts either, one for citizens.

mod callback;
mod pages;
mod portal;
mod relying_party;
mod session;
mod signed_in;

pub use portal::{PORTALS, Portal};
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
use relying_party::RelyingParty;
use serde::Deserialize;
use serde_json::json;
use session::{Pending, Sessions};
use std::sync::Arc;

/// A portal where it stands, with its secret and its visitors.
struct Site {
    portal: Portal,
    base: String,
    secret: String,
    sessions: Sessions,
}

/// A page that ends a request early.
struct Refused(Box<Response>);

impl From<Response> for Refused {
    fn from(page: Response) -> Refused {
        Refused(Box::new(page))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
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
        .route("/{portal}/callback", get(callback::callback))
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
    fn site(&self, path: &str) -> Result<&Site, Refused> {
        self.sites
            .iter()
            .find(|site| site.portal.path == path)
            .ok_or_else(|| pages::unknown().into())
    }

    /// Sends the browser to the provider, and remembers what must come back.
    async fn depart(&self, path: &str, jar: CookieJar, prompt: Option<CoreAuthPrompt>) -> Result<Response, Refused> {
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

    fn failed(&self, failure: &relying_party::Failure) -> Refused {
        tracing::warn!(portal = self.portal.client_id, %failure, "demo portal");
        let words = match failure {
            relying_party::Failure::Discovery(_) => "Il servizio di accesso non risponde. Riprova tra poco.",
            relying_party::Failure::TokenEndpoint(_) => "Il servizio di accesso non ha confermato il tuo accesso.",
            relying_party::Failure::Acting(_) => {
                "Il servizio di accesso ha risposto per qualcuno che questo portale non accetta."
            }
            _ => "La risposta del servizio di accesso non supera le verifiche di questo portale.",
        };
        pages::failed(&self.portal, StatusCode::BAD_GATEWAY, words, None).into()
    }
}

async fn home(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
) -> Result<Response, Refused> {
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
) -> Result<Response, Refused> {
    portals.depart(&path, jar, None).await
}

async fn switch(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
) -> Result<Response, Refused> {
    portals.depart(&path, jar, Some(CoreAuthPrompt::SelectAccount)).await
}

async fn claims(
    State(portals): State<Arc<Portals>>,
    Path(path): Path<String>,
    jar: CookieJar,
) -> Result<Response, Refused> {
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
) -> Result<Response, Refused> {
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
) -> Result<Response, Refused> {
    let site = portals.site(&path)?;
    let confirmed = site
        .sessions
        .came_back(site.visitor(&jar).as_deref(), answer.state.as_deref());
    Ok(pages::signed_out(&site.portal, confirmed))
}

#[cfg(test)]
mod tests;
