//! Off to an identity provider of SPID or CIE, or to the eIDAS node: a signed AuthnRequest by HTTP-Redirect.

use super::begin::{begin, bind};
use super::page::{self, Closed};
use crate::flow::{Browser, Deps, FlowError};
use crate::login::{Login, Purpose, SamlRequest};
use chrono::{DateTime, Utc};
use domain::person::Level;
use protocol::keyring::SamlKey;
use protocol::oidc::authorize::Prompt;
use protocol::saml::authn_request::AuthnRequest;
use protocol::saml::{IdentityProvider, Profile, ServiceProvider, bindings};

/// Where the citizen goes.
#[derive(Debug)]
pub enum Sent {
    /// To the identity provider.
    Away {
        /// Its SSO location with the signed request.
        url: String,
        /// The secret of a new browser cookie, when a login without a portal began in a browser that had none.
        new_browser: Option<String>,
    },
    /// The login cannot go on.
    Closed(Closed),
    /// Not an identity provider that we know, that we can reach by HTTP-Redirect, and that the portal accepts.
    UnknownProvider,
}

/// Sends the citizen of login `id` (or, without one, of a new login that ends on the account page) to
/// the identity provider `entity_id` of `profile`, or to the only one there is.
///
/// # Errors
/// [`FlowError`] when a store fails or the request cannot be written.
pub async fn send(
    deps: &Deps,
    profile: Profile,
    id: Option<&str>,
    entity_id: Option<&str>,
    level: Option<Level>,
    browser: Browser,
) -> Result<Sent, FlowError> {
    let now = deps.clock.now();
    let idp = match entity_id {
        Some(entity_id) => deps.identity_provider(profile, entity_id),
        None => deps.only_identity_provider(profile),
    };
    let Some((idp, destination)) = idp.and_then(|idp| Some((idp, idp.sso_redirect.as_deref()?))) else {
        return Ok(Sent::UnknownProvider);
    };
    let record = profile.record();
    let (Some(service_provider), Some(key)) = (deps.settings.service_provider(record), deps.saml_key(record)) else {
        return Ok(Sent::UnknownProvider);
    };
    let (login, new_browser) = match id {
        Some(id) => match page::open(deps, Some(id), browser, now).await? {
            // The login page does not offer it; an address can be typed.
            Ok(open) if !page::accepts(open.client.as_ref(), profile.method()) => return Ok(Sent::UnknownProvider),
            Ok(open) => (open.login, None),
            Err(closed) => return Ok(Sent::Closed(closed)),
        },
        None => begin_for_account(deps, level.unwrap_or(Level::L2), browser, now).await?,
    };
    let asking = Asking {
        profile,
        service_provider,
        key,
        idp,
        destination,
    };
    let url = request(deps, &login, asking, now).await?;
    Ok(Sent::Away { url, new_browser })
}

async fn begin_for_account(
    deps: &Deps,
    level: Level,
    mut browser: Browser,
    now: DateTime<Utc>,
) -> Result<(Login, Option<String>), FlowError> {
    let mut login = begin(deps, Purpose::Account { level }, now);
    let new_browser = bind(deps, &mut login, &mut browser);
    deps.store.brief.put_login(&login, now).await?;
    Ok((login, new_browser))
}

/// Who asks whom, and where.
struct Asking<'a> {
    profile: Profile,
    service_provider: &'a ServiceProvider,
    key: &'a SamlKey,
    idp: &'a IdentityProvider,
    destination: &'a str,
}

async fn request(deps: &Deps, login: &Login, asking: Asking<'_>, now: DateTime<Utc>) -> Result<String, FlowError> {
    let level = login.wanted_level();
    let request = AuthnRequest {
        id: format!("_{}", deps.random.name()),
        issue_instant: now,
        destination: asking.destination.to_owned(),
        level,
        force_authn: force_authn(login),
        profile: asking.profile,
    };
    let document = request.to_xml(asking.service_provider);
    let relay_state = deps.random.name();
    let url = bindings::redirect(&document, asking.destination, &relay_state, &asking.key.key)
        .map_err(|error| FlowError::Message(error.to_string()))?;
    deps.store
        .brief
        .put_saml_request(
            &SamlRequest {
                id: request.id,
                login: login.id.clone(),
                profile: asking.profile,
                identity_provider: asking.idp.entity_id.clone(),
                level,
                issue_instant: now,
                relay_state,
                document,
                expires_at: login.expires_at,
            },
            now,
        )
        .await?;
    Ok(url)
}

/// What the portal wants authenticated anew, beside what the rules do.
fn force_authn(login: &Login) -> bool {
    login
        .request()
        .is_some_and(|r| r.prompt.contains(&Prompt::Login) || r.max_age.is_some())
}
