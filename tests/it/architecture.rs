//! The arrows of DESIGN §2, and who owns which outside crate. The compiler keeps them for `crates/`;
//! inside `src/` this test does, by reading `use crate::…` and every other path that starts with `crate::`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const BASE: &[&str] = &["clock", "random", "telemetry"];

/// Importer → what it may import (itself and the base left out).
const ARROWS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("random", &[]),
    ("telemetry", &[]),
    ("login", &["domain", "protocol"]),
    ("manifest", &["domain", "protocol"]),
    ("config", &["domain", "protocol", "manifest"]),
    ("store", &["domain", "protocol", "login"]),
    ("outbound", &["domain", "protocol", "login"]),
    ("paper", &["domain"]),
    (
        "flow",
        &[
            "domain", "protocol", "login", "manifest", "config", "paper", "store", "outbound",
        ],
    ),
    ("pages", &["domain", "protocol", "login"]),
    ("web", &["flow", "pages", "manifest", "login", "domain", "protocol"]),
    (
        "jobs",
        &["flow", "pages", "store", "outbound", "login", "domain", "protocol"],
    ),
    ("demo", &["flow", "login", "domain", "protocol"]),
    // Only the command `demo` (cli/demo.rs and what is below it) may name the demo: `demo_has_no_branch_elsewhere`.
    ("cli", &["app", "config", "flow", "manifest", "demo"]),
    (
        "app",
        &[
            "domain", "protocol", "login", "manifest", "config", "paper", "store", "outbound", "flow", "pages", "web",
            "jobs",
        ],
    ),
    ("main", &["cli"]),
];

/// Outside crate → who may name it.
const OWNERS: &[(&str, &[&str])] = &[
    ("axum", &["web", "demo", "app"]),
    ("hyper", &["app"]),
    ("hyper_util", &["app"]),
    ("rustls", &["app", "demo"]),
    ("tokio_rustls", &["app", "demo"]),
    ("axum_extra", &["web", "demo"]),
    ("tower", &["web", "demo", "app"]),
    ("tower_http", &["web", "demo", "app"]),
    ("sqlx", &["store"]),
    ("sqlx_core", &["store"]),
    ("rusqlite", &["store"]),
    ("redis", &["store"]),
    ("tera", &["pages"]),
    ("fluent_bundle", &["pages"]),
    ("reqwest", &["outbound"]),
    ("openidconnect", &["demo"]),
    ("samael", &["demo"]),
    ("rcgen", &["demo"]),
    ("openssl", &["demo"]),
    ("rand", &["random"]),
    ("zip", &["flow"]),
    ("image", &["paper"]),
];

#[test]
fn nobody_reaches_past_the_arrows() {
    let mut wrong = Vec::new();
    for (room, file, text) in sources() {
        let allowed: BTreeSet<&str> = ARROWS
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("{room} has no row in the table of arrows"))
            .1
            .iter()
            .chain(BASE)
            .copied()
            .collect();
        for import in imports(&text) {
            if import != room && !allowed.contains(import.as_str()) {
                wrong.push(format!("{}: {room} → {import}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "forbidden arrows:\n{}", wrong.join("\n"));
}

#[test]
fn the_map_at_the_top_of_the_house_says_the_same() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let rooms: BTreeSet<&str> = ARROWS
        .iter()
        .map(|(room, _)| *room)
        .chain(["domain", "protocol"])
        .collect();
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in map
        .lines()
        .filter(|line| line.starts_with("//! ") && line.contains('→'))
    {
        let Some((from, to)) = row.trim_start_matches("//! ").split_once('→') else {
            continue;
        };
        let to = to.split('(').next().unwrap();
        let named: BTreeSet<String> = to
            .split_whitespace()
            .filter(|word| rooms.contains(word))
            .map(str::to_owned)
            .collect();
        for room in from.split(',').map(str::trim).filter(|room| rooms.contains(room)) {
            told.insert(room.to_owned(), named.clone());
        }
    }
    let kept: BTreeMap<String, BTreeSet<String>> =
        ARROWS.iter().map(|(room, to)| ((*room).to_owned(), set(to))).collect();
    assert_eq!(told, kept);
}

#[test]
fn the_table_has_no_cycle() {
    let table: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    fn visit<'a>(room: &'a str, table: &BTreeMap<&'a str, &'a [&'a str]>, path: &mut Vec<&'a str>) {
        assert!(!path.contains(&room), "cycle: {path:?} → {room}");
        path.push(room);
        for next in table.get(room).copied().unwrap_or_default() {
            visit(next, table, path);
        }
        path.pop();
    }
    for room in table.keys() {
        visit(room, &table, &mut Vec::new());
    }
}

#[test]
fn every_outside_crate_has_one_owner() {
    let mut wrong = Vec::new();
    for (room, file, text) in sources() {
        for (name, owners) in OWNERS {
            if names_crate(&text, name) && !owners.contains(&room.as_str()) {
                wrong.push(format!("{}: {room} names {name}", file.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "crates outside their owners' rooms:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn demo_has_no_branch_elsewhere() {
    for (room, file, text) in sources() {
        let in_demo = room == "demo" || file.ends_with("cli/demo.rs") || file.parent().unwrap().ends_with("cli/demo");
        assert!(
            in_demo || !imports(&text).contains("demo"),
            "{} knows the demo",
            file.display()
        );
    }
}

#[test]
fn nobody_climbs_two_stairs_at_once() {
    for (_, file, text) in sources() {
        assert!(
            !text.contains("super::super::"),
            "{}: write crate::… instead",
            file.display()
        );
    }
}

#[test]
fn the_check_bites() {
    assert_eq!(
        imports("use crate::{store::Store, web::State};"),
        set(&["store", "web"])
    );
    assert_eq!(imports("fn f() { crate::flow::begin() }"), set(&["flow"]));
    assert_eq!(imports("//! see [`crate::web`]\n// crate::web"), set(&[]));
    assert!(names_crate("let x = sqlx::query(\"\");", "sqlx"));
    assert!(!names_crate("// sqlx::query", "sqlx"));
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// (room, file, text without comments) of everything in `src/`.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let relative = path.strip_prefix(&root).unwrap().to_path_buf();
                let room = relative
                    .components()
                    .next()
                    .unwrap()
                    .as_os_str()
                    .to_string_lossy()
                    .replace(".rs", "");
                if room != "lib" {
                    let text = without_comments(&fs::read_to_string(&path).unwrap());
                    found.push((room, relative, text));
                }
            }
        }
    }
    assert!(found.len() > 20, "the sources were not found");
    found
}

fn without_comments(text: &str) -> String {
    text.lines()
        .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The rooms that a text names: `crate::room` and `crate::{room::…, room}`.
fn imports(text: &str) -> BTreeSet<String> {
    let text = without_comments(text);
    let mut rooms = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut item = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        rooms.insert(first_word(&item));
                        item.clear();
                        continue;
                    }
                    _ => {}
                }
                item.push(c);
            }
            rooms.insert(first_word(&item));
        } else {
            rooms.insert(first_word(rest));
        }
    }
    rooms.remove("");
    rooms
}

fn first_word(text: &str) -> String {
    text.trim()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

fn names_crate(text: &str, name: &str) -> bool {
    let text = without_comments(text);
    let path = format!("{name}::");
    text.match_indices(&path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    })
}
