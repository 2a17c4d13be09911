//! Mandates: person P may act for organisation O (whole, or one unit), of a kind, with roles per
//! relying party, from–to, with evidence and a state.

mod force;

pub use force::{NotInForce, in_force};

use crate::organisation::{Organisation, OrganisationId, Unit, UnitId};
use crate::person::PersonId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Immutable name of a mandate. Never leaves the broker: it would tell who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MandateId(pub Uuid);

/// In which capacity somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MandateKind {
    /// Legale rappresentante.
    LegalRepresentative,
    /// Amministratore dell'organizzazione in Varco.
    Administrator,
    /// Delegato.
    Delegate,
    /// Operatore.
    Operator,
}

/// Where a mandate stands. Only `Approved` may be in force; the last four are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the states of DESIGN §5; each name says what it is")]
pub enum MandateState {
    Draft,
    Pending,
    ToIntegrate,
    RefusalNotified,
    Approved,
    Suspended,
    Rejected,
    Expired,
    Revoked,
    Withdrawn,
}

/// How a mandate was established; the `evidence` of the claim. Ordered from weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The person said so.
    SelfDeclared,
    /// Brought from an older system.
    Import,
    /// The legal representative confirmed on line.
    LrOnline,
    /// A digitally signed document.
    SignedFile,
    /// A public register says so.
    Register,
    /// An official decided.
    Official,
}

impl Evidence {
    /// All there are, from weakest to strongest.
    pub const ALL: [Evidence; 6] = [
        Evidence::SelfDeclared,
        Evidence::Import,
        Evidence::LrOnline,
        Evidence::SignedFile,
        Evidence::Register,
        Evidence::Official,
    ];
}

/// Roles by relying party (`client_id` → role names that this client registered).
pub type Roles = BTreeMap<String, BTreeSet<String>>;

/// Person P may act for organisation O.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// Immutable id.
    pub id: MandateId,
    /// Who acts.
    pub person: PersonId,
    /// For whom.
    pub organisation: OrganisationId,
    /// One unit only; `None` is the whole organisation.
    pub unit: Option<UnitId>,
    /// In which capacity.
    pub kind: MandateKind,
    /// With which roles at which relying party.
    pub roles: Roles,
    /// How it was established.
    pub evidence: Evidence,
    /// Where it stands.
    pub state: MandateState,
    /// First instant in force.
    pub valid_from: DateTime<Utc>,
    /// First instant no longer in force.
    pub valid_until: DateTime<Utc>,
}

/// A mandate together with what it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The mandate.
    pub mandate: Mandate,
    /// The organisation it is for.
    pub organisation: Organisation,
    /// The unit it is for, if one.
    pub unit: Option<Unit>,
}

impl Holding {
    /// [`in_force`] of its parts.
    ///
    /// # Errors
    /// As [`in_force`].
    pub fn in_force(&self, now: DateTime<Utc>) -> Result<(), NotInForce> {
        in_force(&self.mandate, &self.organisation, self.unit.as_ref(), now)
    }

    /// The roles it gives at a relying party, of those the relying party registered.
    pub fn roles_at(&self, client_id: &str, registered: &BTreeSet<String>) -> BTreeSet<String> {
        self.mandate
            .roles
            .get(client_id)
            .map(|roles| roles.intersection(registered).cloned().collect())
            .unwrap_or_default()
    }

    /// The first instant at which nobody acts under it any more: the mandate's end, or the unit's if earlier.
    pub fn valid_until(&self) -> DateTime<Utc> {
        self.unit
            .as_ref()
            .and_then(|unit| unit.valid_until)
            .map_or(self.mandate.valid_until, |end| end.min(self.mandate.valid_until))
    }
}
