//! What is missing? Asked again after every step; the only notion of "where we are".

use super::acting::names_organisation;
use super::{ActingOptions, Authenticated, Login, Session, SessionRules};
use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use protocol::keyring::SubjectKey;
use protocol::oidc::authorize::{AuthorizationRequest, Prompt};
use protocol::oidc::client::Client;
use protocol::oidc::consent::{self, Agreed};
use protocol::oidc::grant::ActingContext;
use protocol::oidc::subject::subject;
use std::collections::BTreeSet;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Ask whether the device is the citizen's.
    ConfirmDevice,
    /// Show the login page.
    ChooseMethod,
    /// Take the person from the session of this browser, then ask again.
    ReuseSession,
    /// Compute the acting options, then ask again.
    ComputeActing,
    /// Show the chooser.
    ChooseActing,
    /// Look up what the person agreed to before, then ask again.
    RecallConsent,
    /// Ask whether the portal may know what it asks for.
    AskConsent(ActingContext),
    /// Everything is known: issue the code (or show the account).
    Finish(ActingContext),
    /// Tell the portal that it cannot be.
    Refuse(Refusal),
}

/// Why a portal gets an error instead of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// `prompt=none`, and nobody is signed in well enough.
    #[error("login required")]
    LoginRequired,
    /// `prompt=none`, and there is a choice to make.
    #[error("interaction required")]
    InteractionRequired,
    /// No way in that this installation offers can give what is demanded.
    #[error("demanded authentication cannot be reached")]
    Unmet,
    /// Nothing can be picked: no mandate, none usable, or not of the pinned organisation.
    #[error("nobody to act for")]
    NobodyToActFor,
    /// Somebody else signed in than the one whom the portal named (`id_token_hint`).
    #[error("somebody else")]
    SomebodyElse,
    /// `prompt=none`, and the person has to be asked what the portal may know.
    #[error("consent required")]
    ConsentRequired,
    /// The person does not want the portal to know it.
    #[error("consent refused")]
    ConsentRefused,
    /// Younger than the client accepts, or of unknown age.
    #[error("too young")]
    TooYoung,
}

/// What is known beside the login itself.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// The relying party of the login's purpose; `None`: the account page.
    pub client: Option<&'k Client>,
    /// What this browser is signed in with.
    pub session: Option<&'k Session>,
    /// When that answers.
    pub rules: SessionRules<'k>,
    /// Makes the names by which relying parties know people.
    pub subjects: &'k SubjectKey,
    /// The acting options, once they were computed.
    pub options: Option<&'k ActingOptions>,
    /// What the person agreed to before, once it was looked up.
    pub consent: Option<&'k Agreed>,
}

/// What `login` is missing at `now`.
pub fn next_step(login: &Login, known: Known<'_>, now: DateTime<Utc>) -> Step {
    let (request, client) = (login.request(), known.client);
    if login.is_unconfirmed() {
        return Step::ConfirmDevice;
    }
    let Some(authenticated) = login
        .authenticated
        .as_ref()
        .filter(|a| proves_enough(login, client, a))
        .filter(|a| a.spid_purpose == login.wanted_spid_purpose())
    else {
        return match known.session {
            Some(session) if answers(login, known, session, now) => Step::ReuseSession,
            _ if silent(request) => Step::Refuse(Refusal::LoginRequired),
            _ => Step::ChooseMethod,
        };
    };
    let (Some(request), Some(client)) = (request, client) else {
        return Step::Finish(ActingContext::Myself);
    };
    if !is_hinted(request, client, known.subjects, authenticated) {
        return Step::Refuse(Refusal::SomebodyElse);
    }
    if client
        .min_age
        .is_some_and(|years| !old_enough(authenticated, years, now))
    {
        return Step::Refuse(Refusal::TooYoung);
    }
    let Some(options) = known.options else {
        return Step::ComputeActing;
    };
    match choose(login, request, options) {
        Step::Finish(acting) => agree(login, request, client, (acting, options), known.consent),
        step => step,
    }
}

/// Whether the portal may know what it asks for: agreed to in this login, or before, where anybody has to.
fn agree(
    login: &Login,
    request: &AuthorizationRequest,
    client: &Client,
    (acting, options): (ActingContext, &ActingOptions),
    before: Option<&Agreed>,
) -> Step {
    let organisation = options.holding(acting).map(|holding| holding.organisation.id);
    match login.consented {
        Some(true) => return Step::Finish(acting),
        Some(false) => return Step::Refuse(Refusal::ConsentRefused),
        None if !consent::may_be_due(client, request) => return Step::Finish(acting),
        None => {}
    }
    match before {
        None => Step::RecallConsent,
        Some(before) if !consent::is_due(client, request, organisation, before) => Step::Finish(acting),
        Some(_) if silent(Some(request)) => Step::Refuse(Refusal::ConsentRequired),
        Some(_) => Step::AskConsent(acting),
    }
}

fn choose(login: &Login, request: &AuthorizationRequest, options: &ActingOptions) -> Step {
    // Picked earlier, and still offered: a mandate may have ended while the page was open.
    if let Some(acting) = login.acting.filter(|acting| options.offers(*acting)) {
        return Step::Finish(acting);
    }
    // Nobody can be asked, but the portal shows what was chosen before.
    if let Some(acting) = request
        .acted
        .filter(|acting| silent(Some(request)) && options.offers(*acting))
    {
        return Step::Finish(acting);
    }
    let asks_again = request.prompt.contains(&Prompt::SelectAccount);
    match options.only() {
        Some(acting) if !asks_again => Step::Finish(acting),
        // Mandates that cannot be used say why, on the page; the portal alone would only learn that it cannot be.
        None if options.count() == 0 && explains(request, options) => Step::ChooseActing,
        _ if options.count() == 0 => Step::Refuse(Refusal::NobodyToActFor),
        _ if silent(Some(request)) => Step::Refuse(Refusal::InteractionRequired),
        _ => Step::ChooseActing,
    }
}

/// Whether there is something to tell the person who can act for nobody. Of a pinned organisation nothing
/// is told: the answer is the same as for one that does not exist.
fn explains(request: &AuthorizationRequest, options: &ActingOptions) -> bool {
    !options.unusable.is_empty() && !names_organisation(request) && !silent(Some(request))
}

fn silent(request: Option<&AuthorizationRequest>) -> bool {
    request.is_some_and(|request| request.prompt.contains(&Prompt::None))
}

/// Whether what somebody proved reaches the level that is wanted, in a way and with an `acr` that are accepted.
fn proves_enough(login: &Login, client: Option<&Client>, proved: &Authenticated) -> bool {
    proved.level >= login.wanted_level()
        && login.answered_by(proved.method, client)
        && login.acr(proved.method, proved.level).is_some()
}

/// Whether a session answers a login without asking anybody again.
fn answers(login: &Login, known: Known<'_>, session: &Session, now: DateTime<Utc>) -> bool {
    let (client, rules) = (known.client, known.rules);
    let authenticated = &session.authenticated;
    let fresh_enough = login.request().is_none_or(|request| {
        client.is_none_or(|client| is_hinted(request, client, known.subjects, authenticated))
            && request
                .prompt
                .is_disjoint(&BTreeSet::from([Prompt::Login, Prompt::Create]))
            && request.max_age.is_none_or(|seconds| {
                // Zero means what prompt=login means, even in the same instant, or when the identity
                // provider's clock is ahead of ours.
                seconds > 0
                    && now.signed_duration_since(authenticated.auth_time) <= TimeDelta::seconds(i64::from(seconds))
            })
    });
    session.alive(rules.limits, now)
        && session.reusable(rules)
        && proves_enough(login, client, authenticated)
        // A natural person's identity does not stand for a professional one, nor the other way round.
        && authenticated.spid_purpose == login.wanted_spid_purpose()
        && fresh_enough
}

/// Whether somebody is whom the request is about, as its client calls them.
fn is_hinted(
    request: &AuthorizationRequest,
    client: &Client,
    subjects: &SubjectKey,
    authenticated: &Authenticated,
) -> bool {
    let subject = subject(subjects, client, authenticated.person);
    request.hinted.iter().all(|hinted| *hinted == subject)
}

fn old_enough(authenticated: &Authenticated, years: u8, now: DateTime<Utc>) -> bool {
    authenticated
        .date_of_birth
        .is_some_and(|birth| age(birth, now.date_naive()) >= i32::from(years))
}

fn age(birth: NaiveDate, today: NaiveDate) -> i32 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today
        .year()
        .saturating_sub(birth.year())
        .saturating_sub(i32::from(!had_birthday))
}
