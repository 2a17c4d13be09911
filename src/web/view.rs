//! From what stories know to what pages show.

use super::form::query;
use super::sign_in::leave;
use crate::flow::account::consents::Given;
use crate::flow::sign_in::choose::Offer;
use crate::flow::sign_in::page::OfferedProvider;
use crate::login::{ActingOption, LoginId, Unusable};
use crate::pages::{
    ChooserPage, ChooserPerson, ConsentLine, IdentityProviderLink, Language, OptionView, OrganisationView, Pages,
    Search, ServiceLink, UnusableView, claim_text, scope_text,
};
use chrono::{DateTime, Utc};
use domain::mandate::{Holding, MandateKind};
use protocol::oidc::claims;
use protocol::oidc::client::Client;
use protocol::oidc::consent::Released;
use protocol::oidc::error::ErrorCode;
use protocol::oidc::grant::ActingContext;
use protocol::saml::Profile;

/// How the browser came to this answer: after a form post no redirect may leave us
/// (`form-action 'self'` blocks it), so a page leads on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// A link or a typed address.
    Link,
    /// A form post, of ours or of an identity provider.
    Form,
}

/// What the citizen looked for in a long list.
#[derive(Debug, Clone, Default)]
pub(super) struct ChooserFilter {
    /// Words.
    pub query: Option<String>,
    /// A capacity.
    pub role: Option<String>,
}

/// Where a login by one of the three ways over SAML begins.
pub(super) fn way_in(profile: Profile) -> &'static str {
    match profile {
        Profile::Spid => "/login/spid",
        Profile::Cie => "/login/cie",
        Profile::Eidas => "/login/eidas",
    }
}

/// The link that begins it in this login, or in a new one, where there is one identity provider only.
pub(super) fn way_in_of(profile: Profile, login: Option<&LoginId>) -> String {
    let address = way_in(profile).to_owned();
    match login {
        Some(login) => format!("{address}?{}", query(&[("login", &login.0)])),
        None => address,
    }
}

/// The name of a service in the page's language.
pub(super) fn service_name(client: &Client, language: Language) -> String {
    client.names.get(language.tag()).unwrap_or(&client.name).clone()
}

/// The service's own address, where a citizen starts again; none of one that was switched off (attack 47).
pub(super) fn service_link(client: &Client, language: Language) -> Option<ServiceLink> {
    let href = client.uri.clone().filter(|_| !client.disabled)?;
    Some(ServiceLink {
        name: service_name(client, language),
        href,
    })
}

/// Where a citizen begins again at a service: where it begins logins, or its home. Nowhere at one that was switched off.
pub(super) fn begin_again(issuer: &str, client: &Client) -> Option<String> {
    let address = client.login_initiation(issuer).or_else(|| client.uri.clone());
    address.filter(|_| !client.disabled)
}

/// A link to an identity provider, for a login or for the account page.
pub(super) fn provider_link(
    pages: &Pages,
    provider: &OfferedProvider,
    login: Option<&LoginId>,
) -> IdentityProviderLink {
    let mut pairs = vec![("idp", provider.entity_id.as_str())];
    if let Some(login) = login {
        pairs.push(("login", &login.0));
    }
    IdentityProviderLink {
        name: provider.name.clone(),
        logo: pages.provider_logo(&provider.entity_id).map(str::to_owned),
        href: format!("/login/spid?{}", query(&pairs)),
    }
}

/// What a portal may know, as pages name it, each once.
pub(super) fn released(released: &Released) -> Vec<String> {
    let scopes = released.scopes.iter().filter_map(|scope| scope_text(scope));
    let claims = released.claims.iter();
    let claims = claims.filter_map(|claim| claim_text(claim, claims::scope_of(claim)?));
    let mut texts: Vec<String> = Vec::new();
    for text in scopes.chain(claims) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// One portal that may know something.
pub(super) fn consent_line(issuer: &str, given: &Given, language: Language) -> ConsentLine {
    ConsentLine {
        client: given.client.id.clone(),
        service_name: service_name(&given.client, language),
        service_href: begin_again(issuer, &given.client),
        released: released(&given.released),
        since: given.since,
    }
}

/// The chooser.
pub(super) fn chooser(
    offer: &Offer,
    filter: &ChooserFilter,
    login: String,
    language: Language,
    now: DateTime<Utc>,
) -> ChooserPage {
    let total = offer.options.usable.len().saturating_add(offer.options.unusable.len());
    let role = filter.role.as_deref().and_then(kind_from_tag);
    let words = filter.query.as_deref().unwrap_or_default().trim().to_lowercase();
    let shown = |holding: &Holding| {
        role.is_none_or(|kind| holding.mandate.kind == kind) && (words.is_empty() || mentions(holding, &words))
    };
    let mut options: Vec<OptionView> = offer
        .options
        .usable
        .iter()
        .filter(|o| shown(&o.holding))
        .map(|o| option(o, offer))
        .collect();
    // The usual choice first, then the most recently used; what was never used keeps its order.
    options.sort_by_key(|o| (!o.selected, std::cmp::Reverse(o.last_used)));
    ChooserPage {
        action: "/login/choose".to_owned(),
        login,
        service_name: service_name(&offer.client, language),
        person: ChooserPerson {
            name: format!("{} {}", offer.person.given_name, offer.person.family_name),
            fiscal_code: offer.person.fiscal_number.as_ref().map(|n| n.as_str().to_owned()),
        },
        myself: offer.options.myself,
        myself_selected: offer.options.myself && offer.usual == Some(ActingContext::Myself),
        options,
        unusable: offer
            .options
            .unusable
            .iter()
            .filter(|(h, _)| shown(h))
            .map(unusable)
            .collect(),
        search: (total > ChooserPage::SEARCH_ABOVE).then(|| Search {
            action: "/login/choose".to_owned(),
            login: offer.login.id.0.clone(),
            query: filter.query.clone().unwrap_or_default(),
            role,
            roles: kinds(offer),
            clear_href: format!("/login/choose?{}", query(&[("login", &offer.login.id.0)])),
            filtered: role.is_some() || !words.is_empty(),
        }),
        total,
        problem: None,
        leave_href: (offer.options.count() == 0).then(|| leave::address(&offer.login.id, ErrorCode::AccessDenied)),
        now,
    }
}

fn option(option: &ActingOption, offer: &Offer) -> OptionView {
    let acting = ActingContext::Mandate(option.holding.mandate.id);
    OptionView {
        value: option.holding.mandate.id.0.to_string(),
        organisation: OrganisationView::from(&option.holding),
        kind: option.holding.mandate.kind,
        // Delegations end; telling when belongs to the choice.
        until: (option.holding.mandate.kind == MandateKind::Delegate).then(|| option.holding.valid_until()),
        roles: option.roles.iter().cloned().collect(),
        last_used: offer
            .last_used
            .iter()
            .find(|(used, _)| *used == acting)
            .map(|(_, at)| *at),
        selected: offer.usual == Some(acting),
    }
}

fn unusable((holding, reason): &(Holding, Unusable)) -> UnusableView {
    UnusableView {
        organisation: OrganisationView::from(holding),
        kind: holding.mandate.kind,
        reason: (*reason).into(),
    }
}

fn kinds(offer: &Offer) -> Vec<MandateKind> {
    let usable = offer.options.usable.iter().map(|o| o.holding.mandate.kind);
    let mut kinds: Vec<MandateKind> = usable
        .chain(offer.options.unusable.iter().map(|(h, _)| h.mandate.kind))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn kind_from_tag(tag: &str) -> Option<MandateKind> {
    match tag {
        "legal-representative" => Some(MandateKind::LegalRepresentative),
        "administrator" => Some(MandateKind::Administrator),
        "delegate" => Some(MandateKind::Delegate),
        "operator" => Some(MandateKind::Operator),
        _ => None,
    }
}

fn mentions(holding: &Holding, words: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(words);
    has(&holding.organisation.name)
        || holding.unit.as_ref().is_some_and(|unit| has(&unit.name))
        || holding
            .organisation
            .identifiers
            .iter()
            .any(|identifier| has(&identifier.value))
}
