//! The logos that identity providers gave to the official SPID button. Trade marks: shown unchanged, in the
//! menu of that button and nowhere else. Those that were replaced since the package was made (InfoCert,
//! Lepida, Sielte) are not here: a name is better than yesterday's mark.

/// entityID, file below `assets/`.
const LOGOS: [(&str, &str); 5] = [
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
];

/// The logo of an identity provider, a path below `assets/`; one without is shown by its name.
pub fn provider_logo(entity_id: &str) -> Option<&'static str> {
    LOGOS
        .iter()
        .find(|(known, _)| *known == entity_id)
        .map(|(_, path)| *path)
}

#[cfg(test)]
mod tests {
    use super::LOGOS;
    use crate::pages::gallery;

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
