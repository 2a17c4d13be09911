//! A device of the citizen's (RFC 8628): they type what it shows, confirm that it is theirs, sign in as anywhere, and the
//! device comes for its tokens.

use super::advance::{Advanced, advance};
use super::begin;
use super::page::{self, Closed};
use crate::flow::throttle::{is_allowed, network};
use crate::flow::{Browser, Deps, FlowError, Next};
use crate::login::{DeviceLogin, Login, LoginId, Purpose};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::oidc::client::Client;
use protocol::oidc::device::UserCode;
use std::net::IpAddr;

/// How often a code may be typed in one browser, and from one address (a whole office, a school), in [`WHILE`].
const BY_BROWSER: u32 = 5;
const BY_ADDRESS: u32 = 30;
/// How often the same device may be found.
const BY_CODE: u32 = 5;
const WHILE: TimeDelta = TimeDelta::minutes(10);

/// What became of a code that somebody typed.
#[derive(Debug)]
pub enum Typed {
    /// A device waits under it: this login goes on in the browser that typed it.
    Begun(LoginId),
    /// None does (any more).
    Wrong,
    /// Too many codes were typed here (attack 48).
    TooOften,
}

/// Begins a login for the device that shows what was typed.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn enter(deps: &Deps, typed: &str, browser: Browser, address: Option<IpAddr>) -> Result<Typed, FlowError> {
    let now = deps.clock.now();
    let by_browser = browser
        .id
        .map(|id| (format!("device code in browser {id:?}"), BY_BROWSER));
    let by_address = address.map(|address| (format!("device code from {}", network(address)), BY_ADDRESS));
    for (what, most) in by_browser.into_iter().chain(by_address) {
        if !is_allowed(deps, &what, most, WHILE, now).await? {
            tracing::warn!("device codes typed too often");
            return Ok(Typed::TooOften);
        }
    }
    let Some(code) = UserCode::read(typed) else {
        return Ok(Typed::Wrong);
    };
    let device = match deps.store.brief.user_code(&code, now).await? {
        Some(code) => deps.store.brief.device(&code, now).await?,
        None => None,
    };
    let Some(device) = device.filter(|device| !device.refused && now < device.expires_at) else {
        return Ok(Typed::Wrong);
    };
    // Its grant is given: what is typed again would be somebody else's.
    if deps.store.grant_by_code(&device.code).await?.is_some() {
        return Ok(Typed::Wrong);
    }
    if !is_allowed(deps, &format!("device {:?}", device.code), BY_CODE, WHILE, now).await? {
        return Ok(Typed::TooOften);
    }
    let until = device.expires_at;
    let mut login = begin::begin(deps, Purpose::Device(Box::new(DeviceLogin::of(device))), now);
    login.expires_at = login.expires_at.min(until);
    // As with a portal's POST: the browser is bound by the same-site request that follows.
    deps.store.brief.put_login(&login, now).await?;
    Ok(Typed::Begun(login.id))
}

/// What the citizen compares and confirms.
#[derive(Debug)]
pub struct Question {
    /// The login.
    pub login: LoginId,
    /// Whose device it is.
    pub client: Client,
    /// What it shows.
    pub user_code: UserCode,
}

/// The question, or where the citizen goes instead.
#[derive(Debug)]
pub enum Asked {
    /// The page.
    Question(Box<Question>),
    /// Nothing to confirm (any more).
    Goes(Next),
    /// The login cannot go on.
    Closed(Closed),
}

/// Shows what login `id` connects.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn ask(deps: &Deps, id: Option<&str>, browser: Browser) -> Result<Asked, FlowError> {
    let now = deps.clock.now();
    let open = match page::open(deps, id, browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Asked::Closed(closed)),
    };
    let Advanced {
        next, login, client, ..
    } = advance(deps, open.login, open.client, browser, now).await?;
    match (&next, login.device(), client) {
        (Next::ConfirmDevice(_), Some(device), Some(client)) => Ok(Asked::Question(Box::new(Question {
            user_code: device.user_code.clone(),
            login: login.id,
            client,
        }))),
        _ => Ok(Asked::Goes(next)),
    }
}

/// What became of the answer.
#[derive(Debug)]
pub enum Answered {
    /// On to the login, or to the end.
    Goes(Next),
    /// The login cannot go on.
    Closed(Closed),
}

/// Takes the answer: it is the citizen's device, or not.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn answer(deps: &Deps, id: Option<&str>, is_mine: bool, browser: Browser) -> Result<Answered, FlowError> {
    let now = deps.clock.now();
    // A second click on the yes gives the answer again.
    let open = match page::reopen(deps, id, browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Answered::Closed(closed)),
    };
    let mut login = open.login;
    let (Purpose::Device(device), Some(client)) = (&mut login.purpose, &open.client) else {
        return Ok(Answered::Goes(Next::ChooseMethod(login.id)));
    };
    if !is_mine && login.finished {
        return Ok(Answered::Goes(Next::Finished {
            client: Box::new(client.clone()),
        }));
    }
    if !is_mine {
        let next = refuse(deps, device, client, now).await?;
        login.finished = true;
        deps.store.brief.put_login(&login, now).await?;
        return Ok(Answered::Goes(next));
    }
    device.confirmed = true;
    let Advanced { next, .. } = advance(deps, login, open.client, browser, now).await?;
    Ok(Answered::Goes(next))
}

/// Whether the device of `login`, if it has one, was not refused meanwhile: perhaps it was told so already.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(super) async fn is_wanted(deps: &Deps, login: &Login, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let Some(device) = login.device() else {
        return Ok(true);
    };
    let waiting = deps.store.brief.device(&device.code, now).await?;
    Ok(waiting.is_some_and(|waiting| !waiting.refused))
}

/// Takes back what `login` just gave to its device, if somebody refused that in the meantime.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(super) async fn end_if_refused(deps: &Deps, login: &Login, now: DateTime<Utc>) -> Result<(), FlowError> {
    match login.device() {
        Some(device) if !is_wanted(deps, login, now).await? => end(deps, device, now).await,
        _ => Ok(()),
    }
}

/// A no is final, also after a yes in another tab.
async fn end(deps: &Deps, device: &DeviceLogin, now: DateTime<Utc>) -> Result<(), FlowError> {
    let Some(grant) = deps.store.grant_by_code(&device.code).await? else {
        return Ok(());
    };
    let mut tx = deps.store.begin().await?;
    if tx.end_grant(grant.id, now).await? {
        tx.record(&SecurityEvent {
            person: Some(grant.person),
            client: Some(grant.client_id),
            detail: Some("device refused".to_owned()),
            ..deps.event(EventKind::GrantsEnded, now)
        })
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The device is told that it gets nothing; the citizen, too.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(super) async fn refuse(
    deps: &Deps,
    device: &DeviceLogin,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Next, FlowError> {
    if let Some(mut waiting) = deps.store.brief.device(&device.code, now).await? {
        waiting.refused = true;
        deps.store.brief.put_device(&waiting, now).await?;
    }
    end(deps, device, now).await?;
    tracing::info!(client = %client.id, "device refused");
    Ok(Next::Device {
        client: Box::new(client.clone()),
        connected: false,
    })
}
