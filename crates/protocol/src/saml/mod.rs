//! SAML 2.0, we as service provider (SPID now; CIE and eIDAS are further profiles).
