//! Deleting a cluster.

use crate::{
    calls::Call,
    document::Document,
    eks::lookup::{Place, cluster_mut},
    refusal::Refusal,
    world::World,
};

/// AWS takes two to four minutes.
const SECONDS: i64 = 180;

/// Add-ons, access entries and pod identities go with the cluster. Node groups have to go before. Protection is for active
/// clusters: "If the cluster state is creating, failed, or deleting, you can delete the cluster even if deletion protection
/// is turned on" (the user guide, "Protect EKS clusters from accidental deletion").
pub(in crate::eks) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("name");
    let cluster = cluster_mut(world, call)?;
    let refuse = |shape: &str, message: String| Err(Refusal::new(shape, message).with("clusterName", name));
    if !cluster.node_groups.is_empty() {
        return refuse("ResourceInUseException", "Cluster has nodegroups attached".to_owned());
    }
    match cluster.object.document.given("status") {
        "CREATING" | "FAILED" => cluster.object.become_status("status", "DELETING"),
        status @ ("UPDATING" | "DELETING") => {
            let message = format!("Cannot delete because cluster {name} currently is {status}");
            return refuse("ResourceInUseException", message);
        }
        _ if cluster.object.document.flag("deletionProtection") == Some(true) => {
            let message = format!(
                "Cannot delete cluster {name} because deletion protection is enabled. Disable deletion protection and try again"
            );
            return refuse("InvalidRequestException", message);
        }
        _ => cluster.object.become_status("status", "DELETING"),
    }
    let (document, place) = (cluster.object.document.clone(), Place::of(call, cluster));
    let arn = document.given("arn").to_owned();
    world.tokens.forget(&arn);
    world.after(SECONDS, move |world| place.remove(world));
    Ok(Document::new().with("cluster", document))
}
