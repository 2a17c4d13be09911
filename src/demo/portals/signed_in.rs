//! Who came, as the tokens say.

use super::relying_party::Failure;
use domain::italy::FiscalNumber;
use protocol::oidc::client::ActingPolicy;
use serde_json::{Map, Value};

/// Who came, from tokens that were verified here.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    /// For `id_token_hint`.
    pub id_token: String,
    /// Claims of the ID token.
    pub id_claims: Value,
    /// What userinfo said.
    pub userinfo: Value,
    /// What was checked, in words.
    pub checks: Vec<String>,
}

impl SignedIn {
    /// A claim, from userinfo or else from the ID token.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.userinfo.get(name).or_else(|| self.id_claims.get(name))
    }

    /// A textual claim.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claim(name).and_then(Value::as_str)
    }

    /// The one organisation of `organization`: alias and members.
    pub fn organisation(&self) -> Option<(&str, &Value)> {
        let organisations = self.claim("organization")?.as_object()?;
        organisations
            .iter()
            .next()
            .map(|(alias, value)| (alias.as_str(), value))
    }

    /// The fiscal number without its country prefix, if it is an Italian one.
    pub fn fiscal_number(&self) -> Option<FiscalNumber> {
        let number = self.text("https://attributes.eid.gov.it/fiscal_number")?;
        FiscalNumber::parse(number.strip_prefix("TINIT-").unwrap_or(number)).ok()
    }

    /// A token speaks for at most one organisation, the same in `organization` and in `org_id`, and for
    /// one that this portal accepts.
    pub fn check_acting(&self, policy: ActingPolicy) -> Result<&'static str, Failure> {
        let organisations = self.claim("organization").and_then(Value::as_object);
        match (organisations.map(Map::len), policy) {
            (None, ActingPolicy::Organisation) => Err(Failure::Acting("organisation missing")),
            (None, _) if self.claim("org_id").is_some() => Err(Failure::Acting("org_id without organisation")),
            (None, _) => Ok("organization: manca, la persona viene per sé"),
            (Some(_), ActingPolicy::Myself) => Err(Failure::Acting("organisation not wanted")),
            (Some(1), _) => {
                let id = self.organisation().and_then(|(_, value)| value.get("id"));
                if id.is_none() || id != self.claim("org_id") {
                    return Err(Failure::Acting("org_id differs"));
                }
                Ok("organization: una sola, la stessa di org_id")
            }
            (Some(_), _) => Err(Failure::Acting("not exactly one organisation")),
        }
    }
}
