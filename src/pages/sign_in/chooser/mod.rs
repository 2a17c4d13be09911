//! "Per conto di chi vuoi operare?"

mod samples;

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
    /// Nothing can be picked: where the way back to the service leads.
    pub leave_href: Option<String>,
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
    /// The login that the page is of.
    pub login: String,
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
        samples::all()
    }
}
