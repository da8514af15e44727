//! Large sets: planning takes time in proportion to their size. With the framework that most providers use it is the
//! square, minutes for a thousand elements.

use std::time::{Duration, Instant};

use sparki_core::Dynamic;
use sparki_plan::check::result_violations;

use crate::world::{answer, config, machine, plan};

fn rules(ports: std::ops::RangeInclusive<usize>) -> Dynamic {
    let rules: Vec<_> = ports.map(|port| format!(r#"{{"port": {port}, "policy": "[ {port} ]"}}"#)).collect();
    config(&format!(r#"{{"name": "a", "rules": [{}]}}"#, rules.join(", ")))
}

/// The shortest of five runs of everything that is done for a set of so many elements, one of which changes.
fn shortest(count: usize) -> Duration {
    let schema = &machine().object;
    let (before, after) = (rules(1..=count), rules(2..=count + 1));
    let run = |_| {
        let start = Instant::now();
        let created = plan(&before, &Dynamic::Null);
        let state = sparki_plan::settle(schema, &created.planned, answer(schema, &created.planned));
        let updated = plan(&after, &state);
        assert!(sparki_plan::validate(schema, &after).is_empty());
        let state = answer(schema, &updated.planned);
        assert_eq!(result_violations(schema, &updated.planned, &state), []);
        start.elapsed()
    };
    (0..5).map(run).min().expect("there are five runs")
}

#[test]
fn ten_times_the_elements_take_about_ten_times_as_long() {
    let (small, large) = (shortest(300), shortest(3_000));
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    assert!(ratio <= 20.0, "{ratio:.1} times as long: {small:?}, {large:?}");
}
