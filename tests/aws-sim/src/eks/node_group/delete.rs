//! Deleting a node group.

use super::read::node_group;
use crate::{
    calls::Call,
    document::Document,
    eks::{
        access_entry,
        lookup::{Place, cluster_mut, name},
    },
    refusal::Refusal,
    world::World,
};

/// AWS takes three to six minutes.
const SECONDS: i64 = 240;

pub(in crate::eks) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let (serial, arn) = {
        let group = node_group(world, call)?;
        (group.serial, group.document.given("nodegroupArn").to_owned())
    };
    let wanted = call.input.given("nodegroupName").to_owned();
    let cluster = cluster_mut(world, call)?;
    let place = Place::of(call, cluster);
    let group = cluster.node_groups.get_mut(&wanted).expect("it was there a moment ago");
    let status = group.document.given("status");
    if ["UPDATING", "DELETING"].contains(&status) {
        let message = format!("Nodegroup {wanted} cannot be deleted while it is {status}");
        let refusal = Refusal::new("ResourceInUseException", message);
        return Err(refusal.with("clusterName", name(call)).with("nodegroupName", wanted));
    }
    group.become_status("status", "DELETING");
    let document = group.document.clone();
    world.tokens.forget(&arn);
    world.after(SECONDS, move |world| {
        let Some(cluster) = place.find(world) else { return };
        if cluster.node_groups.get(&wanted).is_some_and(|it| it.serial == serial)
            && let Some(group) = cluster.node_groups.remove(&wanted)
        {
            access_entry::dismiss_nodes(cluster, group.document.given("nodeRole"));
        }
    });
    Ok(Document::new().with("nodegroup", document))
}
