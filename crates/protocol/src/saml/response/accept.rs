//! From a checked Assertion to an identity. What is read here was checked already, but nothing is
//! assumed: a gap refuses.

use super::checks::{Expected, proved_level};
use super::parse::{Assertion, Response};
use super::{Accepted, Fault, Reason, Refused};
use crate::saml::instant;
use crate::xml::trim;
use chrono::NaiveDate;
use domain::italy::FiscalNumber;
use domain::person::Identity;
use std::collections::BTreeMap;

/// Prefix of an Italian fiscal number (eIDAS form).
const ITALIAN: &str = "TINIT-";

/// Puts together what the application needs.
pub(super) fn accept(
    response: &Response<'_>,
    assertion: &Assertion<'_>,
    expected: &Expected<'_>,
) -> Result<Accepted, Refused> {
    let identity = identity(assertion, expected)?;
    gather(response, assertion, expected, identity).ok_or(Refused {
        case: "own",
        reason: Reason {
            at: "Assertion",
            fault: Fault::Missing,
        },
    })
}

fn gather(
    response: &Response<'_>,
    assertion: &Assertion<'_>,
    expected: &Expected<'_>,
    identity: Identity,
) -> Option<Accepted> {
    let subject = assertion.subject.as_ref()?;
    let name_id = subject.name_id.as_ref()?;
    let confirmation_end = subject.confirmation.as_ref()?.data.as_ref()?.not_on_or_after?;
    let conditions_end = assertion.conditions.as_ref()?.not_on_or_after?;
    // Both ends bind, so the nearer one would do; the farther one costs nothing and cannot be wrong.
    let end = instant::read(trim(confirmation_end))?.max(instant::read(trim(conditions_end))?);
    Some(Accepted {
        identity,
        response_id: trim(response.id?).to_owned(),
        response_issue_instant: instant::read(trim(response.issue_instant?))?,
        assertion_id: trim(assertion.id?).to_owned(),
        assertion_issue_instant: instant::read(trim(assertion.issue_instant?))?,
        replay_until: end.checked_add_signed(expected.clock_skew)?,
        name_id: name_id.value.clone(),
        name_qualifier: trim(name_id.name_qualifier?).to_owned(),
        session_index: session_index(assertion),
    })
}

fn session_index(assertion: &Assertion<'_>) -> Option<String> {
    let index = trim(assertion.authn_statement.as_ref()?.session_index?);
    (!index.is_empty()).then(|| index.to_owned())
}

fn identity(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<Identity, Refused> {
    let attributes = requested(assertion, expected);
    let fiscal_number = attributes
        .get("fiscalNumber")
        .map(|value| fiscal_number(value))
        .transpose()?;
    let date_of_birth = attributes.get("dateOfBirth").map(|value| date(value)).transpose()?;
    let level = proved_level(assertion).ok_or_else(|| refused("AuthnContextClassRef"))?;
    let authenticated_at = assertion.authn_statement.as_ref().and_then(|s| s.authn_instant);
    let authenticated_at = authenticated_at.and_then(|text| instant::read(trim(text)));
    let text = |name: &str| attributes.get(name).cloned();
    Ok(Identity {
        method: expected.pending.profile.method(),
        issuer: expected.identity_provider.entity_id.clone(),
        subject: text("spidCode"),
        fiscal_number,
        given_name: text("name").unwrap_or_default(),
        family_name: text("familyName").unwrap_or_default(),
        date_of_birth,
        level,
        authenticated_at: authenticated_at.ok_or_else(|| refused("AuthnStatement/@AuthnInstant"))?,
        attributes,
    })
}

/// The attributes that were asked for, as they came; others are not kept (GDPR art. 5(1)(c)).
fn requested(assertion: &Assertion<'_>, expected: &Expected<'_>) -> BTreeMap<String, String> {
    let all = assertion
        .attribute_statement
        .iter()
        .flat_map(|statement| &statement.attributes);
    all.filter_map(|attribute| {
        let name = trim(attribute.name?);
        let asked = expected.pending.attributes.iter().any(|wanted| wanted == name);
        asked.then(|| Some((name.to_owned(), attribute.values.first()?.clone())))?
    })
    .collect()
}

/// One account per real person: the prefix must be the Italian one, and the code a valid one, without any of
/// the blanks that are forgiven to people who type.
fn fiscal_number(value: &str) -> Result<FiscalNumber, Refused> {
    value
        .strip_prefix(ITALIAN)
        .filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .and_then(|code| FiscalNumber::parse(code).ok())
        .ok_or_else(|| refused("Attribute fiscalNumber"))
}

/// `xs:date` as SPID writes it, `YYYY-MM-DD` and nothing more forgiving.
fn date(value: &str) -> Result<NaiveDate, Refused> {
    let digit_or_dash = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let exact = value.len() == 10 && value.bytes().enumerate().all(digit_or_dash);
    NaiveDate::parse_from_str(value, "%Y-%m-%d")
        .ok()
        .filter(|_| exact)
        .ok_or_else(|| refused("Attribute dateOfBirth"))
}

fn refused(at: &'static str) -> Refused {
    Refused {
        case: "own",
        reason: Reason {
            at,
            fault: Fault::Format,
        },
    }
}
