//! Self-service.

pub(super) mod home;
