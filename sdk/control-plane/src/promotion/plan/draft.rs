//! Making a plan of the facts. Pure: equal facts have equal plans.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::{
    delivery::artifact::Artifact,
    document::{canonical, choice::word_of},
    promotion::{
        flow::Pause,
        plan::{
            facts::{Facts, ReleaseFacts, TargetFacts},
            judge::judge,
            model::{
                Change, ConfigChange, ConfigChanged, FlowVersion, GateState, Plan, PlannedTarget, PlannedWave,
            },
            risk::weigh,
        },
    },
    variables::given::{Configuration, Given, GivenKind},
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
        config_changes: facts.given.before.as_ref().map(|before| config_changes(before, &facts.given.after)),
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
    inputs
        .extend(facts.pipelines.iter().map(|(name, digest)| named("configuration/pipelines", name, digest)));
    inputs.extend(facts.given.after.iter().map(|(name, given)| {
        let kind = match given.kind {
            GivenKind::Secret => "configuration/secrets",
            GivenKind::Variable => "configuration/variables",
        };
        named(kind, name, &given.fingerprint)
    }));
    // What is shown as changed depends on it.
    let before = facts.given.before.as_ref().filter(|before| !before.is_empty());
    inputs
        .extend(before.map(|before| ("current_configuration".to_owned(), canonical::digest(&json!(before)))));
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
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| Change {
        what: name.clone(),
        before: before.get(name).cloned(),
        after: after.get(name).cloned(),
    };
    names.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

/// What deployments would be given in another way. A name that stands for something of the other kind has changed.
fn config_changes(before: &Configuration, after: &Configuration) -> Vec<ConfigChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let fingerprint = |given: Option<&Given>| given.map(|given| given.fingerprint.clone());
    let change = |name: &String| {
        let (was, is) = (before.get(name), after.get(name));
        let change = match (was, is) {
            (None, Some(_)) => ConfigChanged::Added,
            (Some(_), None) => ConfigChanged::Removed,
            (Some(was), Some(is)) if was != is => ConfigChanged::Changed,
            (Some(_), Some(_)) | (None, None) => return None,
        };
        Some(ConfigChange {
            key: name.clone(),
            kind: is.or(was)?.kind,
            change,
            before_fingerprint: fingerprint(was),
            after_fingerprint: fingerprint(is),
        })
    };
    names.into_iter().filter_map(change).collect()
}
