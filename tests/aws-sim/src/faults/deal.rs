//! Who is dealt a fault.

use std::collections::BTreeMap;

use crate::{
    faults::{Fault, Rule},
    world::draw,
};

/// The rules, and what came of them so far.
///
/// Whether a request fails depends on the seed, the rule, the operation, the region, and how many requests of the kind
/// there were; not on what other requests come in between. So one seed gives the same faults to clients that send
/// things in parallel.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    rules: Vec<Rule>,
    /// How many requests each rule was about, by operation and region.
    tried: BTreeMap<(usize, String), u64>,
    /// How many each rule has failed.
    dealt: BTreeMap<usize, u64>,
}

/// What a request is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) region: &'a str,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, rules: Vec::new(), tried: BTreeMap::new(), dealt: BTreeMap::new() }
    }

    /// Replaces all rules, and forgets what came of the old ones.
    pub(crate) fn replace(&mut self, rules: Vec<Rule>) {
        *self = Self { rules, ..Self::new(self.seed) };
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What happens to a request: the first rule that hits it decides.
    pub(crate) fn deal(&mut self, target: Target<'_>) -> Option<Fault> {
        let Self { seed, rules, tried, dealt } = self;
        rules.iter().enumerate().find_map(|(index, rule)| {
            if !concerns(rule, target) {
                return None;
            }
            let place = format!("{} {} {}", target.service, target.operation, target.region);
            let tried = tried.entry((index, place.clone())).or_default();
            *tried += 1;
            let dealt = dealt.entry(index).or_default();
            let is_used_up = rule.count.is_some_and(|count| *dealt >= count);
            let number = tried.to_string();
            let hits =
                chance(*seed, &[&index.to_string(), &place, &number]) < rule.probability.unwrap_or(1.0);
            if *tried <= rule.after || is_used_up || !hits {
                return None;
            }
            *dealt += 1;
            Some(Fault { kind: rule.kind, seconds: rule.seconds })
        })
    }
}

fn concerns(rule: &Rule, target: Target<'_>) -> bool {
    let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
    let can_happen = rule.kind.happens_to(target.service);
    is(&rule.service, target.service)
        && is(&rule.region, target.region)
        && rule.names(target.operation)
        && can_happen
}

/// A number from 0 up to, and without, 1.
fn chance(seed: u64, words: &[&str]) -> f64 {
    let bytes = draw(seed, words);
    let number = u32::from_be_bytes(*bytes.first_chunk().expect("32 bytes begin with 4"));
    f64::from(number) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::FaultKind;

    const CREATE: Target<'_> = Target { service: "eks", operation: "CreateCluster", region: "us-east-1" };
    const READ: Target<'_> = Target { service: "eks", operation: "DescribeCluster", region: "us-east-1" };

    fn faults(seed: u64, rule: &str) -> Faults {
        let mut faults = Faults::new(seed);
        faults.replace(vec![serde_json::from_str(rule).unwrap()]);
        faults
    }

    fn hits(faults: &mut Faults, targets: &[Target<'_>]) -> Vec<bool> {
        targets.iter().map(|target| faults.deal(*target).is_some()).collect()
    }

    #[test]
    fn a_rule_without_limits_fails_everything_it_is_about() {
        let mut faults = faults(1, r#"{"kind": "throttle", "operation": "Create*"}"#);
        assert_eq!(hits(&mut faults, &[CREATE, READ, CREATE]), [true, false, true]);
        assert_eq!(faults.deal(CREATE).unwrap().kind, FaultKind::Throttle);
    }

    #[test]
    fn a_rule_can_begin_late_and_end_early() {
        let mut faults = faults(1, r#"{"kind": "reset", "after": 1, "count": 2}"#);
        assert_eq!(hits(&mut faults, &[READ; 5]), [false, true, true, false, false]);
    }

    #[test]
    fn what_moto_answers_is_neither_stale_nor_begun_in_vain() {
        let foreign = Target { service: "ec2", operation: "CreateVpc", region: "us-east-1" };
        let mut faults = faults(1, r#"{"kind": "failure", "operation": "Create*", "count": 1}"#);
        assert_eq!(hits(&mut faults, &[foreign, CREATE, CREATE]), [false, true, false]);
    }

    #[test]
    fn one_seed_gives_the_same_faults_whatever_comes_in_between() {
        let rule = r#"{"kind": "throttle", "probability": 0.5}"#;
        let alone = hits(&mut faults(7, rule), &[READ; 64]);
        let mut mixed = faults(7, rule);
        let among = (0..64).map(|_| {
            mixed.deal(CREATE);
            mixed.deal(READ).is_some()
        });
        assert_eq!(among.collect::<Vec<_>>(), alone);
        assert_ne!(hits(&mut faults(8, rule), &[READ; 64]), alone);
    }

    #[test]
    fn a_probability_is_about_right() {
        let mut faults = faults(3, r#"{"kind": "throttle", "probability": 0.05}"#);
        let hits = hits(&mut faults, &[READ; 2000]).into_iter().filter(|hit| *hit).count();
        assert!((60..140).contains(&hits), "{hits} of 2000 is not about 5 %");
    }
}
