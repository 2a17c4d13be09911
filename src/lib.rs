//! Varco: an identity broker and OpenID provider for Italian public administrations.
//!
//! The map of the house. Pure rules live in `crates/domain` and `crates/protocol`; here are the
//! stories ([`flow`]), the edges ([`store`], [`outbound`], [`web`], [`pages`]) and what joins them.
//!
//! Who may import whom (importer → imported); `tests/it/architecture.rs` keeps this table:
//!
//! ```text
//! clock, random, telemetry  → nothing (base: everybody may use it)
//! login, manifest           → domain protocol
//! config                    → domain protocol manifest
//! store, outbound           → domain protocol login
//! paper                     → domain
//! flow                      → domain protocol login manifest config paper store outbound
//! pages                     → domain protocol login
//! web                       → domain protocol login manifest flow pages
//! jobs                      → domain protocol login store outbound flow pages
//! demo                      → domain protocol login flow
//! cli                       → manifest config flow app demo (cli/demo.rs and below alone know the demo)
//! app                       → domain protocol login manifest config paper store outbound flow pages web jobs
//! main                      → cli
//! ```

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod flow;
pub mod jobs;
pub mod login;
pub mod manifest;
pub mod outbound;
pub mod pages;
pub mod paper;
pub mod random;
pub mod store;
pub mod telemetry;
pub mod web;
