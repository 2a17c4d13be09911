//! Off to the identity provider: a signed AuthnRequest by HTTP-Redirect or HTTP-POST.

use super::begin::{begin, bind};
use super::page::{self, Closed};
use crate::flow::{Browser, Deps, FlowError};
use crate::login::{Login, Purpose, SamlRequest};
use chrono::{DateTime, Utc};
use domain::person::{Level, Method};
use protocol::keyring::SamlKey;
use protocol::oidc::authorize::Prompt;
use protocol::saml::IdentityProvider;
use protocol::saml::authn_request::AuthnRequest;
use protocol::saml::bindings::{self, Binding, BindingError, Message, PostForm};

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
        /// The secret of a new browser cookie, when a login without a portal began in a browser that had none.
        new_browser: Option<String>,
    },
    /// The login cannot go on.
    Closed(Closed),
    /// Not an identity provider that we know and that the portal accepts.
    UnknownProvider,
}

/// Sends the citizen of login `id` (or, without one, of a new login that ends on the account page) to
/// the identity provider `entity_id`.
///
/// # Errors
/// [`FlowError`] when a store fails or the request cannot be written.
pub async fn send(
    deps: &Deps,
    id: Option<&str>,
    entity_id: &str,
    level: Option<Level>,
    browser: Browser,
) -> Result<Sent, FlowError> {
    let now = deps.clock.now();
    let binding = deps.settings.spid.binding;
    let Some((idp, way)) = deps.identity_providers.get(entity_id).and_then(|idp| {
        let way = binding.choose(idp.sso_redirect.as_deref(), idp.sso_post.as_deref())?;
        Some((idp, way))
    }) else {
        return Ok(Sent::UnknownProvider);
    };
    let (login, new_browser) = match id {
        Some(id) => match page::open(deps, Some(id), browser, now).await? {
            // The login page does not offer it; an address can be typed.
            Ok(open) if !page::accepts(open.client.as_ref(), Method::Spid) => return Ok(Sent::UnknownProvider),
            Ok(open) => (open.login, None),
            Err(closed) => return Ok(Sent::Closed(closed)),
        },
        None => begin_for_account(deps, level.unwrap_or(Level::L2), browser, now).await?,
    };
    let by = request(deps, &login, idp, way, now).await?;
    Ok(Sent::Away { by, new_browser })
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
    idp: &IdentityProvider,
    (binding, destination): (Binding, &str),
    now: DateTime<Utc>,
) -> Result<Departure, FlowError> {
    let level = login.wanted_level();
    let request = AuthnRequest {
        id: format!("_{}", deps.random.name()),
        issue_instant: now,
        destination: destination.to_owned(),
        level,
        force_authn: force_authn(login, level),
    };
    let document = request.to_xml(&deps.settings.spid);
    let relay_state = deps.random.name();
    let (by, document) = depart(binding, document, destination, &relay_state, &deps.keyring.spid)
        .map_err(|error| FlowError::Message(error.to_string()))?;
    deps.store
        .brief
        .put_saml_request(
            &SamlRequest {
                id: request.id,
                login: login.id.clone(),
                identity_provider: idp.entity_id.clone(),
                level,
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

/// Levels 2 and 3 always authenticate anew (SPID regole tecniche); level 1 does when the portal wants it.
fn force_authn(login: &Login, level: Level) -> bool {
    level > Level::L1
        || login
            .request()
            .is_some_and(|r| r.prompt.contains(&Prompt::Login) || r.max_age.is_some())
}
