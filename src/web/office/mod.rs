//! What officials see.

pub(super) mod register;
