//! `[[spid.logo]]`: the logos of identity providers that are not in the program, or are newer there.
//!
//! Identity providers change theirs from time to time, and AgID publishes the current ones (spid-graphics).

use crate::config::check::Check;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Longest file, bytes: the official ones have up to 100 kB.
const MAX_BYTES: usize = 256 * 1024;
/// What a picture that stands still and loads nothing has no use for. Browsers run none of it in an `<img>`.
const ACTIVE: [&str; 6] = [
    "<script",
    "<foreignobject",
    "<!entity",
    "javascript:",
    "href=\"http",
    "@import",
];

/// One logo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logo {
    /// entityID of the identity provider. Required.
    pub identity_provider: String,
    /// SVG file. Required.
    pub file: PathBuf,
    /// What the file holds.
    #[serde(skip)]
    pub drawing: String,
}

/// Reads the files.
pub(super) fn load(logos: &mut [Logo], check: &mut Check<'_>) {
    let mut known = BTreeSet::new();
    for (number, logo) in logos.iter_mut().enumerate() {
        let prefix = format!("spid.logo[{number}]");
        let name = format!("{prefix}.identity_provider");
        if check.must_be_set(&name, &logo.identity_provider) && !known.insert(logo.identity_provider.clone()) {
            check.wrong(&name, "another logo is for this identity provider");
        }
        let setting = format!("{prefix}.file");
        let Some(drawing) = check.read(&setting, &logo.file) else {
            continue;
        };
        match reason_against(&drawing) {
            Some(reason) => check.wrong(&setting, reason),
            None => logo.drawing = drawing,
        }
    }
}

/// Why a drawing is not shown.
fn reason_against(drawing: &str) -> Option<&'static str> {
    let plain = drawing.to_ascii_lowercase();
    if drawing.len() > MAX_BYTES {
        return Some("is longer than 256 KiB");
    }
    if !plain.contains("<svg") {
        return Some("is not an SVG drawing");
    }
    let active = ACTIVE.iter().any(|word| plain.contains(word));
    active.then_some("runs or loads something: a logo is a drawing and nothing else")
}

#[cfg(test)]
mod tests {
    use super::reason_against;

    #[test]
    fn a_drawing_is_taken_and_what_runs_or_loads_something_is_not() {
        let drawing = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h9v9z\"/></svg>";
        assert_eq!(reason_against(drawing), None);
        let with = |inside: &str| drawing.replace("<path", &format!("{inside}<path"));
        for inside in [
            "<script>alert(1)</script>",
            "<SCRIPT/>",
            "<foreignObject/>",
            "<image href=\"https://elsewhere.example/x.png\"/>",
            "<a xlink:href=\"javascript:alert(1)\"/>",
            "<style>@import url(x.css)</style>",
            "<!ENTITY a \"b\">",
        ] {
            assert!(reason_against(&with(inside)).is_some(), "{inside}");
        }
        assert!(reason_against("PNG").is_some());
        assert!(reason_against(&with(&" ".repeat(256 * 1024))).is_some());
    }
}
