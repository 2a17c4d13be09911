//! `[eidas]`: the Italian eIDAS node, one more identity provider of the SPID record (Avviso SPID "eIDAS" n. 1).

use super::check::Check;
use super::idp_metadata;
use protocol::saml::IdentityProvider;
use protocol::saml::profile::eidas;
use serde::Deserialize;
use std::path::PathBuf;

/// `[eidas]`. Without it there is no "Login with eIDAS".
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Eidas {
    /// Metadata file of the node, XML: it is not among the identity providers that AgID publishes. Required.
    pub idp_metadata: PathBuf,
    /// What is asked of it. Default: `minimum`.
    pub attributes: EidasAttributes,
}

/// Which of the two sets of the node is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EidasAttributes {
    /// Identifier, names, birth date.
    #[default]
    Minimum,
    /// Those, place of birth, address, gender: a country may not have them, and then its people cannot come.
    Full,
}

impl Eidas {
    /// The AttributeConsumingServiceIndex that stands for what is asked.
    pub fn attribute_set(&self) -> u16 {
        match self.attributes {
            EidasAttributes::Minimum => eidas::MINIMUM,
            EidasAttributes::Full => eidas::FULL,
        }
    }

    /// Reads the node's metadata.
    pub(super) fn load_metadata(&self, check: &mut Check<'_>) -> Option<IdentityProvider> {
        let setting = "eidas.idp_metadata";
        let mut nodes = idp_metadata::load_file(check, setting, &self.idp_metadata).unwrap_or_default();
        match (nodes.pop(), nodes.is_empty()) {
            (Some(node), true) => Some(node),
            (Some(_), false) => {
                check.wrong(setting, "describes several identity providers: the node is one");
                None
            }
            (None, _) => None,
        }
    }
}
