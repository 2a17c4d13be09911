//! One entry of the transaction register.

use super::HandOut;
use crate::pages::Page;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// An entry, whole.
#[derive(Debug, Clone, Serialize)]
pub struct EntryPage {
    /// The list.
    pub back_href: String,
    /// Proof that the page is ours.
    pub token: String,
    /// Why, as it was typed for the search.
    pub why: String,
    /// The case can be handed out.
    pub hand_out: HandOut,
    /// When it came.
    pub time: DateTime<Utc>,
    /// Whether it was accepted.
    pub accepted: bool,
    /// Why not: a word of ours.
    pub outcome: String,
    /// Reference of the error page.
    pub reference: Option<String>,
    /// ID of our AuthnRequest.
    pub request_id: String,
    /// When it was issued.
    pub request_issued_at: DateTime<Utc>,
    /// ID of the Response.
    pub response_id: Option<String>,
    /// When it was issued.
    pub response_issued_at: Option<DateTime<Utc>>,
    /// Who answered: name and entityID.
    pub provider: String,
    /// ID of the assertion.
    pub assertion_id: Option<String>,
    /// NameID.
    pub name_id: Option<String>,
    /// Its NameQualifier.
    pub name_qualifier: Option<String>,
    /// For which service.
    pub service: Option<String>,
    /// Whose it was (`sub`).
    pub person: Option<String>,
    /// Where it came from.
    pub source_address: Option<String>,
    /// The segment that sealed it.
    pub segment: Option<i64>,
    /// The documents; `None`: the entry cannot be read any more.
    pub documents: Option<DocumentView>,
}

/// Both documents as they went over the wire.
#[derive(Debug, Clone, Serialize)]
pub struct DocumentView {
    /// The AuthnRequest.
    pub request: String,
    /// The Response; `None`: it was too long to be kept.
    pub response: Option<String>,
}

impl Page for EntryPage {
    const TEMPLATE: &'static str = "office/entry.html";

    fn samples() -> Vec<(&'static str, EntryPage)> {
        let time = DateTime::from_timestamp(1_795_295_400, 0).unwrap_or_default();
        let accepted = EntryPage {
            back_href: "/office/register".into(),
            token: "5f1c".into(),
            why: "Richiesta dell’interessata del 20/11/2026, prot. 12345".into(),
            hand_out: HandOut {
                action: "/office/register/export".into(),
                kind: "case",
                subject: "_4f1cPq8r".into(),
            },
            time,
            accepted: true,
            outcome: "accepted".into(),
            reference: None,
            request_id: "_4f1cPq8r".into(),
            request_issued_at: time,
            response_id: Some("_a8f2".into()),
            response_issued_at: Some(time),
            provider: "Gestore Due (https://idp.example.it)".into(),
            assertion_id: Some("_77aa".into()),
            name_id: Some("_transient".into()),
            name_qualifier: Some("https://idp.example.it".into()),
            service: Some("Sportello unico edilizia".into()),
            person: Some("0198f3c2-0000-7000-8000-0000000000aa".into()),
            source_address: Some("203.0.113.7".into()),
            segment: Some(42),
            documents: Some(DocumentView {
                request: "<samlp:AuthnRequest ID=\"_4f1cPq8r\"/>".into(),
                response: Some("<samlp:Response ID=\"_a8f2\"/>".into()),
            }),
        };
        let refused = EntryPage {
            accepted: false,
            outcome: "nr25".into(),
            reference: Some("7KQ2-M9XA".into()),
            response_id: None,
            response_issued_at: None,
            assertion_id: None,
            name_id: None,
            name_qualifier: None,
            service: None,
            person: None,
            segment: None,
            documents: Some(DocumentView {
                request: "<samlp:AuthnRequest ID=\"_4f1cPq8r\"/>".into(),
                response: None,
            }),
            ..accepted.clone()
        };
        let unreadable = EntryPage {
            documents: None,
            name_id: None,
            source_address: None,
            ..accepted.clone()
        };
        vec![("accepted", accepted), ("refused", refused), ("unreadable", unreadable)]
    }
}
