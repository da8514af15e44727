//! Looking at replication groups.

use super::group::Group;
use crate::{
    calls::Call,
    document::Document,
    elasticache::state::{Place, key},
    marked::marked,
    refusal::Refusal,
    world::World,
};

/// The group that a request is about.
pub(super) fn group<'a>(world: &'a World, call: &Call) -> Result<&'a Group, Refusal> {
    let id = call.input.given("ReplicationGroupId");
    let found = world.elasticache.groups.get(&key(call, id)).filter(|it| call.sees(&it.object, world));
    found.ok_or_else(|| missing(id))
}

pub(super) fn missing(id: &str) -> Refusal {
    Refusal::new("ReplicationGroupNotFoundFault", format!("ReplicationGroup {id} not found."))
}

/// A group, if it is available.
pub(in crate::elasticache) fn available(group: &Group) -> Result<&Group, Refusal> {
    if group.status() == "available" {
        return Ok(group);
    }
    let message =
        format!("Replication group {} is not in available state: it is {}.", group.id(), group.status());
    Err(Refusal::new("InvalidReplicationGroupStateFault", message))
}

/// Where the group that a request is about is, if it is available.
pub(super) fn available_place(world: &World, call: &Call) -> Result<Place, Refusal> {
    let group = available(group(world, call)?)?;
    Ok(Place::new(key(call, group.id()), group))
}

/// What a change answers with: the group as it is now.
pub(super) fn answer(world: &mut World, place: &Place) -> Result<Document, Refusal> {
    let group = place.find(world).ok_or_else(|| missing(&place.key.1))?;
    Ok(Document::new().with("ReplicationGroup", group.described()))
}

pub(in crate::elasticache) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    if let Some(id) = call.input.text("ReplicationGroupId") {
        let described = group(world, call)?.described();
        return Ok(marked(call, "ReplicationGroups", [(id.to_owned(), described)]));
    }
    let groups = world.elasticache.groups.iter();
    let seen = groups.filter(|((region, _), it)| *region == call.region && call.sees(&it.object, world));
    Ok(marked(call, "ReplicationGroups", seen.map(|((_, id), it)| (id.clone(), it.described()))))
}

pub(in crate::elasticache) fn describe_clusters(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let wanted = input.text("CacheClusterId");
    // All clusters are of replication groups here.
    let only_others = input.flag("ShowCacheClustersNotInReplicationGroups") == Some(true);
    let groups =
        world.elasticache.groups.iter().filter(|((region, _), it)| {
            *region == call.region && call.sees(&it.object, world) && !only_others
        });
    let clusters = groups.flat_map(|(_, group)| group.clusters());
    let clusters = clusters.filter(|(id, _)| wanted.is_none_or(|wanted| id == wanted));
    let mut clusters: Vec<_> = clusters
        .map(|(id, mut cluster)| {
            if input.flag("ShowCacheNodeInfo") != Some(true) {
                cluster.remove("CacheNodes");
            }
            (id, cluster)
        })
        .collect();
    clusters.sort_by(|one, other| one.0.cmp(&other.0));
    match wanted.filter(|_| clusters.is_empty()) {
        Some(id) => Err(Refusal::new("CacheClusterNotFoundFault", format!("CacheCluster not found: {id}"))),
        None => Ok(marked(call, "CacheClusters", clusters)),
    }
}
