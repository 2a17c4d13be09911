//! What each portal is.

use protocol::oidc::client::ActingPolicy;

/// A portal, as it presents itself and as it registers with the provider.
#[derive(Debug, Clone, Copy)]
pub struct Portal {
    /// First segment of its paths: `organisation`, `either`, `citizen`.
    pub path: &'static str,
    /// Its `client_id`.
    pub client_id: &'static str,
    /// Its name, Italian.
    pub name: &'static str,
    /// Its name in English and in German.
    pub names: [(&'static str, &'static str); 2],
    /// What it is for, Italian.
    pub about: &'static str,
    /// For whom people may come.
    pub acting: ActingPolicy,
    /// What it asks for, beside `openid`.
    pub scopes: &'static [&'static str],
    /// The roles it registers.
    pub roles: &'static [&'static str],
}

/// The three of them.
pub const PORTALS: [Portal; 3] = [
    Portal {
        path: "organisation",
        client_id: "fatture",
        name: "Fatture alla PA",
        names: [("en", "Invoices to public bodies"), ("de", "Rechnungen an Behörden")],
        about: "Le imprese mandano qui le fatture agli enti pubblici. Serve operare per un'organizzazione.",
        acting: ActingPolicy::Organisation,
        scopes: &["profile", "email", "fiscal_number", "organization"],
        roles: &["invoice-submitter", "invoice-viewer"],
    },
    Portal {
        path: "either",
        client_id: "edilizia",
        name: "Sportello unico edilizia",
        names: [("en", "One-stop shop for building"), ("de", "Bauschalter")],
        about: "Pratiche edilizie, per sé o per un'organizzazione.",
        acting: ActingPolicy::Either,
        scopes: &["profile", "email", "fiscal_number", "organization"],
        roles: &["applicant", "clerk"],
    },
    Portal {
        path: "citizen",
        client_id: "anagrafe",
        name: "Anagrafe del cittadino",
        names: [("en", "Civil registry"), ("de", "Melderegister")],
        about: "Certificati e cambi di residenza. Solo per i cittadini, ciascuno per sé.",
        acting: ActingPolicy::Myself,
        scopes: &["profile", "email", "fiscal_number"],
        roles: &[],
    },
];

impl Portal {
    /// Its only redirect URI; `base` is the address of the portals.
    pub fn redirect_uri(&self, base: &str) -> String {
        format!("{base}/{}/callback", self.path)
    }

    /// Where people come back to after signing out.
    pub fn post_logout_redirect_uri(&self, base: &str) -> String {
        format!("{base}/{}/signed-out", self.path)
    }

    /// Whether it makes sense to ask for another organisation.
    pub(super) fn takes_organisations(&self) -> bool {
        self.acting != ActingPolicy::Myself
    }

    /// A name of its own: cookies ignore ports, so all demo sites on one address share a jar.
    pub(super) fn cookie(&self) -> String {
        format!("demo-{}", self.client_id)
    }
}
