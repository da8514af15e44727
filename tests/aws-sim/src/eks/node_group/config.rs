//! Changing how a node group is set up.

use serde_json::Value;

use super::read::node_group;
use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::name,
        updates::{Change, Part, begin},
    },
    refusal::Refusal,
    world::World,
};

/// AWS does not say; sizes and labels take about a minute in practice.
const SECONDS: i64 = 60;

pub(in crate::eks) fn update_config(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let current = node_group(world, call)?.document.clone();
    let input = &call.input;
    let mut scaling = current.inner("scalingConfig");
    for (member, value) in input.inner("scalingConfig").members() {
        scaling.set(member, value.clone());
    }
    check_scaling(call, &scaling)?;
    let mut wanted = Document::new()
        .with("scalingConfig", scaling)
        .with("labels", labels(&current, &input.inner("labels")))
        .with("taints", taints(&current, &input.inner("taints")));
    wanted.carry(input, &["updateConfig", "nodeRepairConfig", "warmPoolConfig"]);
    let part = Part::NodeGroup(input.given("nodegroupName").to_owned());
    let change = Change { part, kind: "ConfigUpdate", params: params(input), seconds: SECONDS };
    begin(world, call, change, move |document| {
        for (member, value) in wanted.members() {
            document.set(member, value.clone());
        }
    })
}

/// What a group is scaled to has to be between its least and its most.
pub(super) fn check_scaling(call: &Call, scaling: &Document) -> Result<(), Refusal> {
    let size = |member: &str| scaling.number(member);
    let message = match (size("minSize"), size("desiredSize"), size("maxSize")) {
        (Some(min), _, Some(max)) if min > max => {
            format!("Minimum capacity {min} can't be greater than maximum size {max}")
        }
        (Some(min), Some(desired), _) if desired < min => {
            format!("Minimum capacity {min} can't be greater than desired size {desired}")
        }
        (_, Some(desired), Some(max)) if desired > max => {
            format!("desired capacity {desired} can't be greater than max size {max}")
        }
        _ => return Ok(()),
    };
    let refusal = Refusal::new("InvalidParameterException", message);
    Err(refusal.with("clusterName", name(call)).with("nodegroupName", call.input.given("nodegroupName")))
}

fn labels(current: &Document, change: &Document) -> Document {
    let mut labels = current.inner("labels");
    for (key, value) in change.inner("addOrUpdateLabels").members() {
        labels.set(key, value.clone());
    }
    for key in change.texts("removeLabels") {
        labels.remove(&key);
    }
    labels
}

/// A taint is known by its key and effect.
fn taints(current: &Document, change: &Document) -> Vec<Value> {
    let identity =
        |taint: &Document| (taint.text("key").map(str::to_owned), taint.text("effect").map(str::to_owned));
    let (added, removed) = (change.inners("addOrUpdateTaints"), change.inners("removeTaints"));
    let gone: Vec<_> = added.iter().chain(&removed).map(identity).collect();
    let kept = current.inners("taints").into_iter().filter(|taint| !gone.contains(&identity(taint)));
    kept.chain(added).map(Value::from).collect()
}

fn params(input: &Document) -> Vec<(&'static str, String)> {
    const ROWS: [(&str, &str, &str); 11] = [
        ("scalingConfig", "minSize", "MinSize"),
        ("scalingConfig", "maxSize", "MaxSize"),
        ("scalingConfig", "desiredSize", "DesiredSize"),
        ("labels", "addOrUpdateLabels", "LabelsToAdd"),
        ("labels", "removeLabels", "LabelsToRemove"),
        ("taints", "addOrUpdateTaints", "TaintsToAdd"),
        ("taints", "removeTaints", "TaintsToRemove"),
        ("updateConfig", "maxUnavailable", "MaxUnavailable"),
        ("updateConfig", "maxUnavailablePercentage", "MaxUnavailablePercentage"),
        ("updateConfig", "updateStrategy", "UpdateStrategy"),
        ("nodeRepairConfig", "enabled", "NodeRepairEnabled"),
    ];
    let said = ROWS.into_iter().filter_map(|(group, member, param)| {
        let value = input.inner(group).get(member)?.clone();
        Some((param, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
    });
    said.collect()
}
