//! The Italian eIDAS node (FICEP; Avviso SPID "eIDAS" n. 1): one more identity provider of the SPID
//! record, not in AgID's aggregate. People from other countries come without an Italian fiscal number.

use super::{Record, Rules};
use domain::person::{Level, Method};

/// As SPID, but for whom it tells of.
pub(super) const RULES: Rules = Rules {
    method: Method::Eidas,
    record: Record::Spid,
    force_authn_from: Level::L2,
    issuer_format_may_be_absent: false,
    answers_logout: true,
    fiscal_number: false,
};
