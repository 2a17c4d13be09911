//! What a person is asked to let a portal know (OpenID Connect Core §3.1.2.4).

use super::authorize::{AuthorizationRequest, Prompt};
use super::claims::scope_of;
use super::client::Client;
use domain::organisation::OrganisationId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Scopes, and single claims of scopes that were not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Released {
    /// With `openid`: that the person comes at all, and by which name they are known there.
    pub scopes: BTreeSet<String>,
    /// By name.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub claims: BTreeSet<String>,
}

impl Released {
    /// What `request` asks for.
    pub fn of(request: &AuthorizationRequest) -> Released {
        let scopes = request.scopes.clone();
        let single = request.asked.claims.names().filter(|claim| !within(&scopes, claim));
        Released {
            claims: single.map(str::to_owned).collect(),
            scopes,
        }
    }

    /// Whether nothing of `asked` is new.
    pub fn covers(&self, asked: &Released) -> bool {
        let claim = |claim: &String| self.claims.contains(claim) || within(&self.scopes, claim);
        asked.scopes.is_subset(&self.scopes) && asked.claims.iter().all(claim)
    }

    /// Both together.
    #[must_use]
    pub fn with(mut self, more: Released) -> Released {
        self.scopes.extend(more.scopes);
        self.claims.extend(more.claims);
        self
    }
}

/// What a person agreed to at one client: for themselves ([`Agreed::ONESELF`]) and for each organisation, by its id, apart. What
/// may be known of somebody at one says nothing of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed(BTreeMap<String, Released>);

impl Agreed {
    /// Whoever comes for themselves.
    const ONESELF: &'static str = "self";

    /// Whether nothing of `asked` is new to somebody who comes for `organisation` or for themselves.
    pub fn covers(&self, organisation: Option<OrganisationId>, asked: &Released) -> bool {
        self.0
            .get(&acting(organisation))
            .is_some_and(|agreed| agreed.covers(asked))
    }

    /// With `more`, agreed to by somebody who came for `organisation` or for themselves.
    #[must_use]
    pub fn with(mut self, organisation: Option<OrganisationId>, more: Released) -> Agreed {
        let agreed = self.0.entry(acting(organisation)).or_default();
        *agreed = std::mem::take(agreed).with(more);
        self
    }

    /// Everything, for whomever.
    pub fn all(&self) -> Released {
        self.0.values().cloned().fold(Released::default(), Released::with)
    }
}

fn acting(organisation: Option<OrganisationId>) -> String {
    organisation.map_or_else(|| Agreed::ONESELF.to_owned(), |id| id.0.to_string())
}

/// Whether a scope releases this claim anyway.
fn within(scopes: &BTreeSet<String>, claim: &str) -> bool {
    scope_of(claim).is_some_and(|scope| scopes.contains(scope))
}

/// Whether the person, who comes for `organisation` or for themselves, has to agree before `client` gets the answer to
/// `request`; `before`: what they agreed to earlier.
pub fn is_due(
    client: &Client,
    request: &AuthorizationRequest,
    organisation: Option<OrganisationId>,
    before: &Agreed,
) -> bool {
    let covered = || before.covers(organisation, &Released::of(request));
    request.prompt.contains(&Prompt::Consent) || (client.metadata.consent && !covered())
}

/// Whether anybody is asked at all: what was agreed to before need be looked up only then.
pub fn may_be_due(client: &Client, request: &AuthorizationRequest) -> bool {
    client.metadata.consent || request.prompt.contains(&Prompt::Consent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::claims::ClaimsRequest;
    use crate::oidc::samples;

    fn released(scopes: &str, claims: &str) -> Released {
        let set = |words: &str| words.split_whitespace().map(str::to_owned).collect();
        Released {
            scopes: set(scopes),
            claims: set(claims),
        }
    }

    #[test]
    fn what_is_asked_for_is_scopes_and_the_claims_that_these_do_not_release() {
        let mut request = samples::device_request();
        request.scopes = released("openid profile", "").scopes;
        request.asked.claims = ClaimsRequest::read(r#"{"userinfo":{"given_name":null,"email":null}}"#).unwrap();
        assert_eq!(Released::of(&request), released("openid profile", "email"));
    }

    #[test]
    fn a_person_is_asked_where_it_is_registered_and_new_or_where_the_request_says_so_43() {
        let all = released("openid", "");
        let (nothing, agreed) = (Agreed::default(), Agreed::default().with(None, all.clone()));
        for (registered, wished, before, asked) in [
            (false, false, &nothing, false),
            (false, true, &agreed, true),
            (true, false, &agreed, false),
            (true, false, &nothing, true),
            (true, true, &agreed, true),
        ] {
            let (mut client, mut request) = (samples::client(), samples::device_request());
            client.metadata.consent = registered;
            request.scopes = all.scopes.clone();
            request.prompt = wished.then_some(Prompt::Consent).into_iter().collect();
            assert_eq!(
                is_due(&client, &request, None, before),
                asked,
                "{registered} {wished} {before:?}"
            );
            assert_eq!(may_be_due(&client, &request), registered || wished);
        }
    }

    #[test]
    fn what_was_agreed_to_for_one_says_nothing_of_another() {
        let (mut client, mut request) = (samples::client(), samples::device_request());
        client.metadata.consent = true;
        let (acme, other) = (
            samples::holding().organisation.id,
            OrganisationId(uuid::Uuid::from_u128(9)),
        );
        let (little, much) = (released("openid", ""), released("openid organization", ""));
        let agreed = Agreed::default()
            .with(None, much.clone())
            .with(Some(acme), little.clone());
        for (organisation, wanted, due) in [
            (None, &much, false),
            (None, &little, false),
            (Some(acme), &little, false),
            (Some(acme), &much, true),
            (Some(other), &little, true),
        ] {
            request.scopes = wanted.scopes.clone();
            assert_eq!(
                is_due(&client, &request, organisation, &agreed),
                due,
                "{organisation:?} {wanted:?}"
            );
        }
        assert_eq!(agreed.all(), much);
        let more = agreed.with(Some(acme), much.clone());
        assert!(more.covers(Some(acme), &much) && !more.covers(Some(other), &little));
        let stored = serde_json::to_string(&more).unwrap();
        assert_eq!(serde_json::from_str::<Agreed>(&stored).unwrap(), more);
    }

    #[test]
    fn what_was_agreed_to_covers_the_same_and_less_and_never_more() {
        let before = released("profile email", "phone_number");
        for less in [
            released("", ""),
            released("profile", ""),
            released("email profile", "phone_number"),
            released("", "given_name"),
        ] {
            assert!(before.covers(&less), "{less:?}");
        }
        for more in [
            released("phone", ""),
            released("profile email fiscal_number", ""),
            released("", "https://attributes.eid.gov.it/address"),
        ] {
            assert!(!before.covers(&more), "{more:?}");
            assert!(before.clone().with(more.clone()).covers(&more));
        }
    }
}
