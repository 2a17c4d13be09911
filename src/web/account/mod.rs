//! Self-service.

pub(super) mod consents;
pub(super) mod home;
