//! An identity provider ends a session: the citizen signed out there, or at another service of the same
//! global session. No cookie comes with it; the sessions are found by the names in the assertion.

use super::{Party, RefusedLogout, refuse};
use crate::flow::sign_in::resume::upstream;
use crate::flow::sign_in::saml_send::Departure;
use crate::flow::{Deps, FlowError};
use crate::store::SamlAnswer;
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::oidc::SecretHash;
use protocol::saml::IdentityProvider;
use protocol::saml::bindings::{Binding, Message};
use protocol::saml::logout::{Asked, LogoutResponse, Received, Rejection};

/// What became of a LogoutRequest.
#[derive(Debug)]
pub enum Obeyed {
    /// Whatever it named is over here.
    Answer {
        /// The signed LogoutResponse, and how it travels.
        by: Departure,
        /// entityID of the identity provider.
        identity_provider: String,
    },
    /// The same, but the identity provider published no address for answers.
    NobodyToTell,
    /// Not believed: nothing ended.
    Refused(RefusedLogout),
}

/// Takes a LogoutRequest. The answer is Success even when the session is gone or never was (regole
/// tecniche SPID).
///
/// # Errors
/// [`FlowError`] when a store fails; the same request can then be tried again.
pub async fn obey(deps: &Deps, party: Party<'_>, received: &Received) -> Result<Obeyed, FlowError> {
    let now = deps.clock.now();
    let issuer = received.issuer();
    let Some(provider) = issuer.and_then(|issuer| party.identity_provider(&issuer, now)) else {
        return Ok(Obeyed::Refused(refuse(deps, &"unknown_issuer", false)));
    };
    let asked = match received.asked(&party.expected(&provider, now)) {
        Ok(asked) => asked,
        Err(rejection) => {
            let malformed = matches!(rejection, Rejection::Malformed(_));
            return Ok(Obeyed::Refused(refuse(deps, &rejection, malformed)));
        }
    };
    let Some(ended) = end(deps, &provider, &asked, now).await? else {
        return Ok(Obeyed::Refused(refuse(deps, &"replayed", false)));
    };
    tracing::info!(identity_provider = %provider.entity_id, ended, "sessions ended by their identity provider");
    answer(deps, party, &provider, &asked, received)
}

/// Ends the sessions; how many. `None`: the request was obeyed before, and nothing ends again.
///
/// Identities that still wait for their browser go first: whoever comes for one afterwards finds nothing, and whoever is
/// taking it meanwhile has its session found here or notices ([`crate::flow::sign_in::resume`]). Then the browser sessions, which may
/// go twice; the request is used up together with the grants, so that one that was cut short can come again.
async fn end(
    deps: &Deps,
    provider: &IdentityProvider,
    asked: &Asked,
    now: DateTime<Utc>,
) -> Result<Option<usize>, FlowError> {
    if deps.store.logout_was_obeyed(&provider.entity_id, &asked.id).await? {
        return Ok(None);
    }
    let waiting = drop_waiting(deps, provider, asked, now).await?;
    let sessions = deps
        .store
        .sessions_upstream(
            &provider.entity_id,
            &asked.name_qualifier,
            &asked.name_id,
            &asked.session_indexes,
        )
        .await?;
    let mut events = Vec::with_capacity(sessions.len());
    for session in &sessions {
        events.push(ended_event(deps, session, now).await?);
        deps.store.brief.remove_session(session).await?;
    }
    let mut tx = deps.store.begin().await?;
    if !tx
        .consume_logout(&provider.entity_id, &asked.id, asked.replay_until)
        .await?
    {
        tx.rollback().await?;
        return Ok(None);
    }
    for (session, event) in sessions.iter().zip(&events) {
        tx.end_grants_of_session(session, now).await?;
        tx.remove_upstream_sessions(session).await?;
        tx.record(event).await?;
    }
    tx.commit().await?;
    Ok(Some(sessions.len().saturating_add(waiting)))
}

/// Forgets what was proved in the sessions that `asked` names and no browser came for yet; how many.
async fn drop_waiting(
    deps: &Deps,
    provider: &IdentityProvider,
    asked: &Asked,
    now: DateTime<Utc>,
) -> Result<usize, FlowError> {
    let answers = deps
        .store
        .saml_answers_waiting(&provider.entity_id, &asked.name_id)
        .await?;
    let mut dropped = 0_usize;
    for answer in answers.iter().filter(|answer| is_named(asked, answer)) {
        let mut tx = deps.store.begin().await?;
        if tx.drop_identity(&answer.request_id).await? {
            tx.record(&SecurityEvent {
                detail: Some(format!("by-provider {}", answer.request_id)),
                ..deps.event(EventKind::SessionEnded, now)
            })
            .await?;
            dropped = dropped.saturating_add(1);
        }
        tx.commit().await?;
    }
    Ok(dropped)
}

/// Whether an answer opened a session (level 1) that the request names (SAML core §3.7.1: none named, all of them).
fn is_named(asked: &Asked, answer: &SamlAnswer) -> bool {
    let opened = answer.identity.as_ref().and_then(|identity| upstream(identity, answer));
    opened.is_some_and(|session| {
        session.name_qualifier == asked.name_qualifier
            && (asked.session_indexes.is_empty() || asked.session_indexes.contains(&session.session_index))
    })
}

/// Whose session it is, as long as the brief store knows; a session that went idle leaves its grants only.
async fn ended_event(deps: &Deps, session: &SecretHash, now: DateTime<Utc>) -> Result<SecurityEvent, FlowError> {
    let event = deps.event(EventKind::SessionEnded, now);
    let known = deps.store.brief.session(session, now).await?;
    Ok(match known {
        Some(session) => SecurityEvent {
            person: Some(session.authenticated.person),
            detail: Some(format!("by-provider {}", session.authenticated.register_entry)),
            ..event
        },
        None => SecurityEvent {
            detail: Some("by-provider".to_owned()),
            ..event
        },
    })
}

/// By the binding that the request came by, if the identity provider has an address for it.
fn answer(
    deps: &Deps,
    party: Party<'_>,
    provider: &IdentityProvider,
    asked: &Asked,
    received: &Received,
) -> Result<Obeyed, FlowError> {
    let Some(way) = way_back(provider, received.binding()) else {
        return Ok(Obeyed::NobodyToTell);
    };
    let response = LogoutResponse {
        id: format!("_{}", deps.random.name()),
        issue_instant: deps.clock.now(),
        destination: way.1.to_owned(),
        in_response_to: asked.id.clone(),
    };
    let document = response.to_xml(party.service_provider);
    Ok(Obeyed::Answer {
        by: party.depart(Message::Response, way, &document, received.relay_state())?,
        identity_provider: provider.entity_id.clone(),
    })
}

/// `ResponseLocation` where there is one, else the Location (SAML metadata §2.2.2).
fn way_back(provider: &IdentityProvider, binding: Binding) -> Option<(Binding, &str)> {
    let redirect = provider
        .slo_redirect_response
        .as_ref()
        .or(provider.slo_redirect.as_ref());
    let post = provider.slo_post_response.as_ref().or(provider.slo_post.as_ref());
    binding.choose(redirect.map(String::as_str), post.map(String::as_str))
}
