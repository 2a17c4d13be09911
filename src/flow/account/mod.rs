//! What people do about themselves.

pub mod consents;
