//! The configuration: one file of this folder for each section, with its type, its defaults and its
//! checks.
//!
//! A wrong configuration does not start, and every mistake is told at once with file, line and
//! setting: unknown names and wrong types ([`decode`]), what does not make sense (each section's
//! `check`), and files that cannot be read. Files named by a relative path are looked for beside the
//! configuration that names them.

mod branding;
mod certificate_listener;
mod check;
mod cie;
mod clients;
mod cns;
mod contact;
mod decode;
mod eidas;
mod idp_metadata;
mod issuer;
mod keys;
mod listen;
mod log;
mod manifest_file;
mod mistake;
mod mtls;
mod officials;
mod organisation;
mod outbound;
mod register;
mod registration;
mod registry;
mod second_look;
mod secret;
mod session;
mod source;
mod spid;
mod store;

pub use branding::{Branding, Links};
pub use certificate_listener::CertificateProxy;
pub use cie::{BodyKind, Cie, ContactSettings};
pub use cns::{Cns, RevocationWay, UnreachableRevocation};
pub use eidas::{Eidas, EidasAttributes};
pub use idp_metadata::DEMO_METADATA_MARK;
pub use keys::{DEMO_KEY_MARK, Keys, MASTER_KEY_VARIABLE};
pub use listen::Listen;
pub use log::{Log, LogFormat, LogLevel};
pub use manifest_file::ManifestFile;
pub use mistake::Mistake;
pub use mtls::Mtls;
pub use organisation::OrganisationName;
pub use outbound::Outbound;
pub use register::Register;
pub use registration::{ClientRegistration, INITIAL_ACCESS_TOKEN_VARIABLE};
pub use registry::Registry;
pub use secret::Secret;
pub use session::{Login, Session};
pub use spid::{Accepted, Registration, Spid};
pub use store::Store;

use crate::manifest;
use check::Check;
use protocol::keyring::{Keyring, MasterKey};
use protocol::oidc::client::Client;
use protocol::saml::IdentityProvider;
use serde::Deserialize;
use source::{Sources, Tree};
use std::path::Path;

/// A configuration without mistakes, with the files it names read.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address of this installation: scheme, host, port; no slash at the end.
    pub issuer: String,
    /// `[listen]`.
    pub listen: Listen,
    /// `[store]`.
    pub store: Store,
    /// `[session]`.
    pub session: Session,
    /// `[login]`.
    pub login: Login,
    /// `[keys]`.
    pub keys: Keys,
    /// `[spid]`.
    pub spid: Spid,
    /// `[cns]`.
    pub cns: Cns,
    /// `[mtls]`.
    pub mtls: Mtls,
    /// `[cie]`.
    pub cie: Option<Cie>,
    /// `[eidas]`.
    pub eidas: Option<Eidas>,
    /// `[branding]`.
    pub branding: Branding,
    /// `[log]`.
    pub log: Log,
    /// `[outbound]`.
    pub outbound: Outbound,
    /// `[register]`.
    pub register: Register,
    /// `[registration]`.
    pub registration: ClientRegistration,
    /// What wraps the keys of what is encrypted in the database.
    pub master_key: MasterKey,
    /// Every private key that `[keys]` and `[spid]` name.
    pub keyring: Keyring,
    /// What the files of `spid.idp_metadata` describe.
    pub identity_providers: Vec<IdentityProvider>,
    /// What the files of `cie.idp_metadata` describe.
    pub cie_identity_providers: Vec<IdentityProvider>,
    /// What `eidas.idp_metadata` describes.
    pub eidas_node: Option<IdentityProvider>,
    /// `[[client]]`.
    pub clients: Vec<Client>,
    /// `[[official]]`.
    pub officials: Vec<manifest::Official>,
}

/// The sections as they are written.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    issuer: String,
    listen: Listen,
    store: Store,
    keys: Keys,
    session: Session,
    login: Login,
    spid: Spid,
    cns: Cns,
    mtls: Mtls,
    cie: Option<Cie>,
    eidas: Option<Eidas>,
    branding: Branding,
    log: Log,
    outbound: Outbound,
    register: Register,
    registration: ClientRegistration,
    client: Vec<manifest::Client>,
    official: Vec<manifest::Official>,
}

/// Loads the configuration of `varco serve`. With `allow_demo`, http on the machine itself, demo keys
/// and the demo identity provider are accepted.
///
/// # Errors
/// Every mistake, in the order of the file.
pub fn load(path: &Path, allow_demo: bool) -> Result<Config, Vec<Mistake>> {
    let mut sources = Sources::new();
    add_file(&mut sources, path)?;
    assemble(&sources, allow_demo)
}

/// Loads the configuration of `varco demo`: the generated text and, over it, one file after the other. Tables of a
/// file join those before it, each of its `[[client]]` replaces the one with the same `client_id` or comes after the
/// others, everything else replaces.
///
/// # Errors
/// Every mistake; those of the generated text stand in file `(generated)`.
pub fn load_merged(generated: &str, files: &[&Path]) -> Result<Config, Vec<Mistake>> {
    let mut sources = Sources::new();
    sources.add("(generated)", Path::new(""), generated);
    for path in files {
        add_file(&mut sources, path)?;
    }
    assemble(&sources, true)
}

fn add_file(sources: &mut Sources, path: &Path) -> Result<(), Vec<Mistake>> {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => {
            sources.add(&name, path.parent().unwrap_or(Path::new("")), &text);
            Ok(())
        }
        Err(error) => Err(vec![Mistake {
            file: name,
            line: 1,
            setting: String::new(),
            message: format!("cannot read the configuration: {error}"),
        }]),
    }
}

fn assemble(sources: &Sources, allow_demo: bool) -> Result<Config, Vec<Mistake>> {
    let (tree, mut mistakes) = sources.parse();
    if !mistakes.is_empty() {
        return Err(with_wrong_names(sources, &tree, mistakes));
    }
    let Some(mut written) = decode::decode::<Written>(sources, &tree, &mut mistakes) else {
        return Err(mistakes);
    };
    let mut check = Check::new(sources, &tree, mistakes, allow_demo);
    issuer::check_issuer(&mut check, &written.issuer);
    written.store.check(&mut check);
    written.session.check(&mut check);
    written.login.check(&mut check);
    written.spid.ask_eidas_node(written.eidas.is_some());
    written.spid.check(&mut check);
    written.cns.check(&mut check, &written.issuer);
    written.mtls.check(&mut check, &written.issuer);
    if let Some(cie) = &written.cie {
        cie.check(&mut check, &written.spid);
    }
    written.branding.check(&mut check);
    written.outbound.check(&mut check);
    written.listen.check(&mut check);
    written.register.check(&mut check);
    written.registration.check(&mut check);
    officials::check(&mut check, &written.official);
    let oidc = written.keys.load(&mut check);
    let master_key = written.keys.load_master(&mut check);
    written.spid.load_files(&mut check);
    written.spid.load_registration(&mut check);
    let spid_key = written.spid.load_key(&mut check);
    let identity_providers = written.spid.load_metadata(&mut check);
    written.spid.registry.load(&mut check);
    let cie = written.cie.as_ref();
    let cie_key = cie.and_then(|cie| cie.load_key(&mut check, spid_key.as_ref()));
    let cie_identity_providers = cie.map(|cie| cie.load_metadata(&mut check)).unwrap_or_default();
    let eidas_node = written.eidas.as_ref().and_then(|eidas| eidas.load_metadata(&mut check));
    let clients = clients::load(&mut check, &written.client, &written.spid);
    written.mtls.check_clients(&mut check, &clients);
    let mut mistakes = check.into_mistakes();
    mistakes.sort();
    match (spid_key, master_key) {
        (Some(spid), Some(master_key)) if mistakes.is_empty() => Ok(Config {
            issuer: written.issuer,
            listen: written.listen,
            store: written.store,
            session: written.session,
            login: written.login,
            spid: written.spid,
            cns: written.cns,
            mtls: written.mtls,
            cie: written.cie,
            eidas: written.eidas,
            branding: written.branding,
            log: written.log,
            outbound: written.outbound,
            register: written.register,
            registration: written.registration,
            master_key,
            keys: written.keys,
            keyring: Keyring {
                oidc,
                spid,
                cie: cie_key,
            },
            identity_providers,
            cie_identity_providers,
            eidas_node,
            clients,
            officials: written.official,
        }),
        _ => Err(mistakes),
    }
}

/// What is no TOML leaves half a tree. Wrong names and types in it are told as well, but not on the
/// broken lines, nor what is missing: those mistakes nobody may have made.
fn with_wrong_names(sources: &Sources, tree: &Tree<'_>, broken: Vec<Mistake>) -> Vec<Mistake> {
    let mut found = Vec::new();
    let _ = decode::decode::<Written>(sources, tree, &mut found);
    found.retain(|mistake| {
        let same_line = |other: &Mistake| (&other.file, other.line) == (&mistake.file, mistake.line);
        !broken.iter().any(same_line)
    });
    found.extend(broken);
    found.sort();
    found
}

#[cfg(test)]
mod tests;
