//! Time windows, on both sides of every edge (attack 12).

use super::*;
use proptest::prelude::*;

fn received_at(xml: &str, now: DateTime<Utc>, skew: TimeDelta) -> Result<(), &'static str> {
    let received = Received::decode(&STANDARD.encode(xml)).unwrap();
    match received.verify(&pending(), &identity_provider(), &service_provider(), skew, now) {
        Ok(_) => Ok(()),
        Err(Rejection::Refused(refused)) => Err(refused.case),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn the_end_of_the_confirmation_is_good_one_millisecond_before_and_not_at_the_edge() {
    let xml = answer().xml();
    let end = now() + TimeDelta::seconds(290);
    let edge = end + skew();
    assert_eq!(received_at(&xml, edge - TimeDelta::milliseconds(1), skew()), Ok(()));
    assert_eq!(received_at(&xml, edge, skew()), Err("66"));
}

#[test]
fn the_end_of_the_conditions_binds_by_itself() {
    let xml = answer().assertion("10:04:50Z", "10:30:00Z").xml();
    let edge = now() + TimeDelta::seconds(291) + skew();
    assert_eq!(received_at(&xml, edge - TimeDelta::milliseconds(1), skew()), Ok(()));
    assert_eq!(received_at(&xml, edge, skew()), Err("82"));
}

#[test]
fn not_before_is_good_at_the_edge_and_not_one_millisecond_earlier() {
    let xml = answer().assertion(
        r#"NotBefore="2026-11-22T09:59:49Z""#,
        r#"NotBefore="2026-11-22T10:01:00.000Z""#,
    );
    assert_eq!(received_at(&xml.xml(), now(), skew()), Ok(()));
    assert_eq!(
        received_at(&xml.xml(), now() - TimeDelta::milliseconds(1), skew()),
        Err("78")
    );
}

#[test]
fn issue_instants_may_be_ahead_of_us_by_the_skew_and_no_more() {
    let response = answer().response("09:59:51Z", "10:01:00.000Z").xml();
    assert_eq!(received_at(&response, now(), skew()), Ok(()));
    assert_eq!(
        received_at(&response, now() - TimeDelta::milliseconds(1), skew()),
        Err("15")
    );
    let assertion = answer().assertion("09:59:50Z", "10:01:00.000Z").xml();
    assert_eq!(received_at(&assertion, now(), skew()), Ok(()));
    assert_eq!(
        received_at(&assertion, now() - TimeDelta::milliseconds(1), skew()),
        Err("40")
    );
}

#[test]
fn a_provider_that_copies_the_instant_of_the_request_is_not_early_even_without_skew() {
    // The request was stored with microseconds and sent with milliseconds.
    let copied = "09:59:40.123Z";
    let xml = answer()
        .response("09:59:51Z", copied)
        .assertion("09:59:50Z", copied)
        .xml();
    assert_eq!(received_at(&xml, now(), TimeDelta::zero()), Ok(()));
    let earlier = answer().response("09:59:51Z", "09:59:40.122Z").xml();
    assert_eq!(received_at(&earlier, now(), TimeDelta::zero()), Err("14"));
    let earlier = answer().assertion("09:59:50Z", "09:59:40.122Z").xml();
    assert_eq!(received_at(&earlier, now(), TimeDelta::zero()), Err("39"));
}

#[test]
fn issue_instants_may_be_before_the_request_by_the_skew_and_no_more() {
    assert_eq!(
        received_at(&answer().response("09:59:51Z", "09:58:40.123Z").xml(), now(), skew()),
        Ok(())
    );
    assert_eq!(
        received_at(&answer().response("09:59:51Z", "09:58:40.122Z").xml(), now(), skew()),
        Err("14")
    );
}

#[test]
fn an_authentication_in_the_future_is_refused() {
    let xml = answer().assertion("09:59:48Z", "10:01:00.001Z").xml();
    assert_eq!(received_at(&xml, now(), skew()), Err("own"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the clock and the skew: accepted exactly inside all windows, and never a panic.
    #[test]
    fn accepted_exactly_inside_the_windows(offset in -2_000_i64..2_000, skew in 0_i64..120) {
        static XML: LazyLock<String> = LazyLock::new(|| answer().xml());
        let inside = (-9_i64).saturating_sub(skew) <= offset && offset < skew.saturating_add(290);
        let at = now().checked_add_signed(TimeDelta::seconds(offset)).unwrap();
        let outcome = received_at(&XML, at, TimeDelta::seconds(skew));
        prop_assert_eq!(outcome.is_ok(), inside, "{} {:?}", offset, outcome);
    }
}
