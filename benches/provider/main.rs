//! `make bench`: what one whole sign-in costs the server.
//!
//! An operation is what a portal causes for a citizen who is signed in already: `GET /authorize` (answered from
//! the session) and `POST /token`, over kept connections on the loopback interface, with everything on that
//! production has on: audit, durable commits, PKCE, client authentication, RS256.
//! Then the way in for somebody who is not: an identity provider's Response, up to the session (`acs`).
//!
//! The server is the release binary in a process of its own, so that what the operating system says about that
//! process is the server's and nobody else's. Its time on the processor is told in signatures: how often the
//! same library could have made a raw RSA-2048 signature meanwhile. Numbers stand beside their aims; none is
//! asserted, since the machine is whatever the machine is.

mod acs;
mod citizen;
mod http;
mod machine;
mod operation;
mod options;
mod process;
mod report;
mod series;
mod server;
mod signature;

use anyhow::Context as _;
use operation::Portal;
use options::Options;
use report::{Report, Run};
use server::{Server, Stores};
use std::io::{Write as _, stdout};
use std::process::ExitCode;
use std::time::Duration;

const CONCURRENCIES: [usize; 3] = [1, 4, 16];
/// Caches fill, connections open; nothing is counted.
const WARM_UP: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when this fails too.
            let _ = writeln!(std::io::stderr(), "bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    let stores = Stores::from_environment();
    let data = tempfile::tempdir().context("cannot make a folder for the data")?;
    let first = Server::start(data.path(), &stores)?;
    let first_ready = first.ready_after;
    first.stop()?;
    let server = Server::start(data.path(), &stores)?;

    let mut run = Run::new(&stores, first_ready, server.ready_after);
    run.signatures.push(signature::measure()?);
    for portal in [Portal::myself(&server)?, Portal::organisation(&server)?] {
        let citizen = citizen::sign_in(&server, &portal)?;
        series::drive(&server, &portal, &citizen, CONCURRENCIES[0], WARM_UP)?;
        for concurrency in CONCURRENCIES {
            run.series
                .push(series::drive(&server, &portal, &citizen, concurrency, options.time)?);
            // Between the series, so that both meet the same neighbours on the machine.
            run.signatures.push(signature::measure()?);
        }
    }
    run.series.extend(acs::series(&server, &CONCURRENCIES)?);
    run.memory = server.memory()?;
    server.stop()?;

    let path = report::path(options.report.as_deref(), &stores);
    let previous = Report::read(&path);
    let report = Report::new(run);
    report.print(previous.as_ref(), &mut stdout().lock())?;
    report.write(&path)?;
    writeln!(stdout(), "Written to {}", path.display())?;
    Ok(())
}
