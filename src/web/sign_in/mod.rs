//! What citizens see between `/authorize` and the code.

pub(super) mod choose;
pub(super) mod cns;
pub(super) mod consent;
pub(super) mod device;
pub(super) mod leave;
pub(super) mod login;
pub(super) mod resume;
pub(super) mod saml;
