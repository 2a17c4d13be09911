//! "Per conto di chi vuoi operare?"

use crate::login::Unusable;
use crate::pages::Page;
use chrono::{DateTime, Utc};
use domain::mandate::{Holding, MandateKind, NotInForce};
use domain::organisation::Identifier;
use serde::Serialize;

/// The choice of whom to act for. The form posts `login`, `acting` and, ticked, `usual=1`.
#[derive(Debug, Clone, Serialize)]
pub struct ChooserPage {
    /// Where the choice is posted.
    pub action: String,
    /// The login it belongs to; travels in the field `login`.
    pub login: String,
    /// The service somebody is on the way to.
    pub service_name: String,
    /// Who is signed in.
    pub person: ChooserPerson,
    /// Acting for oneself is offered (`acting=self`).
    pub myself: bool,
    /// Acting for oneself is the usual choice.
    pub myself_selected: bool,
    /// The mandates that can be picked, most recently used first.
    pub options: Vec<OptionView>,
    /// The mandates that cannot, with the reason.
    pub unusable: Vec<UnusableView>,
    /// The search form, shown above [`ChooserPage::SEARCH_ABOVE`] mandates.
    pub search: Option<Search>,
    /// How many mandates there are, found or not, usable or not.
    pub total: usize,
    /// The page comes back because something was wrong with the answer.
    pub problem: Option<ChooserProblem>,
    /// When the page is made; "usato ieri" is counted from here.
    pub now: DateTime<Utc>,
}

/// Who chooses.
#[derive(Debug, Clone, Serialize)]
pub struct ChooserPerson {
    /// Given and family name.
    pub name: String,
    /// Codice fiscale, when known.
    pub fiscal_code: Option<String>,
}

/// An organisation, or one of its units.
#[derive(Debug, Clone, Serialize)]
pub struct OrganisationView {
    /// Legal name.
    pub name: String,
    /// The unit, when the mandate is for one.
    pub unit: Option<String>,
    /// Its codes.
    pub identifiers: Vec<Identifier>,
}

/// A mandate that can be picked.
#[derive(Debug, Clone, Serialize)]
pub struct OptionView {
    /// What the form sends for it.
    pub value: String,
    /// For whom.
    pub organisation: OrganisationView,
    /// In which capacity.
    pub kind: MandateKind,
    /// First instant no longer in force, where it is worth telling; the page shows the last day in force.
    pub until: Option<DateTime<Utc>>,
    /// Roles in this service.
    pub roles: Vec<String>,
    /// When it was last picked for this service.
    pub last_used: Option<DateTime<Utc>>,
    /// It is the usual choice.
    pub selected: bool,
}

/// A mandate that cannot be picked.
#[derive(Debug, Clone, Serialize)]
pub struct UnusableView {
    /// For whom.
    pub organisation: OrganisationView,
    /// In which capacity.
    pub kind: MandateKind,
    /// Why not.
    pub reason: UnusableReason,
}

/// Why a mandate cannot be picked, in the citizen's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnusableReason {
    /// It ended.
    Expired,
    /// It begins later.
    NotYetValid,
    /// It is suspended, or not approved.
    Suspended,
    /// The unit is closed.
    UnitClosed,
    /// The organisation is suspended or exists no more.
    OrganisationNotActive,
    /// None of its roles is good for this service.
    NoRole,
    /// This service wants a mandate that was established more strongly.
    EvidenceTooWeak,
}

/// The search form: a GET to the same page, with `q` and `role`.
#[derive(Debug, Clone, Serialize)]
pub struct Search {
    /// Where it leads: the page itself, without a query.
    pub action: String,
    /// The page without a search.
    pub clear_href: String,
    /// What was looked for; empty at first.
    pub query: String,
    /// The capacity looked for.
    pub role: Option<MandateKind>,
    /// The capacities to choose among.
    pub roles: Vec<MandateKind>,
    /// Something was looked for: the list is shorter than `total`.
    pub filtered: bool,
}

/// What was wrong with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChooserProblem {
    /// Nothing was picked.
    NothingChosen,
    /// What was picked is not among the options (any more). The same for one that never was.
    NotOffered,
}

impl ChooserPage {
    /// With more mandates than this, the page has a search form.
    pub const SEARCH_ABOVE: usize = 6;
}

impl From<&Holding> for OrganisationView {
    fn from(holding: &Holding) -> OrganisationView {
        OrganisationView {
            name: holding.organisation.name.clone(),
            unit: holding.unit.as_ref().map(|unit| unit.name.clone()),
            identifiers: holding.organisation.identifiers.clone(),
        }
    }
}

impl From<Unusable> for UnusableReason {
    fn from(reason: Unusable) -> UnusableReason {
        match reason {
            Unusable::NoRole => UnusableReason::NoRole,
            Unusable::EvidenceTooWeak => UnusableReason::EvidenceTooWeak,
            Unusable::NotInForce(NotInForce::NotApproved | NotInForce::Suspended) => UnusableReason::Suspended,
            Unusable::NotInForce(NotInForce::NotYetValid) => UnusableReason::NotYetValid,
            Unusable::NotInForce(NotInForce::Expired) => UnusableReason::Expired,
            Unusable::NotInForce(NotInForce::UnitClosed) => UnusableReason::UnitClosed,
            Unusable::NotInForce(NotInForce::OrganisationNotActive) => UnusableReason::OrganisationNotActive,
        }
    }
}

impl Page for ChooserPage {
    const TEMPLATE: &'static str = "sign_in/chooser.html";

    fn samples() -> Vec<(&'static str, ChooserPage)> {
        let many = samples::many();
        let few = ChooserPage {
            options: many.options.iter().take(2).cloned().collect(),
            unusable: Vec::new(),
            search: None,
            total: 2,
            ..many.clone()
        };
        let organisations_only = ChooserPage {
            myself: false,
            problem: Some(ChooserProblem::NothingChosen),
            ..few.clone()
        };
        let usual_is_oneself = ChooserPage {
            myself_selected: true,
            problem: Some(ChooserProblem::NotOffered),
            ..few.clone()
        };
        vec![
            ("nothing-found", samples::nothing_found(&many)),
            ("many", many),
            ("few", few),
            ("organisations-only", organisations_only),
            ("usual-is-oneself", usual_is_oneself),
        ]
    }
}

mod samples {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap_or_default()
    }

    fn organisation(name: &str, unit: Option<&str>, identifiers: &[(&str, &str)]) -> OrganisationView {
        OrganisationView {
            name: name.into(),
            unit: unit.map(Into::into),
            identifiers: identifiers
                .iter()
                .map(|(scheme, value)| Identifier {
                    scheme: (*scheme).into(),
                    value: (*value).into(),
                })
                .collect(),
        }
    }

    fn option(value: &str, kind: MandateKind, organisation: OrganisationView, last_used: Option<i64>) -> OptionView {
        OptionView {
            value: value.into(),
            organisation,
            kind,
            until: None,
            roles: Vec::new(),
            last_used: last_used.map(at),
            selected: false,
        }
    }

    /// The people and organisations of `ui/02`. 22 November 2026, 17:00 in Italy.
    pub fn many() -> ChooserPage {
        const NOW: i64 = 1_795_363_200;
        let town = [("0201", "c_x000"), ("0210", "80000000000")];
        let mut options = vec![
            option(
                "0198f3c2-0000-7000-8000-000000000001",
                MandateKind::Administrator,
                organisation(
                    "Studio Tecnico Verdi Associati",
                    Some("Ufficio pratiche edilizie"),
                    &[("0211", "01234567890")],
                ),
                Some(1_795_275_600),
            ),
            option(
                "0198f3c2-0000-7000-8000-000000000002",
                MandateKind::Operator,
                organisation(
                    "Comune di Borgo Alto",
                    Some("Area tecnica, Servizio urbanistica"),
                    &town,
                ),
                Some(1_794_650_400),
            ),
            option(
                "0198f3c2-0000-7000-8000-000000000003",
                MandateKind::Operator,
                organisation("Comune di Borgo Alto", Some("Area affari generali, Protocollo"), &town),
                None,
            ),
            option(
                "0198f3c2-0000-7000-8000-000000000004",
                MandateKind::Delegate,
                organisation("Condominio Le Querce", None, &[("0210", "90011122233")]),
                Some(1_758_000_000),
            ),
            option(
                "0198f3c2-0000-7000-8000-000000000005",
                MandateKind::LegalRepresentative,
                organisation(
                    "Impresa Edile Bianchi S.r.l.",
                    Some("Ufficio tecnico"),
                    &[("0088", "8032089000000")],
                ),
                Some(1_795_341_600),
            ),
        ];
        if let Some(first) = options.first_mut() {
            first.selected = true;
            first.roles = vec!["invoice-submitter".into(), "reader".into()];
        }
        if let Some(delegate) = options.get_mut(3) {
            delegate.until = Some(at(1_798_758_000));
        }
        ChooserPage {
            action: "/login/choose".into(),
            login: "x7Jd".into(),
            service_name: "Sportello unico edilizia".into(),
            person: ChooserPerson {
                name: "Giulia Bianchi".into(),
                fiscal_code: Some("BNCGLI80A41X000X".into()),
            },
            myself: true,
            myself_selected: false,
            total: 12,
            unusable: unusable(),
            options,
            search: Some(Search {
                action: "/login/choose".into(),
                clear_href: "/login/choose?login=x7Jd".into(),
                query: String::new(),
                role: None,
                roles: vec![MandateKind::Administrator, MandateKind::Operator, MandateKind::Delegate],
                filtered: false,
            }),
            problem: None,
            now: at(NOW),
        }
    }

    fn unusable() -> Vec<UnusableView> {
        [
            UnusableReason::NoRole,
            UnusableReason::Expired,
            UnusableReason::NotYetValid,
            UnusableReason::Suspended,
            UnusableReason::UnitClosed,
            UnusableReason::OrganisationNotActive,
            UnusableReason::EvidenceTooWeak,
        ]
        .into_iter()
        .map(|reason| UnusableView {
            organisation: organisation(
                "Cooperativa Sociale Il Ponte",
                Some("Sede di Valle Serena"),
                &[("0211", "09876543210")],
            ),
            kind: MandateKind::Delegate,
            reason,
        })
        .collect()
    }

    pub fn nothing_found(all: &ChooserPage) -> ChooserPage {
        ChooserPage {
            options: Vec::new(),
            unusable: Vec::new(),
            search: all.search.clone().map(|search| Search {
                query: "condominio".into(),
                role: Some(MandateKind::Operator),
                filtered: true,
                ..search
            }),
            ..all.clone()
        }
    }
}
