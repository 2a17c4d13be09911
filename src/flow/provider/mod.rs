//! What portals see.

pub mod authorize;
pub mod exchange_code;
pub mod logout;
pub mod userinfo;
