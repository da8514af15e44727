//! Tags of everything that ElastiCache has.

use crate::{
    calls::Call,
    document::Document,
    refusal::Refusal,
    tag_list::{self, TAGS},
    world::World,
};

pub(super) fn add(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let tagged = tagged(world, call)?;
    tag_list::add(tagged, &call.input.inners("Tags"));
    Ok(shown(tagged))
}

pub(super) fn remove(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let tagged = tagged(world, call)?;
    tag_list::remove(tagged, &call.input.texts("TagKeys"));
    Ok(shown(tagged))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    Ok(shown(tagged(world, call)?))
}

fn shown(tagged: &Document) -> Document {
    Document::new().with("TagList", tagged.list(TAGS).to_vec())
}

fn tagged<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Document, Refusal> {
    let arn = call.input.given("ResourceName");
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    let ["arn", _, "elasticache", _, _, kind, name] = parts[..] else {
        return Err(Refusal::new("InvalidARNFault", format!("Invalid ARN: {arn}")));
    };
    let key = super::state::key(call, name);
    let caches = &mut world.elasticache;
    let (object, missing) = match kind {
        "replicationgroup" => {
            (caches.groups.get_mut(&key).map(|it| &mut it.object), "ReplicationGroupNotFoundFault")
        }
        "globalreplicationgroup" => (
            caches.global_groups.get_mut(name).map(|it| &mut it.object),
            "GlobalReplicationGroupNotFoundFault",
        ),
        "subnetgroup" => (caches.subnet_groups.get_mut(&key), "CacheSubnetGroupNotFoundFault"),
        "parametergroup" => (
            caches.parameter_groups.get_mut(&key).map(|it| &mut it.object),
            "CacheParameterGroupNotFoundFault",
        ),
        "user" => (caches.users.get_mut(&key), "UserNotFoundFault"),
        "usergroup" => (caches.user_groups.get_mut(&key), "UserGroupNotFoundFault"),
        "snapshot" => (caches.snapshots.get_mut(&key), "SnapshotNotFoundFault"),
        _ => return Err(Refusal::new("InvalidARNFault", format!("Invalid ARN: {arn}"))),
    };
    object.map(|it| &mut it.document).ok_or_else(|| Refusal::new(missing, format!("{name} is not found")))
}
