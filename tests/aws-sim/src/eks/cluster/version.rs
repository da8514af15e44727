//! Bringing a cluster to another version.

use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::{cluster, name},
        updates::{Change, Part, begin},
        versions::{LARGEST_SKEW, Version, supported},
    },
    refusal::Refusal,
    world::World,
};

/// AWS takes 8 to 12 minutes for each minor version.
const SECONDS: i64 = 600;

/// One minor version at a time, forward only, and no further than the nodes can follow.
pub(in crate::eks) fn update_version(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let wanted = supported(world, call.input.text("version"))?;
    let cluster = cluster(world, call)?;
    let refuse =
        |shape: &str, message: String| Err(Refusal::new(shape, message).with("clusterName", name(call)));
    let current = Version::of(&cluster.object.document);
    if wanted == current {
        let message = format!("Cluster is already at the desired configuration with version: {wanted}");
        return refuse("InvalidParameterException", message);
    }
    if wanted != Version(current.0 + 1) {
        let message = format!("Unsupported Kubernetes minor version update from {current} to {wanted}");
        return refuse("InvalidParameterException", message);
    }
    let behind = cluster.node_groups.values().map(|group| Version::of(&group.document)).min();
    if let Some(oldest) = behind.filter(|oldest| oldest.0 + LARGEST_SKEW < wanted.0) {
        let message = format!(
            "Nodes of version {oldest} cannot follow a cluster of version {wanted}. Update the node groups first"
        );
        return refuse("InvalidRequestException", message);
    }
    let blocking = world.insights.blocking(&call.region, name(call), (current, wanted));
    if !blocking.is_empty() && call.input.flag("force") != Some(true) {
        let message = format!("Cluster is not ready for version {wanted}: {}", blocking.join(", "));
        return refuse("InvalidRequestException", message);
    }
    let params = vec![("Version", wanted.to_string()), ("PlatformVersion", wanted.platform())];
    let change = Change { part: Part::Cluster, kind: "VersionUpdate", params, seconds: SECONDS };
    begin(world, call, change, move |document| {
        document.set("version", wanted.to_string());
        document.set("platformVersion", wanted.platform());
    })
}
