//! Rules about people and organisations.
//!
//! No I/O, no clock, no crate of the wire: time comes in as `now`, randomness as values.
//!
//! | module | holds |
//! |---|---|
//! | [`italy`] | fiscal numbers and the other codes Italian law gives to people and bodies |
//! | [`person`] | a person, the identity somebody proved, levels of assurance |
//! | [`organisation`] | organisations, units, their identifiers |
//! | [`mandate`] | who may act for which organisation, as what, until when |
//! | [`audit`] | security events |

pub mod audit;
pub mod italy;
pub mod mandate;
pub mod organisation;
pub mod person;
