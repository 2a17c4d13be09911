//! `[branding]`: whose login page it is.

use super::check::Check;
use serde::Deserialize;
use url::Url;

/// `[branding]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Branding {
    /// The administration, in the header and in every title. Required.
    pub administration: String,
    /// One line under it.
    pub tagline: Option<String>,
    /// The body it belongs to (a region, a ministry), in the line above the header.
    pub parent: Option<String>,
    /// Address, fiscal code, PEC: one line of the footer.
    pub address: Option<String>,
    /// `[branding.links]`: the footer's links.
    pub links: Links,
}

/// `[branding.links]`: the pages that every public administration offers, each a web address. One
/// that is not set is not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Links {
    /// The administration's home page.
    pub home: Option<String>,
    /// Where a citizen finds help.
    pub help: Option<String>,
    /// Privacy notice (art. 13 GDPR).
    pub privacy: Option<String>,
    /// Legal notes.
    pub legal_notes: Option<String>,
    /// Accessibility statement on form.agid.gov.it (L. 4/2004).
    pub accessibility_statement: Option<String>,
    /// Where to report a page that somebody cannot use.
    pub accessibility_feedback: Option<String>,
}

impl Branding {
    pub(super) fn check(&self, check: &mut Check<'_>) {
        check.must_be_set("branding.administration", &self.administration);
        for (name, link) in [
            ("home", &self.links.home),
            ("help", &self.links.help),
            ("privacy", &self.links.privacy),
            ("legal_notes", &self.links.legal_notes),
            ("accessibility_statement", &self.links.accessibility_statement),
            ("accessibility_feedback", &self.links.accessibility_feedback),
        ] {
            let web = |link: &String| Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
            if link.as_ref().is_some_and(|link| !web(link)) {
                check.wrong(&format!("branding.links.{name}"), "must be an absolute web address");
            }
        }
    }
}
