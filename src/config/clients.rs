//! `[[client]]`: the relying parties that this file manages.

use super::check::Check;
use super::spid::Spid;
use crate::manifest;
use protocol::oidc::client::Client;
use std::collections::BTreeSet;

/// Checks every client and reads their secrets.
pub(super) fn load(check: &mut Check<'_>, written: &[manifest::Client], spid: &Spid) -> Vec<Client> {
    let mut names = BTreeSet::new();
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
        let birth_dates = spid.attributes.iter().any(|attribute| attribute == "dateOfBirth");
        if client.min_age.is_some() && !birth_dates {
            check.wrong(
                &format!("{prefix}.min_age"),
                "needs `dateOfBirth` in `spid.attributes`, else nobody is old enough",
            );
        }
    }
    clients
}
