//! The only axum besides the demo: one file per endpoint, functions named after the method.
//! Every path is in [`routes`]; how an error looks outside is in [`respond`].

mod account;
mod assets;
mod browser;
mod certificate;
mod cns;
mod cors;
mod form;
mod health;
mod language;
mod login_form;
mod office;
mod provider;
mod request_log;
mod respond;
mod routes;
mod saml;
mod security;
mod sign_in;
mod source;
mod view;
mod view_office;

pub use certificate::TlsPeer;
pub use routes::{card_router, machine_router, router};
pub use source::Peer;

use crate::flow::Deps;
use crate::pages::Pages;
use std::sync::Arc;

/// What every endpoint may use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct State {
    /// What the stories need.
    pub deps: Arc<Deps>,
    /// The citizens' pages.
    pub pages: Arc<Pages>,
    /// Documents that do not change while we run.
    pub documents: Arc<Documents>,
}

/// Documents that do not change while we run, ready to be sent.
#[derive(Debug)]
pub struct Documents {
    /// `/.well-known/openid-configuration`.
    pub discovery: String,
    /// `/saml/spid/metadata`, signed.
    pub spid_metadata: String,
    /// `/saml/cie/metadata`, signed; `None` without a CIE record.
    pub cie_metadata: Option<String>,
}

impl State {
    /// Cookies are `Secure`, and their names say so, whenever the issuer is https.
    fn secure(&self) -> bool {
        self.deps.settings.issuer.starts_with("https://")
    }
}
