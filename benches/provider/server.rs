//! `varco demo` in a process of its own.

use crate::http::Connection;
use crate::process::{self, Memory};
use anyhow::{Context as _, bail, ensure};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
/// Between two questions whether it is ready: short beside what is measured, long beside a question.
const PAUSE: Duration = Duration::from_millis(2);
/// Varco and its four neighbours.
const PORTS: u16 = 8;
/// As in production: what was done is in the audit, and the log tells what needs somebody.
const CONFIGURATION: &str = "[log]\nlevel = \"warn\"\n";

/// Where it keeps its data.
#[derive(Debug)]
pub enum Stores {
    /// SQLite files in the data folder.
    Embedded,
    /// PostgreSQL and Redis, as `conformance/with-servers` starts them.
    Servers {
        /// `postgres://…`
        database: String,
        /// `redis://…`
        brief: String,
    },
}

impl Stores {
    /// Servers when the environment names them.
    pub fn from_environment() -> Stores {
        let variable = |name| std::env::var(name).ok();
        match (variable("VARCO_TEST_DATABASE_URL"), variable("VARCO_TEST_BRIEF_URL")) {
            (Some(database), Some(brief)) => Stores::Servers { database, brief },
            _ => Stores::Embedded,
        }
    }

    /// For people.
    pub fn name(&self) -> &'static str {
        match self {
            Stores::Embedded => "SQLite, synchronous=FULL",
            Stores::Servers { .. } => "PostgreSQL (test server, fsync off) and Redis",
        }
    }
}

/// A server that is ready. Dropping it ends it.
#[derive(Debug)]
pub struct Server {
    /// From the start of the process to the first 200 of `/readyz`.
    pub ready_after: Duration,
    /// `--port-base`.
    pub port: u16,
    data: PathBuf,
    process: Child,
}

impl Server {
    /// Starts it over the data in `data`.
    ///
    /// # Errors
    /// When it does not get ready.
    pub fn start(data: &Path, stores: &Stores) -> anyhow::Result<Server> {
        let configuration = data.join("bench.toml");
        std::fs::write(&configuration, CONFIGURATION)?;
        let port = free_ports()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_varco"));
        command.arg("demo").arg("--port-base").arg(port.to_string());
        command.arg("--data").arg(data).arg("--config").arg(configuration);
        if let Stores::Servers { database, brief } = stores {
            command.arg("--database").arg(database).arg("--brief").arg(brief);
        }
        command.stdout(Stdio::null()).env_remove("VARCO_LOG");
        let started = Instant::now();
        let process = command.spawn().context("cannot start varco")?;
        let mut server = Server {
            ready_after: Duration::ZERO,
            port,
            data: data.to_owned(),
            process,
        };
        while !server.ready() {
            if let Some(status) = server.process.try_wait()? {
                bail!("varco ended before it was ready: {status}");
            }
            ensure!(started.elapsed() < PATIENCE, "varco is not ready after {PATIENCE:?}");
            std::thread::park_timeout(PAUSE);
        }
        server.ready_after = started.elapsed();
        Ok(server)
    }

    fn ready(&self) -> bool {
        self.connect()
            .and_then(|mut connection| connection.get("/readyz", ""))
            .is_ok_and(|answer| answer.status == 200)
    }

    /// A connection to Varco.
    ///
    /// # Errors
    /// When it does not listen.
    pub fn connect(&self) -> anyhow::Result<Connection> {
        Connection::open(self.address(), &format!("localhost:{}", self.port))
    }

    fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// A secret that the demo made for one of its portals.
    ///
    /// # Errors
    /// When there is none.
    pub fn client_secret(&self, client_id: &str) -> anyhow::Result<String> {
        let path = self.data.join(format!("secret-{client_id}"));
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    /// Time on the processor so far, user and system, all threads.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn processor_time(&self) -> anyhow::Result<Duration> {
        process::processor_time(&format!("/proc/{}/stat", self.process.id()))
    }

    /// What it keeps in memory.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn memory(&self) -> anyhow::Result<Memory> {
        process::memory(&format!("/proc/{}/status", self.process.id()))
    }

    /// Stops it in order, as an operator would.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let told = Command::new("kill").arg(self.process.id().to_string()).status()?;
        ensure!(told.success(), "kill failed");
        let started = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait()? {
                ensure!(status.success(), "varco ended with {status}");
                return Ok(());
            }
            ensure!(started.elapsed() < PATIENCE, "varco does not stop");
            std::thread::park_timeout(PAUSE);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after `stop`.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first of some ports that nobody holds, below those that systems give to outgoing connections.
fn free_ports() -> anyhow::Result<u16> {
    let seed = u16::try_from(std::process::id() % 1000)?;
    for step in 0..1000_u16 {
        let base = 20_000_u16.saturating_add((seed.saturating_add(step) % 1000).saturating_mul(PORTS));
        let free = |port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok();
        if (base..base.saturating_add(PORTS)).all(free) {
            return Ok(base);
        }
    }
    bail!("no free ports from 20000 on")
}
