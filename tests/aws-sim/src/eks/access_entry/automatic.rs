//! Entries that EKS makes by itself.

use serde_json::json;

use super::{
    entry::{Principal, admit, described},
    policy::ADMIN,
};
use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::{Place, cluster},
        state::Cluster,
    },
    world::World,
};

/// Whoever makes a cluster administers it, unless they say otherwise.
pub(in crate::eks) fn admit_creator(world: &mut World, call: &Call) {
    let creator = format!("arn:aws:iam::{}:user/creator", world.account);
    let Ok(found) = cluster(world, call) else { return };
    let place = Place::of(call, found);
    let document = described(world, call, Principal { arn: &creator, kind: "STANDARD", username: &creator });
    admit(world, &place, document);
    let now = world.now_text();
    let entry = place.find(world).and_then(|cluster| cluster.access_entries.get_mut(&creator));
    if let Some(entry) = entry {
        let policy = Document::new()
            .with("policyArn", ADMIN)
            .with("accessScope", json!({ "type": "cluster", "namespaces": [] }))
            .with("associatedAt", now.as_str())
            .with("modifiedAt", now);
        entry.policies.insert(ADMIN.to_owned(), policy);
    }
}

/// The nodes of a managed group may join, unless the cluster asks its config map.
pub(in crate::eks) fn admit_nodes(world: &mut World, call: &Call, role: &str) {
    let Ok(found) = cluster(world, call) else { return };
    let mode = found.object.document.inner("accessConfig");
    if mode.text("authenticationMode") == Some("CONFIG_MAP") || found.access_entries.contains_key(role) {
        return;
    }
    let place = Place::of(call, found);
    let username = "system:node:{{EC2PrivateDNSName}}";
    let nodes = Principal { arn: role, kind: "EC2_LINUX", username };
    let document = described(world, call, nodes).with("kubernetesGroups", json!(["system:nodes"]));
    admit(world, &place, document);
}

/// The last group of a role takes its entry with it.
pub(in crate::eks) fn dismiss_nodes(cluster: &mut Cluster, role: &str) {
    let is_used = cluster.node_groups.values().any(|group| group.document.text("nodeRole") == Some(role));
    let is_ours = cluster
        .access_entries
        .get(role)
        .is_some_and(|entry| entry.object.document.text("type") == Some("EC2_LINUX"));
    if is_ours && !is_used {
        cluster.access_entries.remove(role);
    }
}
