//! What a chain notices, before there is any database.

use super::*;
use crate::keyring::SealingKey;
use uuid::Uuid;
use zeroize::Zeroizing;

const TERM: i64 = 1000;

fn key(number: u8) -> SealingKey {
    SealingKey::new(Uuid::from_u128(number.into()), &Zeroizing::new([number; 32])).unwrap()
}

fn row(number: u8) -> RowSeal {
    RowSeal {
        id: Uuid::from_u128(number.into()),
        at: number.into(),
        digest: RowDigest::new(Stream::Events).text(&format!("row {number}")).finish(),
    }
}

/// Two segments, of two rows and of one.
fn chain() -> [(Segment, Manifest); 2] {
    let first = Segment::seal(Stream::Events, None, &[row(1), row(2)], 10, &key(1));
    let second = Segment::seal(Stream::Events, Some(&first.0), &[row(3)], 20, &key(1));
    [first, second]
}

fn untrue(segment: &Segment, before: Option<&Segment>, manifest: &Manifest) -> Vec<Untrue> {
    segment.untrue(before, Some(manifest), &[key(1)], TERM)
}

#[test]
fn a_chain_that_nobody_touched_is_true() {
    let [(first, rows), (second, more)] = chain();
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!((first.first_at, first.last_at, first.rows), (1, 2, 2));
    assert_eq!(untrue(&first, None, &rows), []);
    assert_eq!(untrue(&second, Some(&first), &more), []);
    assert_eq!(rows.differences(&[row(2), row(1)]), []);
    assert_eq!((rows.len(), rows.is_empty()), (2, false));
    assert_eq!((Manifest::default().len(), Manifest::default().is_empty()), (0, true));
    assert_eq!(Manifest::from_bytes(&rows.to_bytes()), Some(rows));
}

#[test]
fn every_row_that_was_touched_is_named() {
    let [(_, rows), _] = chain();
    let changed = RowSeal {
        digest: row(9).digest,
        ..row(1)
    };
    assert_eq!(
        rows.differences(&[changed, row(3)]),
        [
            Difference::Changed(row(1).id),
            Difference::Missing(row(2).id),
            Difference::Added(row(3).id)
        ]
    );
    // Two rows that changed places both changed.
    let (one, two) = (row(1), row(2));
    let swapped = [
        RowSeal {
            digest: two.digest,
            ..one
        },
        RowSeal {
            digest: one.digest,
            ..two
        },
    ];
    assert_eq!(
        rows.differences(&swapped),
        [Difference::Changed(one.id), Difference::Changed(two.id)]
    );
}

#[test]
fn a_header_that_was_changed_in_any_field_is_untrue() {
    let [(_, _), (segment, rows)] = chain();
    let [(first, _), _] = chain();
    let changes: [fn(&mut Segment); 7] = [
        |s| s.number = 3,
        |s| s.rows = 2,
        |s| s.first_at = 0,
        |s| s.last_at = 9,
        |s| s.sealed_at = 21,
        |s| s.root = [1; 32],
        |s| s.previous = [1; 32],
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut changed = segment.clone();
        change(&mut changed);
        assert!(
            untrue(&changed, Some(&first), &rows).contains(&Untrue::Hash),
            "{number}"
        );
        // Whoever computes the hash anew cannot sign it.
        changed.hash = changed.computed();
        assert!(
            untrue(&changed, Some(&first), &rows).contains(&Untrue::Signature),
            "{number}"
        );
    }
}

#[test]
fn a_segment_whose_predecessor_was_taken_out_does_not_follow() {
    let [_, (second, rows)] = chain();
    assert_eq!(untrue(&second, None, &rows), [Untrue::Chain]);
}

#[test]
fn a_stranger_cannot_seal() {
    let (segment, rows) = Segment::seal(Stream::Events, None, &[row(1)], 10, &key(2));
    assert_eq!(untrue(&segment, None, &rows), [Untrue::Signature]);
    // Not even under the name of our key.
    let stranger = SealingKey::new(key(1).id(), &Zeroizing::new([2; 32])).unwrap();
    let (segment, rows) = Segment::seal(Stream::Events, None, &[row(1)], 10, &stranger);
    assert_eq!(untrue(&segment, None, &rows), [Untrue::Signature]);
}

#[test]
fn a_list_of_rows_that_was_changed_or_emptied_is_untrue() {
    let [(first, _), (_, other)] = chain();
    assert_eq!(untrue(&first, None, &other), [Untrue::Manifest]);
    assert_eq!(first.untrue(None, None, &[key(1)], TERM), [Untrue::Manifest]);
    assert_eq!(Manifest::from_bytes(&[0; 47]), None);
    assert_eq!(Manifest::from_bytes(&[0; 96]), None, "a row stands in it once");
}

#[test]
fn a_purge_is_signed_and_not_early() {
    let [(first, _), _] = chain();
    let mut purged = first.clone();
    purged.purged = Some(first.purge(2000, &key(1)));
    let none = Manifest::default();
    assert_eq!(untrue(&purged, None, &none), []);
    purged.purged = Some(first.purge(1002, &key(1)));
    assert_eq!(untrue(&purged, None, &none), [], "its youngest row is of 2");
    purged.purged = Some(first.purge(1001, &key(1)));
    assert_eq!(untrue(&purged, None, &none), [Untrue::PurgedEarly]);
    purged.purged = Some(Purged {
        at: 2000,
        ..first.purge(3000, &key(1))
    });
    assert_eq!(untrue(&purged, None, &none), [Untrue::Purge]);
    purged.purged = Some(first.purge(2000, &key(2)));
    assert_eq!(untrue(&purged, None, &none), [Untrue::Purge]);
}

#[test]
fn heads_are_found_wherever_they_were_written() {
    let [(first, _), (second, _)] = chain();
    let log = format!(
        "2026-11-22 INFO sealed rows=2 head={}\n{{\"head\":\"{}\",\"rows\":1}}\n varco-head-1:nothing",
        first.head(),
        second.head()
    );
    assert_eq!(Head::all_in(&log), [Ok(first.head()), Ok(second.head()), Err(NotAHead)]);
    assert!(first.head().is_ours(&[key(2), key(1)]));
    assert!(!first.head().is_ours(&[key(2)]));
    let forged = Head {
        number: 7,
        ..first.head()
    };
    assert!(!forged.is_ours(&[key(1)]));
}

#[test]
fn columns_do_not_run_into_each_other() {
    let digest = |a: Option<&str>, b: Option<&str>| RowDigest::new(Stream::Events).text_if(a).text_if(b).finish();
    assert_ne!(digest(Some("ab"), Some("c")), digest(Some("a"), Some("bc")));
    assert_ne!(digest(None, Some("")), digest(Some(""), None));
    assert_ne!(
        RowDigest::new(Stream::Events).finish(),
        RowDigest::new(Stream::Register).finish()
    );
}
