//! `acr` and `amr`: how strongly, and by what, the person proved who they are.

use domain::person::{Level, Method};
use std::collections::BTreeSet;

/// A card with PIN and certificate: ranks as level 3, and is never called a SPID level.
pub const CNS: &str = "urn:varco:acr:cns";

/// The `acr` of a proof. SPID, CIE and the Italian eIDAS node speak SPID's class references; the others
/// have names of ours, so that nobody takes them for a SPID level.
pub fn acr(method: Method, level: Level) -> &'static str {
    match (method, level) {
        (Method::Spid | Method::Cie | Method::Eidas, level) => level.spid_uri(),
        (Method::Cns, _) => CNS,
        (Method::Local, Level::L1) => "urn:varco:acr:password",
        (Method::Local, Level::L2 | Level::L3) => "urn:varco:acr:password-2f",
    }
}

/// The rank of an `acr` that a way in of this service can give; `None` for every other.
pub fn level_of(acr: &str) -> Option<Level> {
    match acr {
        CNS => Some(Level::L3),
        other => Level::from_spid_uri(other),
    }
}

/// The `acr` that answers a request which demands one of `demanded` (none: any). Who proved a SPID level proved those
/// below it, and is told as the strongest of them that was demanded; a card is a card. `None`: the proof is no answer.
pub fn acr_among(demanded: &BTreeSet<String>, method: Method, level: Level) -> Option<&str> {
    let proved = acr(method, level);
    if demanded.is_empty() {
        return Some(proved);
    }
    let covered = |value: &&String| match (Level::from_spid_uri(proved), Level::from_spid_uri(value)) {
        (Some(proved), Some(demanded)) => demanded <= proved,
        _ => value.as_str() == proved,
    };
    let covered = demanded.iter().filter(covered);
    covered.max_by_key(|value| level_of(value)).map(String::as_str)
}

/// Whether somebody who signs in by `method` can give one of `demanded` at all (none: any).
pub fn can_answer(demanded: &BTreeSet<String>, method: Method) -> bool {
    acr_among(demanded, method, Level::L3).is_some()
}

/// The `amr` of a proof, in the words of RFC 8176 §2. An identity provider tells the level, not the
/// means; what the level demands is what can be said: one factor is a password, two are `mfa`, and
/// level 3 holds one of them in a protected device (`hwk`). A CNS is a smart card (`sc`) with a PIN.
pub fn amr(method: Method, level: Level) -> Vec<String> {
    let references: &[&str] = match (method, level) {
        (Method::Cns, _) => &["mfa", "sc", "pin"],
        (_, Level::L1) => &["pwd"],
        (_, Level::L2) => &["mfa"],
        (_, Level::L3) => &["mfa", "hwk"],
    };
    references.iter().map(|reference| (*reference).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_44_a_demand_is_met_by_one_of_its_values_or_not_at_all() {
        let [one, two, three] = [Level::L1, Level::L2, Level::L3].map(|level| level.spid_uri().to_owned());
        let card = CNS.to_owned();
        let told = |demanded: &[&String], method, level| {
            let demanded: BTreeSet<String> = demanded.iter().map(|value| (*value).clone()).collect();
            acr_among(&demanded, method, level).map(str::to_owned)
        };
        assert_eq!(told(&[], Method::Cns, Level::L3), Some(card.clone()));
        assert_eq!(
            told(&[&three], Method::Cns, Level::L3),
            None,
            "a card is not SPID level 3"
        );
        assert_eq!(
            told(&[&card], Method::Spid, Level::L3),
            None,
            "SPID level 3 is not a card"
        );
        assert_eq!(told(&[&card, &two], Method::Cns, Level::L3), Some(card.clone()));
        assert_eq!(told(&[&card, &two], Method::Spid, Level::L2), Some(two.clone()));
        assert_eq!(
            told(&[&two], Method::Cie, Level::L3),
            Some(two.clone()),
            "no more than was asked"
        );
        assert_eq!(told(&[&one, &two, &three], Method::Spid, Level::L2), Some(two.clone()));
        assert_eq!(
            told(&[&three], Method::Spid, Level::L2),
            None,
            "never more than was proved"
        );
        let cards_only = BTreeSet::from([card]);
        assert!(can_answer(&cards_only, Method::Cns) && !can_answer(&cards_only, Method::Cie));
        assert!(can_answer(&BTreeSet::new(), Method::Local));
        assert_eq!(level_of("urn:varco:acr:password"), None, "no way in gives it yet");
    }

    #[test]
    fn only_spid_cie_and_eidas_carry_a_spid_level() {
        let table = [
            (Method::Spid, Level::L1, "https://www.spid.gov.it/SpidL1", "pwd"),
            (Method::Spid, Level::L2, "https://www.spid.gov.it/SpidL2", "mfa"),
            (Method::Cie, Level::L3, "https://www.spid.gov.it/SpidL3", "mfa hwk"),
            (Method::Eidas, Level::L2, "https://www.spid.gov.it/SpidL2", "mfa"),
            (Method::Cns, Level::L3, "urn:varco:acr:cns", "mfa sc pin"),
            (Method::Local, Level::L1, "urn:varco:acr:password", "pwd"),
            (Method::Local, Level::L2, "urn:varco:acr:password-2f", "mfa"),
        ];
        for (method, level, expected_acr, expected_amr) in table {
            assert_eq!(acr(method, level), expected_acr);
            assert_eq!(amr(method, level).join(" "), expected_amr);
        }
    }
}
