//! `acr` and `amr`: how strongly, and by what, the person proved who they are.

use domain::person::{Level, Method};

/// The `acr` of a proof. SPID, CIE and the Italian eIDAS node speak SPID's class references; the others
/// have names of ours, so that nobody takes them for a SPID level.
pub fn acr(method: Method, level: Level) -> &'static str {
    match (method, level) {
        (Method::Spid | Method::Cie | Method::Eidas, level) => level.spid_uri(),
        (Method::Cns, _) => "urn:varco:acr:cns",
        (Method::Local, Level::L1) => "urn:varco:acr:password",
        (Method::Local, Level::L2 | Level::L3) => "urn:varco:acr:password-2f",
    }
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
