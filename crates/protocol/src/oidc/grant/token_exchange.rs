//! `urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): a service that was called with somebody's token calls
//! the next one, still on that person's behalf, and says so (`act`).
//!
//! A new token never says more than the one it came from: the same grant, so the same person and the same organisation;
//! no other scopes, no later end. Whoever exchanges is the actor; a token of its own may prove it once more.

use super::GrantType;
use crate::oidc::access_token::{AccessToken, Actor};
use crate::oidc::client::{Client, ClientAuthMethod};
use crate::oidc::error::{Coded, ErrorCode};
use crate::oidc::parameters::{Parameters, words};
use crate::oidc::resource;
use std::collections::BTreeSet;

/// Everything that may stand once; `resource` and `audience` may come more often.
const KNOWN: &[&str] = &[
    "grant_type",
    "scope",
    "requested_token_type",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
];

/// Longest chain of actors.
const MAX_ACTORS: usize = 8;

/// What a token is called (RFC 8693 §3), of those that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// An access token of ours, opaque or a JWT.
    AccessToken,
    /// A JWT.
    Jwt,
}

impl TokenType {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            TokenType::AccessToken => "urn:ietf:params:oauth:token-type:access_token",
            TokenType::Jwt => "urn:ietf:params:oauth:token-type:jwt",
        }
    }

    fn read(name: &str) -> Result<TokenType, Reason> {
        [TokenType::AccessToken, TokenType::Jwt]
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or(Reason::TokenType)
    }
}

/// Why nothing is exchanged. RFC 8693 §2.2.2: whatever is wrong with one of the tokens is `invalid_request`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A parameter we know came twice.
    #[error("repeated parameter: {0}")]
    RepeatedParameter(&'static str),
    /// The client did not register the grant, or proves nothing about itself.
    #[error("token exchange not registered by the client")]
    NotRegistered,
    /// No `subject_token`, or not what it is.
    #[error("subject_token or subject_token_type missing")]
    SubjectTokenMissing,
    /// `actor_token` without its type, or the type without the token.
    #[error("actor_token and actor_token_type belong together")]
    ActorTokenIncomplete,
    /// A type of token that is not taken or not given.
    #[error("token type not supported")]
    TokenType,
    /// The subject token is unknown, or over, or nobody stands behind it.
    #[error("subject token not valid")]
    SubjectToken,
    /// The actor token is unknown, or over, or not the client's own, for itself.
    #[error("actor token not valid")]
    ActorToken,
    /// The subject token was neither given to the client nor is it for it.
    #[error("subject token of somebody else")]
    OtherClient,
    /// Whoever got the subject token does not let this client act with it.
    #[error("client may not act with this token")]
    MayNotAct,
    /// Too many took over from each other.
    #[error("chain of actors too long")]
    ChainTooLong,
    /// More than the subject token is good for.
    #[error("scope beyond the subject token's")]
    WiderScope,
    /// A token for a resource is not exchanged for one for userinfo, and a JWT is for a resource.
    #[error("no such token for userinfo")]
    NotForUserinfo,
    /// The target.
    #[error(transparent)]
    Target(#[from] resource::Reason),
}

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        match self {
            Reason::NotRegistered => ErrorCode::UnauthorizedClient,
            Reason::WiderScope => ErrorCode::InvalidScope,
            Reason::NotForUserinfo => ErrorCode::InvalidTarget,
            Reason::Target(reason) => reason.code(),
            _ => ErrorCode::InvalidRequest,
        }
    }
}

/// A request that can be read; what its tokens are worth is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// On whose behalf.
    pub subject_token: &'a str,
    /// Who acts, if the client proves it by a token.
    pub actor_token: Option<&'a str>,
    /// What is wanted.
    pub requested: TokenType,
}

/// Reads a request of `client`, already authenticated.
///
/// # Errors
/// The first reason against, in this order.
pub fn read<'a>(parameters: &'a Parameters, client: &Client) -> Result<Asked<'a>, Reason> {
    if let Some(name) = parameters.repeated(KNOWN) {
        return Err(Reason::RepeatedParameter(name));
    }
    let confidential = client.auth_method != ClientAuthMethod::None;
    if !confidential || !client.metadata.grant_types.contains(&GrantType::TokenExchange) {
        return Err(Reason::NotRegistered);
    }
    let (Some(subject_token), Some(kind)) = (parameters.get("subject_token"), parameters.get("subject_token_type"))
    else {
        return Err(Reason::SubjectTokenMissing);
    };
    TokenType::read(kind)?;
    let actor_token = match (parameters.get("actor_token"), parameters.get("actor_token_type")) {
        (None, None) => None,
        (Some(token), Some(kind)) => {
            TokenType::read(kind)?;
            Some(token)
        }
        _ => return Err(Reason::ActorTokenIncomplete),
    };
    let requested = parameters
        .get("requested_token_type")
        .map_or(Ok(TokenType::AccessToken), TokenType::read)?;
    Ok(Asked {
        subject_token,
        actor_token,
        requested,
    })
}

/// The tokens of a request, found to be good.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The subject token.
    pub subject: &'a AccessToken,
    /// Whom the subject token was given to.
    pub owner: &'a Client,
    /// The actor token.
    pub actor: Option<&'a AccessToken>,
    /// The resources that the client's own grant was given for, when the subject token rests on that; else none. What
    /// `/token` would not give for the grant, no exchange gives (RFC 8707 §2.2).
    pub granted: &'a BTreeSet<String>,
}

/// What the new token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanged {
    /// What it is good for.
    pub scopes: BTreeSet<String>,
    /// The resources it is for; none: our own userinfo.
    pub resources: BTreeSet<String>,
    /// Who acts with it.
    pub actor: Actor,
}

/// Whether `client` may exchange what it showed, and for what. `named` are the resources that the request names, by
/// identifier.
///
/// # Errors
/// The first reason against, in this order.
pub fn check(
    shown: Shown<'_>,
    client: &Client,
    asked: &Asked<'_>,
    named: BTreeSet<String>,
    parameters: &Parameters,
    issuer: &str,
) -> Result<Exchanged, Reason> {
    let subject = shown.subject;
    // A confused deputy: a token that somebody else was called with is nothing to call others with.
    let for_it = |resource: &String| subject.audience.contains(resource);
    if subject.client_id != client.id && !client.metadata.resource.as_ref().is_some_and(for_it) {
        return Err(Reason::OtherClient);
    }
    if subject.grant.is_none() {
        return Err(Reason::SubjectToken);
    }
    // The actor is the client, with or without a token that says so: nobody acts in another's name.
    let is_itself = |actor: &AccessToken| actor.client_id == client.id && actor.grant.is_none();
    if !shown.actor.is_none_or(is_itself) {
        return Err(Reason::ActorToken);
    }
    // RFC 8693 §4.4, asked even if there is no actor token (attack 66).
    if let Some(may_act) = &shown.owner.metadata.may_act
        && !may_act.contains(&client.id)
    {
        return Err(Reason::MayNotAct);
    }
    let actor = Actor {
        sub: client.id.clone(),
        act: subject.actor.clone().map(Box::new),
    };
    if actor.chain().count() > MAX_ACTORS {
        return Err(Reason::ChainTooLong);
    }
    let scopes = match parameters.get("scope") {
        None => subject.scopes.clone(),
        scope => words(scope).map(str::to_owned).collect(),
    };
    if !scopes.is_subset(&subject.scopes) {
        return Err(Reason::WiderScope);
    }
    Ok(Exchanged {
        scopes,
        resources: target(shown, client, asked.requested, named, issuer)?,
        actor,
    })
}

/// Without a name, the resources stay; userinfo stays with whom the person signed in to.
fn target(
    shown: Shown<'_>,
    client: &Client,
    requested: TokenType,
    named: BTreeSet<String>,
    issuer: &str,
) -> Result<BTreeSet<String>, Reason> {
    let audience = &shown.subject.audience;
    let (named, granted) = match named.is_empty() {
        true => (audience.clone(), &BTreeSet::new()),
        false => (named, shown.granted),
    };
    let resources = resource::wanted(named, client, granted, issuer)?;
    let stays = audience.is_empty() && requested == TokenType::AccessToken;
    if resources.is_empty() && !stays {
        return Err(Reason::NotForUserinfo);
    }
    Ok(resources)
}

#[cfg(test)]
mod tests;
