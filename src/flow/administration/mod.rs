//! What administrators change: the command line and (later) the admin API call the same stories.

pub mod apply;
pub mod forget;
pub mod purge;
pub mod registry;
pub mod seal;
pub mod signing_keys;
pub mod verify;
