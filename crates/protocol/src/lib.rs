//! Rules of the wire: no I/O, no clock. Time comes in as `now`, randomness as values.
//!
//! The shelf (for the others): [`jose`], [`xml`], [`x509`], [`keyring`], [`sealing`].
//! On top of it, knowing only the shelf and `domain`: [`saml`] (we as service provider) and
//! [`oidc`] (we as provider).

pub mod cns;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod jose;
pub mod keyring;
pub mod oidc;
pub mod saml;
pub mod sealing;
pub mod trust_list;
pub mod x509;
pub mod xml;
