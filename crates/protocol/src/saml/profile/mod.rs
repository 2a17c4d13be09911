//! One protocol, three rule books: SPID, CIE, and the Italian eIDAS node. What is the same for all of
//! them is in the rest of `saml`; what differs is here, one file each, and nowhere else.

mod cie;
pub mod eidas;
mod spid;

pub use cie::ATTRIBUTES as CIE_ATTRIBUTES;

use domain::person::{Level, Method};
use serde::{Deserialize, Serialize};

/// By whose rules we talk with an identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// A SPID identity provider of AgID's registry.
    Spid,
    /// The Ministry's identity provider.
    Cie,
    /// The Italian eIDAS node, which is one more identity provider to our SPID record.
    Eidas,
}

/// Which of our service provider records speaks: one entityID, one metadata document, one key, one
/// address for answers each. SPID and CIE forbid to share them (their contact types exclude each other).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    /// Registered with AgID.
    Spid,
    /// Registered with the Ministry of the Interior.
    Cie,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// What a person proved who comes this way.
    pub method: Method,
    /// Our record that speaks.
    pub record: Record,
    /// The weakest level at which every request asks to authenticate anew.
    pub force_authn_from: Level,
    /// The Assertion's Issuer may come without `Format` (case 71).
    pub issuer_format_may_be_absent: bool,
    /// The identity provider answers a LogoutRequest with a LogoutResponse.
    pub answers_logout: bool,
    /// Every person who comes this way has an Italian fiscal number.
    pub fiscal_number: bool,
}

impl Profile {
    /// All of them.
    pub const ALL: [Profile; 3] = [Profile::Spid, Profile::Cie, Profile::Eidas];

    /// What differs.
    pub fn rules(self) -> &'static Rules {
        match self {
            Profile::Spid => &spid::RULES,
            Profile::Cie => &cie::RULES,
            Profile::Eidas => &eidas::RULES,
        }
    }

    /// Our record that speaks.
    pub fn record(self) -> Record {
        self.rules().record
    }

    /// What a person proved who came this way.
    pub fn method(self) -> Method {
        self.rules().method
    }

    /// The rule book of a method; `None` for a method that is not over SAML.
    pub fn of(method: Method) -> Option<Profile> {
        Profile::ALL.into_iter().find(|profile| profile.method() == method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_over_saml_has_one_rule_book_and_eidas_speaks_through_our_spid_record() {
        assert_eq!(Profile::of(Method::Spid), Some(Profile::Spid));
        assert_eq!(Profile::of(Method::Cie), Some(Profile::Cie));
        assert_eq!(Profile::of(Method::Eidas), Some(Profile::Eidas));
        assert_eq!(Profile::of(Method::Cns), None);
        assert_eq!(Profile::of(Method::Local), None);
        assert_eq!(Profile::Eidas.record(), Record::Spid);
        assert_eq!(Profile::Cie.record(), Record::Cie);
    }
}
