//! Off to an identity provider of SPID or CIE, or to the eIDAS node: a signed AuthnRequest by
//! HTTP-Redirect or HTTP-POST.

use super::begin::{begin, bind};
use super::page::{self, Closed};
use crate::flow::{Browser, Deps, FlowError};
use crate::login::{Login, Purpose, SamlRequest};
use chrono::{DateTime, Utc};
use domain::person::Level;
use protocol::keyring::SamlKey;
use protocol::oidc::authorize::Prompt;
use protocol::oidc::client::Client;
use protocol::saml::authn_request::AuthnRequest;
use protocol::saml::bindings::{self, Binding, BindingError, Message, PostForm};
use protocol::saml::{IdentityProvider, Profile, ServiceProvider};

/// How the browser carries a request to the identity provider.
#[derive(Debug)]
pub enum Departure {
    /// A redirect to this address.
    Redirect(String),
    /// A page that posts this form.
    Post(Box<PostForm>),
}

/// Where the citizen goes.
#[derive(Debug)]
pub enum Sent {
    /// To the identity provider.
    Away {
        /// The signed request, and how it travels.
        by: Departure,
        /// entityID of that identity provider.
        identity_provider: String,
        /// The secret of a new browser cookie, when a login without a portal began in a browser that had none.
        new_browser: Option<String>,
    },
    /// The login cannot go on.
    Closed(Closed),
    /// Not an identity provider that we know and that the portal accepts.
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
        Some(entity_id) => deps.identity_provider(profile, entity_id, now),
        None => deps.only_identity_provider(profile, now),
    };
    let Some(asking) = idp.as_deref().and_then(|idp| asking(deps, profile, idp)) else {
        return Ok(Sent::UnknownProvider);
    };
    let (login, client, new_browser) = match id {
        Some(id) => match page::open(deps, Some(id), browser, now).await? {
            // The login page does not offer it; an address can be typed.
            Ok(open) if !open.login.answered_by(profile.method(), open.client.as_ref()) => {
                return Ok(Sent::UnknownProvider);
            }
            Ok(open) => (open.login, open.client, None),
            Err(closed) => return Ok(Sent::Closed(closed)),
        },
        None => {
            let (login, new_browser) = begin_for_account(deps, level.unwrap_or(Level::L2), browser, now).await?;
            (login, None, new_browser)
        }
    };
    let identity_provider = asking.idp.entity_id.clone();
    let by = request(deps, &login, client.as_ref(), asking, now).await?;
    Ok(Sent::Away {
        by,
        identity_provider,
        new_browser,
    })
}

/// Who asks whom, and how.
struct Asking<'a> {
    profile: Profile,
    service_provider: &'a ServiceProvider,
    key: &'a SamlKey,
    idp: &'a IdentityProvider,
    binding: Binding,
    destination: &'a str,
}

/// `None`: no record of ours to ask with, or no address where this one can be asked.
fn asking<'a>(deps: &'a Deps, profile: Profile, idp: &'a IdentityProvider) -> Option<Asking<'a>> {
    let service_provider = deps.settings.service_provider(profile.record())?;
    let (sso_redirect, sso_post) = (idp.sso_redirect.as_deref(), idp.sso_post.as_deref());
    let (binding, destination) = service_provider.binding.choose(sso_redirect, sso_post)?;
    Some(Asking {
        profile,
        service_provider,
        key: deps.saml_key(profile.record())?,
        idp,
        binding,
        destination,
    })
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

async fn request(
    deps: &Deps,
    login: &Login,
    client: Option<&Client>,
    asking: Asking<'_>,
    now: DateTime<Utc>,
) -> Result<Departure, FlowError> {
    let level = login.wanted_level();
    let Some(asked) = deps.settings.asked(asking.profile, login, client) else {
        return Err(FlowError::Message("a record without attributes".to_owned()));
    };
    let request = AuthnRequest {
        id: format!("_{}", deps.random.name()),
        issue_instant: now,
        destination: asking.destination.to_owned(),
        level,
        force_authn: force_authn(login),
        profile: asking.profile,
        attribute_set: asked.index,
        purpose: login.wanted_spid_purpose(),
    };
    let document = request.to_xml(asking.service_provider);
    let relay_state = deps.random.name();
    let (by, document) = depart(asking.binding, document, asking.destination, &relay_state, asking.key)
        .map_err(|error| FlowError::Message(error.to_string()))?;
    deps.store
        .brief
        .put_saml_request(
            &SamlRequest {
                id: request.id,
                login: login.id.clone(),
                client_id: login.request().map(|request| request.client_id.clone()),
                profile: asking.profile,
                identity_provider: asking.idp.entity_id.clone(),
                level,
                attributes: asked.attributes.to_vec(),
                issue_instant: now,
                relay_state,
                document,
                expires_at: login.expires_at,
            },
            now,
        )
        .await?;
    Ok(by)
}

/// Signs, and gives back the document as it is sent: with its signature inside, by HTTP-POST.
fn depart(
    binding: Binding,
    document: String,
    destination: &str,
    relay_state: &str,
    key: &SamlKey,
) -> Result<(Departure, String), BindingError> {
    match binding {
        Binding::Redirect => {
            let url = bindings::redirect(Message::Request, &document, destination, Some(relay_state), &key.key)?;
            Ok((Departure::Redirect(url), document))
        }
        Binding::Post => {
            let form = bindings::post(Message::Request, &document, destination, Some(relay_state), key)?;
            let document = form.document.clone();
            Ok((Departure::Post(Box::new(form)), document))
        }
    }
}

/// What the portal wants authenticated anew, beside what the rules do.
fn force_authn(login: &Login) -> bool {
    login
        .request()
        .is_some_and(|r| r.prompt.contains(&Prompt::Login) || r.max_age.is_some())
}
