//! `verified_claims` with `authority`: on what ground the person acts for the organisation. The frame is OpenID Identity
//! Assurance Schema Definition 1.0 §5, the words inside are those of the draft OpenID Connect Authority Claims
//! Extension. Only for whoever asks by the `claims` parameter.

use super::ClaimWish;
use super::request::MalformedClaims;
use domain::mandate::{Evidence, Holding, MandateKind};
use domain::organisation::{Identifier, OrganisationKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The claim's name.
pub const VERIFIED_CLAIMS: &str = "verified_claims";
/// `trust_framework`: mandates as Varco keeps them.
pub(crate) const TRUST_FRAMEWORK: &str = "urn:varco:mandates";
/// The one type of evidence: what a record says.
pub(crate) const EVIDENCE: &str = "electronic_record";
/// Most alternatives that are read.
const MAX_ALTERNATIVES: usize = 8;

/// How `authority` is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorityWish {
    /// The evidence as well: what was not asked for is not told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub evidence: bool,
}

impl AuthorityWish {
    /// Reads the `verified_claims` of a request, one or several alternatives of which the first that can be had counts. `None`:
    /// none can, and then the claim is left out (Identity Assurance §6.7).
    pub(super) fn read(asked: &Value) -> Result<Option<AuthorityWish>, MalformedClaims> {
        let alternatives = match asked {
            Value::Array(several) if several.len() <= MAX_ALTERNATIVES => several.as_slice(),
            Value::Object(_) => std::slice::from_ref(asked),
            _ => return Err(MalformedClaims),
        };
        let mut first = None;
        for alternative in alternatives {
            first = first.or(read_one(alternative)?);
        }
        Ok(first)
    }
}

/// `verification` and `claims` are required.
fn read_one(asked: &Value) -> Result<Option<AuthorityWish>, MalformedClaims> {
    let (Some(Value::Object(verification)), Some(Value::Object(claims))) =
        (asked.get("verification"), asked.get("claims"))
    else {
        return Err(MalformedClaims);
    };
    let framework = ClaimWish::read(verification.get("trust_framework").ok_or(MalformedClaims)?)?;
    let evidence = match verification.get("evidence") {
        None => Some(false),
        Some(Value::Null) => Some(true),
        Some(Value::Array(wished)) => has_ours(wished)?.then_some(true),
        Some(_) => return Err(MalformedClaims),
    };
    let can_be_had = claims.contains_key("authority") && framework.met_by(&json!(TRUST_FRAMEWORK));
    Ok(evidence
        .filter(|_| can_be_had)
        .map(|evidence| AuthorityWish { evidence }))
}

/// Whether some evidence that is wished for is of our type.
fn has_ours(wished: &[Value]) -> Result<bool, MalformedClaims> {
    let mut ours = wished.is_empty();
    for one in wished {
        let wish = ClaimWish::read(one.get("type").unwrap_or(&Value::Null))?;
        ours |= wish.met_by(&json!(EVIDENCE));
    }
    Ok(ours)
}

/// What is told of `holding` to `client_id`, where it gives `roles`.
pub(super) fn verified_claims(
    wish: AuthorityWish,
    holding: &Holding,
    client_id: &str,
    roles: &BTreeSet<String>,
) -> Value {
    let mut verification = Map::new();
    verification.insert("trust_framework".to_owned(), TRUST_FRAMEWORK.into());
    if wish.evidence {
        verification.insert("evidence".to_owned(), json!([evidence(holding)]));
    }
    json!({
        "verification": verification,
        "claims": { "authority": authority(holding, client_id, roles) },
    })
}

fn authority(holding: &Holding, client_id: &str, roles: &BTreeSet<String>) -> Value {
    let organisation = &holding.organisation;
    let numbers: Vec<Value> = organisation.identifiers.iter().map(number).collect();
    json!({
        "applies_to": {
            "organization_name": organisation.name,
            "registration_number": numbers,
            "registered_jurisdiction": "IT",
        },
        "permission": permissions(holding, client_id, roles),
        "granted_by": { "method": method(holding) },
    })
}

/// The scheme says who issues such numbers (ISO 6523).
fn number(identifier: &Identifier) -> Value {
    json!({ "number": identifier.value, "issuer": format!("iso6523:{}", identifier.scheme) })
}

/// One for each role; at a client that knows no roles, the capacity alone.
fn permissions(holding: &Holding, client_id: &str, roles: &BTreeSet<String>) -> Vec<Value> {
    let mandate = &holding.mandate;
    let permission = |role: Value| {
        json!({
            "role": role,
            "function": mandate.kind,
            "audience": client_id,
            "validity": {
                "start": mandate.valid_from.date_naive(),
                "end": holding.valid_until().date_naive(),
            },
        })
    };
    match roles.is_empty() {
        true => vec![permission(json!(mandate.kind))],
        false => roles.iter().map(|role| permission(json!(role))).collect(),
    }
}

/// Who represents an organisation by law was appointed; everybody else is somebody's delegate.
fn method(holding: &Holding) -> &'static str {
    match (holding.mandate.evidence, holding.mandate.kind) {
        (Evidence::SelfDeclared, _) => "self asserted",
        (Evidence::Register, _) | (_, MandateKind::LegalRepresentative) => "appointed",
        _ => "delegated",
    }
}

fn evidence(holding: &Holding) -> Value {
    let mandate = &holding.mandate;
    let source = match (mandate.evidence, holding.organisation.kind) {
        (Evidence::Register, OrganisationKind::PublicBody) => Some("Indice dei domicili digitali delle PA (IPA)"),
        (Evidence::Register, OrganisationKind::Company) => Some("Registro Imprese"),
        _ => None,
    };
    let mut record = Map::new();
    record.insert("type".to_owned(), json!(mandate.evidence));
    if let Some(name) = source {
        record.insert("source".to_owned(), json!({ "name": name }));
    }
    json!({ "type": EVIDENCE, "record": record })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::samples;

    const ASKED: &str = r#"{"verification":{"trust_framework":null},"claims":{"authority":null}}"#;

    fn read(text: &str) -> Result<Option<AuthorityWish>, MalformedClaims> {
        AuthorityWish::read(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn it_says_for_whom_what_since_when_and_by_whose_word() {
        let holding = samples::holding();
        let wish = AuthorityWish { evidence: true };
        let roles = BTreeSet::from(["invoice-submitter".to_owned()]);
        insta::assert_json_snapshot!(verified_claims(wish, &holding, "suap", &roles));
        let without = verified_claims(AuthorityWish::default(), &holding, "suap", &BTreeSet::new());
        assert_eq!(without["verification"], json!({ "trust_framework": TRUST_FRAMEWORK }));
        assert_eq!(
            without["claims"]["authority"]["permission"][0]["role"],
            json!(holding.mandate.kind)
        );
    }

    #[test]
    fn the_method_is_that_of_the_evidence() {
        let mut holding = samples::holding();
        holding.mandate.kind = MandateKind::Operator;
        for (evidence, expected) in [
            (Evidence::SelfDeclared, "self asserted"),
            (Evidence::LrOnline, "delegated"),
            (Evidence::Official, "delegated"),
            (Evidence::Register, "appointed"),
        ] {
            holding.mandate.evidence = evidence;
            assert_eq!(method(&holding), expected, "{evidence:?}");
        }
    }

    #[test]
    fn a_register_is_named_where_it_is_known_which() {
        let mut holding = samples::holding();
        holding.mandate.evidence = Evidence::Register;
        for (kind, name) in [
            (OrganisationKind::Company, json!("Registro Imprese")),
            (
                OrganisationKind::PublicBody,
                json!("Indice dei domicili digitali delle PA (IPA)"),
            ),
            (OrganisationKind::Other, Value::Null),
        ] {
            holding.organisation.kind = kind;
            assert_eq!(evidence(&holding)["record"]["source"]["name"], name, "{kind:?}");
        }
    }

    #[test]
    fn what_can_be_had_is_understood_and_evidence_only_where_it_is_wished() {
        let (without, with) = (AuthorityWish { evidence: false }, AuthorityWish { evidence: true });
        let wish = |verification: &str| read(&ASKED.replace(r#"{"trust_framework":null}"#, verification));
        assert_eq!(read(ASKED), Ok(Some(without)));
        assert_eq!(
            wish(r#"{"trust_framework":{"value":"urn:varco:mandates"}}"#),
            Ok(Some(without))
        );
        for evidence in [
            r"[]",
            "null",
            r#"[{"type":{"value":"electronic_record"}}]"#,
            r#"[{"type":null}]"#,
        ] {
            let asked = format!(r#"{{"trust_framework":null,"evidence":{evidence}}}"#);
            assert_eq!(wish(&asked), Ok(Some(with)), "{evidence}");
        }
    }

    #[test]
    fn what_cannot_be_had_is_left_out_and_the_next_alternative_counts() {
        let foreign = r#"{"verification":{"trust_framework":{"value":"de_aml"}},"claims":{"authority":null}}"#;
        let document = r#"{"verification":{"trust_framework":null,"evidence":[{"type":{"value":"document"}}]},"claims":{"authority":null}}"#;
        let name = r#"{"verification":{"trust_framework":null},"claims":{"given_name":null}}"#;
        for impossible in [foreign, document, name] {
            assert_eq!(read(impossible), Ok(None), "{impossible}");
            let several = format!("[{impossible},{ASKED}]");
            assert_eq!(read(&several), Ok(Some(AuthorityWish::default())), "{several}");
        }
        assert_eq!(read("[]"), Ok(None));
    }

    #[test]
    fn as_many_alternatives_as_may_be_are_read_and_not_one_more() {
        let several = |count: usize| read(&format!("[{}]", vec![ASKED; count].join(",")));
        assert_eq!(several(MAX_ALTERNATIVES), Ok(Some(AuthorityWish::default())));
        assert_eq!(several(MAX_ALTERNATIVES + 1), Err(MalformedClaims));
    }

    #[test]
    fn what_is_no_such_request_is_malformed() {
        for wrong in [
            "null",
            "7",
            "{}",
            "[7]",
            r#"{"verification":{},"claims":{"authority":null}}"#,
            r#"{"verification":{"trust_framework":7},"claims":{"authority":null}}"#,
            r#"{"verification":{"trust_framework":null,"evidence":7},"claims":{"authority":null}}"#,
            r#"{"verification":{"trust_framework":null},"claims":null}"#,
        ] {
            assert_eq!(read(wrong), Err(MalformedClaims), "{wrong}");
        }
    }
}
