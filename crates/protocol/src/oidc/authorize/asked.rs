//! What goes with the grant beyond scopes: single claims, resources, rich authorisation, the key of the code.

use super::Reason;
use crate::oidc::authorization_details::{self, ActingAs};
use crate::oidc::claims::{ClaimsRequest, scope_of};
use crate::oidc::client::{ActingPolicy, Client};
use crate::oidc::grant::Asked;
use crate::oidc::parameters::Parameters;
use crate::oidc::pkce;
use crate::oidc::resource::MAX_RESOURCES;
use std::collections::BTreeSet;

/// Reads what is kept with the grant.
pub(super) fn read(parameters: &Parameters, client: &Client) -> Result<Asked, Reason> {
    Ok(Asked {
        claims: claims(parameters)?.only(|name| scope_of(name).is_some_and(|scope| client.scopes.contains(scope))),
        resources: resources(parameters, client)?,
        authorization_details: authorization_details(parameters, client)?,
        dpop_jkt: dpop_jkt(parameters)?,
    })
}

/// Everything that `claims` asks for, whoever may have it.
pub(super) fn claims(parameters: &Parameters) -> Result<ClaimsRequest, Reason> {
    match parameters.get("claims") {
        Some(text) => ClaimsRequest::read(text).map_err(|_| Reason::ClaimsMalformed),
        None => Ok(ClaimsRequest::default()),
    }
}

/// "The requested resource is invalid, missing, unknown, or malformed" (RFC 8707 §2): each one registered, to the
/// letter.
fn resources(parameters: &Parameters, client: &Client) -> Result<BTreeSet<String>, Reason> {
    let asked = parameters.all("resource");
    if asked.len() > MAX_RESOURCES || asked.iter().any(|one| !client.metadata.resources.contains(one)) {
        return Err(Reason::ResourceNotRegistered);
    }
    Ok(asked.iter().cloned().collect())
}

fn authorization_details(parameters: &Parameters, client: &Client) -> Result<Option<ActingAs>, Reason> {
    let Some(text) = parameters.get("authorization_details") else {
        return Ok(None);
    };
    let asked = ActingAs::read(text, &client.roles)?;
    if client.acting == ActingPolicy::Myself {
        return Err(authorization_details::Reason::SelfOnlyClient.into());
    }
    Ok(Some(asked))
}

/// A JWK SHA-256 thumbprint has the shape of an S256 challenge: 32 bytes in base64url.
fn dpop_jkt(parameters: &Parameters) -> Result<Option<String>, Reason> {
    match parameters.get("dpop_jkt") {
        Some(jkt) if !pkce::is_challenge(jkt) => Err(Reason::DpopJktMalformed),
        jkt => Ok(jkt.map(str::to_owned)),
    }
}
