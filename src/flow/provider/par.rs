//! `/par`: a client leaves its request with us before it sends the browser (RFC 9126).

use super::request::{asked, heed_hint};
use super::{Call, Refused, client, proved_key};
use crate::flow::{Deps, FlowError};
use crate::login::LoginId;
use crate::store::PushedRequest;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::oidc::authorize::{Arrival, AuthorizationRequest, Reason, check, destination};
use protocol::oidc::client::Client;
use protocol::oidc::dpop;
use protocol::oidc::hash_secret;
use protocol::oidc::parameters::Parameters;
use std::fmt;

/// What stands before the secret in a `request_uri` of ours (RFC 9126 §2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// How long the browser may take to come with it. Then it has as long as every login.
const LIFETIME: TimeDelta = TimeDelta::seconds(90);

/// What the client gets.
#[derive(Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Names the request; good for one completed authorisation.
    pub request_uri: String,
    /// Until the browser has to come with it.
    pub expires_in: TimeDelta,
}

impl fmt::Debug for Pushed {
    /// Without the name: whoever knows it can begin with the request.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pushed")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// Takes a request, after every check that `/authorize` would make of it.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn push(deps: &Deps, call: &Call<'_>) -> Result<Result<Pushed, Refused>, FlowError> {
    let now = deps.clock.now();
    let sent = match Parameters::parse(call.form) {
        Ok(sent) => sent,
        Err(error) => return Ok(Err(Refused::because(&error))),
    };
    let client = match client::authenticate(deps, call, &sent, now).await? {
        Ok(client) => client,
        Err(refused) => return Ok(Err(refused)),
    };
    let mut request = match checked(deps, &client, &sent, now).await? {
        Ok(request) => request,
        Err(refused) => return Ok(Err(refused)),
    };
    // RFC 9449 §10.1: a proof here binds the code as `dpop_jkt` does, and both must name the same key.
    match proved_key(deps, call, now).await? {
        Ok(Some(jkt)) if request.asked.dpop_jkt.as_ref().is_some_and(|named| *named != jkt) => {
            return Ok(Err(Refused::because(&dpop::Reason::OtherKey)));
        }
        Ok(Some(jkt)) => request.asked.dpop_jkt = Some(jkt),
        Ok(None) => {}
        Err(refused) => return Ok(Err(refused)),
    }
    let secret = deps.random.secret();
    let name = hash_secret(&secret);
    request.pushed = Some(name);
    let pushed = PushedRequest {
        request,
        expires_at: now.checked_add_signed(LIFETIME).unwrap_or(now),
    };
    deps.store.brief.put_pushed_request(&name, &pushed, now).await?;
    Ok(Ok(Pushed {
        request_uri: format!("{PREFIX}{secret}"),
        expires_in: LIFETIME,
    }))
}

async fn checked(
    deps: &Deps,
    client: &Client,
    sent: &Parameters,
    now: DateTime<Utc>,
) -> Result<Result<AuthorizationRequest, Refused>, FlowError> {
    // RFC 9126 §2.1: "The request_uri authorization request parameter is one exception, and it MUST NOT be provided."
    if !sent.all("request_uri").is_empty() {
        return Ok(Err(Refused::because(&Reason::RequestInside)));
    }
    let asked = match asked(deps, client, sent, None, now).await? {
        Ok(asked) => asked,
        Err(reason) => return Ok(Err(Refused::because(&reason))),
    };
    let arrival = Arrival {
        pushed: true,
        signed: asked.signed,
    };
    let destination = match destination(&asked.parameters, Some(client)) {
        Ok(destination) => destination,
        Err(untrusted) => return Ok(Err(Refused::because(&untrusted))),
    };
    Ok(match check(&asked.parameters, client, &destination, arrival) {
        Ok(mut request) => {
            heed_hint(deps, client, &asked.parameters, &mut request).await?;
            Ok(request)
        }
        Err(refused) => Err(Refused::because(&refused.reason)),
    })
}

/// Whether a `request_uri` is one of ours.
pub(super) fn is_ours(request_uri: &str) -> bool {
    request_uri.starts_with(PREFIX)
}

/// The request behind a `request_uri` of ours, for the browser that brings it. Looking it up uses nothing up: a reload, or
/// a language link, may come with it again.
///
/// `None`: unknown, over, used up, of another client, or to an address that is not registered any more.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(super) async fn find(
    deps: &Deps,
    client: &Client,
    request_uri: &str,
    now: DateTime<Utc>,
) -> Result<Option<AuthorizationRequest>, FlowError> {
    let secret = request_uri.strip_prefix(PREFIX).unwrap_or_default();
    let pushed = deps.store.brief.pushed_request(&hash_secret(secret), now).await?;
    Ok(pushed.map(|pushed| pushed.request).filter(|request| {
        request.client_id == client.id
            && request
                .destination
                .as_ref()
                .is_some_and(|to| to.is_registered_by(client))
    }))
}

/// Uses up the pushed request that `login` began with, if it did: its authentication is complete. `false`: another login
/// that began with the same one was first (attack 38).
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(in crate::flow) async fn use_up(
    deps: &Deps,
    request: &AuthorizationRequest,
    login: &LoginId,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let Some(name) = &request.pushed else {
        return Ok(true);
    };
    // As long as a login lasts that another tab may have begun with it.
    let until = now
        .checked_add_signed(LIFETIME)
        .and_then(|at| at.checked_add_signed(deps.settings.login_lifetime))
        .unwrap_or(now);
    let first = deps.store.brief.use_pushed_request(name, login, until, now).await?;
    deps.store.brief.remove_pushed_request(name).await?;
    Ok(first)
}
