//! `varco demo`: `serve` with a generated configuration, and a small world around it: an identity
//! provider, three portals, an outbox. Outside `src/demo` only this command knows the demo.

mod addresses;
mod configuration;
mod files;

use self::addresses::tell_addresses;
use self::configuration::configuration;
use self::files::Files;
use super::keys::replace_private;
use super::serve::{start_log, stopped, tell};
use crate::app::runtime::runtime;
use crate::app::{App, serve_beside};
use crate::clock::Clock;
use crate::config::{self, ManifestFile};
use crate::demo::identity_provider::{self, Registry};
use crate::demo::outbox;
use crate::demo::portals::{self, HttpClient, Unreachable};
use crate::demo::world::{self, World};
use crate::flow::administration::apply::apply_manifest;
use crate::manifest::Manifest;
use crate::random::Random;
use anyhow::{Context as _, bail};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;

/// After `--port-base`: the port of Varco itself when a proxy with TLS has the base.
const BEHIND_TLS: u16 = 7;

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
    /// More clients: a file of `[[client]]`. One with the `client_id` of a demo portal takes its place.
    #[arg(long, value_name = "FILE")]
    clients: Option<PathBuf>,
    /// More organisations, people and mandates: a file as `varco apply` takes it.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Varco behind TLS, under an authority that is made for it and written to the data folder.
    #[arg(long)]
    tls: bool,
    /// Another database: `postgres://…`.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Another brief store: `redis://…`.
    #[arg(long, value_name = "URL")]
    brief: Option<String>,
}

impl Arguments {
    fn world(&self) -> anyhow::Result<World> {
        let world = World::on_ports(self.port_base).context("--port-base leaves no room for the ports after it")?;
        Ok(if self.tls { world.with_tls() } else { world })
    }

    /// Where Varco itself listens: with TLS a proxy stands before it, as in life.
    fn listens_on(&self) -> anyhow::Result<SocketAddr> {
        let behind = if self.tls { BEHIND_TLS } else { 0 };
        let port = self.port_base.checked_add(behind).context("no port behind TLS")?;
        Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    }
}

/// Brings the world up and serves until the process is told to stop.
///
/// # Errors
/// When something cannot start.
pub(super) fn run(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let world = arguments.world()?;
    fs::create_dir_all(&arguments.data).with_context(|| format!("cannot make {}", arguments.data.display()))?;
    let data = arguments.data.canonicalize().context("cannot find the data folder")?;
    let files = Files::prepare(&data, &world)?;
    let generated = configuration(arguments, &world, &files)?;
    // For the other commands, which want a configuration: `varco keys list --config …`.
    replace_private(&data.join("varco.toml"), &generated)?;
    let over: Vec<&Path> = [&arguments.clients, &arguments.config]
        .into_iter()
        .filter_map(|file| file.as_deref())
        .collect();
    let config = match config::load_merged(&generated, &over) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    let more = match arguments.manifest.as_deref().map(ManifestFile::load).transpose() {
        Ok(file) => file,
        Err(mistakes) => return tell(&mistakes, out),
    };
    start_log(&config);
    runtime()?.block_on(async {
        let app = App::open(config, Clock::System, Random::System).await?;
        let own: Manifest = toml::from_str(&world::manifest(Clock::System.now()))?;
        for manifest in std::iter::once(&own).chain(more.as_ref().map(|file| &file.manifest)) {
            if let Err(wrong) = apply_manifest(&app.state.deps, manifest).await? {
                bail!("a manifest is wrong: {wrong:?}");
            }
        }
        let registry = registry(own_records(&app));
        let providers = files.identity_providers(&world, &registry)?;
        let portals = portals::router(&world, &files.secrets, http_client(&app), Clock::System, Random::System);
        let authority = Arc::new(files.card_authority(&world)?);
        let issuers = identity_provider::router(providers).merge(authority.router(|| Clock::System.now()));
        serve_beside(address(&world.idp_base)?, issuers, stopped()).await?;
        serve_beside(address(&world.portals_base)?, portals, stopped()).await?;
        serve_beside(address(&world.outbox_base)?, outbox::router(), stopped()).await?;
        if arguments.tls {
            let front = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port_base));
            let listener = TcpListener::bind(front)
                .await
                .with_context(|| format!("cannot listen on {front}"))?;
            tokio::spawn(files.tls.proxy(arguments.listens_on()?)?.serve(listener, stopped()));
        }
        tell_addresses(&world, &files, &data, out)?;
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
