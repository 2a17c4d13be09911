//! The Italian eIDAS node (FICEP; Avviso SPID "eIDAS" n. 1): one more identity provider of the SPID
//! record, not in AgID's aggregate. People from other countries come without an Italian fiscal number.

use super::{Record, Rules};
use crate::saml::AttributeSet;
use domain::person::{Level, Method};

/// Index of the smaller set: what every country can say of a person. In the place of `spidCode` stands the
/// identifier of the person's own country.
pub const MINIMUM: u16 = 99;
/// Index of the larger one: not every country has all of it.
pub const FULL: u16 = 100;

/// As SPID, but for whom it tells of.
pub(super) const RULES: Rules = Rules {
    method: Method::Eidas,
    record: Record::Spid,
    force_authn_from: Level::L2,
    issuer_format_may_be_absent: false,
    answers_logout: true,
    fiscal_number: false,
};

/// The two AttributeConsumingServices that the node knows, under the names that the Avviso gives them.
pub fn attribute_sets() -> [AttributeSet; 2] {
    let set = |index, name: &str, attributes: &[&str]| AttributeSet {
        index,
        names: vec![("it".to_owned(), name.to_owned())],
        attributes: attributes.iter().map(|attribute| (*attribute).to_owned()).collect(),
    };
    let minimum = ["spidCode", "name", "familyName", "dateOfBirth"];
    let full = [minimum.as_slice(), &["placeOfBirth", "address", "gender"]].concat();
    [
        set(MINIMUM, "eIDAS Natural Person Minimum Attribute Set", &minimum),
        set(FULL, "eIDAS Natural Person Full Attribute Set", &full),
    ]
}
