//! Every numbered case of AgID's two lists (spid-sp-test and spid-saml-check) has a test of ours.

/// The numbers that are given out; 6, 7, 50, 101 and 102 are not.
const NUMBERED: [(u16, u16); 5] = [(1, 5), (8, 49), (51, 100), (103, 110), (111, 113)];

/// Cases whose test does not say `refused("N", …)`, and what it says instead.
const OTHERWISE: &[(&str, &str)] = &[
    ("1", "fn case_1_a_right_answer"),
    ("1-NS", "fn case_1_ns_"),
    ("26", "\"case 26\""),
    ("31", "\"case 31\""),
    ("94", "fn cases_94_to_97_"),
    ("95", "fn cases_94_to_97_"),
    ("96", "fn cases_94_to_97_"),
    ("104", "(104, 19,"),
    ("105", "(105, 20,"),
    ("106", "(106, 21,"),
    ("107", "(107, 22,"),
    ("108", "(108, 23,"),
    ("109", "\"case 109\""),
    ("110", "\"case 110\""),
    ("111", "(111, 25,"),
    ("112", "fn cases_112_and_113_"),
    ("113", "fn cases_112_and_113_"),
    ("xsw1", "fn attack_3_xsw_1_and_2_"),
    ("xsw2", "fn attack_3_xsw_1_and_2_"),
    ("xsw3", "fn attack_3_xsw_3_to_6_"),
    ("xsw4", "fn attack_3_xsw_3_to_6_"),
    ("xsw5", "fn attack_3_xsw_3_to_6_"),
    ("xsw6", "fn attack_3_xsw_3_to_6_"),
    ("xsw7", "fn attack_3_xsw_7_and_8_"),
    ("xsw8", "fn attack_3_xsw_7_and_8_"),
    ("xslt", "\"xslt\""),
    ("xxe", "fn attack_9_document_type_definitions_are_refused"),
];

#[test]
fn every_numbered_case_has_a_test_with_its_number() {
    let tests = [include_str!("cases.rs"), include_str!("attacks.rs")].concat();
    let numbers = NUMBERED
        .iter()
        .flat_map(|(first, last)| *first..=*last)
        .map(|number| number.to_string());
    let named = OTHERWISE.iter().map(|(case, _)| (*case).to_owned());
    for case in numbers.chain(named) {
        let otherwise = OTHERWISE
            .iter()
            .find(|(name, _)| *name == case)
            .map(|(_, mark)| (*mark).to_owned());
        let mark = otherwise.unwrap_or_else(|| format!("refused(\"{case}\""));
        // rustfmt may have put the number on a line of its own.
        let broken = mark.replace("refused(\"", "refused(\n        \"");
        assert!(
            tests.contains(&mark) || tests.contains(&broken),
            "case {case} has no test: {mark}"
        );
    }
}
