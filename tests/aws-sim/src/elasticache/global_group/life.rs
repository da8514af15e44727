//! Making, looking at, and deleting global groups.

use super::{
    group::{Change, GlobalGroup, Member, Role, answer, at_rest, during, global},
    members::tell,
};
use crate::{
    calls::Call,
    document::Document,
    elasticache::{
        catalog::is_global_type,
        replication_group::{available, begin_delete},
        state::{Place, key},
    },
    marked::marked,
    refusal::Refusal,
    world::{World, draw},
};

/// AWS takes four to six minutes, and as long to take it apart.
const SECONDS: i64 = 300;

/// AWS's prefixes of ids, as its documentation has them.
const PREFIXES: [(&str, &str); 4] =
    [("us-east-1", "ldgnf"), ("us-east-2", "fpkhr"), ("us-west-1", "virxk"), ("us-west-2", "sgaui")];

/// AWS puts a prefix of the region before the suffix that is asked for. Regions that are not listed get one of their own.
fn full_id(call: &Call, suffix: &str) -> String {
    let region = call.region.as_str();
    let known = PREFIXES.into_iter().find(|(name, _)| *name == region).map(|(_, prefix)| prefix.to_owned());
    let drawn = || {
        let letters = draw(0, &["prefix", region]).into_iter().take(5);
        letters.map(|byte| char::from(b'a' + byte % 26)).collect()
    };
    format!("{}-{suffix}", known.unwrap_or_else(drawn))
}

pub(in crate::elasticache) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let id = full_id(call, input.given("GlobalReplicationGroupIdSuffix"));
    if world.elasticache.global_groups.contains_key(&id) {
        let message = format!("The global replication group {id} already exists");
        return Err(Refusal::new("GlobalReplicationGroupAlreadyExistsFault", message));
    }
    let name = input.given("PrimaryReplicationGroupId");
    let primary_key = key(call, name);
    let primary = world.elasticache.groups.get(&primary_key).ok_or_else(|| {
        Refusal::new("ReplicationGroupNotFoundFault", format!("ReplicationGroup {name} not found."))
    })?;
    available(primary)?;
    if primary.object.document.has("GlobalReplicationGroupInfo") {
        return Err(Refusal::invalid_value(format!("{name} is in a global replication group already")));
    }
    if !primary.object.document.text("CacheNodeType").is_some_and(is_global_type) {
        return Err(Refusal::invalid_value("Global replication groups are of m5, r5 or larger nodes only"));
    }
    let mut document = Document::new()
        .with("GlobalReplicationGroupId", id.as_str())
        .with("Status", "creating")
        .with("ARN", format!("arn:aws:elasticache::{}:globalreplicationgroup:{id}", world.account))
        .with("TagList", input.list("Tags").to_vec());
    document.carry(input, &["GlobalReplicationGroupDescription"]);
    document.carry(
        &primary.object.document,
        &[
            "CacheNodeType",
            "Engine",
            "ClusterEnabled",
            "AuthTokenEnabled",
            "TransitEncryptionEnabled",
            "AtRestEncryptionEnabled",
        ],
    );
    document.carry(&primary.cluster, &["EngineVersion"]);
    let object = world.object(document);
    let member = Member { key: primary_key.clone(), role: Role::Primary, status: "associating" };
    world.elasticache.global_groups.insert(id.clone(), GlobalGroup { object, members: vec![member] });
    tell(world, &id, &primary_key, Some(Role::Primary));
    during(world, &id, Change { status: "creating", seconds: SECONDS }, |world, id| {
        let group = world.elasticache.global_groups.get_mut(id);
        for member in group.into_iter().flat_map(|group| &mut group.members) {
            member.status = "associated";
        }
    });
    answer(world, &id)
}

/// A global group can be seen from the regions of its members.
pub(in crate::elasticache) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let shown = |group: &GlobalGroup| {
        let mut described = group.described(&world.elasticache);
        if call.input.flag("ShowMemberInfo") != Some(true) {
            described.remove("Members");
        }
        (group.id().to_owned(), described)
    };
    if call.input.has("GlobalReplicationGroupId") {
        return Ok(marked(call, "GlobalReplicationGroups", [shown(global(world, call)?)]));
    }
    let groups = world.elasticache.global_groups.values().filter(|group| {
        call.sees(&group.object, world) && group.members.iter().any(|member| member.key.0 == call.region)
    });
    Ok(marked(call, "GlobalReplicationGroups", groups.map(shown)))
}

/// Secondaries have to go first. The primary stays if it is to be retained.
pub(in crate::elasticache) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let group = at_rest(world, call)?;
    let id = group.id().to_owned();
    if group.secondaries() > 0 {
        let message =
            format!("The global replication group {id} has secondary members: disassociate them first");
        return Err(Refusal::new("InvalidGlobalReplicationGroupStateFault", message));
    }
    let primary = group.primary().map(|member| member.key.clone());
    let is_retained = call.input.flag("RetainPrimaryReplicationGroup") == Some(true);
    during(world, &id, Change { status: "deleting", seconds: SECONDS }, move |world, id| {
        world.elasticache.global_groups.remove(id);
        let Some(key) = primary else { return };
        tell(world, id, &key, None);
        let place = world.elasticache.groups.get(&key).map(|group| Place::new(key.clone(), group));
        if let Some(place) = place.filter(|_| !is_retained) {
            begin_delete(world, &place);
        }
    });
    answer(world, &id)
}
