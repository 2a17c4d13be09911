//! The Response's own rules.

use super::{Expected, entity_or_absent, exactly, filled, in_window, instant, is_provider, refuse, version_2};
use crate::saml::anomalies::Anomaly;
use crate::saml::names;
use crate::saml::response::parse::Response;
use crate::saml::response::{Fault, Refused, Rejection};
use crate::xml::Element;

pub(super) fn id(response: &Response<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    filled(response.id, "Response/@ID", ["8", "9"]).map(|_| ())
}

pub(super) fn version(response: &Response<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    version_2(response.version, "Response/@Version", "10")
}

pub(super) fn issue_instant(response: &Response<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Response/@IssueInstant";
    let issued = instant(response.issue_instant, at, ["11", "12", "13"])?;
    in_window(issued, expected, at, ["14", "15"])
}

pub(super) fn in_response_to(response: &Response<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Response/@InResponseTo";
    exactly(
        response.in_response_to,
        &expected.pending.request_id,
        at,
        ["16", "17", "18"],
    )
}

pub(super) fn destination(response: &Response<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Response/@Destination";
    exactly(
        response.destination,
        &expected.service_provider.acs_url,
        at,
        ["19", "20", "21"],
    )
}

pub(super) fn issuer(response: &Response<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "Response/Issuer";
    let value = response.issuer.as_ref().map(|issuer| issuer.value.as_str());
    match is_provider(filled(value, at, ["27", "28"])?, expected) {
        true => Ok(()),
        false => refuse("29", at, Fault::Mismatch),
    }
}

/// May be left out in the Response (case 31), not in the Assertion.
pub(super) fn issuer_format(response: &Response<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    match entity_or_absent(response.issuer.as_ref().and_then(|issuer| issuer.format)) {
        true => Ok(()),
        false => refuse("30", "Response/Issuer/@Format", Fault::Mismatch),
    }
}

/// Success, or what the provider says went wrong, whatever the signature: an error answer gives no
/// rights, and real ones are often unsigned. Cases 26, 104 to 108, 111.
///
/// # Errors
/// [`Rejection::Anomaly`] for a status that is not Success; refused without a status (22 to 25).
pub fn status(response: &Response<'_>) -> Result<(), Rejection> {
    let at = "Response/Status";
    let Some(status) = &response.status else {
        return Ok(refuse("23", at, Fault::Missing)?);
    };
    let Some(code) = &status.code else {
        return Ok(refuse("22, 25", "Response/Status/StatusCode", Fault::Missing)?);
    };
    match filled(code.value, "Response/Status/StatusCode/@Value", ["24", "24"])? {
        names::SUCCESS => Ok(()),
        _ => Err(Rejection::Anomaly(Anomaly::from_status_message(
            status.message.as_deref(),
        ))),
    }
}

/// Success comes with an Assertion, and one that has a name: without it nothing could be signed.
///
/// # Errors
/// Cases 32, 33, 34.
pub fn assertion_present<'t>(response: &Response<'t>) -> Result<Element<'t>, Refused> {
    let Some(assertion) = response.assertion else {
        return refuse("32", "Response/Assertion", Fault::Missing);
    };
    filled(assertion.attribute("ID"), "Assertion/@ID", ["33", "34"]).map(|_| assertion)
}
