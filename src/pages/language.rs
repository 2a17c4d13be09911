//! In which language a page speaks.

use serde::Serialize;

/// A language of the pages. Italian is the one with legal force, and the last resort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Language {
    /// Italiano.
    #[serde(rename = "it")]
    Italian,
    /// Deutsch.
    #[serde(rename = "de")]
    German,
    /// English.
    #[serde(rename = "en")]
    English,
}

/// What is known of the language somebody wants, strongest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct LanguageWishes<'a> {
    /// `?lang=` of a language link: the citizen has just asked.
    pub asked: Option<&'a str>,
    /// `ui_locales` of the portal's request (OIDC Core §3.1.2.1): tags parted by blanks, best first.
    pub ui_locales: Option<&'a str>,
    /// What the citizen asked for earlier in this browser.
    pub cookie: Option<&'a str>,
    /// The `Accept-Language` header (RFC 9110 §12.5.4).
    pub accept_language: Option<&'a str>,
}

impl Language {
    /// All of them, in the order of the header's menu.
    pub const ALL: [Language; 3] = [Language::Italian, Language::German, Language::English];

    /// BCP 47 tag: for `html lang`, `hreflang`, `?lang=` and the cookie.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Italian => "it",
            Language::German => "de",
            Language::English => "en",
        }
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::Italian => "Italiano",
            Language::German => "Deutsch",
            Language::English => "English",
        }
    }

    /// Three letters, as administrations' headers have them.
    pub fn short_name(self) -> &'static str {
        match self {
            Language::Italian => "ITA",
            Language::German => "DEU",
            Language::English => "ENG",
        }
    }

    /// The language of a BCP 47 tag, by its first part: `de-AT` is German.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Language::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The language of a page: the first wish that names a language we have, else `default`.
    pub fn negotiate(wishes: LanguageWishes<'_>, default: Language) -> Language {
        wishes
            .asked
            .and_then(Language::from_tag)
            .or_else(|| wishes.ui_locales?.split_whitespace().find_map(Language::from_tag))
            .or_else(|| wishes.cookie.and_then(Language::from_tag))
            .or_else(|| accepted(wishes.accept_language?))
            .unwrap_or(default)
    }
}

/// The language of ours that an `Accept-Language` header ranks highest; equal ranks as written.
fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(Language, u16)> = None;
    // A browser sends a handful; the bound keeps a hostile header cheap.
    for range in header.split(',').take(32) {
        let mut parts = range.split(';').map(str::trim);
        let language = parts.next().and_then(Language::from_tag);
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(Some(1000), thousandths);
        if let (Some(language), Some(weight)) = (language, weight)
            && weight > best.map_or(0, |(_, weight)| weight)
        {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// A qvalue (RFC 9110 §12.4.2) in thousandths; `None` for anything that is not one.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_header(header: &str) -> Language {
        let wishes = LanguageWishes {
            accept_language: Some(header),
            ..Default::default()
        };
        Language::negotiate(wishes, Language::Italian)
    }

    #[test]
    fn nobody_says_anything_and_gets_the_default() {
        assert_eq!(
            Language::negotiate(LanguageWishes::default(), Language::German),
            Language::German
        );
    }

    #[test]
    fn the_browser_ranks_its_languages() {
        assert_eq!(of_header("fr;q=1.0, en;q=0.5, de;q=0.8"), Language::German);
        assert_eq!(of_header("en-GB,en;q=0.9,it;q=0.8"), Language::English);
        assert_eq!(of_header("de, en"), Language::German);
    }

    #[test]
    fn a_language_refused_with_weight_zero_is_not_taken() {
        assert_eq!(of_header("de;q=0, en;q=0.1"), Language::English);
    }

    #[test]
    fn a_broken_header_is_as_good_as_none() {
        for header in ["", "*", ";;;", "de;q=", "de;q=2", "de;q=0.1234", "de;q=-1", "xx"] {
            assert_eq!(of_header(header), Language::Italian, "{header}");
        }
    }

    #[test]
    fn each_wish_beats_the_ones_below_it() {
        let all = LanguageWishes {
            asked: Some("en"),
            ui_locales: Some("fr de-AT"),
            cookie: Some("it"),
            accept_language: Some("en"),
        };
        let choose = |wishes| Language::negotiate(wishes, Language::Italian);
        assert_eq!(choose(all), Language::English);
        assert_eq!(choose(LanguageWishes { asked: None, ..all }), Language::German);
        assert_eq!(
            choose(LanguageWishes {
                asked: Some("xx"),
                ui_locales: Some("fr"),
                ..all
            }),
            Language::Italian
        );
    }
}
