//! Metadata: what we publish about ourselves, and what we accept about identity providers.

mod cie_contacts;
mod identity_provider;
mod registry;
mod service_provider;
mod spid_contacts;

pub use identity_provider::{IdentityProvider, MetadataError, identity_providers};
pub use registry::{NotNewer, Registry, RegistryError};
#[cfg(test)]
pub(in crate::saml) use service_provider::unsigned;
pub use service_provider::{WritingError, registered_digest, service_provider};
