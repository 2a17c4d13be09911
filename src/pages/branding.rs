//! Whose pages these are.

use serde::{Deserialize, Serialize};

/// The administration that runs this installation, as its pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// Name of the administration; the second half of every title.
    pub name: String,
    /// One line under the name.
    pub tagline: Option<String>,
    /// The body it belongs to, in the slim header: the Region, mostly.
    pub parent: Option<String>,
    /// Address, fiscal code, PEC: one line of the footer.
    pub address: Option<String>,
    /// The links of the header and the footer.
    pub links: Links,
}

/// Links that every public administration's pages carry (L. 4/2004; design-comuni criteria).
/// One that is not configured is not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// The administration's own site: where its name in the header leads.
    pub home: Option<String>,
    /// Where a citizen finds help.
    pub help: Option<String>,
    /// Privacy notice (art. 13 GDPR).
    pub privacy: Option<String>,
    /// Legal notes.
    pub legal_notes: Option<String>,
    /// Accessibility statement on form.agid.gov.it.
    pub accessibility_statement: Option<String>,
    /// Where to report a page that somebody cannot use.
    pub accessibility_feedback: Option<String>,
}

#[cfg(test)]
impl Branding {
    /// The administration of the samples.
    pub fn sample() -> Branding {
        Branding {
            name: "Unione Comuni Valle Serena".into(),
            tagline: Some("Accesso unico ai servizi digitali".into()),
            parent: Some("Regione Esempio".into()),
            address: Some(
                "Piazza del Municipio 1, 00000 Valle Serena (ES) · Codice fiscale 00000000000 · PEC protocollo@pec.esempio.it"
                    .into(),
            ),
            links: Links {
                home: Some("https://www.ente.example.it/".into()),
                help: Some("https://www.ente.example.it/assistenza".into()),
                privacy: Some("https://www.ente.example.it/privacy".into()),
                legal_notes: Some("https://www.ente.example.it/note-legali".into()),
                accessibility_statement: Some("https://form.agid.gov.it/view/esempio".into()),
                accessibility_feedback: Some("https://www.ente.example.it/segnala".into()),
            },
        }
    }
}
