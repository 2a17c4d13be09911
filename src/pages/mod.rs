//! What citizens read: one typed context per template, each with samples. The only tera and Fluent.
//!
//! A page is plain data ([`Page`]); [`Pages::render`] joins it with its template (`templates/`), the texts of
//! one [`Language`] (`locales/`), the [`Branding`] of the installation and the [`Frame`] around it (who is signed
//! in, where the language links lead). Nothing here decides anything: what is offered, and why something is
//! not, comes in as data.
//!
//! Templates escape everything. A text of ours that carries markup is escaped argument by argument
//! (`rich()`), and an address that could run a script is refused (`href`), so that no caller has to think of it.

mod account;
mod assets;
mod branding;
#[cfg(test)]
mod checks;
mod dates;
mod frame;
#[cfg(test)]
mod gallery;
mod language;
mod markup;
mod office;
mod provider;
mod sign_in;
mod texts;

pub use account::{AccountPage, ConsentLine};
pub use assets::{Asset, Assets};
pub use branding::{Branding, Links};
pub use frame::{Frame, LanguageLink, SignedIn};
pub use language::{Language, LanguageWishes};
pub use office::{
    DocumentView, EntryLine, EntryPage, EventLine, HandOut, RegisterPage, RegisterProblem, RegisterResults, TypedView,
};
pub use provider::{
    AnswerFormPage, ConsentPage, DeviceCodePage, DeviceConfirmPage, DeviceDonePage, DeviceProblem, HiddenField,
    LogoutConfirmPage, LogoutOfferPage, SignedOutPage, claim_text, scope_text,
};
pub use sign_in::ProviderLogo;
pub use sign_in::anomaly::{Anomaly, AnomalyPage};
pub use sign_in::card::{CardHelpPage, CardNamesPage, CardProblem, RefusedCardPage};
pub use sign_in::chooser::{
    ChooserPage, ChooserPerson, ChooserProblem, OptionView, OrganisationView, Search, UnusableReason, UnusableView,
};
pub use sign_in::error::{ErrorKind, ErrorPage, ServiceLink};
pub use sign_in::login::{IdentityProviderLink, LocalAccount, LoginNotice, LoginPage};
pub use sign_in::returning::ReturningPage;
pub use sign_in::to_provider::ToProviderPage;

use rust_embed::RustEmbed;
use serde::Serialize;
use sign_in::ProviderLogos;
use std::sync::Arc;
use tera::{Context, Tera};
use texts::Texts;

/// A page: the context of one template.
pub trait Page: Serialize {
    /// The template's file, below `templates/`.
    const TEMPLATE: &'static str;

    /// A page of every sort that this template has to show, with a name for each (letters, digits, hyphens).
    /// They are rendered in every language by the tests, and looked at by people.
    fn samples() -> Vec<(&'static str, Self)>
    where
        Self: Sized;
}

/// Why a page could not be made. Always a mistake of ours: show a plain answer and log it.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template does not parse, or asks for something that its context has not.
    #[error("template: {}", chain(.0))]
    Template(#[from] tera::Error),
    /// A file of texts does not parse.
    #[error("texts of {language}: {detail}")]
    Texts {
        /// Which language.
        language: &'static str,
        /// What the parser said.
        detail: String,
    },
    /// A file that must be embedded is not.
    #[error("missing file {0}")]
    Missing(String),
}

fn chain(error: &tera::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

/// Renders pages. Made once, shared by all requests.
#[derive(Debug, Clone)]
pub struct Pages {
    tera: Arc<Tera>,
    branding: Arc<Branding>,
    assets: Arc<Assets>,
    logos: Arc<ProviderLogos>,
}

impl Pages {
    /// Parses every template and every text. `logos`: those of identity providers that the operator brings.
    ///
    /// # Errors
    /// A template or a text that does not parse, or a file that is not there.
    pub fn new(branding: Branding, logos: Vec<ProviderLogo>) -> Result<Pages, RenderError> {
        let (logos, drawings) = ProviderLogos::with(logos);
        let assets = Arc::new(Assets::load(drawings)?);
        let texts = Arc::new(Texts::load()?);
        let mut tera = Tera::new();
        markup::register(&mut tera, &texts, &assets);
        tera.add_raw_templates(templates()?)?;
        Ok(Pages {
            tera: Arc::new(tera),
            branding: Arc::new(branding),
            assets,
            logos: Arc::new(logos),
        })
    }

    /// The whole HTML document of `page`, inside `frame`, in the frame's language.
    ///
    /// # Errors
    /// A template that asks for something its context has not, an address that no link may have.
    pub fn render<P: Page>(&self, frame: &Frame, page: &P) -> Result<String, RenderError> {
        let page = tera::Value::try_from_serializable(page)?;
        self.render_value(P::TEMPLATE, frame, page)
    }

    /// The logo of an identity provider, a path below `assets/`; one without is shown by its name.
    pub fn provider_logo(&self, entity_id: &str) -> Option<&str> {
        self.logos.of(entity_id)
    }

    /// The files that pages load, for whoever serves them.
    pub fn assets(&self) -> &Arc<Assets> {
        &self.assets
    }

    fn render_value(&self, template: &str, frame: &Frame, page: tera::Value) -> Result<String, RenderError> {
        let mut context = Context::new();
        context.insert("language", frame.language.tag());
        context.insert("frame", frame);
        context.insert("branding", self.branding.as_ref());
        context.insert_value("page", page);
        Ok(self.tera.render(template, &context)?)
    }
}

/// Every template under its path, e.g. `sign_in/login.html`. The ending makes tera escape.
fn templates() -> Result<Vec<(String, String)>, RenderError> {
    Templates::iter()
        .filter(|path| path.ends_with(".html"))
        .map(|path| {
            let file = Templates::get(&path).ok_or_else(|| RenderError::Missing(path.to_string()))?;
            Ok((path.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
        })
        .collect()
}
