//! The pages that citizens see when all is well.

use super::render;
use crate::flow::Browser;
use crate::flow::sign_in::choose;
use crate::flow::sign_in::consent::Question;
use crate::flow::sign_in::page::{self, Account};
use crate::flow::sign_out::offer::Offer;
use crate::login::Login;
use crate::pages::{
    AccountPage, AnswerFormPage, ConsentPage, HiddenField, Language, LoginPage, LogoutConfirmPage, LogoutOfferPage,
    ReturningPage, ServiceLink, SignedIn, SignedOutPage, ToProviderPage,
};
use crate::web::State;
use crate::web::form::query;
use crate::web::language::Speaks;
use crate::web::login_form::sealed;
use crate::web::provider::logo;
use crate::web::security::FormLeaves;
use crate::web::view::{
    ChooserFilter, chooser, consent_line, provider_link, released, service_link, service_name, way_in_of,
};
use axum::http::StatusCode;
use axum::response::Response;
use protocol::oidc::authorize::AnswerForm;
use protocol::oidc::client::Client;
use protocol::saml::Profile;
use protocol::saml::bindings::PostForm;
use protocol::saml::logout::Outcome;

/// What the citizen came for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Errand {
    /// To sign in.
    SignedIn,
    /// To sign out.
    SignedOut,
}

/// "Ti stiamo riportando al servizio".
pub(in crate::web) fn returning_page(
    state: &State,
    speaks: &Speaks,
    url: &str,
    client: Option<&Client>,
    errand: Errand,
) -> Response {
    let frame = speaks.frame_at("/login");
    let service_name = client
        .map(|client| service_name(client, frame.language))
        .unwrap_or_default();
    let shown = ReturningPage {
        target: url.to_owned(),
        service_name,
        signed_out: errand == Errand::SignedOut,
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// A message for an identity provider, by HTTP-POST: the only page whose form leaves us.
pub(in crate::web) fn to_provider_page(state: &State, speaks: &Speaks, provider: &str, form: &PostForm) -> Response {
    let frame = speaks.frame_on_the_way();
    let shown = ToProviderPage {
        provider: state.deps.issuer_name(provider),
        action: form.action.clone(),
        parameter: form.message.parameter(),
        value: form.value(),
        relay_state: form.relay_state.clone(),
    };
    let mut response = render(state, speaks, StatusCode::OK, &frame, &shown);
    response.extensions_mut().insert(FormLeaves);
    response
}

/// The answer to a portal, by HTTP-POST: the other page whose form leaves us.
pub(in crate::web) fn answer_form_page(state: &State, speaks: &Speaks, form: &AnswerForm, client: &Client) -> Response {
    let frame = speaks.frame_at("/login");
    let field = |(name, value): &(&'static str, String)| HiddenField {
        name,
        value: value.clone(),
    };
    let shown = AnswerFormPage {
        service_name: service_name(client, frame.language),
        action: form.action.clone(),
        fields: form.fields.iter().map(field).collect(),
    };
    let mut response = render(state, speaks, StatusCode::OK, &frame, &shown);
    response.extensions_mut().insert(FormLeaves);
    response
}

/// The ways in.
pub(in crate::web) fn login_page(
    state: &State,
    speaks: &Speaks,
    login: Option<&Login>,
    client: Option<&Client>,
) -> Response {
    let frame = speaks.frame();
    let methods = page::methods(&state.deps, login, client);
    let start = |profile| way_in_of(profile, login.map(|login| &login.id));
    let shown = LoginPage {
        service_name: client.map(|client| service_name(client, frame.language)),
        level: login.map_or(2, |login| login.wanted_level().number()),
        spid: methods.spid.map(|providers| {
            providers
                .iter()
                .map(|p| provider_link(&state.pages, p, login.map(|l| &l.id)))
                .collect()
        }),
        cns_href: methods.cns.then(|| match login {
            Some(login) => format!("/login/cns?{}", query(&[("login", &login.id.0)])),
            None => "/login/cns".to_owned(),
        }),
        cie_href: methods.cie.then(|| start(Profile::Cie)),
        eidas_href: methods.eidas.then(|| start(Profile::Eidas)),
        ..LoginPage::default()
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// The chooser.
pub(in crate::web) fn chooser_page(
    state: &State,
    speaks: &Speaks,
    offer: &choose::Offer,
    filter: &ChooserFilter,
    browser: Browser,
) -> Response {
    let frame = speaks.frame().signed_in(SignedIn {
        name: format!("{} {}", offer.person.given_name, offer.person.family_name),
        account_href: Some("/account".to_owned()),
        logout_href: "/logout".to_owned(),
    });
    let login = sealed(&offer.login.id, browser);
    let shown = chooser(offer, filter, login, frame.language, state.deps.clock.now());
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// What the portal may know.
pub(in crate::web) fn consent_page(state: &State, speaks: &Speaks, question: &Question, browser: Browser) -> Response {
    let name = format!("{} {}", question.person.given_name, question.person.family_name);
    let frame = speaks.frame().signed_in(SignedIn {
        name: name.clone(),
        account_href: Some("/account".to_owned()),
        logout_href: "/logout".to_owned(),
    });
    let metadata = &question.client.metadata;
    let shown = ConsentPage {
        action: "/login/consent".to_owned(),
        login: sealed(&question.login, browser),
        token: question.token.clone(),
        service_name: service_name(&question.client, frame.language),
        name,
        acting_for: question.acting_for.clone(),
        released: released(&question.released),
        policy_href: metadata.policy_uri.clone(),
        terms_href: metadata.tos_uri.clone(),
        logo_href: question.logo.as_ref().map(logo::address),
        unvetted: question.unvetted.clone(),
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// One's own page.
pub(in crate::web) fn account_page(state: &State, speaks: &Speaks, account: &Account) -> Response {
    let session = &account.session;
    let name = format!("{} {}", account.person.given_name, account.person.family_name);
    let frame = speaks.frame().signed_in(SignedIn {
        name: name.clone(),
        account_href: None,
        logout_href: "/logout".to_owned(),
    });
    let shown = AccountPage {
        name,
        fiscal_code: account.person.fiscal_number.as_ref().map(|n| n.as_str().to_owned()),
        date_of_birth: account.person.date_of_birth,
        verified_at: account.person.verified_at,
        method: session.authenticated.method,
        level: session.authenticated.level.number(),
        identity_provider: state.deps.issuer_name(&session.authenticated.issuer),
        since: session.created_at,
        consents: account
            .consents
            .iter()
            .map(|given| consent_line(&state.deps.settings.issuer, given, frame.language))
            .collect(),
        consents_action: "/account/consents".to_owned(),
        token: account.token.clone(),
        office_href: account.auditor.then(|| "/office/register".to_owned()),
        logout_href: "/logout".to_owned(),
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// "Vuoi uscire?"
pub(in crate::web) fn confirm_logout_page(
    state: &State,
    speaks: &Speaks,
    client: Option<&Client>,
    name: &str,
    confirmation: &str,
    request: &str,
) -> Response {
    let frame = speaks.frame_at("/logout");
    let shown = LogoutConfirmPage {
        action: "/logout/confirm".to_owned(),
        request: format!("{confirmation}.{request}"),
        service_name: client.map(|client| service_name(client, frame.language)),
        name: name.to_owned(),
        stay_href: client
            .and_then(|client| client.uri.clone())
            .unwrap_or_else(|| "/account".to_owned()),
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// What there is to say to whoever signed out.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::web) struct SignedOut<'a> {
    /// The portal.
    pub client: Option<&'a Client>,
    /// Its registered address, with `state`.
    pub redirect: Option<&'a str>,
    /// entityID of the identity provider that was asked to end its session.
    pub identity_provider: Option<&'a str>,
    /// How that went.
    pub outcome: Option<Outcome>,
}

/// "Hai terminato l'accesso".
pub(in crate::web) fn signed_out_page(state: &State, speaks: &Speaks, told: &SignedOut<'_>) -> Response {
    let frame = speaks.frame_at("/login");
    let shown = SignedOutPage {
        service: way_back(told.client, told.redirect, frame.language),
        identity_provider: told.identity_provider.map(|issuer| state.deps.issuer_name(issuer)),
        upstream_ended: told.outcome == Some(Outcome::Complete),
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// "Vuoi uscire anche da …?"
pub(in crate::web) fn logout_offer_page(state: &State, speaks: &Speaks, offer: &Offer) -> Response {
    let frame = speaks.frame();
    let shown = LogoutOfferPage {
        identity_provider: state.deps.issuer_name(&offer.identity_provider),
        upstream_href: format!("/logout/upstream?{}", query(&[("logout", &offer.handle)])),
        service: way_back(offer.client.as_ref(), offer.redirect.as_deref(), frame.language),
        answers: offer.answers,
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// The portal's own address for whoever signed out, else its home.
fn way_back(client: Option<&Client>, redirect: Option<&str>, language: Language) -> Option<ServiceLink> {
    let client = client?;
    match redirect {
        Some(href) => Some(ServiceLink {
            name: service_name(client, language),
            href: href.to_owned(),
        }),
        None => service_link(client, language),
    }
}
