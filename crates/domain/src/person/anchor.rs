//! By what a proved identity finds its person again. Names, birth dates and addresses never do: they
//! only stop a login that would join two people ([`super::consistency`]).

use super::{Identity, Method};
use crate::italy::FiscalNumber;

/// What stands for one person, and for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor<'i> {
    /// The fiscal number, proved by a digital identity that only the holder of the number gets.
    FiscalNumber(&'i FiscalNumber),
    /// The issuer's own stable name for the person: the same credential is the same person, and another
    /// credential is somebody else until an official or the person joins the two.
    Subject(&'i str),
}

impl Identity {
    /// The anchor of this identity; `None` when it has none, and nobody can be let in.
    ///
    /// People from other countries come through the eIDAS node with the identifier of their own country.
    /// Should a fiscal number come beside it, nobody in Italy has checked that it is theirs: it joins
    /// nothing.
    pub fn anchor(&self) -> Option<Anchor<'_>> {
        let subject = self.subject.as_deref().filter(|name| !name.trim().is_empty());
        match self.method {
            Method::Spid | Method::Cie | Method::Cns => self.fiscal_number.as_ref().map(Anchor::FiscalNumber),
            Method::Eidas | Method::Local => subject.map(Anchor::Subject),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Level;
    use chrono::DateTime;
    use std::collections::BTreeMap;

    fn identity(method: Method, subject: Option<&str>, fiscal_number: Option<&str>) -> Identity {
        Identity {
            method,
            issuer: "https://idp.example.it".to_owned(),
            subject: subject.map(str::to_owned),
            fiscal_number: fiscal_number.and_then(|number| FiscalNumber::parse(number).ok()),
            given_name: "Anna".to_owned(),
            family_name: "Beispiel".to_owned(),
            date_of_birth: None,
            attributes: BTreeMap::new(),
            level: Level::L2,
            authenticated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn spid_cie_and_cns_people_are_known_by_the_fiscal_number_and_by_nothing_else() {
        let number = FiscalNumber::parse("PRVMRA80A15H501A").unwrap();
        for method in [Method::Spid, Method::Cie, Method::Cns] {
            let proved = identity(method, Some("AGID-001"), Some("PRVMRA80A15H501A"));
            assert_eq!(proved.anchor(), Some(Anchor::FiscalNumber(&number)));
            assert_eq!(identity(method, Some("AGID-001"), None).anchor(), None);
        }
    }

    #[test]
    fn a_person_from_another_country_is_known_by_the_identifier_of_that_country() {
        let proved = identity(Method::Eidas, Some("DE/IT/4711"), None);
        assert_eq!(proved.anchor(), Some(Anchor::Subject("DE/IT/4711")));
        for nothing in [None, Some(""), Some("  ")] {
            assert_eq!(identity(Method::Eidas, nothing, None).anchor(), None);
        }
    }

    #[test]
    fn a_fiscal_number_that_comes_through_eidas_joins_nobody() {
        let proved = identity(Method::Eidas, Some("DE/IT/4711"), Some("PRVMRA80A15H501A"));
        assert_eq!(proved.anchor(), Some(Anchor::Subject("DE/IT/4711")));
        assert_eq!(identity(Method::Eidas, None, Some("PRVMRA80A15H501A")).anchor(), None);
    }
}
