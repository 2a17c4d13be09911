//! The table of docs/SECURITY.md, attack → test, is true: every test it names exists, and no attack on Responses, cards and
//! the provider lacks one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Attacks on a SAML Response, by their numbers; 19, 20 and 22 are about other messages.
const ON_RESPONSES: [u8; 19] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21];
/// Attacks on the provider and on acting for organisations.
const ON_THE_PROVIDER: [u8; 20] = [
    33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 56, 57, 58,
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Attack → names of the tests, from the rows `| 3 | what | `a_test` `another` |`.
fn table() -> BTreeMap<u8, Vec<String>> {
    let text = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let number = cells.next()?.parse().ok()?;
        let tests = cells.nth(1)?.split('`').skip(1).step_by(2);
        Some((number, tests.map(str::to_owned).collect()))
    });
    rows.collect()
}

/// The name of every test in the repository.
fn tests() -> BTreeSet<String> {
    let mut folders: Vec<PathBuf> = ["tests", "crates", "src"].map(|name| root().join(name)).to_vec();
    let mut names = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                names.extend(tests_of(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    names
}

fn tests_of(source: &str) -> Vec<String> {
    let mut after_mark = false;
    let mut names = Vec::new();
    for line in source.lines().map(str::trim_start) {
        if let Some((_, name)) = line.split_once("fn ").filter(|_| after_mark) {
            names.extend(name.split('(').next().map(str::to_owned));
            after_mark = false;
        }
        after_mark |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
    }
    names
}

#[test]
fn every_attack_has_a_test_that_exists() {
    let (table, tests) = (table(), tests());
    assert!(tests.len() > 300, "{}", tests.len());
    for attack in ON_RESPONSES.into_iter().chain(ON_THE_PROVIDER) {
        let named = table.get(&attack).map(Vec::as_slice).unwrap_or_default();
        assert!(!named.is_empty(), "attack {attack} has no test in docs/SECURITY.md");
    }
    for (attack, named) in &table {
        for name in named {
            assert!(tests.contains(name), "attack {attack}: there is no test {name}");
        }
    }
}
