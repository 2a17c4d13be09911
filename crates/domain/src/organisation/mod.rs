//! Organisations and their units.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Immutable name of an organisation; relying parties key on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrganisationId(pub Uuid);

/// Immutable name of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitId(pub Uuid);

/// What sort of organisation it is; the `type` of the `organization` claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationKind {
    /// A company or other private legal person.
    Company,
    /// A public administration.
    PublicBody,
    /// Everything else: associations, studios, sole traders.
    Other,
}

/// An identifier with its ISO 6523 scheme: `0201` IPA office code, `0210` fiscal code, `0211` VAT number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// ISO 6523 ICD, four digits.
    pub scheme: String,
    /// The code itself, without country prefix.
    pub value: String,
}

/// Whether an organisation can be acted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationState {
    /// In business.
    Active,
    /// Nobody acts for it for now.
    Suspended,
    /// It exists no more.
    Ceased,
}

/// A legal person or public body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Immutable id.
    pub id: OrganisationId,
    /// Short name for URLs and the claim's key: lower case letters, digits and hyphens; never reused,
    /// never shaped like a UUID.
    pub alias: String,
    /// Legal name.
    pub name: String,
    /// Company, public body, other.
    pub kind: OrganisationKind,
    /// Its codes.
    pub identifiers: Vec<Identifier>,
    /// Active, suspended, ceased.
    pub state: OrganisationState,
}

/// An operating unit (unità operativa) of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Immutable id.
    pub id: UnitId,
    /// Whose unit it is.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// Open from.
    pub valid_from: DateTime<Utc>,
    /// Closed at, when known.
    pub valid_until: Option<DateTime<Utc>>,
}
