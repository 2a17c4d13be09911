//! What portals call.

pub(super) mod authorize;
mod call;
pub(super) mod device_authorization;
pub(super) mod discovery;
pub(super) mod introspect;
pub(super) mod jwks;
pub(super) mod logo;
pub(super) mod logout;
pub(super) mod par;
pub(super) mod registration;
pub(super) mod revoke;
pub(super) mod single_logout;
pub(super) mod token;
pub(super) mod userinfo;
