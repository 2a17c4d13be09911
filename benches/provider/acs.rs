//! Response in, session out: what the answer of an identity provider costs the server, from
//! `POST /saml/spid/acs` to the session that `GET /login/continue` gives.
//!
//! The answers are made beforehand and not counted: the demo's identity provider, which signs them, lives in
//! the server's process. Each is good once, as in life, so a series is as long as the answers that were made.

use crate::citizen::{self, Answered};
use crate::operation::Portal;
use crate::series::{Series, summarised};
use crate::server::Server;
use anyhow::anyhow;
use std::time::{Duration, Instant};

/// Name of its series.
pub const NAME: &str = "response";
/// Answers for each series.
const ANSWERS: usize = 400;

/// One series for each concurrency.
///
/// # Errors
/// When a page is not as it should be.
pub fn series(server: &Server, concurrencies: &[usize]) -> anyhow::Result<Vec<Series>> {
    let portal = Portal::myself(server)?;
    let measured = concurrencies.iter().map(|concurrency| {
        let answers = (0..ANSWERS)
            .map(|_| citizen::answered(server, &portal))
            .collect::<anyhow::Result<Vec<Answered>>>()?;
        measure(server, &answers, *concurrency)
    });
    measured.collect()
}

fn measure(server: &Server, answers: &[Answered], concurrency: usize) -> anyhow::Result<Series> {
    let share = answers.len().div_ceil(concurrency).max(1);
    let before = server.processor_time()?;
    let started = Instant::now();
    let latencies = std::thread::scope(|scope| {
        let drivers: Vec<_> = answers
            .chunks(share)
            .map(|answers| scope.spawn(move || one_after_another(server, answers)))
            .collect();
        let mut all = Vec::with_capacity(ANSWERS);
        for driver in drivers {
            all.extend(driver.join().map_err(|_| anyhow!("a driver panicked"))??);
        }
        Ok::<_, anyhow::Error>(all)
    })?;
    let elapsed = started.elapsed();
    let spent = server.processor_time()?.saturating_sub(before);
    summarised(NAME, concurrency, latencies, elapsed, spent)
}

fn one_after_another(server: &Server, answers: &[Answered]) -> anyhow::Result<Vec<Duration>> {
    let mut connection = server.connect()?;
    let mut latencies = Vec::with_capacity(answers.len());
    for answer in answers {
        let begun = Instant::now();
        citizen::come_back(&mut connection, answer)?;
        latencies.push(begun.elapsed());
    }
    Ok(latencies)
}
