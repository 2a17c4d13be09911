//! Every sample of every page, rendered in every language: for the checks, and for people to look at.
//! `VARCO_GALLERY=folder cargo test --lib pages::gallery` writes them, with the assets, into a folder.

use super::*;
use std::sync::LazyLock;

/// One rendered sample.
pub struct Picture {
    /// `login-everything`, for instance.
    pub name: String,
    pub language: Language,
    pub template: &'static str,
    pub frame: Frame,
    pub page: serde_json::Value,
    pub html: String,
}

pub fn pages() -> Pages {
    Pages::new(Branding::sample(), Vec::new()).unwrap()
}

/// Everything there is to see.
pub fn all() -> &'static [Picture] {
    static GALLERY: LazyLock<Vec<Picture>> = LazyLock::new(render_all);
    &GALLERY
}

fn render_all() -> Vec<Picture> {
    let pages = pages();
    let mut gallery = Vec::new();
    for language in Language::ALL {
        let nobody = Frame::new(language, "/login?login=x7Jd");
        let somebody = nobody.clone().signed_in(SignedIn {
            name: "Giulia Bianchi".into(),
            account_href: Some("/account".into()),
            logout_href: "/logout".into(),
        });
        let mut acting = somebody.clone();
        acting.acting_for = Some("Studio Tecnico Verdi Associati".into());
        hang::<LoginPage>(&mut gallery, &pages, &nobody, "login");
        hang::<ChooserPage>(&mut gallery, &pages, &somebody, "chooser");
        hang::<AnomalyPage>(&mut gallery, &pages, &nobody, "anomaly");
        hang::<CardHelpPage>(&mut gallery, &pages, &nobody, "card-help");
        hang::<RefusedCardPage>(&mut gallery, &pages, &nobody, "card-refused");
        hang::<CardNamesPage>(&mut gallery, &pages, &nobody, "card-names");
        hang::<ErrorPage>(&mut gallery, &pages, &nobody, "error");
        hang::<ReturningPage>(&mut gallery, &pages, &somebody, "returning");
        hang::<ToProviderPage>(&mut gallery, &pages, &nobody, "to-provider");
        hang::<ConsentPage>(&mut gallery, &pages, &somebody, "consent");
        hang::<DeviceCodePage>(&mut gallery, &pages, &nobody, "device-code");
        hang::<DeviceConfirmPage>(&mut gallery, &pages, &nobody, "device-confirm");
        hang::<DeviceDonePage>(&mut gallery, &pages, &nobody, "device-done");
        hang::<AnswerFormPage>(&mut gallery, &pages, &nobody, "answer-form");
        hang::<LogoutConfirmPage>(&mut gallery, &pages, &somebody, "logout");
        hang::<LogoutOfferPage>(&mut gallery, &pages, &nobody, "logout-offer");
        hang::<SignedOutPage>(&mut gallery, &pages, &nobody, "signed-out");
        hang::<RegisterPage>(&mut gallery, &pages, &somebody, "register");
        hang::<EntryPage>(&mut gallery, &pages, &somebody, "entry");
        hang::<AccountPage>(&mut gallery, &pages, &acting, "account");
    }
    gallery
}

fn hang<P: Page>(gallery: &mut Vec<Picture>, pages: &Pages, frame: &Frame, page: &str) {
    for (sample, context) in P::samples() {
        let name = format!("{page}-{sample}");
        let html = pages
            .render(frame, &context)
            .unwrap_or_else(|error| panic!("{name} in {}: {error}", frame.language.tag()));
        gallery.push(Picture {
            name,
            language: frame.language,
            template: P::TEMPLATE,
            frame: frame.clone(),
            page: serde_json::to_value(&context).unwrap(),
            html,
        });
    }
}

#[test]
fn every_template_has_samples() {
    let shown: std::collections::BTreeSet<&str> = all().iter().map(|picture| picture.template).collect();
    for (template, _) in templates().unwrap() {
        let whole = !template.starts_with("partials/") && template != "layout.html";
        assert_eq!(shown.contains(template.as_str()), whole, "{template}");
    }
}

#[test]
fn the_gallery_is_written_where_somebody_asks_for_it() {
    let pictures = all();
    assert!(pictures.len() > 90);
    let Some(folder) = std::env::var_os("VARCO_GALLERY").map(std::path::PathBuf::from) else {
        return;
    };
    let pages = pages();
    for path in pages.assets().paths() {
        let file = folder.join(pages.assets().url(path).unwrap().trim_start_matches('/'));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, &pages.assets().find(path).unwrap().bytes).unwrap();
    }
    for picture in pictures {
        // The page that leads away would lead away from the gallery.
        let html = picture.html.replace("http-equiv=\"refresh\"", "name=\"refresh\"");
        let file = folder.join(format!("{}-{}.html", picture.name, picture.language.tag()));
        std::fs::write(file, html).unwrap();
    }
}
