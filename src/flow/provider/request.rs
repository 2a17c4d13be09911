//! What an authorisation request asks, wherever it says so: beside itself, in a request object, at a registered address.

use super::client_keys::judge_by_keys;
use crate::flow::throttle::may_make_us_call;
use crate::flow::{Deps, FlowError};
use crate::outbound::http::Call;
use chrono::{DateTime, Utc};
use http::StatusCode;
use protocol::jose::{KeySet, SignedError};
use protocol::oidc::authorize::AuthorizationRequest;
use protocol::oidc::authorize::request_object::{self, By, Reason, RequestObject};
use protocol::oidc::client::Client;
use protocol::oidc::hint::Hint;
use protocol::oidc::parameters::Parameters;
use std::net::IpAddr;
use std::time::Duration;

/// How long a client may take to give its request object: a citizen waits.
const FETCH: Duration = Duration::from_secs(5);

/// `from`: where the request comes from, unless the client itself sent it. The parameters that count: those of the request object when there is one, and then no others (RFC 9101 §6.3).
///
/// # Errors
/// [`FlowError`] when a store fails; inside, why a request object is not believed.
pub(super) async fn asked(
    deps: &Deps,
    client: &Client,
    sent: &Parameters,
    from: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<RequestObject, Reason>, FlowError> {
    let (token, by) = match (sent.get("request"), sent.get("request_uri")) {
        (None, None) => {
            return Ok(Ok(RequestObject {
                parameters: sent.clone(),
                signed: false,
            }));
        }
        (Some(_), Some(_)) => return Ok(Err(Reason::Both)),
        (Some(token), None) => (token.to_owned(), By::Value),
        (None, Some(uri)) => match fetch(deps, client, uri, from, now).await? {
            Ok(token) => {
                let over_tls = uri.starts_with("https://");
                (token, By::Reference { over_tls })
            }
            Err(reason) => return Ok(Err(reason)),
        },
    };
    let judge = |keys: &KeySet| request_object::read(&token, client, keys, &deps.settings.issuer, by, now);
    let misses = |reason: &Reason| *reason == Reason::Token(SignedError::Signature);
    Ok(judge_by_keys(deps, client, now, judge, misses)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(client = %client.id, %error, "a request object cannot be judged");
            Err(Reason::NoKeys)
        }))
}

/// Only an address that is registered to the letter is fetched (attack 38), and only from where everybody may look.
async fn fetch(
    deps: &Deps,
    client: &Client,
    uri: &str,
    from: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<String, Reason>, FlowError> {
    if !client.metadata.registered_request_uri(uri) {
        return Ok(Err(Reason::UriNotRegistered));
    }
    // Anybody can send us there.
    Ok(match may_make_us_call(deps, from, now).await? {
        true => call(deps, client, uri).await,
        false => Err(Reason::UriUnreachable),
    })
}

async fn call(deps: &Deps, client: &Client, uri: &str) -> Result<String, Reason> {
    let call = Call::get(uri).within(FETCH).at_most(request_object::MAX_LENGTH);
    let answer = deps.http.call(call).await.map_err(|error| {
        tracing::info!(client = %client.id, %error, "request object cannot be fetched");
        Reason::UriUnreachable
    })?;
    if answer.status != StatusCode::OK {
        return Err(Reason::UriUnreachable);
    }
    let text = String::from_utf8(answer.body).map_err(|_| Reason::UriUnreachable)?;
    Ok(text.trim().to_owned())
}

/// What an `id_token_hint` of ours says, if it was given to this client: about whom `request` is, and for whom they
/// acted under the grant that it came from. A foreign one is no hint.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(super) async fn heed_hint(
    deps: &Deps,
    client: &Client,
    parameters: &Parameters,
    request: &mut AuthorizationRequest,
) -> Result<(), FlowError> {
    let hint = parameters
        .get("id_token_hint")
        .and_then(|token| Hint::read(token, &deps.oidc_keys(), &deps.settings.issuer))
        .filter(|hint| hint.client_id == client.id);
    let Some(hint) = hint else {
        return Ok(());
    };
    let grant = deps.store.grant(hint.sid).await?;
    request.acted = grant.filter(|grant| grant.ended_at.is_none()).map(|grant| grant.acting);
    request.hinted.insert(hint.subject);
    Ok(())
}
