//! The demo world: a test identity provider, three portals, an outbox, and who lives there.
//!
//! Its own small axum and pages. Nothing of Varco knows that it exists: it talks to Varco over HTTP,
//! as a real identity provider and real portals do.

pub mod cards;
pub mod identity_provider;
pub mod outbox;
mod page;
pub mod people;
pub mod portals;
pub mod tls;
pub mod world;

pub use world::World;
