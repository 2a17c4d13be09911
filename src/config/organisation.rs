//! `[[spid.organisation]]`, `[[cie.organisation]]`: the administration's name in each language.

use super::check::Check;
use protocol::saml;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The administration's name in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrganisationName {
    /// `it`, `en`, …
    pub language: String,
    /// Full legal name, as in the certificate.
    pub name: String,
    /// What citizens read at the identity provider.
    pub display_name: String,
    /// Home page.
    pub url: String,
}

/// As the metadata have them, Italian first.
pub(super) fn names(written: &[OrganisationName]) -> Vec<saml::OrganisationName> {
    italian_first(written, |name| &name.language)
        .map(|name| saml::OrganisationName {
            language: name.language.clone(),
            name: name.name.clone(),
            display_name: name.display_name.clone(),
            url: name.url.clone(),
        })
        .collect()
}

/// What identity providers call the service: as written, or else by the display names; Italian first.
pub(super) fn service_names(
    written: &BTreeMap<String, String>,
    organisation: &[saml::OrganisationName],
) -> Vec<(String, String)> {
    if written.is_empty() {
        let shown = organisation.iter();
        return shown
            .map(|name| (name.language.clone(), name.display_name.clone()))
            .collect();
    }
    let names: Vec<(String, String)> = written.clone().into_iter().collect();
    italian_first(&names, |(language, _)| language).cloned().collect()
}

/// Each name complete, each language once, Italian among them.
pub(super) fn check(check: &mut Check<'_>, setting: &str, written: &[OrganisationName]) {
    if written.is_empty() {
        let message = format!("must be set: one `[[{setting}]]` at least, in Italian");
        check.wrong(setting, message);
        return;
    }
    let mut languages = BTreeSet::new();
    for (index, name) in written.iter().enumerate() {
        for (part, value) in [
            ("language", &name.language),
            ("name", &name.name),
            ("display_name", &name.display_name),
            ("url", &name.url),
        ] {
            check.must_be_set(&format!("{setting}[{index}].{part}"), value);
        }
        if !languages.insert(name.language.as_str()) {
            check.wrong(&format!("{setting}[{index}].language"), "appears twice");
        }
    }
    if !languages.contains("it") {
        check.wrong(setting, "must have a name in Italian (`language = \"it\"`)");
    }
}

/// Italian is mandatory, and what is first is what most readers take.
pub(super) fn italian_first<T>(items: &[T], language: impl Fn(&T) -> &String) -> impl Iterator<Item = &T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort_by_key(|item| language(item) != "it");
    items.into_iter()
}
