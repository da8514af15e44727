//! Large sets: planning takes time in proportion to their size. With the framework that most providers use it is the
//! square, minutes for a thousand elements. What is compared is the processor's time of the test's own thread: tests beside it
//! and other programs have the processor in turn, which shows in a long run and not in a short one.

use std::ops::RangeInclusive;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use sparki_core::Dynamic;
use sparki_plan::check::result_violations;

use crate::world::{answer, config, machine, plan};

/// So many rules. What they have no value for is left to defaults, to the remote, and to what was there before.
fn rules(ports: RangeInclusive<usize>, network: &str) -> Dynamic {
    let rule = |port| {
        format!(r#"{{"port": {port}, "policy": "[ {port} ]", "cidrs": ["{network}"], "probe": {{}}}}"#)
    };
    let rules: Vec<_> = ports.map(rule).collect();
    config(&format!(r#"{{"name": "a", "rules": [{}]}}"#, rules.join(", ")))
}

/// The processor's time that this thread has had.
fn worked() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("every Unix has this clock").into()
}

/// The shortest of three runs of everything that is done for a set, from its creation to its change.
fn shortest(before: &Dynamic, after: &Dynamic) -> Duration {
    let schema = &machine().object;
    let run = |_| {
        let start = worked();
        let created = plan(before, &Dynamic::Null);
        let state = sparki_plan::settle(schema, &created.planned, answer(schema, &created.planned));
        let updated = plan(after, &state);
        assert!(sparki_plan::validate(schema, after).is_empty());
        let state = answer(schema, &updated.planned);
        assert_eq!(result_violations(schema, &updated.planned, &state), []);
        worked() - start
    };
    (0..3).map(run).min().expect("there are three runs")
}

/// Ten times the elements take about ten times as long.
fn check_linear(change: impl Fn(usize) -> (Dynamic, Dynamic)) {
    let [small, large] = [200, 2_000].map(|count| {
        let (before, after) = change(count);
        shortest(&before, &after)
    });
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    assert!(ratio <= 20.0, "{ratio:.1} times as long: {small:?}, {large:?}");
}

#[test]
fn a_set_of_which_one_element_changes_takes_linear_time() {
    check_linear(|count| (rules(1..=count, "10.0.0.0/8"), rules(2..=count + 1, "10.0.0.0/8")));
}

#[test]
fn a_set_of_which_every_element_changes_in_part_takes_linear_time() {
    check_linear(|count| (rules(1..=count, "10.0.0.0/8"), rules(1..=count, "10.1.0.0/16")));
}

#[test]
fn a_set_of_which_every_element_is_another_takes_linear_time() {
    check_linear(|count| (rules(1..=count, "10.0.0.0/8"), rules(count + 1..=2 * count, "10.0.0.0/8")));
}
