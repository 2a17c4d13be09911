//! The Assertion's rules. Each is total: a part that an earlier rule demands is simply missing here.

use super::{Expected, exactly, filled, in_window, instant, is_provider, refuse, version_2};
use crate::saml::response::parse::{Assertion, AuthnStatement, Conditions, Confirmation, ConfirmationData, NameId};
use crate::saml::response::{Fault, Refused};
use crate::saml::{instant as time, names};
use crate::xml::trim;
use domain::person::Level;
use std::collections::BTreeSet;

pub(super) fn version(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    version_2(assertion.version, "Assertion/@Version", "35")
}

pub(super) fn issue_instant(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/@IssueInstant";
    let issued = instant(assertion.issue_instant, at, ["36", "37", "38"])?;
    in_window(issued, expected, at, ["39", "40"])
}

pub(super) fn issuer(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/Issuer";
    let value = assertion.issuer.as_ref().map(|issuer| issuer.value.as_str());
    match is_provider(filled(value, at, ["67", "68"])?, expected) {
        true => Ok(()),
        false => refuse("69", at, Fault::Mismatch),
    }
}

/// Mandatory for SPID; the Ministry's identity provider may leave it out (71), but not empty (70).
pub(super) fn issuer_format(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let format = assertion.issuer.as_ref().and_then(|issuer| issuer.format);
    if format.is_none() && expected.pending.profile.rules().issuer_format_may_be_absent {
        return Ok(());
    }
    exactly(format, names::ENTITY, "Assertion/Issuer/@Format", ["70", "71", "72"])
}

pub(super) fn subject(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/Subject";
    match &assertion.subject {
        None => refuse("42", at, Fault::Missing),
        Some(subject) if subject.name_id.is_none() && subject.confirmation.is_none() => refuse("41", at, Fault::Empty),
        Some(_) => Ok(()),
    }
}

fn name_id_of<'a, 't>(assertion: &'a Assertion<'t>) -> Option<&'a NameId<'t>> {
    assertion.subject.as_ref()?.name_id.as_ref()
}

pub(super) fn name_id(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let value = name_id_of(assertion).map(|name_id| name_id.value.as_str());
    filled(value, "Assertion/Subject/NameID", ["43", "44"]).map(|_| ())
}

pub(super) fn name_id_format(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let format = name_id_of(assertion).and_then(|name_id| name_id.format);
    exactly(
        format,
        names::TRANSIENT,
        "Assertion/Subject/NameID/@Format",
        ["45", "46", "47"],
    )
}

pub(super) fn name_qualifier(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let qualifier = name_id_of(assertion).and_then(|name_id| name_id.name_qualifier);
    filled(qualifier, "Assertion/Subject/NameID/@NameQualifier", ["48", "49"]).map(|_| ())
}

fn confirmation_of<'a, 't>(assertion: &'a Assertion<'t>) -> Option<&'a Confirmation<'t>> {
    assertion.subject.as_ref()?.confirmation.as_ref()
}

pub(super) fn confirmation(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/Subject/SubjectConfirmation";
    match confirmation_of(assertion) {
        None => refuse("52", at, Fault::Missing),
        Some(confirmation) if confirmation.method.is_none() && confirmation.data.is_none() => {
            refuse("51", at, Fault::Empty)
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn confirmation_method(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/Subject/SubjectConfirmation/@Method";
    let method = confirmation_of(assertion).and_then(|confirmation| confirmation.method);
    exactly(method, names::BEARER, at, ["53", "54", "55"])
}

fn data_of<'a, 't>(assertion: &'a Assertion<'t>) -> Option<&'a ConfirmationData<'t>> {
    confirmation_of(assertion)?.data.as_ref()
}

pub(super) fn confirmation_data(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    match data_of(assertion) {
        Some(_) => Ok(()),
        None => refuse(
            "56",
            "Assertion/Subject/SubjectConfirmation/SubjectConfirmationData",
            Fault::Missing,
        ),
    }
}

pub(super) fn recipient(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let recipient = data_of(assertion).and_then(|data| data.recipient);
    let at = "SubjectConfirmationData/@Recipient";
    exactly(recipient, &expected.service_provider.acs_url, at, ["57", "58", "59"])
}

pub(super) fn confirmation_in_reply_to(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let reply = data_of(assertion).and_then(|data| data.in_response_to);
    let at = "SubjectConfirmationData/@InResponseTo";
    exactly(reply, &expected.pending.request_id, at, ["60", "61", "62"])
}

pub(super) fn confirmation_end(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "SubjectConfirmationData/@NotOnOrAfter";
    let end = data_of(assertion).and_then(|data| data.not_on_or_after);
    match time::is_ahead(instant(end, at, ["63", "64", "65"])?, expected.now, expected.clock_skew) {
        true => Ok(()),
        false => refuse("66", at, Fault::TooLate),
    }
}

pub(super) fn conditions(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    match assertion.conditions {
        Some(_) => Ok(()),
        None => refuse("74", "Assertion/Conditions", Fault::Missing),
    }
}

fn conditions_of<'a, 't>(assertion: &'a Assertion<'t>) -> Option<&'a Conditions<'t>> {
    assertion.conditions.as_ref()
}

pub(super) fn not_before(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/Conditions/@NotBefore";
    let start = conditions_of(assertion).and_then(|conditions| conditions.not_before);
    match time::has_come(
        instant(start, at, ["75", "76", "77"])?,
        expected.now,
        expected.clock_skew,
    ) {
        true => Ok(()),
        false => refuse("78", at, Fault::TooEarly),
    }
}

pub(super) fn not_on_or_after(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/Conditions/@NotOnOrAfter";
    let end = conditions_of(assertion).and_then(|conditions| conditions.not_on_or_after);
    match time::is_ahead(instant(end, at, ["79", "80", "81"])?, expected.now, expected.clock_skew) {
        true => Ok(()),
        false => refuse("82", at, Fault::TooLate),
    }
}

pub(super) fn audience_restriction(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/Conditions/AudienceRestriction";
    let restriction = conditions_of(assertion).and_then(|conditions| conditions.audience_restriction.as_ref());
    match restriction {
        Some(restriction) if restriction.audience.is_none() => refuse("83, 86", at, Fault::Empty),
        Some(_) => Ok(()),
        None if conditions_of(assertion).is_some_and(|conditions| conditions.empty) => {
            refuse("73, 84", "Assertion/Conditions", Fault::Empty)
        }
        None => refuse("84", at, Fault::Missing),
    }
}

pub(super) fn audience(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let restriction = conditions_of(assertion).and_then(|conditions| conditions.audience_restriction.as_ref());
    let audience = restriction.and_then(|restriction| restriction.audience.as_deref());
    let at = "Assertion/Conditions/AudienceRestriction/Audience";
    exactly(audience, &expected.service_provider.entity_id, at, ["85", "86", "87"])
}

pub(super) fn authn_statement(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    match assertion.authn_statement {
        Some(_) => Ok(()),
        None => refuse("89", "Assertion/AuthnStatement", Fault::Missing),
    }
}

fn statement_of<'a, 't>(assertion: &'a Assertion<'t>) -> Option<&'a AuthnStatement<'t>> {
    assertion.authn_statement.as_ref()
}

/// It becomes our `auth_time`: written as an instant, and not in the future.
pub(super) fn authn_instant(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/AuthnStatement/@AuthnInstant";
    let instant = instant(
        statement_of(assertion).and_then(|s| s.authn_instant),
        at,
        ["own", "own", "own"],
    )?;
    match time::has_come(instant, expected.now, expected.clock_skew) {
        true => Ok(()),
        false => refuse("own", at, Fault::TooLate),
    }
}

pub(super) fn authn_context(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let Some(context) = statement_of(assertion).and_then(|statement| statement.context.as_ref()) else {
        return refuse("88, 91", "Assertion/AuthnStatement/AuthnContext", Fault::Missing);
    };
    let at = "Assertion/AuthnStatement/AuthnContext/AuthnContextClassRef";
    filled(context.class_ref.as_deref(), at, ["92", "90, 93"]).map(|_| ())
}

/// The level that was proved: one of the three, never weaker than asked. A higher one is always
/// accepted (regole tecniche: the provider may step up).
pub(super) fn level(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/AuthnStatement/AuthnContext/AuthnContextClassRef";
    match proved_level(assertion) {
        None => refuse("97", at, Fault::Format),
        Some(level) if level < expected.pending.level => refuse("94, 95, 96", at, Fault::TooWeak),
        Some(_) => Ok(()),
    }
}

pub(in crate::saml::response) fn proved_level(assertion: &Assertion<'_>) -> Option<Level> {
    let context = statement_of(assertion)?.context.as_ref()?;
    Level::from_spid_uri(context.class_ref.as_deref()?)
}

/// A statement has attributes, and an attribute has one value.
pub(super) fn attribute_statement(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let Some(statement) = &assertion.attribute_statement else {
        return Ok(());
    };
    if statement.attributes.is_empty() {
        return refuse("98", "Assertion/AttributeStatement", Fault::Empty);
    }
    let at = "Assertion/AttributeStatement/Attribute/AttributeValue";
    for attribute in &statement.attributes {
        match attribute.values.as_slice() {
            [] => return refuse("99", at, Fault::Missing),
            [value] if value.is_empty() => return refuse("99", at, Fault::Empty),
            [_] => {}
            _ => return refuse("own", at, Fault::Repeated),
        }
    }
    Ok(())
}

/// One attribute of each name: of two, different readers would take different ones.
pub(super) fn attribute_names(assertion: &Assertion<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let at = "Assertion/AttributeStatement/Attribute/@Name";
    let mut seen = BTreeSet::new();
    for attribute in assertion.attribute_statement.iter().flat_map(|s| &s.attributes) {
        let name = filled(attribute.name, at, ["own", "own"])?;
        if !seen.insert(name) {
            return refuse("own", at, Fault::Repeated);
        }
    }
    Ok(())
}

/// What only a professional identity or a legal person's has: a service that takes others too asks, and does
/// without (Avviso 18).
const OF_A_COMPANY: [&str; 4] = ["companyName", "registeredOffice", "companyFiscalNumber", "ivaCode"];

/// Everything that was asked has come. What comes beside it is not used.
pub(super) fn requested_attributes(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let statement = assertion.attribute_statement.as_ref();
    let has = |wanted: &String| {
        let mut names = statement.iter().flat_map(|s| &s.attributes).filter_map(|a| a.name);
        names.any(|name| trim(name) == wanted)
    };
    let expected = expected.pending.attributes.iter();
    let mut everybodys = expected.filter(|wanted| !OF_A_COMPANY.contains(&wanted.as_str()));
    match everybodys.all(has) {
        true => Ok(()),
        false => refuse("103", "Assertion/AttributeStatement/Attribute", Fault::Missing),
    }
}
