//! Is a mandate in force now? Asked when the options are computed and again at every token.

use super::{Mandate, MandateState};
use crate::organisation::{Organisation, OrganisationState, Unit};
use chrono::{DateTime, Utc};

/// Why somebody cannot act under a mandate now; the citizen reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotInForce {
    /// Not approved (yet, or any more), whatever else.
    #[error("not approved")]
    NotApproved,
    /// Suspended.
    #[error("suspended")]
    Suspended,
    /// `valid_from` lies ahead.
    #[error("not yet valid")]
    NotYetValid,
    /// `valid_until` has passed.
    #[error("expired")]
    Expired,
    /// The unit it is for is closed, not yet open, or not of this organisation.
    #[error("unit closed")]
    UnitClosed,
    /// The organisation is suspended or ceased.
    #[error("organisation not active")]
    OrganisationNotActive,
}

/// Whether `mandate` lets its holder act at `now`. Both ends are half open: in force from
/// `valid_from` included to `valid_until` excluded. `organisation` and `unit` are those that the
/// mandate names.
///
/// # Errors
/// The first reason against, in the order of [`NotInForce`].
pub fn in_force(
    mandate: &Mandate,
    organisation: &Organisation,
    unit: Option<&Unit>,
    now: DateTime<Utc>,
) -> Result<(), NotInForce> {
    match mandate.state {
        MandateState::Approved => {}
        MandateState::Suspended => return Err(NotInForce::Suspended),
        MandateState::Expired => return Err(NotInForce::Expired),
        _ => return Err(NotInForce::NotApproved),
    }
    if now < mandate.valid_from {
        return Err(NotInForce::NotYetValid);
    }
    if now >= mandate.valid_until {
        return Err(NotInForce::Expired);
    }
    if organisation.id != mandate.organisation || organisation.state != OrganisationState::Active {
        return Err(NotInForce::OrganisationNotActive);
    }
    match (mandate.unit, unit) {
        (None, _) => Ok(()),
        (Some(id), Some(unit)) if unit.id == id && unit.organisation == organisation.id && unit_open(unit, now) => {
            Ok(())
        }
        (Some(_), _) => Err(NotInForce::UnitClosed),
    }
}

fn unit_open(unit: &Unit, now: DateTime<Utc>) -> bool {
    now >= unit.valid_from && unit.valid_until.is_none_or(|end| now < end)
}

#[cfg(test)]
mod tests;
