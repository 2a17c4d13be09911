//! The browser session in the store.

use crate::flow::{Browser, Deps, FlowError};
use crate::login::{Authenticated, Session, UpstreamSession};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::PersonId;
use protocol::oidc::SecretHash;
use protocol::oidc::grant::Grant;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The live session of this browser, if any, of a person who may still sign in.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn current(deps: &Deps, browser: Browser, now: DateTime<Utc>) -> Result<Option<Session>, FlowError> {
    let Some(session) = live(deps, browser, now).await? else {
        return Ok(None);
    };
    let person = deps.store.person(session.authenticated.person).await?;
    Ok(person.filter(|person| !person.blocked).map(|_| session))
}

/// The live session of this browser, if any, whoever it is of: whoever was blocked may still sign out.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn live(deps: &Deps, browser: Browser, now: DateTime<Utc>) -> Result<Option<Session>, FlowError> {
    let Some(id) = browser.session else {
        return Ok(None);
    };
    let session = deps.store.brief.session(&id, now).await?;
    Ok(session.filter(|session| session.alive(deps.settings.session, now)))
}

/// The session by which what a login knows about its person still holds: the one of this browser, if it
/// is of the same person (another tab may have renewed it), or the one that the login began. After a
/// logout there is neither, and whoever sits down next must not go on with a page that was left open: not even the same person, who
/// may have proved less this time.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn of_login(
    deps: &Deps,
    authenticated: &Authenticated,
    browser: Browser,
    now: DateTime<Utc>,
) -> Result<Option<Session>, FlowError> {
    // A crash may have kept the cookie of the session that began from reaching the browser.
    let began = Browser {
        session: Some(authenticated.session),
        ..browser
    };
    for place in [browser, began] {
        let session = current(deps, place, now).await?;
        let holds = |session: &Session| {
            session.authenticated.person == authenticated.person && session.since <= authenticated.known_at
        };
        if let Some(session) = session.filter(holds) {
            return Ok(Some(session));
        }
    }
    Ok(None)
}

/// Remembers that a session was used, to the minute. One that ended meanwhile is not brought back.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn touch(deps: &Deps, session: &Session, now: DateTime<Utc>) -> Result<(), FlowError> {
    if now.signed_duration_since(session.last_used_at) < TimeDelta::minutes(1) {
        return Ok(());
    }
    let mut session = session.clone();
    session.last_used_at = now;
    deps.store
        .brief
        .renew_session(&session, session.expires_at(deps.settings.session), now)
        .await?;
    Ok(())
}

/// What a new session is made of.
#[derive(Debug)]
pub struct Begins {
    /// Who, how, and the id of the session.
    pub authenticated: Authenticated,
    /// The attributes that the person agreed to release.
    pub released: BTreeSet<String>,
    /// The session at the identity provider that it hangs on, if that opened one.
    pub upstream: Option<UpstreamSession>,
}

/// Starts a session with a fresh id (never one that the browser brought: attack 40), in place of
/// the one it had. What the same person was given in that one goes on in the new, so that signing out
/// ends all of it; what somebody else was given ends. Where the identity provider opened no session, that of
/// before still counts: levels 2 and 3 neither open nor close a session of level 1 (regole tecniche SPID).
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn start(
    deps: &Deps,
    begins: Begins,
    replaced: Option<SecretHash>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let Begins {
        authenticated,
        released,
        upstream,
    } = begins;
    let id = authenticated.session;
    let before = match replaced {
        Some(old) => replace(deps, old, id, authenticated.person, now).await?,
        None => None,
    };
    let since = before.as_ref().map_or(now, |before| before.since);
    if let Some(upstream) = &upstream {
        let until = now.checked_add_signed(deps.settings.session.absolute).unwrap_or(now);
        let mut tx = deps.store.begin().await?;
        tx.insert_upstream_session(upstream, &id, until).await?;
        tx.commit().await?;
    }
    let session = Session {
        id,
        service_provider: deps
            .settings
            .service_provider_of(authenticated.method)
            .map(|record| record.entity_id.clone())
            .unwrap_or_default(),
        released,
        authenticated,
        upstream: upstream.or(before.and_then(|before| before.upstream)),
        since,
        created_at: now,
        last_used_at: now,
    };
    deps.store
        .brief
        .put_session(&session, session.expires_at(deps.settings.session), now)
        .await?;
    Ok(())
}

/// Lets a session go on as `new`, with everything that hangs on it. `false`: it is over.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn rename(deps: &Deps, old: SecretHash, new: SecretHash, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let Some(session) = deps.store.brief.session(&old, now).await? else {
        return Ok(false);
    };
    let person = session.authenticated.person;
    let mut session = Session { id: new, ..session };
    session.authenticated.session = new;
    let until = session.expires_at(deps.settings.session);
    deps.store.brief.put_session(&session, until, now).await?;
    let mut tx = deps.store.begin().await?;
    tx.move_grants(&old, &new, person).await?;
    tx.move_upstream_sessions(&old, &new).await?;
    tx.commit().await?;
    // Whoever ended it meanwhile did not know the new name.
    if deps.store.brief.session(&old, now).await?.is_none() {
        end(deps, &session, now).await?;
        return Ok(false);
    }
    deps.store.brief.remove_session(&old).await?;
    Ok(true)
}

/// The session that goes, if it was of the same person.
async fn replace(
    deps: &Deps,
    old: SecretHash,
    new: SecretHash,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Option<Session>, FlowError> {
    let session = deps.store.brief.session(&old, now).await?;
    if let Some(session) = session
        .as_ref()
        .filter(|session| session.authenticated.person != person)
    {
        end(deps, session, now).await?;
        return Ok(None);
    }
    let mut tx = deps.store.begin().await?;
    let moved = tx.move_grants(&old, &new, person).await?;
    match session.is_some() || moved > 0 {
        true => tx.move_upstream_sessions(&old, &new).await?,
        false => tx.remove_upstream_sessions(&old).await?,
    };
    // Of a session that was over by itself nobody knows any more whose it was.
    tx.end_grants_of_session(&old, now).await?;
    tx.commit().await?;
    deps.store.brief.remove_session(&old).await?;
    Ok(session)
}

/// The session, its grants and with them its access tokens end. First of all, whatever comes after
/// (`DESIGN` §3): portals that asked for it learn of the ended grants by back-channel
/// ([`crate::flow::provider::backchannel_logout`]), then the identity provider by [`crate::flow::sign_out`].
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn end(deps: &Deps, session: &Session, now: DateTime<Utc>) -> Result<(), FlowError> {
    // Before the grants: whoever finishes a login meanwhile looks for the session after having written its grant.
    deps.store.brief.remove_session(&session.id).await?;
    let ended = end_grants(deps, session, now).await;
    if ended.is_err() {
        // Whoever tries again has to find it.
        let expires_at = session.expires_at(deps.settings.session);
        deps.store.brief.put_session(session, expires_at, now).await?;
    }
    ended
}

async fn end_grants(deps: &Deps, session: &Session, now: DateTime<Utc>) -> Result<(), FlowError> {
    let mut tx = deps.store.begin().await?;
    tx.end_grants_of_session(&session.id, now).await?;
    tx.remove_upstream_sessions(&session.id).await?;
    tx.record(&SecurityEvent {
        person: Some(session.authenticated.person),
        detail: Some(session.authenticated.register_entry.clone()),
        ..deps.event(EventKind::SessionEnded, now)
    })
    .await?;
    tx.commit().await?;
    Ok(())
}

/// What is left of a session that is over by itself (idle for too long), when a portal signs its citizen out: if it was this
/// browser's, everything that was given in it; and else, for the browser may have been closed since, the grant `sid` of the ID token
/// that the portal showed.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn end_remains(deps: &Deps, sid: Uuid, browser: Browser, now: DateTime<Utc>) -> Result<(), FlowError> {
    let (Some(grant), Some(session)) = (deps.store.grant(sid).await?, deps.store.session_of_grant(sid).await?) else {
        return Ok(());
    };
    let mut tx = deps.store.begin().await?;
    let ended = if browser.session == Some(session) {
        tx.remove_upstream_sessions(&session).await?;
        tx.end_grants_of_session(&session, now).await?
    } else {
        u64::from(tx.end_grant(sid, now).await?)
    };
    if ended > 0 {
        tx.record(&over(deps, grant.person, ended, now)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Ends `grant` if its session is over: somebody signed out while it was being written.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn end_if_over(
    deps: &Deps,
    grant: &Grant,
    session: &SecretHash,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    if deps.store.brief.session(session, now).await?.is_some() {
        return Ok(());
    }
    let mut tx = deps.store.begin().await?;
    if tx.end_grant(grant.id, now).await? {
        tx.record(&over(deps, grant.person, 1, now)).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn over(deps: &Deps, person: PersonId, grants: u64, now: DateTime<Utc>) -> SecurityEvent {
    SecurityEvent {
        person: Some(person),
        detail: Some(format!("{grants} of a session that is over")),
        ..deps.event(EventKind::GrantsEnded, now)
    }
}
