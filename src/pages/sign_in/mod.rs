//! The pages of a login.

pub mod anomaly;
pub mod card;
pub mod chooser;
pub mod error;
pub mod login;
mod provider_logo;
pub mod returning;
pub mod to_provider;

pub use provider_logo::ProviderLogo;
pub(super) use provider_logo::{ProviderLogos, in_the_program};
