//! The pages of a login.

pub mod anomaly;
pub mod chooser;
pub mod error;
pub mod login;
pub mod returning;
pub mod to_provider;
