//! Sealing: rows of the register and security events become segments of a chain, whose signed heads leave the
//! database. In batches by a job, so that no login waits for another; several nodes may try, one conditional write
//! decides who sealed.

use crate::flow::{Deps, FlowError};
use crate::store::{Unsealed, append_heads};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::sealing::{Head, RowSeal, Segment, Stream};
use uuid::Uuid;

/// Rows of one segment at most: the rows of a batch are held in memory, documents and all.
const BATCH: u32 = 500;
/// How young a row may be: what one transaction writes is committed within seconds.
const SETTLE: TimeDelta = TimeDelta::seconds(10);
/// How long after the end of a login its proved identity may still lie in its row.
const LATECOMERS: TimeDelta = TimeDelta::minutes(10);
/// How often a batch is tried again when a row came in between.
const ATTEMPTS: usize = 3;

/// What one run sealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Segments.
    pub segments: usize,
    /// Rows in them.
    pub rows: usize,
}

/// What became of one batch.
enum Batch {
    Sealed(Box<Segment>),
    /// Nothing waits.
    Nothing,
    /// Another node sealed, or a row came in between.
    Overtaken,
}

/// Seals what is ready.
///
/// # Errors
/// [`FlowError`] when a store fails, or the file of heads cannot be written; the heads stand in the log by then.
pub async fn seal(deps: &Deps) -> Result<Sealed, FlowError> {
    let now = deps.clock.now();
    deps.store.reload_keys().await?;
    forget_latecomers(deps, now).await?;
    let mut sealed = Sealed::default();
    let mut heads = Vec::new();
    for stream in Stream::ALL {
        let mut overtaken = 0;
        while overtaken < ATTEMPTS {
            match batch(deps, stream, now).await? {
                Batch::Nothing => break,
                Batch::Overtaken => overtaken = overtaken.saturating_add(1),
                Batch::Sealed(segment) => {
                    overtaken = 0;
                    sealed.segments = sealed.segments.saturating_add(1);
                    sealed.rows = sealed.rows.saturating_add(usize::try_from(segment.rows).unwrap_or(0));
                    heads.push(tell(&segment));
                }
            }
        }
    }
    if let Some(path) = deps
        .settings
        .register
        .heads_file
        .as_deref()
        .filter(|_| !heads.is_empty())
    {
        append_heads(path, &heads)?;
    }
    Ok(sealed)
}

/// In the log too: a collector on another machine is the best place for it.
fn tell(segment: &Segment) -> String {
    let head: Head = segment.head();
    tracing::info!(stream = %segment.stream, segment = segment.number, rows = segment.rows, %head, "sealed");
    head.to_string()
}

/// A login that nobody came back to keeps its proved identity no longer than it lasts.
async fn forget_latecomers(deps: &Deps, now: DateTime<Utc>) -> Result<(), FlowError> {
    let before = now
        .checked_sub_signed(deps.settings.login_lifetime)
        .and_then(|at| at.checked_sub_signed(LATECOMERS))
        .unwrap_or(DateTime::UNIX_EPOCH);
    let mut tx = deps.store.begin().await?;
    tx.forget_identities(before).await?;
    tx.forget_card_identities(before).await?;
    Ok(tx.commit().await?)
}

async fn batch(deps: &Deps, stream: Stream, now: DateTime<Utc>) -> Result<Batch, FlowError> {
    let before = now.checked_sub_signed(SETTLE).unwrap_or(now);
    let unsealed = deps.store.unsealed(stream, before, BATCH).await?;
    for row in &unsealed.strange {
        tracing::error!(%stream, %row, "a row that Varco did not write is not sealed");
    }
    let (Some(key), false) = (deps.store.sealing_keys()?.pop(), unsealed.rows.is_empty()) else {
        return Ok(Batch::Nothing);
    };
    let last = deps.store.last_segment(stream).await?;
    let last = last.map(|last| last.header);
    let (segment, manifest) = Segment::seal(stream, last.as_ref(), &unsealed.rows, now.timestamp_micros(), &key);
    let mut tx = deps.store.begin().await?;
    if !tx.insert_segment(&segment, &manifest).await? {
        tx.rollback().await?;
        return Ok(Batch::Overtaken);
    }
    let mut marked: u64 = 0;
    for run in runs(&unsealed) {
        marked = marked.saturating_add(tx.mark_sealed(stream, segment.number, run, before).await?);
    }
    if i64::try_from(marked) != Ok(segment.rows) {
        tx.rollback().await?;
        return Ok(Batch::Overtaken);
    }
    tx.commit().await?;
    Ok(Batch::Sealed(Box::new(segment)))
}

/// First and last id of each run of rows without a strange one in between.
fn runs(unsealed: &Unsealed) -> Vec<(Uuid, Uuid)> {
    let mut runs: Vec<(Uuid, Uuid)> = Vec::new();
    for RowSeal { id, .. } in &unsealed.rows {
        match runs.last_mut() {
            Some((_, last)) if !unsealed.strange.iter().any(|strange| *last < *strange && strange < id) => *last = *id,
            _ => runs.push((*id, *id)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strange_row_parts_the_rows_around_it() {
        let id = Uuid::from_u128;
        let row = |number| RowSeal {
            id: id(number),
            at: 0,
            digest: [0; 32],
        };
        let mut unsealed = Unsealed {
            rows: vec![row(1), row(2), row(5)],
            strange: Vec::new(),
        };
        assert_eq!(runs(&unsealed), [(id(1), id(5))]);
        unsealed.strange = vec![id(3), id(9)];
        assert_eq!(runs(&unsealed), [(id(1), id(2)), (id(5), id(5))]);
    }
}
