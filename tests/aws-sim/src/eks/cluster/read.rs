//! Looking at clusters.

use crate::{
    calls::Call,
    document::Document,
    eks::{lookup::cluster, pages::paged},
    refusal::Refusal,
    world::World,
};

pub(in crate::eks) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    Ok(Document::new().with("cluster", cluster(world, call)?.object.document.clone()))
}

pub(in crate::eks) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let clusters = world.eks.clusters.iter();
    let seen = clusters.filter(|((region, _), it)| *region == call.region && call.sees(&it.object, world));
    let names: Vec<_> = seen.map(|((_, name), _)| (name.clone(), name.clone())).collect();
    Ok(paged(call, "clusters", names))
}
