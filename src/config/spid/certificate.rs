//! Whether the SPID certificate is one that AgID takes (made by `varco keys spid`, or brought).

use protocol::keyring::SamlKey;
use protocol::saml::{Contact, ServiceProvider};
use protocol::x509::{Expected, spid_certificate_faults};

/// The rules that it breaks. No mistakes: one that was registered before a rule came goes on to work.
pub(in crate::config) fn warnings(provider: &ServiceProvider, key: &SamlKey) -> Vec<String> {
    let organisation = provider.organisation.first().map(|name| name.name.as_str());
    let expected = Expected {
        entity_id: &provider.entity_id,
        organisation: organisation.unwrap_or_default(),
        private: match &provider.contact {
            Contact::Spid(contact) => contact.role.is_private(),
            Contact::Cie(_) => false,
        },
    };
    let certificates = [Some(&key.certificate), provider.second_certificate.as_ref()];
    let faults = certificates
        .into_iter()
        .flatten()
        .flat_map(|certificate| spid_certificate_faults(certificate, expected));
    faults
        .map(|fault| format!("spid.certificate: AgID's rules: {fault}"))
        .collect()
}
