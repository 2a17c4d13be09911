//! `[[client]]`: the relying parties that this file manages.

use super::check::Check;
use super::spid::Spid;
use crate::manifest;
use protocol::oidc::claims::{self, ClaimsRequest};
use protocol::oidc::client::Client;
use protocol::saml::{ServiceProvider, Wanted};
use std::collections::BTreeSet;

/// Checks every client and reads their secrets.
pub(super) fn load(check: &mut Check<'_>, written: &[manifest::Client], spid: &Spid) -> Vec<Client> {
    let (mut names, mut resources) = (BTreeSet::new(), BTreeSet::new());
    let mut clients = Vec::new();
    for (index, client) in written.iter().enumerate() {
        let prefix = format!("client[{index}]");
        let secret = client
            .secret_file
            .as_ref()
            .and_then(|path| check.read(&format!("{prefix}.secret_file"), path));
        match client.to_client(secret.as_deref()) {
            Ok(client) => clients.push(client),
            Err(faults) => {
                for fault in faults {
                    check.wrong(&format!("{prefix}.{}", fault.setting), fault.message);
                }
            }
        }
        if !client.client_id.is_empty() && !names.insert(client.client_id.as_str()) {
            check.wrong(&format!("{prefix}.client_id"), "another client has this name");
        }
        if let Some(resource) = &client.resource
            && !resources.insert(resource.as_str())
        {
            check.wrong(&format!("{prefix}.resource"), "another client is this resource");
        }
        let sets = std::iter::once(&spid.attributes).chain(spid.attribute_set.iter().map(|set| &set.attributes));
        let mut birth_dates = sets.map(|set| set.iter().any(|attribute| attribute == "dateOfBirth"));
        if client.min_age.is_some() && !birth_dates.any(|there| there) {
            check.wrong(
                &format!("{prefix}.min_age"),
                "needs `dateOfBirth` in a set of attributes, else nobody is old enough",
            );
        }
    }
    clients
}

/// What clients are promised by their scopes and no set of attributes gives them. Of scope `spid` nobody expects
/// everything.
pub(super) fn unanswered(provider: &ServiceProvider, clients: &[Client]) -> Vec<String> {
    let mut warnings = Vec::new();
    for client in clients {
        let scopes: BTreeSet<String> = client.scopes.iter().filter(|scope| *scope != "spid").cloned().collect();
        let wanted = Wanted {
            needed: claims::needed_attributes(client.min_age),
            wished: claims::wished_attributes(&scopes, &ClaimsRequest::default()),
        };
        let (index, given) = provider.smallest_set(&wanted);
        for name in wanted
            .wished
            .iter()
            .filter(|name| !given.iter().any(|given| given == *name))
        {
            warnings.push(format!(
                "client `{}`: its scopes promise `{name}`, which the attributes it is given (index {index}) lack",
                client.id
            ));
        }
    }
    warnings
}
