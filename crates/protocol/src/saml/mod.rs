//! SAML 2.0, we as service provider of SPID, CIE and the eIDAS node.
//!
//! | I want to know… | open |
//! |---|---|
//! | what we publish about ourselves | [`metadata::service_provider`] |
//! | what we believe about an identity provider | [`metadata::identity_providers`] |
//! | what differs between SPID, CIE and eIDAS | [`profile`] |
//! | what we ask | [`authn_request`], [`bindings`] |
//! | every reason a Response can be refused | [`response`], the lists in `response/checks/` |
//! | what an error code means | [`anomalies`] |
//! | how a session ends on both sides | [`logout`], the lists in `logout/checks.rs` |

pub mod anomalies;
mod attribute_set;
pub mod authn_request;
pub mod bindings;
mod instant;
pub mod logout;
pub mod metadata;
pub mod names;
pub mod profile;
pub mod response;
mod role;
#[cfg(any(test, fuzzing))]
pub(crate) mod samples;
mod service_provider;
#[cfg(test)]
mod tests;

pub use attribute_set::{AttributeSet, Wanted};
pub use metadata::IdentityProvider;
pub use profile::{Profile, Record};
pub use role::{Billing, Party, Role, Seat};
pub use service_provider::{CieBody, CieContact, CieContacts, Contact, OrganisationName, ServiceProvider, SpidContact};
