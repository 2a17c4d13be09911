//! What tests stand on.

pub mod stores;
