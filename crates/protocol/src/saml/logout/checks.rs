//! Every reason a logout message of an identity provider is refused, in the order in which it is looked for.
//! The reasons outside these lists are those of reading ([`super::Malformed`]) and of the signature.

use super::parse::{Head, Request, Response};
use super::reason::{missing, refused};
use super::{Expected, FRESH, Outcome, Sent};
use crate::saml::response::checks::{entity_or_absent, exactly, filled, instant, version_2};
use crate::saml::response::{Fault, Refused};
use crate::saml::{instant as time, names};

/// Rules of AgID that have numbers are about Responses.
const OWN: &str = "own";
/// The longest `ID` that we remember.
const LONGEST_ID: usize = 256;

/// One rule about what both messages begin with.
pub type HeadCheck = fn(&Head<'_>, &Expected<'_>) -> Result<(), Refused>;
/// One rule about a LogoutRequest.
pub type RequestCheck = fn(&Request<'_>, &Expected<'_>) -> Result<(), Refused>;
/// One rule about a LogoutResponse.
pub type ResponseCheck = fn(&Response<'_>, &Sent, &Expected<'_>) -> Result<(), Refused>;

/// Both messages (SAML core §3.2; regole tecniche SPID, "LogoutRequest" and "LogoutResponse").
pub const HEAD: &[HeadCheck] = &[
    id,               // core §1.3.4
    version,          // core §3.2.1
    destination,      // bindings §3.4.5.2: a signed message names its addressee
    issuer,           // whose keys were used
    issuer_format,    // SPID: entity; Shibboleth (CIE) and pysaml2 may leave parts out
    issuer_qualifier, // SPID: the entityID again
];

/// A LogoutRequest (core §3.7.1).
pub const REQUEST: &[RequestCheck] = &[
    asked_lately,    // a copy that is kept for later is worth nothing
    not_on_or_after, // core §3.7.1
    name_id,         // profiles §4.4.4.1
    name_id_format,  // SPID: transient
    name_qualifier,  // SPID: the identity provider
    session_indexes, // core §3.7.1: any number, none of them empty
];

/// A LogoutResponse (core §3.7.2).
pub const RESPONSE: &[ResponseCheck] = &[
    in_response_to, // the request that was looked up
    answered_since, // not before it was asked, nor in the future
];

/// Runs [`HEAD`] and [`REQUEST`] to the first refusal.
///
/// # Errors
/// The first [`Refused`].
pub fn check_request(request: &Request<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    HEAD.iter().try_for_each(|check| check(&request.head, expected))?;
    REQUEST.iter().try_for_each(|check| check(request, expected))
}

/// Runs [`HEAD`] and [`RESPONSE`] to the first refusal.
///
/// # Errors
/// The first [`Refused`].
pub fn check_response(response: &Response<'_>, sent: &Sent, expected: &Expected<'_>) -> Result<(), Refused> {
    HEAD.iter().try_for_each(|check| check(&response.head, expected))?;
    RESPONSE.iter().try_for_each(|check| check(response, sent, expected))
}

/// What the status says. `PartialLogout` counts wherever it stands: SPID puts it below `Requester`, core
/// §3.7.3.2 below any top status.
///
/// # Errors
/// Without a status there is no answer.
pub fn outcome(response: &Response<'_>) -> Result<Outcome, Refused> {
    match response.status.as_slice() {
        [] => Err(missing("LogoutResponse/Status/StatusCode/@Value")),
        codes if codes.contains(&names::PARTIAL_LOGOUT) => Ok(Outcome::Partial),
        [top, ..] if *top == names::SUCCESS => Ok(Outcome::Complete),
        _ => Ok(Outcome::Failed),
    }
}

fn id(head: &Head<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    match filled(head.id, "@ID", [OWN; 2])?.len() <= LONGEST_ID {
        true => Ok(()),
        false => Err(refused("@ID", Fault::Format)),
    }
}

fn version(head: &Head<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    version_2(head.version, "@Version", OWN)
}

fn destination(head: &Head<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    exactly(
        head.destination,
        &expected.service_provider.slo_url,
        "@Destination",
        [OWN; 3],
    )
}

fn issuer(head: &Head<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let value = head.issuer.as_ref().map(|issuer| issuer.value.as_str());
    exactly(value, &expected.identity_provider.entity_id, "Issuer", [OWN; 3])
}

fn issuer_format(head: &Head<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    match entity_or_absent(head.issuer.as_ref().and_then(|issuer| issuer.format)) {
        true => Ok(()),
        false => Err(refused("Issuer/@Format", Fault::Mismatch)),
    }
}

fn issuer_qualifier(head: &Head<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    match head.issuer.as_ref().and_then(|issuer| issuer.name_qualifier) {
        Some(name) if name.trim() != expected.identity_provider.entity_id => {
            Err(refused("Issuer/@NameQualifier", Fault::Mismatch))
        }
        _ => Ok(()),
    }
}

fn asked_lately(request: &Request<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "LogoutRequest/@IssueInstant";
    let issued = instant(request.head.issue_instant, at, [OWN; 3])?;
    if !time::has_come(issued, expected.now, expected.clock_skew) {
        return Err(refused(at, Fault::TooEarly));
    }
    let end = issued
        .checked_add_signed(FRESH)
        .ok_or_else(|| refused(at, Fault::Format))?;
    match time::is_ahead(end, expected.now, expected.clock_skew) {
        true => Ok(()),
        false => Err(refused(at, Fault::TooLate)),
    }
}

fn not_on_or_after(request: &Request<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "LogoutRequest/@NotOnOrAfter";
    let Some(end) = request.not_on_or_after else {
        return Ok(());
    };
    match time::is_ahead(instant(Some(end), at, [OWN; 3])?, expected.now, expected.clock_skew) {
        true => Ok(()),
        false => Err(refused(at, Fault::TooLate)),
    }
}

fn name_id(request: &Request<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let value = request.name_id.as_ref().map(|name_id| name_id.value.as_str());
    filled(value, "LogoutRequest/NameID", [OWN; 2]).map(|_| ())
}

fn name_id_format(request: &Request<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let format = request.name_id.as_ref().and_then(|name_id| name_id.format);
    exactly(format, names::TRANSIENT, "LogoutRequest/NameID/@Format", [OWN; 3])
}

fn name_qualifier(request: &Request<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    let qualifier = request.name_id.as_ref().and_then(|name_id| name_id.name_qualifier);
    filled(qualifier, "LogoutRequest/NameID/@NameQualifier", [OWN; 2]).map(|_| ())
}

fn session_indexes(request: &Request<'_>, _: &Expected<'_>) -> Result<(), Refused> {
    match request.session_indexes.iter().any(String::is_empty) {
        true => Err(refused("LogoutRequest/SessionIndex", Fault::Empty)),
        false => Ok(()),
    }
}

fn in_response_to(response: &Response<'_>, sent: &Sent, _: &Expected<'_>) -> Result<(), Refused> {
    let at = "LogoutResponse/@InResponseTo";
    exactly(response.in_response_to, &sent.request_id, at, [OWN; 3])
}

fn answered_since(response: &Response<'_>, sent: &Sent, expected: &Expected<'_>) -> Result<(), Refused> {
    let at = "LogoutResponse/@IssueInstant";
    let issued = instant(response.head.issue_instant, at, [OWN; 3])?;
    if !time::has_come(time::as_sent(sent.issue_instant), issued, expected.clock_skew) {
        return Err(refused(at, Fault::TooLate));
    }
    match time::has_come(issued, expected.now, expected.clock_skew) {
        true => Ok(()),
        false => Err(refused(at, Fault::TooEarly)),
    }
}
