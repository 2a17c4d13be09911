//! Rich authorisation requests (RFC 9396): the one type we know says for whom a person is to act.

use super::authorize::Pin;
use super::error::{Coded, ErrorCode};
use domain::mandate::Holding;
use domain::organisation::{Identifier, OrganisationKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The type: one organisation, some roles, or both.
pub const ACTING_AS: &str = "urn:varco:acting-as";

/// Most roles that one request names.
const MAX_ROLES: usize = 64;
/// Longest role, scheme or identifier, bytes.
const MAX_TEXT: usize = 128;

/// Why `authorization_details` is refused (RFC 9396 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Not a list of JSON objects that say their type.
    #[error("authorization_details is not a list of objects with a type")]
    Malformed,
    /// A type that nobody here knows.
    #[error("unknown type of authorization_details")]
    UnknownType,
    /// A member that the type does not know: it could have narrowed what is asked.
    #[error("unknown member of authorization_details")]
    UnknownMember,
    /// An organisation that is neither id nor alias nor identifier.
    #[error("malformed organization in authorization_details")]
    Organization,
    /// Organisation types that are no list of those there are.
    #[error("malformed or unknown organization_types in authorization_details")]
    OrganizationTypes,
    /// `self_allowed` that is neither true nor false.
    #[error("malformed self_allowed in authorization_details")]
    SelfAllowed,
    /// Roles that are no list of texts, or that the client did not register.
    #[error("malformed or unregistered roles in authorization_details")]
    Roles,
    /// Two of them: a token speaks for at most one organisation.
    #[error("more than one authorization detail")]
    MoreThanOne,
    /// At a client where people act for themselves only.
    #[error("authorization_details at a client for oneself only")]
    SelfOnlyClient,
}

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidAuthorizationDetails
    }
}

/// Which organisation is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// By its id here, or its alias.
    Pin(Pin),
    /// By an identifier that public registers give (ISO 6523).
    Identifier(Identifier),
}

/// `urn:varco:acting-as`: the person is to act for an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingAs {
    /// For this one; any, if none is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organization: Option<Named>,
    /// For one of these types; any, if none is named.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub organization_types: BTreeSet<OrganisationKind>,
    /// In one of these roles at the least, and in no other; any, if none is named.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub roles: BTreeSet<String>,
    /// The person may act for themselves as well, where the client takes that.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub self_allowed: bool,
}

/// The members of [`ActingAs`] as they are written.
const MEMBERS: [&str; 5] = ["type", "organization", "organization_types", "roles", "self_allowed"];

impl ActingAs {
    /// Reads the parameter; `registered` are the roles that the client knows.
    ///
    /// # Errors
    /// [`Reason`].
    pub fn read(text: &str, registered: &BTreeSet<String>) -> Result<ActingAs, Reason> {
        let listed: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|_| Reason::Malformed)?;
        let mut listed = listed.into_iter();
        let (Some(detail), None) = (listed.next(), listed.next()) else {
            return Err(Reason::MoreThanOne);
        };
        match detail.get("type").and_then(Value::as_str) {
            Some(ACTING_AS) => {}
            Some(_) => return Err(Reason::UnknownType),
            None => return Err(Reason::Malformed),
        }
        if detail.keys().any(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(Reason::UnknownMember);
        }
        Ok(ActingAs {
            organization: detail.get("organization").map(organization).transpose()?,
            organization_types: organization_types(detail.get("organization_types"))?,
            roles: roles(detail.get("roles"), registered)?,
            self_allowed: match detail.get("self_allowed") {
                None => false,
                Some(Value::Bool(allowed)) => *allowed,
                Some(_) => return Err(Reason::SelfAllowed),
            },
        })
    }

    /// Whether acting under `holding` is what was asked, with `roles` of the client's being given by it.
    pub fn allows(&self, holding: &Holding, roles: &BTreeSet<String>) -> bool {
        let organisation = match &self.organization {
            None => true,
            Some(Named::Pin(pin)) => pin.names(&holding.organisation),
            Some(Named::Identifier(identifier)) => holding.organisation.identifiers.contains(identifier),
        };
        let of_type =
            self.organization_types.is_empty() || self.organization_types.contains(&holding.organisation.kind);
        organisation && of_type && (self.roles.is_empty() || !self.roles.is_disjoint(roles))
    }

    /// Of `roles`, those that were asked for.
    pub fn narrow(&self, roles: BTreeSet<String>) -> BTreeSet<String> {
        if self.roles.is_empty() {
            return roles;
        }
        roles.intersection(&self.roles).cloned().collect()
    }

    /// What was granted, as the token response and introspection tell it (RFC 9396 §7): the organisation that was
    /// chosen, and the roles there.
    pub fn granted(holding: &Holding, roles: &BTreeSet<String>) -> Value {
        json!([{
            "type": ACTING_AS,
            "organization": {
                "id": holding.organisation.id.0.to_string(),
                "name": holding.organisation.name,
                "identifiers": holding.organisation.identifiers,
            },
            "roles": roles,
        }])
    }
}

fn organization(value: &Value) -> Result<Named, Reason> {
    let text = |value: Option<&Value>| {
        value
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty() && text.len() <= MAX_TEXT)
            .map(str::to_owned)
            .ok_or(Reason::Organization)
    };
    match value {
        Value::String(name) => Pin::read(name).map(Named::Pin).ok_or(Reason::Organization),
        Value::Object(identifier) if identifier.len() == 2 => Ok(Named::Identifier(Identifier {
            scheme: text(identifier.get("scheme"))?,
            value: text(identifier.get("value"))?,
        })),
        _ => Err(Reason::Organization),
    }
}

fn organization_types(value: Option<&Value>) -> Result<BTreeSet<OrganisationKind>, Reason> {
    let Some(value) = value else {
        return Ok(BTreeSet::new());
    };
    let types: BTreeSet<OrganisationKind> =
        serde_json::from_value(value.clone()).map_err(|_| Reason::OrganizationTypes)?;
    match types.is_empty() {
        true => Err(Reason::OrganizationTypes),
        false => Ok(types),
    }
}

fn roles(value: Option<&Value>, registered: &BTreeSet<String>) -> Result<BTreeSet<String>, Reason> {
    let Some(value) = value else {
        return Ok(BTreeSet::new());
    };
    let listed = value.as_array().ok_or(Reason::Roles)?;
    if listed.is_empty() || listed.len() > MAX_ROLES {
        return Err(Reason::Roles);
    }
    listed
        .iter()
        .map(|role| {
            role.as_str()
                .filter(|role| registered.contains(*role))
                .map(str::to_owned)
                .ok_or(Reason::Roles)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::samples;

    fn registered() -> BTreeSet<String> {
        samples::client().roles
    }

    fn read(detail: &Value) -> Result<ActingAs, Reason> {
        ActingAs::read(&json!([detail]).to_string(), &registered())
    }

    #[test]
    fn an_organisation_is_named_by_id_alias_or_identifier() {
        let holding = samples::holding();
        let roles = holding.roles_at("suap", &registered());
        for (organization, allowed) in [
            (json!("acme-srl"), true),
            (json!(holding.organisation.id.0.to_string()), true),
            (json!({"scheme": "0210", "value": "01234560587"}), true),
            (json!("borgo-alto"), false),
            (json!({"scheme": "0201", "value": "01234560587"}), false),
            (json!({"scheme": "0210", "value": "1234560587"}), false),
        ] {
            let asked = read(&json!({"type": ACTING_AS, "organization": organization})).unwrap();
            assert_eq!(asked.allows(&holding, &roles), allowed, "{organization}");
        }
    }

    #[test]
    fn roles_are_a_demand_and_a_limit() {
        let holding = samples::holding();
        let roles = BTreeSet::from(["invoice-submitter".to_owned()]);
        let asked = |role: &str| read(&json!({"type": ACTING_AS, "roles": [role]})).unwrap();
        assert!(asked("invoice-submitter").allows(&holding, &roles));
        assert!(!asked("invoice-reader").allows(&holding, &roles));
        assert_eq!(asked("invoice-reader").narrow(registered()).len(), 1);
        assert_eq!(
            read(&json!({"type": ACTING_AS})).unwrap().narrow(registered()),
            registered()
        );
        assert!(
            read(&json!({"type": ACTING_AS}))
                .unwrap()
                .allows(&holding, &BTreeSet::new())
        );
    }

    #[test]
    fn a_type_of_organisation_is_a_demand() {
        let holding = samples::holding();
        for (types, allowed) in [
            (json!(["company"]), true),
            (json!(["public-body", "company"]), true),
            (json!(["public-body", "other"]), false),
        ] {
            let asked = read(&json!({"type": ACTING_AS, "organization_types": types})).unwrap();
            assert_eq!(asked.allows(&holding, &registered()), allowed, "{types}");
            assert!(!asked.self_allowed);
        }
        assert!(
            read(&json!({"type": ACTING_AS, "self_allowed": true}))
                .unwrap()
                .self_allowed
        );
    }

    #[test]
    fn rfc_9396_7_what_was_granted_names_the_organisation_and_the_roles_there() {
        let holding = samples::holding();
        let granted = ActingAs::granted(&holding, &BTreeSet::from(["invoice-submitter".to_owned()]));
        assert_eq!(granted[0]["type"], ACTING_AS);
        assert_eq!(granted[0]["organization"]["name"], "ACME SRL");
        assert_eq!(granted[0]["organization"]["id"], holding.organisation.id.0.to_string());
        assert_eq!(granted[0]["roles"], json!(["invoice-submitter"]));
    }

    #[test]
    fn as_many_roles_as_may_be_named_are_read_and_not_one_more() {
        let registered: BTreeSet<String> = (0..=MAX_ROLES).map(|number| format!("role-{number:03}")).collect();
        let read = |count: usize| {
            let roles: Vec<&String> = registered.iter().take(count).collect();
            ActingAs::read(&json!([{"type": ACTING_AS, "roles": roles}]).to_string(), &registered)
        };
        assert_eq!(read(MAX_ROLES).unwrap().roles.len(), MAX_ROLES);
        assert_eq!(read(MAX_ROLES + 1), Err(Reason::Roles));
    }

    #[test]
    fn what_is_not_understood_is_refused_and_never_dropped() {
        for (detail, reason) in [
            (json!({"type": "payment_initiation"}), Reason::UnknownType),
            (json!({"organization": "acme-srl"}), Reason::Malformed),
            (json!(7), Reason::Malformed),
            (json!({"type": ACTING_AS, "actions": ["read"]}), Reason::UnknownMember),
            (json!({"type": ACTING_AS, "organization": "*"}), Reason::Organization),
            (
                json!({"type": ACTING_AS, "organization": {"scheme": "0210"}}),
                Reason::Organization,
            ),
            (json!({"type": ACTING_AS, "organization": 7}), Reason::Organization),
            (
                json!({"type": ACTING_AS, "organization": {"scheme": "0210", "value": ""}}),
                Reason::Organization,
            ),
            (
                json!({"type": ACTING_AS, "organization": {"scheme": "0210", "value": "1".repeat(MAX_TEXT + 1)}}),
                Reason::Organization,
            ),
            (
                json!({"type": ACTING_AS, "organization": {"scheme": "0210", "value": "1", "country": "IT"}}),
                Reason::Organization,
            ),
            (
                json!({"type": ACTING_AS, "organization_types": []}),
                Reason::OrganizationTypes,
            ),
            (
                json!({"type": ACTING_AS, "organization_types": ["club"]}),
                Reason::OrganizationTypes,
            ),
            (json!({"type": ACTING_AS, "self_allowed": "yes"}), Reason::SelfAllowed),
            (json!({"type": ACTING_AS, "roles": []}), Reason::Roles),
            (json!({"type": ACTING_AS, "roles": "invoice-submitter"}), Reason::Roles),
            (
                json!({"type": ACTING_AS, "roles": ["nobody-registered"]}),
                Reason::Roles,
            ),
        ] {
            assert_eq!(read(&detail), Err(reason), "{detail}");
        }
        let read = |text: &str| ActingAs::read(text, &registered());
        assert_eq!(read("{}"), Err(Reason::Malformed));
        assert_eq!(read("[]"), Err(Reason::MoreThanOne));
        let two = format!(r#"[{{"type":"{ACTING_AS}"}},{{"type":"{ACTING_AS}"}}]"#);
        assert_eq!(read(&two), Err(Reason::MoreThanOne));
        assert_eq!(Reason::UnknownType.code().as_str(), "invalid_authorization_details");
    }
}
