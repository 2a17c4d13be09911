//! Carta d'identità elettronica over SAML (Ministero dell'Interno, manuale operativo "Entra con CIE").

use super::{Record, Rules};
use domain::person::{Level, Method};

/// The four attributes that there are: none may be added, and there is no `spidCode`.
pub const ATTRIBUTES: [&str; 4] = ["name", "familyName", "dateOfBirth", "fiscalNumber"];

/// `ForceAuthn` is always true. The Ministry's identity provider takes a LogoutRequest, ends its own
/// session, shows a page and answers nothing.
pub(super) const RULES: Rules = Rules {
    method: Method::Cie,
    record: Record::Cie,
    force_authn_from: Level::L1,
    issuer_format_may_be_absent: true,
    answers_logout: false,
    fiscal_number: true,
};
