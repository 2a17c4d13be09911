//! The files of the demo: keys, certificates, cards, metadata and secrets, in its data folder.

use crate::cli::keys::write_private;
use crate::clock::Clock;
use crate::config::DEMO_KEY_MARK;
use crate::demo::cards::{CardAuthority, listener_certificate};
use crate::demo::identity_provider::{IdentityProvider, Registry};
use crate::demo::tls::{Proxy, TlsFiles};
use crate::demo::world::{Secrets, World};
use crate::random::Random;
use anyhow::Context as _;
use chrono::TimeDelta;
use protocol::keyring::{MasterKey, RsaKey};
use protocol::saml::Profile;
use protocol::x509;
use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Keys and secrets of the demo, made once and kept in the data folder.
pub(super) struct Files {
    pub(super) oidc_key: PathBuf,
    pub(super) master_key: PathBuf,
    pub(super) spid_key: PathBuf,
    pub(super) spid_certificate: PathBuf,
    pub(super) cie_key: PathBuf,
    pub(super) cie_certificate: PathBuf,
    pub(super) idp_key: PathBuf,
    pub(super) idp_certificate: PathBuf,
    pub(super) idp_metadata: PathBuf,
    pub(super) cards: PathBuf,
    pub(super) cie_idp_metadata: PathBuf,
    pub(super) eidas_metadata: PathBuf,
    pub(super) tls: Tls,
    pub(super) secrets: Secrets,
}

impl Files {
    pub(super) fn prepare(data: &Path, world: &World) -> anyhow::Result<Files> {
        let files = Files {
            oidc_key: data.join("oidc.pem"),
            master_key: data.join("master.key"),
            spid_key: data.join("spid.pem"),
            spid_certificate: data.join("spid.crt"),
            cie_key: data.join("cie.pem"),
            cie_certificate: data.join("cie.crt"),
            idp_key: data.join("idp.pem"),
            idp_certificate: data.join("idp.crt"),
            idp_metadata: data.join("idp-metadata.xml"),
            cards: data.join("cards"),
            cie_idp_metadata: data.join("cie-idp-metadata.xml"),
            eidas_metadata: data.join("eidas-metadata.xml"),
            tls: Tls::prepare(&data.join("tls"))?,
            secrets: Secrets {
                organisation: secret(&data.join("secret-fatture"))?,
                either: secret(&data.join("secret-edilizia"))?,
                citizen: secret(&data.join("secret-anagrafe"))?,
            },
        };
        key(&files.oidc_key)?;
        master_key(&files.master_key)?;
        certified(
            &files.spid_key,
            &files.spid_certificate,
            &world.spid_entity_id,
            "Comune di Prova",
        )?;
        certified(
            &files.cie_key,
            &files.cie_certificate,
            &world.cie_entity_id(),
            "Comune di Prova",
        )?;
        certified(
            &files.idp_key,
            &files.idp_certificate,
            &world.idp_base,
            "Gestore di prova",
        )?;
        files.prepare_cards(world)?;
        // The address is part of it, and `--port-base` may differ from the last start.
        let providers = files.identity_providers(world, &super::registry(BTreeMap::new()))?;
        let paths = [&files.idp_metadata, &files.cie_idp_metadata, &files.eidas_metadata];
        for (provider, path) in providers.iter().zip(paths) {
            fs::write(path, provider.metadata()?).context("cannot write the identity provider's metadata")?;
        }
        Ok(files)
    }

    /// The authority, a card for everybody and the card listener's own certificate, unless they are there. The address
    /// of the authority's list is in the cards, so other ports mean other cards.
    fn prepare_cards(&self, world: &World) -> anyhow::Result<()> {
        let trusted = self.cards.join("authorities");
        fs::create_dir_all(&trusted).context("cannot make the folder of cards")?;
        let authority = self.card_authority(world)?;
        let made_for = self.cards.join("made-for");
        if fs::read_to_string(&made_for).is_ok_and(|base| base == world.idp_base) {
            return Ok(());
        }
        fs::write(trusted.join("authority.pem"), authority.certificate())?;
        for old in fs::read_dir(&self.cards)?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
        {
            let card = old.extension().is_some_and(|ending| ending == "pem" || ending == "p12");
            if card || old.ends_with("listener.key") {
                fs::remove_file(old)?;
            }
        }
        for card in authority.cards(Clock::System.now())? {
            write_private(&self.cards.join(format!("{}.pem", card.name)), &card.pem)?;
            fs::write(self.cards.join(format!("{}.p12", card.name)), card.pkcs12)?;
        }
        let (certificate, key) = listener_certificate()?;
        fs::write(self.cards.join("listener.crt"), certificate)?;
        write_private(&self.cards.join("listener.key"), &key)?;
        fs::write(made_for, &world.idp_base).context("cannot write the cards")
    }

    pub(super) fn card_authority(&self, world: &World) -> anyhow::Result<CardAuthority> {
        let key = key(&self.cards.join("authority.key"))?;
        Ok(CardAuthority::new(&key, &world.idp_base)?)
    }

    /// Of SPID, of CIE, and the eIDAS node: one process and one key, three entityIDs.
    pub(super) fn identity_providers(
        &self,
        world: &World,
        registry: &Registry,
    ) -> anyhow::Result<[IdentityProvider; 3]> {
        let key = fs::read_to_string(&self.idp_key).context("cannot read the identity provider's key")?;
        let certificate =
            fs::read_to_string(&self.idp_certificate).context("cannot read the identity provider's certificate")?;
        let make = |profile, base: &str| {
            IdentityProvider::new(
                profile,
                base,
                &key,
                &certificate,
                registry.clone(),
                Clock::System,
                Random::System,
            )
        };
        Ok([
            make(Profile::Spid, &world.idp_base)?,
            make(Profile::Cie, &world.cie_base())?,
            make(Profile::Eidas, &world.eidas_base())?,
        ])
    }
}

/// Files of the proxy that ends TLS.
pub(super) struct Tls {
    pub(super) authority: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Tls {
    /// Makes them, unless they are there.
    fn prepare(folder: &Path) -> anyhow::Result<Tls> {
        let tls = Tls {
            authority: folder.join("authority.pem"),
            certificate: folder.join("server.pem"),
            key: folder.join("server.key"),
        };
        if !tls.key.exists() {
            let made = TlsFiles::make()?;
            fs::create_dir_all(folder).context("cannot make the folder of TLS")?;
            fs::write(&tls.authority, made.authority).context("cannot write the authority")?;
            fs::write(&tls.certificate, made.certificate).context("cannot write a certificate")?;
            write_private(&tls.key, &made.key)?;
        }
        Ok(tls)
    }

    /// The proxy in front of `behind`.
    pub(super) fn proxy(&self, behind: SocketAddr) -> anyhow::Result<Proxy> {
        let certificate = fs::read_to_string(&self.certificate).context("cannot read the proxy's certificate")?;
        let key = fs::read_to_string(&self.key).context("cannot read the proxy's key")?;
        Ok(Proxy::new(&certificate, &key, behind)?)
    }
}

/// A key with the demo's mark, unless it is there.
fn key(path: &Path) -> anyhow::Result<RsaKey> {
    if path.exists() {
        return Ok(RsaKey::from_pem(&fs::read_to_string(path)?)?);
    }
    let key = RsaKey::generate(2048)?;
    write_private(path, &format!("{DEMO_KEY_MARK}\n{}", key.to_pem()?))?;
    Ok(key)
}

/// A master key with the demo's mark, unless it is there.
fn master_key(path: &Path) -> anyhow::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let key = MasterKey::new(Random::System.bytes())?;
    write_private(path, &format!("{DEMO_KEY_MARK}\n{}\n", key.to_text()))
}

/// A key with the demo's mark and a certificate for it, unless they are there.
fn certified(key_path: &Path, certificate_path: &Path, entity_id: &str, name: &str) -> anyhow::Result<()> {
    let key = key(key_path)?;
    if certificate_path.exists() {
        return Ok(());
    }
    let subject = x509::Subject {
        organization: name.to_owned(),
        common_name: name.to_owned(),
        entity_id: entity_id.to_owned(),
        ipa_code: "c_x000".to_owned(),
        locality: "Borgo Alto".to_owned(),
    };
    let now = Clock::System.now();
    let end = now
        .checked_add_signed(TimeDelta::days(3650))
        .context("the clock is far off")?;
    let certificate = x509::spid_certificate(&key, &subject, now, end, Random::System.bytes())?;
    fs::write(certificate_path, x509::der_to_pem(&certificate)).context("cannot write a certificate")
}

/// A client secret, unless it is there.
fn secret(path: &Path) -> anyhow::Result<String> {
    if !path.exists() {
        write_private(path, &Random::System.secret())?;
    }
    Ok(fs::read_to_string(path)?)
}
