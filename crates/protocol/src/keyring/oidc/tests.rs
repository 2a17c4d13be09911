use super::*;
use crate::jose::Algorithm;
use serde_json::Value;

const ROTATION: Rotation = Rotation {
    every: TimeDelta::days(90),
    ahead: TimeDelta::days(2),
    after: TimeDelta::hours(9),
};

fn start() -> DateTime<Utc> {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn days(days: i64) -> DateTime<Utc> {
    start() + TimeDelta::days(days)
}

fn made(next: Next, now: DateTime<Utc>) -> HeldKey {
    HeldKey {
        id: Uuid::from_u128(next.generation.unsigned_abs().into()),
        generation: next.generation,
        key: SigningKey::generate(KeyKind::P256).unwrap(),
        made_at: now,
        signs_from: next.signs_from,
    }
}

fn next(held: &[HeldKey], force: bool, now: DateTime<Utc>) -> Option<Next> {
    ROTATION.next(&chain(held, KeyKind::P256), false, force, now)
}

/// The name of the key that signs, and those of the published ones.
fn names(files: &FileKeys, held: &[HeldKey], now: DateTime<Utc>) -> (String, Vec<String>) {
    let keys = OidcKeys::at(files, held, ROTATION, now);
    let published = keys.published();
    let published = published["keys"].as_array().unwrap().iter();
    let published = published.map(|key| key["kid"].as_str().unwrap().to_owned()).collect();
    let token = keys.sign(Algorithm::Es256, None, &Value::Null).unwrap();
    let header = josekit::jwt::decode_header(&token).unwrap();
    (header.claim("kid").unwrap().as_str().unwrap().to_owned(), published)
}

/// A year of a job that looks every hour, and of a client that fetched the key set a day ago.
#[test]
fn attack_67_no_token_is_ever_signed_by_a_key_that_was_not_published_days_before() {
    let files = FileKeys::default();
    let mut held = vec![made(next(&[], false, start()).unwrap(), start())];
    let mut signed = Vec::new();
    for hour in 0..365 * 24 {
        let now = start() + TimeDelta::hours(hour);
        if let Some(next) = next(&held, false, now) {
            held.push(made(next, now));
        }
        let (signs, published) = names(&files, &held, now);
        assert!(published.contains(&signs), "hour {hour}");
        if hour >= 24 {
            let (_, a_day_ago) = names(
                &files,
                &held_by(&held, now - TimeDelta::days(1)),
                now - TimeDelta::days(1),
            );
            assert!(a_day_ago.contains(&signs), "hour {hour}: a key that nobody had seen");
        }
        let token_of_before = signed.last().unwrap_or(&signs);
        assert!(
            published.contains(token_of_before),
            "hour {hour}: the last token lost its key"
        );
        if signed.last() != Some(&signs) {
            signed.push(signs);
        }
    }
    assert_eq!(signed.len(), 5, "a year has five keys");
    assert_eq!(held.len(), 5);
}

/// As the store was then.
fn held_by(held: &[HeldKey], then: DateTime<Utc>) -> Vec<HeldKey> {
    held.iter().filter(|held| held.made_at <= then).cloned().collect()
}

#[test]
fn the_first_key_signs_at_once_and_the_next_one_two_days_after_it_was_made() {
    let first = next(&[], false, start()).unwrap();
    assert_eq!((first.generation, first.signs_from), (1, start()));
    let held = vec![made(first, start())];
    assert_eq!(next(&held, false, days(87)), None);
    let second = next(&held, false, days(88)).unwrap();
    assert_eq!((second.generation, second.signs_from), (2, days(90)));
}

#[test]
fn whoever_forces_a_rotation_waits_for_the_same_two_days_and_forces_one_at_a_time() {
    let mut held = vec![made(next(&[], false, start()).unwrap(), start())];
    let forced = next(&held, true, days(3)).unwrap();
    assert_eq!((forced.generation, forced.signs_from), (2, days(5)));
    held.push(made(forced, days(3)));
    assert_eq!(next(&held, true, days(4)), None);
    assert_eq!(next(&held, false, days(4)), None);
    assert!(next(&held, true, days(5)).is_some());
}

#[test]
fn a_service_that_was_off_for_a_year_stages_the_next_key_all_the_same() {
    let held = vec![made(next(&[], false, start()).unwrap(), start())];
    assert_eq!(next(&held, false, days(400)).unwrap().signs_from, days(402));
}

#[test]
fn a_key_is_published_until_the_last_token_that_it_signed_has_ended() {
    let first = made(
        Next {
            generation: 1,
            signs_from: start(),
        },
        start(),
    );
    let second = made(
        Next {
            generation: 2,
            signs_from: days(90),
        },
        days(88),
    );
    let (one, two) = (first.key.kid(), second.key.kid());
    let held = [second, first];
    let files = FileKeys::default();
    let hours = |hours| days(90) + TimeDelta::hours(hours);
    assert_eq!(
        names(&files, &held, days(89)),
        (one.clone(), vec![one.clone(), two.clone()])
    );
    assert_eq!(names(&files, &held, hours(9)), (two.clone(), vec![one, two.clone()]));
    assert_eq!(names(&files, &held, hours(10)), (two.clone(), vec![two]));
}

#[test]
fn a_key_in_a_file_signs_its_kind_and_one_in_retirement_until_its_successor_was_seen() {
    let in_file = SigningKey::generate(KeyKind::P256).unwrap();
    let kept = FileKeys {
        active: vec![in_file.clone()],
        retiring: Vec::new(),
    };
    assert!(kept.keep(KeyKind::P256) && !kept.keep(KeyKind::Rsa));
    assert_eq!(names(&kept, &[], start()), (in_file.kid(), vec![in_file.kid()]));
    let keys = OidcKeys::at(&kept, &[], ROTATION, start());
    assert!(keys.is_signing(&in_file.kid()) && !keys.is_signing("another"));
    let retiring = FileKeys {
        active: Vec::new(),
        retiring: vec![in_file.clone()],
    };
    assert!(retiring.retire(KeyKind::P256) && !retiring.retire(KeyKind::Rsa) && !retiring.keep(KeyKind::P256));
    let successor = ROTATION.next(&[], true, false, start()).unwrap();
    assert_eq!(successor.signs_from, days(2));
    let successor = made(successor, start());
    let both = vec![successor.key.kid(), in_file.kid()];
    let held = [successor];
    assert_eq!(names(&retiring, &held, days(1)), (in_file.kid(), both.clone()));
    assert_eq!(names(&retiring, &held, days(2)), (both[0].clone(), both));
}

#[test]
fn kinds_are_stored_by_the_names_of_rfc_7518() {
    assert_eq!(KeyKind::ALL.map(KeyKind::word), ["RSA", "P-256", "Ed25519"]);
}
