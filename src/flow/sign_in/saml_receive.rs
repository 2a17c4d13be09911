//! The identity provider's answer, posted across sites: no cookie comes with it, so nobody is signed
//! in here. The answer is checked, consumed once, and waits for its browser.

use super::page;
use super::transaction::{self, Came};
use crate::flow::{Deps, FlowError};
use crate::login::{Login, LoginId, SamlRequest};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::Level;
use protocol::oidc::authorize::Prompt;
use protocol::oidc::client::Client;
use protocol::oidc::error::ErrorCode;
use protocol::oidc::hash_secret;
use protocol::saml::anomalies::{Anomaly, CitizenError, Kind};
use protocol::saml::response::{Accepted, Pending, Received, Rejection};
use protocol::saml::{Profile, Record};
use std::net::IpAddr;

/// How long the way back is known: whoever comes later than the login allows is told where to start again.
const ANSWER_LIFETIME: TimeDelta = TimeDelta::days(1);

/// What became of a Response.
#[derive(Debug)]
pub enum Answered {
    /// Consumed: the browser goes to `/login/continue` with this handle.
    Continue(String),
    /// Not accepted; the pending login is as it was.
    Refused(Box<RefusedResponse>),
}

/// A Response that was not accepted.
#[derive(Debug)]
pub struct RefusedResponse {
    /// What the citizen can read out to the help desk.
    pub reference: String,
    /// The identity provider said no, in SPID's own codes.
    pub anomaly: Option<Anomaly>,
    /// It could not even be read (400, not 403).
    pub malformed: bool,
    /// By whose rules it was asked, when the answer named a request of ours.
    pub profile: Option<Profile>,
    /// The identity provider that was asked, when the answer named a request of ours.
    pub provider: Option<String>,
    /// The level that was asked for.
    pub level: Option<Level>,
    /// The login to try again, when it is known.
    pub login: Option<LoginId>,
    /// The portal it is for.
    pub client: Option<Client>,
    /// What the portal is told by whoever gives up (attack 19): `access_denied`, or what else it was. `None` without a
    /// portal.
    pub told: Option<ErrorCode>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why a Response was refused, for the log.
enum Why {
    Rejected(Rejection),
    UnknownRequest,
    OtherRecord,
    RelayState,
    DisabledProvider,
    NotAnew,
    Replayed,
}

impl Why {
    fn name(&self) -> String {
        match self {
            Why::Rejected(rejection) => rejection.name(),
            Why::UnknownRequest => "unknown_request".to_owned(),
            Why::OtherRecord => "other_service_provider".to_owned(),
            Why::RelayState => "relay_state".to_owned(),
            Why::DisabledProvider => "provider_disabled".to_owned(),
            Why::NotAnew => "not_authenticated_anew".to_owned(),
            Why::Replayed => "replayed".to_owned(),
        }
    }
}

/// Receives the form that an identity provider made the browser post to our `record`.
/// `source` is where it came from, when that is known: for the register.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn receive(
    deps: &Deps,
    record: Record,
    saml_response: &str,
    relay_state: Option<&str>,
    source: Option<IpAddr>,
) -> Result<Answered, FlowError> {
    let now = deps.clock.now();
    let received = match Received::decode(saml_response) {
        Ok(received) => received,
        Err(rejection) => return refuse(deps, Why::Rejected(rejection), None, now).await,
    };
    // Nothing is trusted yet: the request is only looked up.
    let pending = match received.in_response_to() {
        Some(id) => deps.store.brief.saml_request(id, now).await?,
        None => None,
    };
    let Some(pending) = pending.filter(|pending| now < pending.expires_at) else {
        return refuse(deps, Why::UnknownRequest, None, now).await;
    };
    let came = Came {
        pending: &pending,
        received: &received,
        source,
    };
    let service_provider = deps.settings.service_provider(record);
    let Some(service_provider) = service_provider.filter(|_| pending.profile.record() == record) else {
        return refuse(deps, Why::OtherRecord, Some(came), now).await;
    };
    if relay_state != Some(pending.relay_state.as_str()) {
        return refuse(deps, Why::RelayState, Some(came), now).await;
    }
    let Some(idp) = deps.identity_provider(pending.profile, &pending.identity_provider, now) else {
        return refuse(deps, Why::DisabledProvider, Some(came), now).await;
    };
    let expected = Pending {
        request_id: pending.id.clone(),
        issue_instant: pending.issue_instant,
        identity_provider: pending.identity_provider.clone(),
        level: pending.level,
        profile: pending.profile,
        attributes: pending.attributes.clone(),
    };
    match received.verify(&expected, &idp, service_provider, deps.settings.clock_skew, now) {
        Ok(accepted) if !is_recent(deps, &pending, accepted.identity.authenticated_at, now).await? => {
            refuse(deps, Why::NotAnew, Some(came), now).await
        }
        Ok(accepted) => consume(deps, came, accepted, now).await,
        Err(rejection) => refuse(deps, Why::Rejected(rejection), Some(came), now).await,
    }
}

/// Whether whoever authenticated at `then` did so as lately as the portal wishes (OpenID Connect Core §3.1.2.1, attack 43): an
/// identity provider may answer from a session of its own although it was told to ask anew.
async fn is_recent(
    deps: &Deps,
    pending: &SamlRequest,
    then: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let login = deps.store.brief.login(&pending.login, now).await?;
    let Some(request) = login.as_ref().and_then(Login::request) else {
        return Ok(true);
    };
    let anew = then.checked_add_signed(deps.settings.clock_skew).unwrap_or(then) >= pending.issue_instant;
    let age = now
        .signed_duration_since(then)
        .checked_sub(&deps.settings.clock_skew)
        .unwrap_or_default();
    let young = |seconds: u32| age <= TimeDelta::seconds(i64::from(seconds));
    Ok(anew || !request.prompt.contains(&Prompt::Login) && request.max_age.is_none_or(|most| most > 0 && young(most)))
}

/// One conditional write consumes the request and the assertion, keeps the identity and is the
/// register's entry. A second copy finds it done.
async fn consume(deps: &Deps, came: Came<'_>, accepted: Accepted, now: DateTime<Utc>) -> Result<Answered, FlowError> {
    let pending = came.pending;
    let answer = transaction::accepted(deps, came, accepted, now);
    // Before the request is used up: a crash in between costs nothing, and the handle of a copy is told to nobody.
    let handle = deps.random.secret();
    let until = now.checked_add_signed(ANSWER_LIFETIME).unwrap_or(now);
    let brief = &deps.store.brief;
    brief
        .put_saml_answer(&hash_secret(&handle), &pending.id, until, now)
        .await?;
    let mut tx = deps.store.begin().await?;
    if !tx.consume_saml(&answer).await? {
        drop(tx);
        return refuse(deps, Why::Replayed, Some(came), now).await;
    }
    tx.record(&event(deps, EventKind::IdentityProved, pending.id.clone(), None, now))
        .await?;
    tx.commit().await?;
    Ok(Answered::Continue(handle))
}

async fn refuse(deps: &Deps, why: Why, came: Option<Came<'_>>, now: DateTime<Utc>) -> Result<Answered, FlowError> {
    let reference = deps.random.reference();
    let reason = why.name();
    let pending = came.map(|came| came.pending);
    note(&why, &reason, &reference, pending);
    // A stranger who posts rubbish at the door must not fill the audit log: only answers to a
    // request of ours are recorded.
    if let Some(came) = came {
        let pending = came.pending;
        let mut tx = deps.store.begin().await?;
        // A few of each request; the event tells of the others.
        tx.keep_refused(&transaction::refused(deps, came, &reason, &reference, now))
            .await?;
        let detail = format!("{reason} {}", pending.id);
        tx.record(&event(
            deps,
            EventKind::IdentityRefused,
            detail,
            Some(reference.clone()),
            now,
        ))
        .await?;
        tx.commit().await?;
    }
    let (anomaly, malformed) = match &why {
        Why::Rejected(Rejection::Anomaly(anomaly)) => (Some(*anomaly), false),
        Why::Rejected(Rejection::Malformed(_)) => (None, true),
        _ => (None, false),
    };
    let login = match pending {
        Some(pending) => deps.store.brief.login(&pending.login, now).await?,
        None => None,
    };
    let client = match &login {
        Some(login) => page::client_of(deps, login).await?,
        None => None,
    };
    let request = login.as_ref().filter(|_| client.is_some()).and_then(Login::request);
    Ok(Answered::Refused(Box::new(RefusedResponse {
        reference,
        anomaly,
        malformed,
        profile: pending.map(|p| p.profile),
        provider: pending.map(|p| p.identity_provider.clone()),
        level: pending.map(|p| p.level),
        login: pending.map(|p| p.login.clone()),
        told: request.map(|_| told_to_portal(&why)),
        client,
        at: now,
    })))
}

/// What a person did is no alarm; what we sent wrong is one.
fn note(why: &Why, reason: &str, reference: &str, pending: Option<&SamlRequest>) {
    let request = pending.map(|pending| pending.id.as_str());
    let kind = match why {
        Why::Rejected(Rejection::Anomaly(anomaly)) => Some(anomaly.kind()),
        _ => None,
    };
    match kind {
        Some(Kind::Citizen(_)) => tracing::info!(%reason, %reference, request, "sign-in not completed upstream"),
        Some(Kind::Technical) => tracing::error!(%reason, %reference, request, "identity provider refused our request"),
        Some(Kind::Unknown) | None => tracing::warn!(%reason, %reference, request, "saml response refused"),
    }
}

/// The RFCs' word for what became of the login (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6). When the time
/// ran out nobody denied anything: who is to be let in has yet to sign in.
fn told_to_portal(why: &Why) -> ErrorCode {
    let kind = match why {
        Why::NotAnew => return ErrorCode::LoginRequired,
        Why::Rejected(Rejection::Anomaly(anomaly)) => Some(anomaly.kind()),
        _ => None,
    };
    match kind {
        Some(Kind::Citizen(CitizenError::TimedOut)) => ErrorCode::LoginRequired,
        Some(Kind::Technical) => ErrorCode::ServerError,
        Some(Kind::Citizen(_) | Kind::Unknown) | None => ErrorCode::AccessDenied,
    }
}

fn event(deps: &Deps, kind: EventKind, detail: String, reference: Option<String>, now: DateTime<Utc>) -> SecurityEvent {
    SecurityEvent {
        detail: Some(detail),
        reference,
        ..deps.event(kind, now)
    }
}
