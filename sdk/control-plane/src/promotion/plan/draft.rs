//! Making a plan of the facts. Pure: equal facts have equal plans.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    delivery::artifact::Artifact,
    document::{canonical, choice::word_of},
    promotion::{
        flow::Pause,
        plan::{
            facts::{Facts, ReleaseFacts, TargetFacts},
            judge::judge,
            model::{Change, FlowVersion, GateState, Plan, PlannedTarget, PlannedWave},
            risk::weigh,
        },
    },
};

/// Makes the plan.
pub(crate) fn draft(facts: &Facts) -> Plan {
    let inputs = inputs(facts);
    let waves = waves(facts);
    let gates: Vec<GateState> =
        facts.gates.iter().map(|gate| judge(gate, facts.direction, facts.now)).collect();
    let flow = facts.flow.as_ref();
    Plan {
        digest: canonical::digest(&json!(inputs)),
        operation: facts.direction,
        environment_id: facts.environment_id,
        release_id: facts.release_id,
        from: facts.from.as_ref().map(|release| release.shown.clone()),
        to: facts.to.shown.clone(),
        flow: flow.map(|flow| FlowVersion { name: flow.name.clone(), version: flow.version }),
        risk: weigh(facts, &waves, &gates),
        waves,
        gates,
        freeze: facts.freeze.clone(),
        changes: changes(facts.from.as_ref(), &facts.to),
        inputs,
    }
}

/// What the digest covers. How gates stand is no part of it: they are there to change.
fn inputs(facts: &Facts) -> BTreeMap<String, String> {
    let mut inputs = BTreeMap::from([
        ("operation".to_owned(), word_of(facts.direction).to_owned()),
        ("environment".to_owned(), facts.environment_id.to_string()),
        ("release".to_owned(), facts.to.shown.digest.clone()),
    ]);
    let from = facts.from.as_ref().map(|from| ("current_release".to_owned(), from.shown.digest.clone()));
    let flow = facts.flow.as_ref().map(|flow| ("flow".to_owned(), format!("{} {}", flow.name, flow.version)));
    inputs.extend(from.into_iter().chain(flow));
    let named = |kind: &str, name: &str, digest: &str| (format!("{kind}/{name}"), digest.to_owned());
    inputs.extend(facts.targets.iter().map(|target| named("targets", &target.name, &target.digest)));
    inputs.extend(facts.configuration.iter().map(|(name, digest)| named("configuration", name, digest)));
    inputs.extend(facts.gates.iter().map(|gate| named("gates", &gate.name, &gate.definition)));
    inputs
}

/// The deployment targets by the waves of the flow; what is in none comes last.
fn waves(facts: &Facts) -> Vec<PlannedWave> {
    let shown = |target: &TargetFacts| PlannedTarget {
        id: target.id,
        name: target.name.clone(),
        platform: target.platform,
        strategy: target.strategy,
    };
    let stage = facts.flow.as_ref().map(|flow| flow.stage.waves.as_slice()).unwrap_or_default();
    let is_in_none = |target: &&TargetFacts| !stage.iter().any(|wave| wave.targets.contains(&target.name));
    let mut waves: Vec<PlannedWave> = stage
        .iter()
        .map(|wave| PlannedWave {
            targets: facts
                .targets
                .iter()
                .filter(|target| wave.targets.contains(&target.name))
                .map(shown)
                .collect(),
            pause: wave.pause,
            pause_seconds: wave.pause_seconds,
        })
        .collect();
    let rest = facts.targets.iter().filter(is_in_none).map(shown).collect();
    waves.push(PlannedWave { targets: rest, pause: Pause::None, pause_seconds: None });
    waves.retain(|wave| !wave.targets.is_empty());
    waves
}

fn changes(from: Option<&ReleaseFacts>, to: &ReleaseFacts) -> Vec<Change> {
    let parts = |release: &ReleaseFacts| -> BTreeMap<String, String> {
        let version = ("version".to_owned(), release.shown.version.clone());
        let commit = release.shown.commit_sha.clone().map(|commit| ("commit_sha".to_owned(), commit));
        let artifact =
            |artifact: &Artifact| (format!("artifacts/{}", artifact.name), artifact.digest.clone());
        [version].into_iter().chain(commit).chain(release.artifacts.iter().map(artifact)).collect()
    };
    let (before, after) = (from.map(parts).unwrap_or_default(), parts(to));
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| Change {
        what: name.clone(),
        before: before.get(name).cloned(),
        after: after.get(name).cloned(),
    };
    names.into_iter().map(change).filter(|change| change.before != change.after).collect()
}
