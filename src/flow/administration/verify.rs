//! Are the register and the security events what was sealed? Reads only, while the service runs.

use crate::flow::{Deps, FlowError};
use crate::store::StoredSegment;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::keyring::SealingKey;
use protocol::sealing::{Difference, Head, Manifest, Segment, Stream, Untrue};
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;

/// Segments that are read at one time.
const PAGE: u32 = 50;
/// Rows that are named at most, of those that belong to no segment.
const NAMED: u32 = 1000;
/// 24 months are 730 days or 731, in microseconds.
const TERM: i64 = 730 * 24 * 3600 * 1_000_000;
/// A row that is unsealed for longer than this was overlooked, or sealing has stopped.
const UNSEALED: TimeDelta = TimeDelta::hours(1);
/// A row may be that much older than the sealing before its own: a login lasts two hours at most, and the clocks of
/// nodes differ. In microseconds.
const LATE: i64 = 3 * 3600 * 1_000_000;

/// Something that is not as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In which table.
    pub stream: Stream,
    /// What.
    pub what: What,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// With a row of a segment.
    Row(i64, Difference),
    /// A row claims to be older than the sealing before its own: somebody may have put it in later.
    Late(i64, Uuid),
    /// A row names a segment that there is not.
    Outside(Uuid),
    /// No key of ours encrypted this row of the register.
    Strange(Uuid),
    /// Rows that should have been sealed by now: how many (at least), and since when.
    Unsealed(usize, DateTime<Utc>),
    /// Segments from this number on, up to the other, are missing.
    Missing(i64, i64),
    /// With a segment.
    Segment(i64, Untrue),
    /// A head was exported whose segment is not there.
    HeadWithoutSegment(i64),
    /// A head was exported that says something else than its segment.
    HeadDiffers(i64),
    /// A head that we did not sign.
    HeadNotOurs(i64),
}

/// The outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Everything that is wrong; empty: nothing is.
    pub findings: Vec<Finding>,
    /// Segments that were looked at, purged ones too.
    pub segments: usize,
    /// Rows that were looked at.
    pub rows: usize,
    /// Heads that were compared.
    pub heads: usize,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stream = self.stream;
        match &self.what {
            What::Row(segment, Difference::Changed(row)) => write!(f, "{stream} {row}: changed (segment {segment})"),
            What::Row(segment, Difference::Missing(row)) => write!(f, "{stream} {row}: missing (segment {segment})"),
            What::Row(segment, Difference::Added(row)) => write!(f, "{stream} {row}: added (to segment {segment})"),
            What::Late(segment, row) => write!(f, "{stream} {row}: older than the segment before its own ({segment})"),
            What::Outside(row) => write!(f, "{stream} {row}: added (to a segment that there is not)"),
            What::Strange(row) => write!(f, "{stream} {row}: added (not written by Varco)"),
            What::Unsealed(rows, since) => write!(f, "{stream}: {rows} rows not sealed, the oldest of {since}"),
            What::Missing(from, to) if from == to => write!(f, "{stream} segment {from}: missing"),
            What::Missing(from, to) => write!(f, "{stream} segments {from} to {to}: missing"),
            What::Segment(number, untrue) => write!(f, "{stream} segment {number}: {untrue}"),
            What::HeadWithoutSegment(number) => {
                write!(f, "{stream} segment {number}: missing, but its head was exported")
            }
            What::HeadDiffers(number) => write!(f, "{stream} segment {number}: not what its exported head says"),
            What::HeadNotOurs(number) => write!(f, "{stream} segment {number}: an exported head is not signed by us"),
        }
    }
}

/// Compares every row, segment and exported head.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn verify(deps: &Deps, heads: &[Head]) -> Result<Verified, FlowError> {
    let now = deps.clock.now();
    let keys = deps.store.sealing_keys()?;
    let mut verified = Verified::default();
    for stream in Stream::ALL {
        let mut look = Look {
            deps,
            keys: &keys,
            stream,
            heads: BTreeMap::new(),
            last: None,
            verified: &mut verified,
        };
        for head in heads.iter().filter(|head| head.stream == stream) {
            look.take_head(head);
        }
        look.segments().await?;
        look.around(now).await?;
    }
    Ok(verified)
}

/// One stream.
struct Look<'l> {
    deps: &'l Deps,
    keys: &'l [SealingKey],
    stream: Stream,
    heads: BTreeMap<i64, &'l Head>,
    last: Option<Segment>,
    verified: &'l mut Verified,
}

impl<'l> Look<'l> {
    fn find(&mut self, what: What) {
        let stream = self.stream;
        self.verified.findings.push(Finding { stream, what });
    }

    fn take_head(&mut self, head: &'l Head) {
        self.verified.heads = self.verified.heads.saturating_add(1);
        if head.is_ours(self.keys) {
            self.heads.insert(head.number, head);
        } else {
            self.find(What::HeadNotOurs(head.number));
        }
    }

    async fn segments(&mut self) -> Result<(), FlowError> {
        loop {
            let after = self.last.as_ref().map_or(0, |last| last.number);
            let page = self.deps.store.segments(self.stream, after, PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            for segment in page {
                self.segment(segment).await?;
            }
        }
    }

    async fn segment(&mut self, stored: StoredSegment) -> Result<(), FlowError> {
        let number = stored.header.number;
        self.verified.segments = self.verified.segments.saturating_add(1);
        let expected = self.last.as_ref().map_or(1, |last| last.number.saturating_add(1));
        let follows = number == expected;
        if !follows {
            self.find(What::Missing(expected, number.saturating_sub(1)));
        }
        let untrue = stored
            .header
            .untrue(self.last.as_ref(), stored.manifest.as_ref(), self.keys, TERM);
        for untrue in untrue {
            // What does not follow because something is missing was told.
            if follows || untrue != Untrue::Chain {
                self.find(What::Segment(number, untrue));
            }
        }
        if self
            .heads
            .remove(&number)
            .is_some_and(|head| head.hash != stored.header.hash)
        {
            self.find(What::HeadDiffers(number));
        }
        self.rows(&stored).await?;
        self.last = Some(stored.header);
        Ok(())
    }

    async fn rows(&mut self, stored: &StoredSegment) -> Result<(), FlowError> {
        let number = stored.header.number;
        let rows = self.deps.store.sealed_rows(self.stream, number).await?;
        if stored.header.purged.is_some() {
            if !rows.is_empty() {
                self.find(What::Segment(number, Untrue::NotPurged));
            }
            return Ok(());
        }
        self.verified.rows = self.verified.rows.saturating_add(rows.len());
        let empty = Manifest::default();
        let manifest = stored.manifest.as_ref().unwrap_or(&empty);
        let differences = manifest.differences(&rows);
        if !differences.is_empty() && self.purged_meanwhile(number).await? {
            return Ok(());
        }
        for difference in differences {
            self.find(What::Row(number, difference));
        }
        if let Some(sealed_at) = self.last.as_ref().map(|last| last.sealed_at) {
            let late = rows.iter().filter(|row| row.at < sealed_at.saturating_sub(LATE));
            for id in late.map(|row| row.id).collect::<Vec<_>>() {
                self.find(What::Late(number, id));
            }
        }
        Ok(())
    }

    /// The service runs: between the header and the rows, a purge may have come.
    async fn purged_meanwhile(&self, number: i64) -> Result<bool, FlowError> {
        let again = self
            .deps
            .store
            .segments(self.stream, number.saturating_sub(1), 1)
            .await?;
        Ok(again
            .first()
            .is_some_and(|segment| segment.header.number == number && segment.header.purged.is_some()))
    }

    /// What belongs to no segment.
    async fn around(&mut self, now: DateTime<Utc>) -> Result<(), FlowError> {
        let cut: Vec<i64> = self.heads.keys().copied().collect();
        let last = self.last.as_ref().map_or(0, |last| last.number);
        for number in cut {
            // Sealed while we looked.
            let there = self
                .deps
                .store
                .segments(self.stream, number.saturating_sub(1), 1)
                .await?
                .iter()
                .any(|segment| segment.header.number == number);
            if !there || number < last {
                self.find(What::HeadWithoutSegment(number));
            }
        }
        let newest = self.deps.store.last_segment(self.stream).await?;
        let newest = newest.map_or(0, |segment| segment.header.number);
        for row in self.deps.store.rows_outside(self.stream, newest, NAMED).await? {
            self.find(What::Outside(row));
        }
        let before = now.checked_sub_signed(UNSEALED).unwrap_or(now);
        let unsealed = self.deps.store.unsealed(self.stream, before, NAMED).await?;
        for row in &unsealed.strange {
            self.find(What::Strange(*row));
        }
        let since = unsealed.rows.iter().map(|row| row.at).min();
        if let Some(since) = since.and_then(DateTime::from_timestamp_micros) {
            self.find(What::Unsealed(unsealed.rows.len(), since));
        }
        Ok(())
    }
}
