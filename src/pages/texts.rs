//! The words, by language: Fluent files under `locales/`.

use super::{Language, RenderError};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "locales"]
struct Locales;

/// The texts of every language.
pub struct Texts {
    bundles: BTreeMap<Language, FluentBundle<FluentResource>>,
}

/// Why a text cannot be given. All are mistakes in a template or a file of texts.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// There is no such text.
    #[error("no text {key:?} in {language}")]
    Unknown {
        /// The text asked for.
        key: String,
        /// In which language.
        language: &'static str,
    },
    /// It wants an argument that was not given.
    #[error("text {key:?} in {language}: {detail}")]
    Arguments {
        /// The text asked for.
        key: String,
        /// In which language.
        language: &'static str,
        /// What Fluent said.
        detail: String,
    },
}

impl Texts {
    /// Reads every file of every language.
    pub fn load() -> Result<Texts, RenderError> {
        let mut bundles = BTreeMap::new();
        for language in Language::ALL {
            bundles.insert(language, bundle(language)?);
        }
        Ok(Texts { bundles })
    }

    /// The text `key`, with its arguments filled in as they are: whoever prints it escapes it.
    pub fn format(&self, language: Language, key: &str, args: &FluentArgs<'_>) -> Result<String, TextError> {
        let unknown = || TextError::Unknown {
            key: key.to_owned(),
            language: language.tag(),
        };
        let bundle = self.bundles.get(&language).ok_or_else(unknown)?;
        let pattern = bundle
            .get_message(key)
            .and_then(|message| message.value())
            .ok_or_else(unknown)?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors);
        match errors.first() {
            None => Ok(text.into_owned()),
            Some(error) => Err(TextError::Arguments {
                key: key.to_owned(),
                language: language.tag(),
                detail: error.to_string(),
            }),
        }
    }
}

fn bundle(language: Language) -> Result<FluentBundle<FluentResource>, RenderError> {
    let wrong = |detail: String| RenderError::Texts {
        language: language.tag(),
        detail,
    };
    let id: LanguageIdentifier = language.tag().parse().map_err(|error| wrong(format!("{error}")))?;
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The marks would put invisible characters around names; all our languages run left to right.
    bundle.set_use_isolating(false);
    for resource in resources(language)? {
        bundle
            .add_resource(resource)
            .map_err(|errors| wrong(format!("{errors:?}")))?;
    }
    Ok(bundle)
}

/// The parsed files of a language.
fn resources(language: Language) -> Result<Vec<FluentResource>, RenderError> {
    let folder = format!("{}/", language.tag());
    Locales::iter()
        .filter(|path| path.starts_with(&folder) && path.ends_with(".ftl"))
        .map(|path| {
            let file = Locales::get(&path).ok_or_else(|| RenderError::Missing(path.to_string()))?;
            let text = String::from_utf8_lossy(&file.data).into_owned();
            FluentResource::try_new(text).map_err(|(_, errors)| RenderError::Texts {
                language: language.tag(),
                detail: format!("{path}: {errors:?}"),
            })
        })
        .collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use fluent_bundle::FluentValue;
    use std::collections::BTreeSet;

    /// The arguments of every text: what stands after a `$` in its source.
    pub fn arguments(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for resource in resources(language).unwrap() {
            let mut key = None;
            for line in resource.source().lines() {
                if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                    let name = line.split(' ').next().unwrap().to_owned();
                    assert!(
                        found.insert(name.clone(), BTreeSet::new()).is_none(),
                        "{name} stands twice in {}",
                        language.tag()
                    );
                    key = Some(name);
                }
                for rest in line.split('$').skip(1) {
                    let argument = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next();
                    found
                        .get_mut(key.as_ref().unwrap())
                        .unwrap()
                        .insert(argument.unwrap().to_owned());
                }
            }
        }
        found
    }

    #[test]
    fn every_language_has_every_text_with_the_same_arguments() {
        let italian = arguments(Language::Italian);
        assert!(italian.len() > 50);
        for language in Language::ALL {
            assert_eq!(arguments(language), italian, "{}", language.tag());
        }
    }

    #[test]
    fn every_text_can_be_formed_in_every_language() {
        let texts = Texts::load().unwrap();
        for language in Language::ALL {
            for (key, names) in arguments(language) {
                let mut args = FluentArgs::new();
                // A date's parts travel through a text that refers to another.
                let date = ["day", "month", "dd", "mm", "year", "time"].map(str::to_owned);
                for name in names.iter().chain(&date) {
                    args.set(name.clone(), FluentValue::from(2));
                }
                let text = texts.format(language, &key, &args).unwrap();
                assert!(!text.trim().is_empty() && !text.contains(['{', '}']), "{key}: {text}");
            }
        }
    }

    #[test]
    fn a_text_that_does_not_exist_is_an_error_and_not_its_key() {
        let texts = Texts::load().unwrap();
        assert!(matches!(
            texts.format(Language::Italian, "no-such-text", &FluentArgs::new()),
            Err(TextError::Unknown { .. })
        ));
    }

    #[test]
    fn a_forgotten_argument_is_an_error() {
        let texts = Texts::load().unwrap();
        assert!(matches!(
            texts.format(Language::English, "login-context", &FluentArgs::new()),
            Err(TextError::Arguments { .. })
        ));
    }
}
