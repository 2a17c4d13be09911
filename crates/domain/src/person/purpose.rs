//! Which kind of digital identity a service asks for (Avviso SPID 18).

use serde::{Deserialize, Serialize};

/// `spid:Purpose`. Identities are of four kinds: 1 natural person, 2 legal person, 3 professional use of a
/// natural person, 4 professional use for a legal person. Without a purpose the identity provider takes
/// kinds 1 and 3.
///
/// Whatever the kind: it says what an identity provider knows about a company, never that somebody may act
/// for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Purpose {
    /// Professional use, of whichever kind: 3, 4.
    P,
    /// A legal person: 2, 4.
    LP,
    /// Professional use for a legal person: 4.
    PG,
    /// Professional use of a natural person: 3.
    PF,
    /// Anything but a natural person's own: 2, 3, 4.
    PX,
}

impl Purpose {
    /// All there are; an identity provider is never asked for anything else.
    pub const ALL: [Purpose; 5] = [Purpose::P, Purpose::LP, Purpose::PG, Purpose::PF, Purpose::PX];

    /// The value of the extension.
    pub fn code(self) -> &'static str {
        match self {
            Purpose::P => "P",
            Purpose::LP => "LP",
            Purpose::PG => "PG",
            Purpose::PF => "PF",
            Purpose::PX => "PX",
        }
    }

    /// The purpose with this code, to the letter.
    pub fn parse(code: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_five_codes_are_purposes() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(purpose.code()), Some(purpose));
            assert_eq!(serde_json::to_value(purpose).unwrap(), purpose.code());
        }
        for other in ["", "p", "PGX", "PG ", "X"] {
            assert_eq!(Purpose::parse(other), None, "{other}");
        }
    }
}
