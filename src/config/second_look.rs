//! What is no mistake, but wants to be looked at: before citizens come, and while they do.

use super::{Config, clients, spid};
use chrono::{DateTime, Utc};
use protocol::saml::metadata::registered_digest;
use protocol::x509::Validity;

impl Config {
    /// What is no mistake, but worth a second look before citizens come.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.spid.registry.is_used() {
            warnings.push(match self.identity_providers.is_empty() {
                true => "spid.idp_metadata: no identity provider, so nobody can sign in".to_owned(),
                false => "spid.registry.signers: identity providers change their keys, and nobody fetches the registry"
                    .to_owned(),
            });
        }
        if self.cie.is_some() && self.cie_identity_providers.is_empty() {
            warnings.push("cie.idp_metadata: no identity provider, so nobody can enter with CIE".to_owned());
        }
        if self.clients.is_empty() {
            warnings.push("client: no relying party is configured here".to_owned());
        }
        if self.branding.links.privacy.is_none() {
            warnings.push("branding.links.privacy: the login page has no privacy notice (art. 13 GDPR)".to_owned());
        }
        if self.branding.links.accessibility_statement.is_none() {
            warnings.push("branding.links.accessibility_statement: the law asks for one (L. 4/2004)".to_owned());
        }
        if self.registration.enabled && !self.registration.require_pkce {
            warnings
                .push("registration.require_pkce: PKCE is not demanded of who registers (RFC 9700 §2.1.1)".to_owned());
        }
        warnings.extend(self.spid_warnings());
        for client in &self.clients {
            if !client.require_pkce {
                warnings.push(format!(
                    "client `{}`: PKCE is not demanded (RFC 9700 §2.1.1)",
                    client.id
                ));
            }
        }
        warnings
    }

    /// What ends soon at `now`, or ended: certificates of configured identity providers and of the registry's
    /// signers.
    pub fn endings(&self, now: DateTime<Utc>) -> Vec<String> {
        let ahead = self.spid.registry.alarm_ahead();
        let told = |what: String, dates: Option<Validity>| {
            let dates = dates.filter(|dates| dates.ends_within(ahead, now))?;
            Some(format!("{what}: certificate ends {}", dates.ends.format("%Y-%m-%d")))
        };
        let configured = self.identity_providers.iter().chain(&self.cie_identity_providers);
        let providers = configured.chain(&self.eidas_node).filter_map(|provider| {
            let last = provider.certificates.iter().max_by_key(|dates| dates.ends);
            told(format!("identity provider {}", provider.entity_id), last.copied())
        });
        let signers = self.spid.registry.signer_certificates.iter().enumerate();
        let signers = signers.filter_map(|(index, der)| {
            let dates = Validity::of_certificate(der).ok();
            told(format!("spid.registry.signers[{index}]"), dates)
        });
        providers.chain(signers).collect()
    }

    /// What AgID accepts or registers: the digest of our SPID metadata (see `spid.registration`).
    pub fn spid_metadata_digest(&self) -> Option<String> {
        let provider = self.spid.service_provider(&self.issuer);
        registered_digest(&provider, &self.keyring.spid).ok()
    }

    fn spid_warnings(&self) -> Vec<String> {
        let provider = self.spid.service_provider(&self.issuer);
        let digest = self.spid_metadata_digest();
        let mut warnings = spid::registration::warnings(&self.spid, &self.keyring.spid, digest.as_deref());
        warnings.extend(spid::certificate::warnings(&provider, &self.keyring.spid));
        warnings.extend(clients::unanswered(&provider, &self.clients));
        warnings
    }
}
