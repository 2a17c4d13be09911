//! What portals call.

pub(super) mod authorize;
pub(super) mod discovery;
pub(super) mod jwks;
pub(super) mod logout;
pub(super) mod single_logout;
pub(super) mod token;
pub(super) mod userinfo;
