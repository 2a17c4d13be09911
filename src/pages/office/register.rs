//! "Registro delle transazioni": the search form and what it found.

use crate::pages::Page;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// The search page. Everything is sent by POST: what is looked for is personal and stands in no address.
#[derive(Debug, Clone, Serialize)]
pub struct RegisterPage {
    /// Where the search goes.
    pub action: String,
    /// Proof that the page is ours.
    pub token: String,
    /// What was typed before.
    pub typed: TypedView,
    /// What is wrong with it.
    pub problem: Option<RegisterProblem>,
    /// What was found.
    pub results: Option<RegisterResults>,
}

/// The fields as they were typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TypedView {
    /// Fiscal number or `sub`.
    pub person: String,
    /// Reference of an error page.
    pub reference: String,
    /// ID of our AuthnRequest.
    pub request: String,
    /// NameID of an assertion.
    pub name_id: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Why.
    pub why: String,
}

/// What is wrong with a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegisterProblem {
    /// Nothing is looked for.
    Nothing,
    /// More than one thing is looked for.
    TooMuch,
    /// Neither a fiscal number nor an id.
    NoPerson,
    /// Not a day, or the first one is after the last.
    NoTime,
    /// No reason, or one that is too short or too long.
    NoReason,
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct RegisterResults {
    /// The newest first.
    pub entries: Vec<EntryLine>,
    /// There are more than are shown.
    pub more: bool,
    /// Events with the reference that was looked for.
    pub events: Vec<EventLine>,
    /// Where an entry is opened.
    pub entry_action: String,
    /// What can be handed out.
    pub hand_out: Option<HandOut>,
}

/// A form that hands out a file.
#[derive(Debug, Clone, Serialize)]
pub struct HandOut {
    /// Where it goes.
    pub action: String,
    /// `person` or `case`.
    pub kind: &'static str,
    /// Which one.
    pub subject: String,
}

/// An entry in the list.
#[derive(Debug, Clone, Serialize)]
pub struct EntryLine {
    /// Its name.
    pub id: String,
    /// When it came.
    pub time: DateTime<Utc>,
    /// ID of our AuthnRequest.
    pub request_id: String,
    /// Who answered.
    pub provider: String,
    /// For which service; `None`: for one's own account.
    pub service: Option<String>,
    /// Whether it was accepted.
    pub accepted: bool,
    /// Why not: a word of ours.
    pub outcome: String,
    /// Whose it was (`sub`), once known.
    pub person: Option<String>,
}

/// An event beside them.
#[derive(Debug, Clone, Serialize)]
pub struct EventLine {
    /// When.
    pub time: DateTime<Utc>,
    /// What: a word of ours.
    pub name: String,
    /// Whom it concerns (`sub`).
    pub person: Option<String>,
}

impl Page for RegisterPage {
    const TEMPLATE: &'static str = "office/register.html";

    fn samples() -> Vec<(&'static str, RegisterPage)> {
        let time = DateTime::from_timestamp(1_795_295_400, 0).unwrap_or_default();
        let empty = RegisterPage {
            action: "/office/register".into(),
            token: "5f1c".into(),
            typed: TypedView::default(),
            problem: None,
            results: None,
        };
        let typed = TypedView {
            person: "BNCGLI80A41X000X".into(),
            reference: "7KQ2-M9XA".into(),
            request: "_4f1c".into(),
            name_id: "_transient".into(),
            from: "2026-11-01".into(),
            to: "2026-11-22".into(),
            why: "Richiesta dell’interessata del 20/11/2026, prot. 12345".into(),
        };
        let line = EntryLine {
            id: "0198f3c2-0000-7000-8000-000000000001".into(),
            time,
            request_id: "_4f1cPq8r".into(),
            provider: "Gestore Due".into(),
            service: Some("Sportello unico edilizia".into()),
            accepted: true,
            outcome: "accepted".into(),
            person: Some("0198f3c2-0000-7000-8000-0000000000aa".into()),
        };
        let refused = EntryLine {
            accepted: false,
            outcome: "nr25".into(),
            service: None,
            person: None,
            ..line.clone()
        };
        let event = EventLine {
            time,
            name: "identity_refused".into(),
            person: Some("0198f3c2-0000-7000-8000-0000000000aa".into()),
        };
        let results = RegisterResults {
            entries: vec![line, refused],
            more: true,
            events: vec![event],
            entry_action: "/office/register/entry".into(),
            hand_out: Some(HandOut {
                action: "/office/register/export".into(),
                kind: "person",
                subject: "BNCGLI80A41X000X".into(),
            }),
        };
        let nothing = RegisterResults {
            entries: Vec::new(),
            more: false,
            events: Vec::new(),
            hand_out: None,
            ..results.clone()
        };
        let with = |problem| RegisterPage {
            typed: typed.clone(),
            problem: Some(problem),
            ..empty.clone()
        };
        vec![
            ("nothing-asked", with(RegisterProblem::Nothing)),
            ("too-much", with(RegisterProblem::TooMuch)),
            ("no-person", with(RegisterProblem::NoPerson)),
            ("no-time", with(RegisterProblem::NoTime)),
            ("no-reason", with(RegisterProblem::NoReason)),
            (
                "found",
                RegisterPage {
                    typed: typed.clone(),
                    results: Some(results),
                    ..empty.clone()
                },
            ),
            (
                "nothing-found",
                RegisterPage {
                    typed,
                    results: Some(nothing),
                    ..empty.clone()
                },
            ),
            ("empty", empty),
        ]
    }
}
