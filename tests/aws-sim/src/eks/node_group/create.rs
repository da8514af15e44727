//! Making a node group.

use serde_json::json;

use super::config::check_scaling;
use crate::{
    calls::{Call, Outcome},
    document::Document,
    eks::{
        access_entry, addon,
        lookup::{Place, name, ready_cluster},
        versions::{LARGEST_SKEW, Version, supported},
    },
    refusal::Refusal,
    world::World,
};

/// Seven public logs have 88 to 201 seconds, 120 in the middle.
const SECONDS: i64 = 120;

/// What can be said at creation and is answered as it was said.
const CARRIED: [&str; 11] = [
    "nodegroupName",
    "clusterName",
    "scalingConfig",
    "subnets",
    "remoteAccess",
    "nodeRole",
    "labels",
    "taints",
    "updateConfig",
    "nodeRepairConfig",
    "warmPoolConfig",
];

pub(in crate::eks) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let wanted = call.input.given("nodegroupName").to_owned();
    let cluster = ready_cluster(world, call)?;
    let refuse = |shape: &str, message: String| {
        let refusal = Refusal::new(shape, message);
        Err(refusal.with("clusterName", name(call)).with("nodegroupName", wanted.as_str()))
    };
    if cluster.node_groups.contains_key(&wanted) {
        let message = format!("NodeGroup already exists with name {wanted} and cluster name {}", name(call));
        return refuse("ResourceInUseException", message);
    }
    let of_cluster = Version::of(&cluster.object.document);
    let place = Place::of(call, cluster);
    let version = match call.input.text("version") {
        Some(version) => supported(world, Some(version))?,
        None => of_cluster,
    };
    if version > of_cluster || version.0 + LARGEST_SKEW < of_cluster.0 {
        let message = format!("Nodes of version {version} cannot be in a cluster of version {of_cluster}");
        return refuse("InvalidParameterException", message);
    }
    check_scaling(call, &call.input.inner("scalingConfig"))?;
    let template = if !call.input.has("launchTemplate") {
        None
    } else if call.input.has("diskSize") {
        let message = "Disk size must be specified within the launch template.".to_owned();
        return refuse("InvalidParameterException", message);
    } else {
        Some(world.templates.resolve(call)?)
    };
    let mut document = described(world, call, version);
    if let Some(template) = template {
        document.set("launchTemplate", template);
    }
    let role = call.input.given("nodeRole").to_owned();
    access_entry::admit_nodes(world, call, &role);
    let object = world.object(document.clone());
    let serial = object.serial;
    if let Some(cluster) = place.find(world) {
        cluster.node_groups.insert(wanted.clone(), object);
    }
    let outcome = call.outcome;
    world.after(SECONDS, move |world| {
        let Some(cluster) = place.find(world) else { return };
        let Some(group) = cluster.node_groups.get_mut(&wanted).filter(|it| it.serial == serial) else { return };
        // It may be deleted before it is there.
        if group.document.text("status") != Some("CREATING") {
            return;
        }
        match outcome {
            Outcome::Success => {
                group.become_status("status", "ACTIVE");
                addon::nodes_are_there(cluster);
            }
            Outcome::Failure => {
                group.become_status("status", "CREATE_FAILED");
                let issue = json!({
                    "code": "AsgInstanceLaunchFailures",
                    "message": "Could not launch On-Demand Instances. InsufficientInstanceCapacity, on purpose",
                    "resourceIds": [],
                });
                group.document.set("health", json!({ "issues": [issue] }));
            }
        }
    });
    Ok(Document::new().with("nodegroup", document))
}

fn described(world: &mut World, call: &Call, version: Version) -> Document {
    let (input, now, id) = (&call.input, world.now_text(), world.ids.uuid());
    let wanted = input.given("nodegroupName");
    let mut document = Document::new()
        .with("nodegroupArn", call.arn(world, "eks", &format!("nodegroup/{}/{wanted}/{id}", name(call))))
        .with("version", version.to_string())
        .with("releaseVersion", version.node_release())
        .with("createdAt", now.as_str())
        .with("modifiedAt", now)
        .with("status", "CREATING")
        .with("capacityType", "ON_DEMAND")
        .with("resources", json!({ "autoScalingGroups": [{ "name": format!("eks-{wanted}-{id}") }] }))
        .with("health", json!({ "issues": [] }))
        .with("tags", input.inner("tags"));
    document.carry(input, &CARRIED);
    document.carry(input, &["capacityType", "releaseVersion"]);
    document.set_default("scalingConfig", json!({ "minSize": 1, "maxSize": 2, "desiredSize": 2 }));
    document.set_default("labels", json!({}));
    document.set_default("updateConfig", json!({ "maxUnavailable": 1 }));
    document.carry(input, &["instanceTypes", "amiType", "diskSize"]);
    document.set_default("amiType", "AL2023_x86_64_STANDARD");
    // A launch template may say these itself.
    if !input.has("launchTemplate") {
        document.set_default("instanceTypes", json!(["t3.medium"]));
        document.set_default("diskSize", 20);
    }
    document
}
