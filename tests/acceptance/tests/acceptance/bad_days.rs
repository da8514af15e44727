//! Every type on AWS, made, changed and removed while AWS throttles, fails and loses answers.

use std::collections::BTreeSet;

use acceptance::{Case, Scenario, StandIn, State};
use serde_json::{Value, json};

/// How many times as fast as AWS the stand-in is.
const TIME_SCALE: u32 = 1000;

/// How often a command may be run until it succeeds: once, and once more for a fault that outlasted the retries.
const MOST: u32 = 3;

/// How many seeds are tried; `make seeds` asks for 20.
fn seeds() -> u64 {
    let asked = std::env::var("SEEDS").ok();
    asked.map_or(1, |asked| asked.parse().expect("SEEDS is a number"))
}

/// What nobody may be asked for while things are made: it would end something that was well.
const ENDS: [&str; 5] = [
    "eks:DeleteCluster",
    "eks:DeleteNodegroup",
    "rds:DeleteDBCluster",
    "rds:DeleteDBInstance",
    "elasticache:DeleteReplicationGroup",
];

/// What goes wrong, on every call; what EKS, RDS and ElastiCache have just made cannot be seen at once.
fn faults() -> Value {
    json!([
        { "kind": "throttle", "probability": 0.05 },
        { "kind": "server_error", "probability": 0.02 },
        { "kind": "lost_answer", "probability": 0.01 },
        { "kind": "reset", "probability": 0.01 },
        { "kind": "stale", "service": "eks", "operation": "Describe*", "seconds": 5 },
        { "kind": "stale", "service": "rds", "operation": "Describe*", "seconds": 5 },
        { "kind": "stale", "service": "elasticache", "operation": "Describe*", "seconds": 5 },
    ])
}

/// Does something with each of many at once.
fn at_once<T: Send, R: Send>(all: Vec<T>, each: impl Fn(T) -> R + Sync) -> Vec<R> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = all.into_iter().map(|one| scope.spawn(|| each(one))).collect();
        threads.into_iter().map(|thread| thread.join().expect("it says what is wrong")).collect()
    })
}

/// Nothing exists twice, and nothing of Sparki's that no state knows.
fn check<'a>(seed: u64, aws: &StandIn, cases: impl Iterator<Item = &'a Case>) {
    let counts = aws.counts();
    assert_eq!(counts["duplicates"], json!([]), "seed {seed}");
    assert_eq!(counts["misfits"], json!([]), "seed {seed}");
    let states: Vec<_> = cases.map(Case::state).collect();
    let known: BTreeSet<_> = states.iter().flat_map(State::arns).collect();
    assert_eq!(aws.simulated_besides(&known), json!([]), "seed {seed}: nobody knows of it");
}

#[test]
fn everything_comes_to_rest_without_duplicates_and_orphans() {
    for seed in 1..=seeds() {
        let aws = StandIn::simulated_at(TIME_SCALE, seed);
        // The tests' own preparations are not tried.
        aws.prepare();
        aws.misbehave(&faults());
        let kinds = Scenario::kinds();
        let made = at_once(kinds, |kind| {
            let scenario = Scenario::of(&kind);
            let (case, times) = scenario.converge(&aws, MOST);
            (scenario, case, times)
        });
        let ended: Vec<_> = {
            let requests = &aws.counts()["requests"];
            ENDS.iter().filter(|it| !requests[**it].is_null()).collect()
        };
        assert!(ended.is_empty(), "seed {seed}: {ended:?} while making");
        check(seed, &aws, made.iter().map(|(_, case, _)| case));
        let applies: u32 = made.iter().map(|(_, _, times)| times).sum();
        let types = made.len();
        let changed = at_once(made, |(scenario, case, _)| {
            let times = scenario.change(&case, MOST);
            (case, times)
        });
        check(seed, &aws, changed.iter().map(|(case, _)| case));
        let changes: u32 = changed.iter().map(|(_, times)| times).sum();
        let destroys: u32 = at_once(changed, |(case, _)| {
            let before = case.state();
            let times = Scenario::vanish(&case, MOST);
            (case, before, times)
        })
        .into_iter()
        .map(|(case, before, times)| {
            aws.misbehave(&json!([]));
            case.expect_gone(&before);
            times
        })
        .sum();
        assert_eq!(aws.simulated_besides(&BTreeSet::new()), json!([]), "seed {seed}: something is left");
        assert_eq!(aws.counts()["orphans"], json!([]), "seed {seed}: its source is gone");
        assert_eq!(aws.owned(), Vec::<String>::new(), "seed {seed}: something is left");
        let dealt = &aws.counts()["faults"];
        eprintln!(
            "seed {seed}: {types} types, {applies} applies, {changes} applies of changes, {destroys} destroys, faults: {dealt}"
        );
    }
}
