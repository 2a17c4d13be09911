//! The stores: one suite over both pairs of engines.

pub mod brief;
pub mod broken_lines;
pub mod change;
pub mod events;
pub mod fixtures;
pub mod grants;
pub mod inconsistency;
pub mod keys;
pub mod logout_notices;
pub mod logouts;
pub mod mandates;
pub mod opening;
pub mod people;
pub mod register;
pub mod registrations;
pub mod replay;
pub mod restart;
pub mod rules;
