//! `varco demo`: `serve` with a generated configuration, and a small world around it: an identity
//! provider, three portals, an outbox. The only file outside `src/demo` that knows the demo.

use super::keys::write_private;
use super::serve::{start_log, stopped, tell};
use crate::app::runtime::runtime;
use crate::app::{App, serve_beside};
use crate::clock::Clock;
use crate::config::{self, DEMO_KEY_MARK};
use crate::demo::cards::{CardAuthority, listener_certificate};
use crate::demo::identity_provider::{self, IdentityProvider, Registry};
use crate::demo::portals::{self, HttpClient, Unreachable};
use crate::demo::world::{self, Secrets, World};
use crate::demo::{cards, outbox, people};
use crate::flow::administration::apply::apply_manifest;
use crate::manifest::Manifest;
use crate::random::Random;
use anyhow::{Context as _, bail};
use chrono::TimeDelta;
use protocol::keyring::{MasterKey, RsaKey};
use protocol::saml::Profile;
use protocol::x509;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What is typed after `demo`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Varco listens on this port, the demo's parts on the next ones.
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port_base: u16,
    /// Keys and data; kept from one start to the next.
    #[arg(long, value_name = "DIR", default_value = ".varco-demo")]
    data: PathBuf,
    /// Settings that replace the generated ones.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// More SPID identity providers.
    #[arg(long, value_name = "FILE")]
    spid_idp_metadata: Vec<PathBuf>,
    /// More CIE identity providers; "Entra con CIE" leads to the demo's own.
    #[arg(long, value_name = "FILE")]
    cie_idp_metadata: Vec<PathBuf>,
    /// More clients: a file of `[[client]]`.
    #[arg(long, value_name = "FILE")]
    clients: Option<PathBuf>,
    /// Another database: `postgres://…`.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Another brief store: `redis://…`.
    #[arg(long, value_name = "URL")]
    brief: Option<String>,
}

/// Brings the world up and serves until the process is told to stop.
///
/// # Errors
/// When something cannot start.
pub(super) fn run(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let world = World::on_ports(arguments.port_base).context("--port-base leaves no room for the ports after it")?;
    fs::create_dir_all(&arguments.data).with_context(|| format!("cannot make {}", arguments.data.display()))?;
    let data = arguments.data.canonicalize().context("cannot find the data folder")?;
    let files = Files::prepare(&data, &world)?;
    let generated = configuration(arguments, &world, &files)?;
    let config = match config::load_merged(&generated, arguments.config.as_deref()) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    start_log(&config);
    runtime()?.block_on(async {
        let app = App::open(config, Clock::System, Random::System).await?;
        let manifest: Manifest = toml::from_str(&world::manifest(Clock::System.now()))?;
        if let Err(wrong) = apply_manifest(&app.state.deps, &manifest).await? {
            bail!("the demo's own manifest is wrong: {wrong:?}");
        }
        let registry = registry(own_records(&app));
        let providers = files.identity_providers(&world, &registry)?;
        let portals = portals::router(&world, &files.secrets, http_client(&app), Clock::System, Random::System);
        let authority = Arc::new(files.card_authority(&world)?);
        let issuers = identity_provider::router(providers).merge(authority.router(|| Clock::System.now()));
        serve_beside(address(&world.idp_base)?, issuers, stopped()).await?;
        serve_beside(address(&world.portals_base)?, portals, stopped()).await?;
        serve_beside(address(&world.outbox_base)?, outbox::router(), stopped()).await?;
        tell_addresses(&world, &data, out)?;
        app.serve(stopped()).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Where one of the demo's parts listens.
fn address(base: &str) -> anyhow::Result<SocketAddr> {
    base.trim_start_matches("http://")
        .parse()
        .context("an address of the demo")
}

/// Varco's SAML records: entityID and metadata.
fn own_records(app: &App) -> BTreeMap<String, String> {
    let (settings, documents) = (&app.state.deps.settings, &app.state.documents);
    let mut records = BTreeMap::from([(settings.spid.entity_id.clone(), documents.spid_metadata.clone())]);
    if let (Some(cie), Some(metadata)) = (&settings.cie, &documents.cie_metadata) {
        records.insert(cie.entity_id.clone(), metadata.clone());
    }
    records
}

/// What the demo's parts are told of Varco's SAML records, as AgID and the Ministry would.
fn registry(records: BTreeMap<String, String>) -> Registry {
    let records = Arc::new(records);
    Arc::new(move |asked| {
        let found = records.get(&asked).cloned();
        Box::pin(async move { found })
    })
}

/// The portals' way out: the one HTTP client of the house.
fn http_client(app: &App) -> HttpClient {
    let client = app.state.deps.http.clone();
    Arc::new(move |request| {
        let client = client.clone();
        Box::pin(async move {
            client
                .send(request)
                .await
                .map_err(|error| Unreachable(error.to_string()))
        })
    })
}

/// Keys and secrets of the demo, made once and kept in the data folder.
struct Files {
    oidc_key: PathBuf,
    master_key: PathBuf,
    spid_key: PathBuf,
    spid_certificate: PathBuf,
    cie_key: PathBuf,
    cie_certificate: PathBuf,
    idp_key: PathBuf,
    idp_certificate: PathBuf,
    idp_metadata: PathBuf,
    cards: PathBuf,
    cie_idp_metadata: PathBuf,
    eidas_metadata: PathBuf,
    secrets: Secrets,
}

impl Files {
    fn prepare(data: &Path, world: &World) -> anyhow::Result<Files> {
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
            &world.issuer,
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
        let providers = files.identity_providers(world, &registry(BTreeMap::new()))?;
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

    fn card_authority(&self, world: &World) -> anyhow::Result<CardAuthority> {
        let key = key(&self.cards.join("authority.key"))?;
        Ok(CardAuthority::new(&key, &world.idp_base)?)
    }

    /// Of SPID, of CIE, and the eIDAS node: one process and one key, three entityIDs.
    fn identity_providers(&self, world: &World, registry: &Registry) -> anyhow::Result<[IdentityProvider; 3]> {
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

/// The demo's own file first, then those that were named.
fn with_more(own: &Path, named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = vec![own.to_owned()];
    for path in named {
        let found = path.canonicalize();
        files.push(found.with_context(|| format!("cannot find {}", path.display()))?);
    }
    Ok(files)
}

/// The configuration that `varco serve` would be given, as text.
fn configuration(arguments: &Arguments, world: &World, files: &Files) -> anyhow::Result<String> {
    let data = arguments.data.canonicalize()?;
    let sqlite = |name: &str| format!("sqlite:{}", data.join(name).display());
    let database = arguments.database.clone().unwrap_or_else(|| sqlite("varco.sqlite"));
    let brief = arguments.brief.clone().unwrap_or_else(|| sqlite("brief.sqlite"));
    let metadata = with_more(&files.idp_metadata, &arguments.spid_idp_metadata)?;
    let cie_metadata = with_more(&files.cie_idp_metadata, &arguments.cie_idp_metadata)?;
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    let paths = |paths: &[PathBuf]| {
        toml::Value::Array(
            paths
                .iter()
                .map(|p| toml::Value::String(p.display().to_string()))
                .collect(),
        )
        .to_string()
    };
    let more_clients = match &arguments.clients {
        Some(path) => fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
        None => String::new(),
    };
    Ok(format!(
        r#"issuer = {issuer}
[listen]
address = "127.0.0.1:{port}"
[store]
database = {database}
brief = {brief}
[keys]
oidc = {oidc}
master_key_file = {master_key}
[outbound]
allow_hosts = ["localhost", "127.0.0.1", "127.0.0.2"]
[spid]
key = {spid_key}
certificate = {spid_certificate}
entity_id = {issuer}
ipa_code = "c_x000"
email = "protocollo@comune.example.it"
telephone = "+390000000000"
idp_metadata = {metadata}
[[spid.attribute_set]]
index = 1
attributes = ["spidCode", "name", "familyName", "fiscalNumber", "dateOfBirth", "placeOfBirth", "gender", "email"]
[[spid.attribute_set]]
index = 2
attributes = ["spidCode", "name", "familyName", "fiscalNumber", "dateOfBirth", "companyName", "companyFiscalNumber", "ivaCode", "registeredOffice"]
[[spid.organisation]]
language = "it"
name = "Comune di Prova"
display_name = "Comune di Prova"
url = "https://www.comune.example.it"
[[spid.organisation]]
language = "en"
name = "Municipality of Prova"
display_name = "Municipality of Prova"
url = "https://www.comune.example.it/en"
[spid.service_names]
it = "Servizi online"
en = "Online services"
[cns]
url = {cards_url}
address = "127.0.0.1:{cards_port}"
certificate = {cards_certificate}
key = {cards_key}
authorities = {cards_authorities}
[cie]
key = {cie_key}
certificate = {cie_certificate}
entity_id = {cie_entity_id}
idp_metadata = {cie_metadata}
[cie.administrative]
ipa_code = "c_x000"
municipality = "H501"
province = "RM"
email = "protocollo@comune.example.it"
telephone = "+390000000000"
[eidas]
idp_metadata = {eidas_metadata}
[branding]
administration = "Comune di Prova"
tagline = "Accesso unico ai servizi digitali"
parent = "Ambiente dimostrativo"
address = "Piazza del Municipio 1, 00000 Borgo Alto · dati inventati"
[branding.links]
help = "https://www.comune.example.it/assistenza"
privacy = "https://www.comune.example.it/privacy"
legal_notes = "https://www.comune.example.it/note-legali"
accessibility_statement = "https://form.agid.gov.it/view/esempio"
accessibility_feedback = "https://www.comune.example.it/segnala"
{clients}
{more_clients}"#,
        issuer = text(&world.issuer),
        port = arguments.port_base,
        database = text(&database),
        brief = text(&brief),
        oidc = paths(std::slice::from_ref(&files.oidc_key)),
        master_key = text(&files.master_key.display().to_string()),
        spid_key = text(&files.spid_key.display().to_string()),
        spid_certificate = text(&files.spid_certificate.display().to_string()),
        metadata = paths(&metadata),
        cards_url = text(&world.cards_base),
        cards_port = arguments.port_base.checked_add(4).context("no port for cards")?,
        cards_certificate = text(&files.cards.join("listener.crt").display().to_string()),
        cards_key = text(&files.cards.join("listener.key").display().to_string()),
        cards_authorities = text(&files.cards.join("authorities").display().to_string()),
        cie_key = text(&files.cie_key.display().to_string()),
        cie_certificate = text(&files.cie_certificate.display().to_string()),
        cie_entity_id = text(&world.cie_entity_id()),
        cie_metadata = paths(&cie_metadata),
        eidas_metadata = text(&files.eidas_metadata.display().to_string()),
        clients = world.clients(&files.secrets),
    ))
}

fn tell_addresses(world: &World, data: &Path, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "Varco demo: everything here is invented, and anybody may be anybody.\n"
    )?;
    writeln!(
        out,
        "  {:<42} a portal that needs an organisation",
        format!("{}/organisation/", world.portals_base)
    )?;
    writeln!(
        out,
        "  {:<42} a portal that accepts either",
        format!("{}/either/", world.portals_base)
    )?;
    writeln!(
        out,
        "  {:<42} a portal for citizens only",
        format!("{}/citizen/", world.portals_base)
    )?;
    writeln!(out, "  {:<42} Varco", world.issuer)?;
    writeln!(
        out,
        "  {:<42} the test identity provider (SPID; /cie, /eidas)",
        world.idp_base
    )?;
    writeln!(out, "  {:<42} mail and SMS", world.outbox_base)?;
    writeln!(out, "  {:<42} where cards are shown (TLS)", world.cards_base)?;
    writeln!(out, "\nPeople who live here:")?;
    for person in people::PEOPLE {
        writeln!(
            out,
            "  {}  {} {}: {}",
            person.fiscal_number, person.given_name, person.family_name, person.role
        )?;
    }
    for person in people::FOREIGNERS {
        writeln!(
            out,
            "  {:<16}  {} {}: {}",
            person.identifier, person.given_name, person.family_name, person.role
        )?;
    }
    tell_cards(world, &data.join("cards"), out)?;
    writeln!(out, "\nKeys and data: {}. Stop with Ctrl-C.", data.display())?;
    out.flush()
}

/// How to sign in with a card that is a file.
fn tell_cards(world: &World, cards: &Path, out: &mut impl Write) -> std::io::Result<()> {
    let file = |name: &str| cards.join(name).display().to_string();
    writeln!(out, "\nCards (CNS) that are files, in {}:", cards.display())?;
    writeln!(
        out,
        "  with curl:  curl -sL -c jar -b jar --cacert {} --cert {} {}/login/cns/card",
        file("listener.crt"),
        file("mario-provaldi.pem"),
        world.issuer
    )?;
    writeln!(
        out,
        "  in a browser: import {} (password: {}) under Settings, Certificates, Your certificates;\n  \
         then open {}/login/cns. expired.p12 and revoked.p12 are refused.",
        file("mario-provaldi.p12"),
        cards::PASSWORD,
        world.issuer
    )
}
