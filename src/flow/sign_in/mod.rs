//! What citizens walk through between `/authorize` and the code, in the order of the steps.
//!
//! 0. [`begin`] — a login, bound to its browser
//! 1. [`page`] — which methods are offered
//! 2. [`saml_send`] — off to the identity provider
//! 3. [`saml_receive`] — its answer, posted across sites
//! 4. [`resume`] — back in the browser that began: the person is known
//!    ([`cns`]: the same for a card)
//! 5. [`choose`] — for whom
//! 6. [`finish`] — the code
//!
//! A device's login ([`device`]) begins with what the citizen types, and ends without a portal.
//!
//! [`advance`] asks after each of them what is missing.

pub mod advance;
pub mod attributes;
pub mod begin;
pub mod choose;
pub mod cns;
pub mod consent;
pub mod device;
pub mod finish;
pub mod leave;
pub mod page;
pub mod person;
pub mod resume;
pub mod saml_receive;
pub mod saml_send;
pub mod session;
mod transaction;
