//! Runs jobs: each in a task of its own, one run at a time, until the service stops.

use crate::random::Random;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Longest run unless a job asks for another bound.
const LIMIT: Duration = Duration::from_secs(300);
/// How long the end of the service waits for a run in progress.
const END: Duration = Duration::from_secs(5);

/// Why a run failed; its text goes to the log, so nothing personal stands in it.
pub type JobError = Box<dyn Error + Send + Sync>;

type Run = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>>;

/// Something that happens again and again.
pub struct Job {
    name: &'static str,
    every: Duration,
    limit: Duration,
    at_start: bool,
    run: Box<dyn Fn() -> Run + Send + Sync>,
}

impl Job {
    /// A job that runs after each `every`, give or take a tenth, so that nodes started together do not
    /// all knock at one door at one time. `name` is what the log calls it.
    pub fn every<F>(every: Duration, name: &'static str, run: impl Fn() -> F + Send + Sync + 'static) -> Job
    where
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        Job {
            name,
            every,
            limit: LIMIT,
            at_start: false,
            run: Box::new(move || Box::pin(run())),
        }
    }

    /// Runs when the service starts too, without keeping it from starting.
    #[must_use]
    pub fn at_start(mut self) -> Job {
        self.at_start = true;
        self
    }

    /// A run is cut off after `limit` (default: five minutes) and counts as failed.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Job {
        self.limit = limit;
        self
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.name)
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

/// How often a job ran on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// The job's name.
    pub name: &'static str,
    /// Runs that ended well.
    pub done: u64,
    /// Runs that failed, panicked or were cut off.
    pub failed: u64,
}

#[derive(Debug, Default)]
struct Tally {
    done: AtomicU64,
    failed: AtomicU64,
}

/// Jobs that were started. Dropping it lets them run on until the runtime ends.
#[derive(Debug)]
pub struct Running {
    stopping: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    tallies: Vec<(&'static str, Arc<Tally>)>,
}

impl Running {
    /// How often each job ran on this node so far.
    pub fn counts(&self) -> Vec<Counts> {
        let count = |(name, tally): &(&'static str, Arc<Tally>)| Counts {
            name,
            done: tally.done.load(Ordering::Relaxed),
            failed: tally.failed.load(Ordering::Relaxed),
        };
        self.tallies.iter().map(count).collect()
    }

    /// No run begins any more; one in progress has five seconds to end.
    pub async fn stop(self) {
        self.stopping.send_replace(true);
        let ends = self.tasks.iter().map(JoinHandle::abort_handle).collect::<Vec<_>>();
        let all = async {
            for task in self.tasks {
                let _ = task.await;
            }
        };
        if timeout(END, all).await.is_err() {
            tracing::warn!("stopped with a job in progress");
            ends.iter().for_each(tokio::task::AbortHandle::abort);
        }
    }
}

/// Starts jobs on the runtime that calls it.
pub fn start(jobs: Vec<Job>, random: &Random) -> Running {
    let (stopping, stopped) = watch::channel(false);
    let (mut tasks, mut tallies) = (Vec::new(), Vec::new());
    for job in jobs {
        let tally = Arc::new(Tally::default());
        tallies.push((job.name, tally.clone()));
        tasks.push(tokio::spawn(repeat(job, random.clone(), stopped.clone(), tally)));
    }
    Running {
        stopping,
        tasks,
        tallies,
    }
}

async fn repeat(job: Job, random: Random, mut stopped: watch::Receiver<bool>, tally: Arc<Tally>) {
    let mut wait = if job.at_start {
        Duration::ZERO
    } else {
        jittered(job.every, &random)
    };
    loop {
        tokio::select! {
            // `Err`: whoever could stop us is gone; we end with the runtime.
            Ok(_) = stopped.wait_for(|stop| *stop) => return,
            () = sleep(wait) => {}
        }
        match run_once(&job).await {
            Ok(()) => {
                tally.done.fetch_add(1, Ordering::Relaxed);
            }
            Err(reason) => {
                let failed = tally.failed.fetch_add(1, Ordering::Relaxed).saturating_add(1);
                tracing::warn!(job = job.name, failed, %reason, "job failed");
            }
        }
        wait = jittered(job.every, &random);
    }
}

/// One run, in a task of its own so that a panic ends only it.
async fn run_once(job: &Job) -> Result<(), JobError> {
    let mut task = AbortOnDrop(tokio::spawn((job.run)()));
    match timeout(job.limit, &mut task.0).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err("panicked".into()),
        Err(_) => Err("took too long and was cut off".into()),
    }
}

/// The run must not outlive the job that waits for it.
struct AbortOnDrop(JoinHandle<Result<(), JobError>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Between nine and eleven tenths of a period.
fn jittered(every: Duration, random: &Random) -> Duration {
    let part = f64::from(u32::from_be_bytes(random.bytes())) / f64::from(u32::MAX);
    every.mul_f64(0.9 + part * 0.2)
}
