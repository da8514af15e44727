//! Looking at node groups.

use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::{cluster, name},
        pages::paged,
    },
    refusal::Refusal,
    world::{Object, World},
};

/// The node group that a request is about.
pub(super) fn node_group<'a>(world: &'a World, call: &Call) -> Result<&'a Object, Refusal> {
    let wanted = call.input.given("nodegroupName");
    let found = cluster(world, call)?.node_groups.get(wanted).filter(|it| call.sees(it, world));
    found.ok_or_else(|| {
        let message = format!("No node group found for name: {wanted}.");
        let refusal = Refusal::new("ResourceNotFoundException", message);
        refusal.with("clusterName", name(call)).with("nodegroupName", wanted)
    })
}

pub(in crate::eks) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    Ok(Document::new().with("nodegroup", node_group(world, call)?.document.clone()))
}

pub(in crate::eks) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let groups = cluster(world, call)?.node_groups.iter().filter(|(_, it)| call.sees(it, world));
    Ok(paged(call, "nodegroups", groups.map(|(name, _)| (name.clone(), name.clone()))))
}
