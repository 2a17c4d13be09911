//! The end of the term: whole segments go, and with them the data keys that nothing needs any more. The segment's
//! signed header stays, with a signed word that its rows were purged.

use crate::flow::{Deps, FlowError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::sealing::{Segment, Stream};

/// Segments that are read at one time.
const PAGE: u32 = 100;
/// How long one data key encrypts.
const KEY_AGE: TimeDelta = TimeDelta::days(30);

/// What one run removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Segments.
    pub segments: usize,
    /// Rows in them.
    pub rows: i64,
    /// Data keys.
    pub keys: usize,
}

/// Removes the rows whose term is over.
///
/// # Errors
/// [`FlowError`] when a store fails; what was removed by then stays removed.
pub async fn purge(deps: &Deps) -> Result<Removed, FlowError> {
    let now = deps.clock.now();
    let mut removed = Removed::default();
    let Some(before) = now.checked_sub_months(deps.settings.register.keep) else {
        return Ok(removed);
    };
    for stream in Stream::ALL {
        loop {
            let ended = deps.store.segments_ended(stream, before, PAGE).await?;
            let before_page = removed.segments;
            for segment in &ended {
                if purge_one(deps, &segment.header, now).await? {
                    removed.segments = removed.segments.saturating_add(1);
                    removed.rows = removed.rows.saturating_add(segment.header.rows);
                }
            }
            if removed.segments == before_page {
                break;
            }
        }
    }
    removed.keys = deps.store.shred_keys(now).await?;
    if removed != Removed::default() {
        tracing::info!(
            segments = removed.segments,
            rows = removed.rows,
            keys = removed.keys,
            "purged after the term"
        );
    }
    Ok(removed)
}

/// `false`: another node was faster.
async fn purge_one(deps: &Deps, segment: &Segment, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let Some(key) = deps.store.sealing_keys()?.pop() else {
        return Ok(false);
    };
    let purged = segment.purge(now.timestamp_micros(), &key);
    let mut tx = deps.store.begin().await?;
    if !tx.purge_segment(segment, &purged).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.record(&SecurityEvent {
        detail: Some(format!("{} {} {} rows", segment.stream, segment.number, segment.rows)),
        ..deps.event(EventKind::RowsPurged, now)
    })
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// Makes a new data key when the one in use is a month old; `force`: now.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn rotate_data_key(deps: &Deps, force: bool) -> Result<bool, FlowError> {
    let now = deps.clock.now();
    let age = if force { TimeDelta::zero() } else { KEY_AGE };
    if !deps.store.rotate_register_key(age, now).await? {
        return Ok(false);
    }
    let mut tx = deps.store.begin().await?;
    tx.record(&SecurityEvent {
        detail: Some("register".to_owned()),
        ..deps.event(EventKind::DataKeyChanged, now)
    })
    .await?;
    tx.commit().await?;
    Ok(true)
}
