//! The acting choice: for whom may this person come to this client, now.

use chrono::{DateTime, Utc};
use domain::mandate::{Evidence, Holding, MandateId, MandateState, NotInForce};
use protocol::oidc::authorize::AuthorizationRequest;
use protocol::oidc::client::{ActingPolicy, Client};
use protocol::oidc::grant::{ActingContext, Asked};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the citizen submitted: `self`, or a mandate's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingChoice(pub String);

/// Why a mandate is shown but cannot be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Not in force.
    NotInForce(NotInForce),
    /// None of its roles is one that the client knows.
    NoRole,
    /// The client wants stronger evidence.
    EvidenceTooWeak,
}

/// A mandate that can be picked, with its roles at the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingOption {
    /// The mandate and what it names.
    pub holding: Holding,
    /// Its roles, filtered to those the client registered.
    pub roles: BTreeSet<String>,
}

/// Everything that is offered to one person at one client at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingOptions {
    /// Acting for oneself is possible.
    pub myself: bool,
    /// Mandates that can be picked.
    pub usable: Vec<ActingOption>,
    /// Mandates that are shown with the reason why not.
    pub unusable: Vec<(Holding, Unusable)>,
}

impl ActingOptions {
    /// Computes the options of `holdings` (all of one person) for `client` and its request.
    pub fn compute(
        client: &Client,
        request: &AuthorizationRequest,
        holdings: Vec<Holding>,
        now: DateTime<Utc>,
    ) -> ActingOptions {
        let organisations = wants_organisation(client, request);
        let mut options = ActingOptions {
            myself: !demands_organisation(request) && client.acting != ActingPolicy::Organisation,
            usable: Vec::new(),
            unusable: Vec::new(),
        };
        if !organisations {
            return options;
        }
        for holding in holdings {
            if request
                .pin
                .as_ref()
                .is_some_and(|pin| !pin.names(&holding.organisation))
                || !worth_showing(holding.mandate.state)
            {
                continue;
            }
            let mut roles = holding.roles_at(&client.id, &client.roles);
            if let Some(asked) = &request.asked.authorization_details {
                if !asked.allows(&holding, &roles) {
                    continue;
                }
                roles = asked.narrow(roles);
            }
            match usable(client, &holding, &roles, now) {
                Ok(()) => options.usable.push(ActingOption { holding, roles }),
                Err(reason) => options.unusable.push((holding, reason)),
            }
        }
        options
    }

    /// Whether mandates matter at all for this request; when not, none need be loaded.
    pub fn may_hold(client: &Client, request: &AuthorizationRequest) -> bool {
        wants_organisation(client, request)
    }

    /// How many can be picked.
    pub fn count(&self) -> usize {
        self.usable.len().saturating_add(usize::from(self.myself))
    }

    /// The only one, when there is only one.
    pub fn only(&self) -> Option<ActingContext> {
        match (self.myself, self.usable.as_slice()) {
            (true, []) => Some(ActingContext::Myself),
            (false, [one]) => Some(ActingContext::Mandate(one.holding.mandate.id)),
            _ => None,
        }
    }

    /// What was picked, if it was offered. Nothing else is ever accepted, whatever the form says.
    pub fn pick(&self, choice: &ActingChoice) -> Option<ActingContext> {
        let picked = if choice.0 == "self" {
            ActingContext::Myself
        } else {
            ActingContext::Mandate(MandateId(Uuid::try_parse(&choice.0).ok()?))
        };
        self.offers(picked).then_some(picked)
    }

    /// Whether `acting` is one of the options.
    pub fn offers(&self, acting: ActingContext) -> bool {
        match acting {
            ActingContext::Myself => self.myself,
            ActingContext::Mandate(_) => self.holding(acting).is_some(),
        }
    }

    /// The mandate of `acting`, if it can be picked; none for oneself.
    pub fn holding(&self, acting: ActingContext) -> Option<&Holding> {
        let ActingContext::Mandate(id) = acting else {
            return None;
        };
        let mut holdings = self.usable.iter().map(|option| &option.holding);
        holdings.find(|holding| holding.mandate.id == id)
    }
}

/// `scope=organization` asks for the chooser; a client that accepts only organisations need not ask.
fn wants_organisation(client: &Client, request: &AuthorizationRequest) -> bool {
    match client.acting {
        ActingPolicy::Myself => false,
        ActingPolicy::Organisation => true,
        ActingPolicy::Either => names_organisation(request) || request.scopes.contains("organization"),
    }
}

/// Whether it leaves the person no choice to act for themselves.
fn demands_organisation(request: &AuthorizationRequest) -> bool {
    let details = request.asked.authorization_details.as_ref();
    request.pin.is_some() || details.is_some_and(|asked| !asked.self_allowed)
}

/// Whether the request itself says that the person is to act for an organisation: by a pin, or by authorization_details.
pub(super) fn names_organisation(request: &AuthorizationRequest) -> bool {
    request.pin.is_some() || request.asked.authorization_details.is_some()
}

/// Requests that nobody decided yet, or that were refused, are no business of the login page.
fn worth_showing(state: MandateState) -> bool {
    matches!(
        state,
        MandateState::Approved | MandateState::Suspended | MandateState::Expired
    )
}

/// Whether `holding` could be chosen at `client`, by a request that asked so.
pub fn is_usable(client: &Client, asked: &Asked, holding: &Holding, now: DateTime<Utc>) -> bool {
    let roles = holding.roles_at(&client.id, &client.roles);
    let roles = match &asked.authorization_details {
        Some(details) if !details.allows(holding, &roles) => return false,
        Some(details) => details.narrow(roles),
        None => roles,
    };
    usable(client, holding, &roles, now).is_ok()
}

/// Those of `holdings` that the person could use at `client`, whatever a request asks.
pub fn usable_at(client: &Client, mut holdings: Vec<Holding>, now: DateTime<Utc>) -> Vec<Holding> {
    holdings.retain(|holding| is_usable(client, &Asked::default(), holding, now));
    holdings
}

fn usable(client: &Client, holding: &Holding, roles: &BTreeSet<String>, now: DateTime<Utc>) -> Result<(), Unusable> {
    holding.in_force(now).map_err(Unusable::NotInForce)?;
    if weaker(holding.mandate.evidence, client.min_evidence) {
        return Err(Unusable::EvidenceTooWeak);
    }
    if roles.is_empty() && !client.roles.is_empty() {
        return Err(Unusable::NoRole);
    }
    Ok(())
}

fn weaker(evidence: Evidence, wanted: Evidence) -> bool {
    evidence < wanted
}
