//! SPID (regole tecniche SPID, AgID).

use super::{Record, Rules};
use domain::person::{Level, Method};

/// Level 1 has sessions at the identity provider; levels 2 and 3 authenticate each time.
pub(super) const RULES: Rules = Rules {
    method: Method::Spid,
    record: Record::Spid,
    force_authn_from: Level::L2,
    issuer_format_may_be_absent: false,
    answers_logout: true,
    fiscal_number: true,
};
