//! SAML 2.0, we as service provider (SPID now; CIE and eIDAS are further profiles).
//!
//! | I want to know… | open |
//! |---|---|
//! | what we publish about ourselves | [`metadata::service_provider`] |
//! | what we believe about an identity provider | [`metadata::identity_providers`] |
//! | what we ask | [`authn_request`], [`bindings`] |
//! | every reason a Response can be refused | [`response`], the lists in `response/checks/` |
//! | what an error code means | [`anomalies`] |

pub mod anomalies;
pub mod authn_request;
pub mod bindings;
mod instant;
pub mod metadata;
pub mod names;
pub mod response;
#[cfg(any(test, fuzzing))]
pub(crate) mod samples;
mod service_provider;
#[cfg(test)]
mod tests;

pub use metadata::IdentityProvider;
pub use service_provider::{OrganisationName, ServiceProvider};
