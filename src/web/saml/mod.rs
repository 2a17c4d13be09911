//! What identity providers call.

pub(super) mod acs;
pub(super) mod metadata;
pub(super) mod slo;
