//! The logos that identity providers gave to the official SPID button. Trade marks: shown unchanged, in the
//! menu of that button and nowhere else. Those that were replaced since the packages were made (InfoCert,
//! Lepida, Sielte), and those that no package has, are not here: a name is better than yesterday's mark. An
//! installation brings them with its configuration (`[[spid.logo]]`).

use std::collections::BTreeMap;

/// A logo that the operator brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLogo {
    /// entityID of the identity provider.
    pub entity_id: String,
    /// SVG, looked through by whoever read it.
    pub drawing: String,
}

/// The logos of one installation.
#[derive(Debug, Default)]
pub(in crate::pages) struct ProviderLogos {
    /// Path below `assets/`, by entityID.
    brought: BTreeMap<String, String>,
}

impl ProviderLogos {
    /// Those of the operator beside those in the program; and the drawings to serve, by their path.
    pub(in crate::pages) fn with(logos: Vec<ProviderLogo>) -> (ProviderLogos, Vec<(String, String)>) {
        let mut known = ProviderLogos::default();
        let mut drawings = Vec::with_capacity(logos.len());
        for (number, logo) in logos.into_iter().enumerate() {
            let path = format!("brought/idp/{number}.svg");
            known.brought.insert(logo.entity_id, path.clone());
            drawings.push((path, logo.drawing));
        }
        (known, drawings)
    }

    /// The logo of an identity provider, a path below `assets/`: the operator's, or the one in the program.
    pub(in crate::pages) fn of(&self, entity_id: &str) -> Option<&str> {
        let brought = self.brought.get(entity_id).map(String::as_str);
        brought.or_else(|| in_the_program(entity_id))
    }
}

/// entityID, file below `assets/`.
const LOGOS: [(&str, &str); 6] = [
    (
        "https://idp.namirialtsp.com/idp",
        "official/idp/spid-idp-namirialid.svg",
    ),
    (
        "https://login.id.tim.it/affwebservices/public/saml2sso",
        "official/idp/spid-idp-timid.svg",
    ),
    ("https://loginspid.aruba.it", "official/idp/spid-idp-arubaid.svg"),
    ("https://posteid.poste.it", "official/idp/spid-idp-posteid.svg"),
    ("https://spid.register.it", "official/idp/spid-idp-spiditalia.svg"),
    (
        "https://spid.teamsystem.com/idp",
        "official/idp/spid-idp-teamsystemid.svg",
    ),
];

/// The logo in the program, a path below `assets/`.
pub(in crate::pages) fn in_the_program(entity_id: &str) -> Option<&'static str> {
    LOGOS
        .iter()
        .find(|(known, _)| *known == entity_id)
        .map(|(_, path)| *path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::gallery;

    #[test]
    fn what_the_operator_brings_comes_first_and_one_without_a_logo_is_a_name() {
        let brought = ["https://posteid.poste.it", "https://identity.infocert.it"].map(|entity_id| ProviderLogo {
            entity_id: entity_id.to_owned(),
            drawing: "<svg/>".to_owned(),
        });
        let (logos, drawings) = ProviderLogos::with(brought.to_vec());
        assert_eq!(logos.of("https://posteid.poste.it"), Some("brought/idp/0.svg"));
        assert_eq!(logos.of("https://identity.infocert.it"), Some("brought/idp/1.svg"));
        assert_eq!(
            logos.of("https://loginspid.aruba.it"),
            in_the_program("https://loginspid.aruba.it")
        );
        assert!(logos.of("https://loginspid.aruba.it").is_some());
        assert_eq!(logos.of("https://id.lepida.it/idp/shibboleth"), None);
        let paths: Vec<&str> = drawings.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["brought/idp/0.svg", "brought/idp/1.svg"]);
    }

    #[test]
    fn every_logo_is_a_picture_of_ours_that_loads_nothing_and_runs_nothing() {
        let pages = gallery::pages();
        for (entity_id, path) in LOGOS {
            let file = pages
                .assets()
                .find(path)
                .unwrap_or_else(|| panic!("{entity_id}: {path}"));
            let svg = String::from_utf8_lossy(&file.bytes);
            assert!(svg.contains("<svg"), "{path}");
            for active in [
                "<script",
                "<foreignObject",
                "<image",
                "href=\"http",
                "@import",
                " onload",
            ] {
                assert!(!svg.contains(active), "{path}: {active}");
            }
        }
    }
}
