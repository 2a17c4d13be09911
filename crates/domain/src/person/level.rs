//! How strongly somebody proved who they are.

use serde::{Deserialize, Serialize};

/// Rank of an authentication. SPID and CIE name these `https://www.spid.gov.it/SpidL1..3`
/// (regole tecniche SPID); other methods have an `acr` of their own that ranks beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// One factor.
    L1,
    /// Two factors.
    L2,
    /// Two factors, one of them a certificate or hardware.
    L3,
}

impl Level {
    /// 1, 2 or 3.
    pub fn number(self) -> u8 {
        match self {
            Level::L1 => 1,
            Level::L2 => 2,
            Level::L3 => 3,
        }
    }

    /// The level with this number.
    pub fn from_number(number: u8) -> Option<Level> {
        match number {
            1 => Some(Level::L1),
            2 => Some(Level::L2),
            3 => Some(Level::L3),
            _ => None,
        }
    }

    /// The class reference that SPID and CIE use in `AuthnContextClassRef` and we use as `acr`.
    pub fn spid_uri(self) -> &'static str {
        match self {
            Level::L1 => "https://www.spid.gov.it/SpidL1",
            Level::L2 => "https://www.spid.gov.it/SpidL2",
            Level::L3 => "https://www.spid.gov.it/SpidL3",
        }
    }

    /// The level of a SPID class reference; `None` for anything that is not one of the three.
    pub fn from_spid_uri(uri: &str) -> Option<Level> {
        [Level::L1, Level::L2, Level::L3]
            .into_iter()
            .find(|level| level.spid_uri() == uri)
    }
}
