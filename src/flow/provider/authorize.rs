//! `/authorize`: from a portal's request to the first thing the citizen has to do.

use crate::flow::sign_in::advance::{Advanced, advance};
use crate::flow::sign_in::begin::{begin as begin_login, bind};
use crate::flow::{Browser, Deps, FlowError, Next};
use crate::login::{LoginId, Purpose};
use protocol::oidc::authorize::{AuthorizationRequest, Refused, Untrusted, check, destination};
use protocol::oidc::client::Client;
use protocol::oidc::hint::Hint;
use protocol::oidc::parameters::{ParameterError, Parameters};

/// What became of an authorisation request.
#[derive(Debug)]
pub enum Begun {
    /// The client or its redirect URI cannot be trusted: a page, never a redirect.
    Untrusted(Untrusted),
    /// The parameters cannot be read at all, nor therefore the redirect URI: a page as well.
    Unreadable(ParameterError),
    /// The request is bad in another way: the portal is told.
    Refused {
        /// Where the error goes, complete.
        url: String,
        /// For the log.
        refused: Refused,
    },
    /// The citizen goes on. A new browser gets a cookie with this secret.
    Goes {
        /// Where.
        next: Next,
        /// The secret of a new browser cookie, when the browser had none.
        new_browser: Option<String>,
        /// Languages that the portal wishes, best first.
        ui_locales: Vec<String>,
    },
    /// A cross-site POST: no cookie came, so the same-site GET that follows binds the browser.
    Stored {
        /// The login.
        login: LoginId,
        /// Languages that the portal wishes, best first.
        ui_locales: Vec<String>,
    },
}

/// Begins a login from the query of a GET.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn begin(deps: &Deps, query: &str, mut browser: Browser) -> Result<Begun, FlowError> {
    let now = deps.clock.now();
    let (client, request) = match read(deps, query).await? {
        Ok(read) => read,
        Err(refusal) => return Ok(refusal),
    };
    let ui_locales = request.ui_locales.clone();
    let mut login = begin_login(deps, Purpose::Portal(Box::new(request)), now);
    let new_browser = bind(deps, &mut login, &mut browser);
    let Advanced { next, .. } = advance(deps, login, Some(client), browser, now).await?;
    Ok(Begun::Goes {
        next,
        new_browser,
        ui_locales,
    })
}

/// Begins a login from the body of a POST, whose sender may be another site.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn begin_by_post(deps: &Deps, form: &str) -> Result<Begun, FlowError> {
    let now = deps.clock.now();
    let (_, request) = match read(deps, form).await? {
        Ok(read) => read,
        Err(refusal) => return Ok(refusal),
    };
    let ui_locales = request.ui_locales.clone();
    let login = begin_login(deps, Purpose::Portal(Box::new(request)), now);
    deps.store.brief.put_login(&login, now).await?;
    Ok(Begun::Stored {
        login: login.id,
        ui_locales,
    })
}

async fn read(deps: &Deps, raw: &str) -> Result<Result<(Client, AuthorizationRequest), Begun>, FlowError> {
    let parameters = match Parameters::parse(raw) {
        Ok(parameters) => parameters,
        Err(error) => return Ok(Err(Begun::Unreadable(error))),
    };
    let client = match parameters.get("client_id") {
        Some(id) => deps.store.client(id).await?,
        None => None,
    };
    let destination = match destination(&parameters, client.as_ref()) {
        Ok(destination) => destination,
        Err(untrusted) => return Ok(Err(Begun::Untrusted(untrusted))),
    };
    let Some(client) = client else {
        return Ok(Err(Begun::Untrusted(Untrusted::UnknownClient)));
    };
    match check(&parameters, &client, &destination) {
        Ok(mut request) => {
            request.hinted = parameters
                .get("id_token_hint")
                .and_then(|token| Hint::read(token, &deps.oidc_keys(), &deps.settings.issuer))
                .filter(|hint| hint.client_id == client.id)
                .map(|hint| hint.person);
            Ok(Ok((client, request)))
        }
        Err(refused) => {
            let url = destination.with_error(&deps.settings.issuer, refused.code);
            Ok(Err(Begun::Refused { url, refused }))
        }
    }
}
