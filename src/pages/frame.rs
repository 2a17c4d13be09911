//! What stands around a page: the language links, who is signed in, for whom they act.

use super::Language;
use serde::Serialize;
use url::form_urlencoded;

/// The frame of a page.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// The page's language.
    pub language: Language,
    /// Links to the same page in every language, this one included.
    pub languages: Vec<LanguageLink>,
    /// Somebody signed in: their name and the way out.
    pub signed_in: Option<SignedIn>,
    /// The organisation somebody acts for: "Operi per conto di …".
    pub acting_for: Option<String>,
}

/// A page in another language.
#[derive(Debug, Clone, Serialize)]
pub struct LanguageLink {
    /// BCP 47 tag.
    pub tag: &'static str,
    /// Its name in itself.
    pub name: &'static str,
    /// `ITA`, `DEU`, `ENG`.
    pub short: &'static str,
    /// Where it leads.
    pub href: String,
    /// It is the language of this page.
    pub current: bool,
}

/// Somebody signed in, in the header.
#[derive(Debug, Clone, Serialize)]
pub struct SignedIn {
    /// Given and family name.
    pub name: String,
    /// Their own page; not shown on that page itself if absent.
    pub account_href: Option<String>,
    /// "Esci".
    pub logout_href: String,
}

impl Frame {
    /// A frame with nobody signed in. `address` is the path and query under which a GET shows this page again;
    /// the language links are that address with another `lang`.
    pub fn new(language: Language, address: &str) -> Frame {
        let languages = Language::ALL
            .into_iter()
            .map(|other| LanguageLink {
                tag: other.tag(),
                name: other.own_name(),
                short: other.short_name(),
                href: with_language(address, other),
                current: other == language,
            })
            .collect();
        Frame {
            language,
            languages,
            signed_in: None,
            acting_for: None,
        }
    }

    /// The same frame, for somebody who is signed in.
    #[must_use]
    pub fn signed_in(mut self, signed_in: SignedIn) -> Frame {
        self.signed_in = Some(signed_in);
        self
    }
}

/// `address` with `lang` set. Anything that is not a path of ours becomes the bare query, i.e. this page.
fn with_language(address: &str, language: Language) -> String {
    let ours = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "lang") {
        pairs.append_pair(&name, &value);
    }
    pairs.append_pair("lang", language.tag());
    format!("{}?{}", if ours { path } else { "" }, pairs.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_link_keeps_the_page_and_the_login() {
        let frame = Frame::new(Language::Italian, "/login?login=a%20b&lang=it&q=x%26y");
        let german = frame.languages.iter().find(|link| link.tag == "de").unwrap();
        assert_eq!(german.href, "/login?login=a+b&q=x%26y&lang=de");
        assert!(!german.current);
        assert!(frame.languages.iter().any(|link| link.current && link.tag == "it"));
    }

    #[test]
    fn a_language_link_never_leaves_the_site() {
        for address in ["//evil.example/", "https://evil.example/", "/\\evil.example", ""] {
            let frame = Frame::new(Language::English, address);
            assert!(
                frame.languages.iter().all(|link| link.href.starts_with('?')),
                "{address}"
            );
        }
    }
}
