//! What a person is asked to let a portal know (OpenID Connect Core §3.1.2.4).

use super::authorize::{AuthorizationRequest, Prompt};
use super::claims::scope_of;
use super::client::Client;
use domain::organisation::OrganisationId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Scopes, and single claims of scopes that were not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Released {
    /// With `openid`: that the person comes at all, and by which name they are known there.
    pub scopes: BTreeSet<String>,
    /// By name.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub claims: BTreeSet<String>,
    /// For whom they come: [`Released::ONESELF`], or an organisation by its id.
    pub acting: BTreeSet<String>,
}

impl Released {
    /// Whoever comes for themselves.
    pub const ONESELF: &'static str = "self";

    /// What `request` asks for, of a person who comes for `organisation` or for themselves.
    pub fn of(request: &AuthorizationRequest, organisation: Option<OrganisationId>) -> Released {
        let scopes = request.scopes.clone();
        let single = request.asked.claims.names().filter(|claim| !within(&scopes, claim));
        Released {
            claims: single.map(str::to_owned).collect(),
            scopes,
            acting: [organisation.map_or(Released::ONESELF.to_owned(), |id| id.0.to_string())].into(),
        }
    }

    /// Whether nothing of `asked` is new.
    pub fn covers(&self, asked: &Released) -> bool {
        let claim = |claim: &String| self.claims.contains(claim) || within(&self.scopes, claim);
        asked.scopes.is_subset(&self.scopes) && asked.claims.iter().all(claim) && asked.acting.is_subset(&self.acting)
    }

    /// Both together.
    #[must_use]
    pub fn with(mut self, more: Released) -> Released {
        self.scopes.extend(more.scopes);
        self.claims.extend(more.claims);
        self.acting.extend(more.acting);
        self
    }
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
    before: &Released,
) -> bool {
    let asked = Released::of(request, organisation);
    request.prompt.contains(&Prompt::Consent) || (client.metadata.consent && !before.covers(&asked))
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
            acting: set("self"),
        }
    }

    #[test]
    fn what_is_asked_for_is_scopes_and_the_claims_that_these_do_not_release() {
        let mut request = samples::device_request();
        request.scopes = released("openid profile", "").scopes;
        request.asked.claims = ClaimsRequest::read(r#"{"userinfo":{"given_name":null,"email":null}}"#).unwrap();
        assert_eq!(Released::of(&request, None), released("openid profile", "email"));
    }

    #[test]
    fn a_person_is_asked_where_it_is_registered_and_new_or_where_the_request_says_so_43() {
        let (nothing, all) = (Released::default(), released("openid", ""));
        for (registered, wished, before, asked) in [
            (false, false, &nothing, false),
            (false, true, &all, true),
            (true, false, &all, false),
            (true, false, &nothing, true),
            (true, true, &all, true),
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
    fn for_whom_the_person_comes_is_part_of_what_they_agree_to() {
        let (mut client, mut request) = (samples::client(), samples::device_request());
        client.metadata.consent = true;
        request.scopes = released("openid", "").scopes;
        let (acme, other) = (
            samples::holding().organisation.id,
            OrganisationId(uuid::Uuid::from_u128(9)),
        );
        let oneself = Released::of(&request, None);
        assert!(!is_due(&client, &request, None, &oneself));
        assert!(is_due(&client, &request, Some(acme), &oneself));
        let both = oneself.with(Released::of(&request, Some(acme)));
        assert!(!is_due(&client, &request, Some(acme), &both) && !is_due(&client, &request, None, &both));
        assert!(is_due(&client, &request, Some(other), &both));
        assert!(is_due(&client, &request, None, &Released::of(&request, Some(acme))));
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
