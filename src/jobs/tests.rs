//! Jobs run, fail, panic and stop without taking anything along.

use super::{Counts, Job, JobError, Running, start};
use crate::random::Random;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::time::sleep;

const SOON: Duration = Duration::from_millis(20);
const NEVER: Duration = Duration::from_secs(3600);

fn counting(runs: &Arc<AtomicUsize>) -> impl Fn() -> std::future::Ready<Result<(), JobError>> + use<> {
    let runs = runs.clone();
    move || {
        runs.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok(()))
    }
}

/// Waits for what must come, ten seconds at most.
async fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it did not come");
        sleep(Duration::from_millis(5)).await;
    }
}

fn count(running: &Running) -> Counts {
    running.counts()[0]
}

#[tokio::test]
async fn a_job_runs_again_and_again() {
    let runs = Arc::new(AtomicUsize::new(0));
    let running = start(vec![Job::every(SOON, "often", counting(&runs))], &Random::seeded(1));
    until(|| runs.load(Ordering::SeqCst) >= 3).await;
    running.stop().await;
    let then = runs.load(Ordering::SeqCst);
    sleep(SOON * 5).await;
    assert_eq!(runs.load(Ordering::SeqCst), then, "a run began after the stop");
}

#[tokio::test]
async fn a_job_runs_at_the_start_only_if_asked() {
    let (early, late) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let jobs = vec![
        Job::every(NEVER, "late", counting(&late)),
        Job::every(NEVER, "early", counting(&early)).at_start(),
    ];
    let running = start(jobs, &Random::seeded(1));
    until(|| early.load(Ordering::SeqCst) == 1).await;
    sleep(SOON * 2).await;
    assert_eq!((early.load(Ordering::SeqCst), late.load(Ordering::SeqCst)), (1, 0));
    running.stop().await;
}

#[tokio::test]
async fn a_run_that_fails_or_panics_is_counted_and_the_next_one_comes() {
    let tries = Arc::new(AtomicUsize::new(0));
    let job = Job::every(SOON, "moody", {
        let tries = tries.clone();
        move || {
            let attempt = tries.fetch_add(1, Ordering::SeqCst);
            async move {
                match attempt {
                    0 => Err("no network".into()),
                    1 => panic!("on purpose"),
                    _ => Ok(()),
                }
            }
        }
    });
    let running = start(vec![job], &Random::seeded(1));
    until(|| count(&running).done >= 1).await;
    assert_eq!(count(&running).failed, 2);
    running.stop().await;
}

#[tokio::test]
async fn a_run_that_never_ends_is_cut_off() {
    let job = Job::every(NEVER, "stuck", pending).at_start().within(SOON);
    let running = start(vec![job], &Random::seeded(1));
    until(|| count(&running).failed == 1).await;
    running.stop().await;
}

#[tokio::test]
async fn a_slow_run_is_never_joined_by_another() {
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let job = Job::every(Duration::from_millis(1), "slow", {
        let (inside, most) = (inside.clone(), most.clone());
        move || {
            let (inside, most) = (inside.clone(), most.clone());
            async move {
                most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                sleep(SOON).await;
                inside.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            }
        }
    });
    let running = start(vec![job], &Random::seeded(1));
    until(|| count(&running).done >= 3).await;
    assert_eq!(most.load(Ordering::SeqCst), 1);
    running.stop().await;
}

#[tokio::test]
async fn stopping_waits_for_a_run_in_progress() {
    let (begun, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let job = Job::every(NEVER, "short", {
        let (begun, ended) = (begun.clone(), ended.clone());
        move || {
            let (begun, ended) = (begun.clone(), ended.clone());
            async move {
                begun.fetch_add(1, Ordering::SeqCst);
                sleep(SOON * 5).await;
                ended.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        }
    })
    .at_start();
    let running = start(vec![job], &Random::seeded(1));
    until(|| begun.load(Ordering::SeqCst) == 1).await;
    running.stop().await;
    assert_eq!(ended.load(Ordering::SeqCst), 1);
}
