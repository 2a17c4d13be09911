//! What an identity provider (or a card) proved about somebody, whatever the wire it came over.

use super::Level;
use crate::italy::FiscalNumber;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// SPID, over SAML.
    Spid,
    /// Carta d'identità elettronica.
    Cie,
    /// Carta nazionale dei servizi.
    Cns,
    /// The Italian eIDAS node.
    Eidas,
    /// A local account.
    Local,
}

/// What was proved in one authentication. Everything after it (person, choice, tokens) is the same
/// for every method.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// How.
    pub method: Method,
    /// Who vouches: the identity provider's entityID, the card's issuer.
    pub issuer: String,
    /// The issuer's stable name for the person (`spidCode`), when it gives one.
    pub subject: Option<String>,
    /// Proved fiscal number.
    pub fiscal_number: Option<FiscalNumber>,
    /// `name`.
    pub given_name: String,
    /// `familyName`.
    pub family_name: String,
    /// `dateOfBirth`.
    pub date_of_birth: Option<NaiveDate>,
    /// Every attribute as it came, by the issuer's name for it (`mobilePhone`, `placeOfBirth`, …).
    pub attributes: BTreeMap<String, String>,
    /// What was proved, never what was asked.
    pub level: Level,
    /// When the person authenticated upstream (`AuthnInstant`): our `auth_time`.
    pub authenticated_at: DateTime<Utc>,
}

impl fmt::Debug for Identity {
    /// A log line that prints a struct must not tell who it was.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("method", &self.method)
            .field("issuer", &self.issuer)
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}
