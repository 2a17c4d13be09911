//! Every reason a SPID Response can be refused, in the order in which it is looked for, with AgID's
//! case numbers (spid-saml-check and spid-sp-test). The reasons outside these two lists are those of
//! parsing ([`super::Malformed`]) and of the signatures (cases 2 to 5, 100, 112, 113, xsw, xslt).

mod assertion;
mod response;

pub(super) use assertion::proved_level;
pub use response::{assertion_present, status};

use super::parse::{Assertion, Response};
use super::{Fault, Pending, Reason, Refused};
use crate::saml::{IdentityProvider, ServiceProvider, instant, names};
use crate::xml::trim;
use chrono::{DateTime, TimeDelta, Utc};

/// What the message is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The request it must answer.
    pub pending: &'a Pending,
    /// Who must have written it.
    pub identity_provider: &'a IdentityProvider,
    /// For whom it must be.
    pub service_provider: &'a ServiceProvider,
    /// How far clocks may be apart.
    pub clock_skew: TimeDelta,
    /// When it came.
    pub now: DateTime<Utc>,
}

/// One rule about the Response.
pub type ResponseCheck = fn(&Response<'_>, &Expected<'_>) -> Result<(), Refused>;
/// One rule about the Assertion.
pub type AssertionCheck = fn(&Assertion<'_>, &Expected<'_>) -> Result<(), Refused>;

/// The Response itself; what comes after it is [`status`], then the signatures.
pub const RESPONSE: &[ResponseCheck] = &[
    response::id,             // 8, 9
    response::version,        // 10
    response::issue_instant,  // 11, 12, 13, 14, 15; 110 accepted
    response::in_response_to, // 16, 17, 18
    response::destination,    // 19, 20, 21
    response::issuer,         // 27, 28, 29
    response::issuer_format,  // 30; 31 accepted
];

/// The Assertion, read from the verified node: its `ID` (33, 34) was looked at before the signature that names it.
pub const ASSERTION: &[AssertionCheck] = &[
    assertion::version,                  // 35
    assertion::issue_instant,            // 36, 37, 38, 39, 40
    assertion::issuer,                   // 67, 68, 69
    assertion::issuer_format,            // 70, 71, 72
    assertion::subject,                  // 41, 42
    assertion::name_id,                  // 43, 44
    assertion::name_id_format,           // 45, 46, 47
    assertion::name_qualifier,           // 48, 49
    assertion::confirmation,             // 51, 52
    assertion::confirmation_method,      // 53, 54, 55
    assertion::confirmation_data,        // 56
    assertion::recipient,                // 57, 58, 59
    assertion::confirmation_in_reply_to, // 60, 61, 62
    assertion::confirmation_end,         // 63, 64, 65, 66
    assertion::conditions,               // 74
    assertion::not_before,               // 75, 76, 77, 78
    assertion::not_on_or_after,          // 79, 80, 81, 82
    assertion::audience_restriction,     // 73, 83, 84, 86
    assertion::audience,                 // 85, 87
    assertion::authn_statement,          // 89
    assertion::authn_instant,            // own
    assertion::authn_context,            // 88, 90, 91, 92, 93
    assertion::level,                    // 94, 95, 96, 97
    assertion::attribute_statement,      // 98, 99
    assertion::attribute_names,          // own
    assertion::requested_attributes,     // 103
];

/// Runs [`RESPONSE`] to its first refusal.
///
/// # Errors
/// The first [`Refused`].
pub fn check_response(response: &Response<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    RESPONSE.iter().try_for_each(|check| check(response, expected))
}

/// Runs [`ASSERTION`] to its first refusal.
///
/// # Errors
/// The first [`Refused`].
pub fn check_assertion(assertion: &Assertion<'_>, expected: &Expected<'_>) -> Result<(), Refused> {
    ASSERTION.iter().try_for_each(|check| check(assertion, expected))
}

pub(in crate::saml) fn refuse<T>(case: &'static str, at: &'static str, fault: Fault) -> Result<T, Refused> {
    Err(Refused {
        case,
        reason: Reason { at, fault },
    })
}

/// Present and not empty. `cases`: empty, missing.
pub(in crate::saml) fn filled<'v>(
    value: Option<&'v str>,
    at: &'static str,
    cases: [&'static str; 2],
) -> Result<&'v str, Refused> {
    let [empty, missing] = cases;
    match value.map(trim) {
        None => refuse(missing, at, Fault::Missing),
        Some("") => refuse(empty, at, Fault::Empty),
        Some(value) => Ok(value),
    }
}

/// Present, not empty, and this. `cases`: empty, missing, another.
pub(in crate::saml) fn exactly(
    value: Option<&str>,
    right: &str,
    at: &'static str,
    cases: [&'static str; 3],
) -> Result<(), Refused> {
    let [empty, missing, other] = cases;
    match filled(value, at, [empty, missing])? == right {
        true => Ok(()),
        false => refuse(other, at, Fault::Mismatch),
    }
}

/// Present, not empty, and an instant. `cases`: empty, missing, bad format.
pub(in crate::saml) fn instant(
    value: Option<&str>,
    at: &'static str,
    cases: [&'static str; 3],
) -> Result<DateTime<Utc>, Refused> {
    let [empty, missing, format] = cases;
    match instant::read(filled(value, at, [empty, missing])?) {
        Some(instant) => Ok(instant),
        None => refuse(format, at, Fault::Format),
    }
}

/// Written after the request and not in the future. `cases`: before the request, in the future.
fn in_window(
    issued: DateTime<Utc>,
    expected: &Expected<'_>,
    at: &'static str,
    cases: [&'static str; 2],
) -> Result<(), Refused> {
    let [early, late] = cases;
    let asked = instant::as_sent(expected.pending.issue_instant);
    if !instant::has_come(asked, issued, expected.clock_skew) {
        return refuse(early, at, Fault::TooEarly);
    }
    match instant::has_come(issued, expected.now, expected.clock_skew) {
        true => Ok(()),
        false => refuse(late, at, Fault::TooLate),
    }
}

/// The provider to which the request was sent, and whose keys are used.
fn is_provider(value: &str, expected: &Expected<'_>) -> bool {
    value == expected.pending.identity_provider && value == expected.identity_provider.entity_id
}

pub(in crate::saml) fn version_2(value: Option<&str>, at: &'static str, case: &'static str) -> Result<(), Refused> {
    match value {
        Some("2.0") => Ok(()),
        None => refuse(case, at, Fault::Missing),
        Some(_) => refuse(case, at, Fault::Mismatch),
    }
}

/// `Format` of an Issuer that may be left out.
pub(in crate::saml) fn entity_or_absent(format: Option<&str>) -> bool {
    matches!(format, None | Some(names::ENTITY))
}
