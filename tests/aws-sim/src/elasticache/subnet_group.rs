//! Groups of subnets that caches live in.

use serde_json::json;

use super::state::key;
use crate::{
    calls::Call,
    document::Document,
    marked::marked,
    refusal::Refusal,
    tag_list::untagged,
    world::{Object, World},
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let name = input.given("CacheSubnetGroupName").to_lowercase();
    if world.elasticache.subnet_groups.contains_key(&key(call, &name)) {
        let message = format!("Cache subnet group {name} already exists.");
        return Err(Refusal::new("CacheSubnetGroupAlreadyExistsFault", message));
    }
    let mut document = Document::new()
        .with("CacheSubnetGroupName", name.as_str())
        .with("CacheSubnetGroupDescription", input.given("CacheSubnetGroupDescription"))
        .with("ARN", call.arn(world, "elasticache", &format!("subnetgroup:{name}")))
        .with("SupportedNetworkTypes", json!(["ipv4"]))
        .with("TagList", input.list("Tags").to_vec());
    cover(world, call, &mut document)?;
    let object = world.object(document.clone());
    world.elasticache.subnet_groups.insert(key(call, &name), object);
    Ok(Document::new().with("CacheSubnetGroup", untagged(&document)))
}

/// Puts subnets into a group.
fn cover(world: &World, call: &Call, document: &mut Document) -> Result<(), Refusal> {
    let subnet_ids = call.input.texts("SubnetIds");
    if let Some(missing) = world.network.missing(&call.region, &subnet_ids) {
        return Err(Refusal::new("InvalidSubnet", format!("Subnet {missing} does not exist.")));
    }
    let subnets = world.network.place(&call.region, &subnet_ids);
    let Some(first) = subnets.first() else {
        return Err(Refusal::new("InvalidSubnet", "A cache subnet group has one subnet at least"));
    };
    document.set("VpcId", first.vpc_id.as_str());
    let described = subnets.into_iter().map(|subnet| {
        json!({
            "SubnetIdentifier": subnet.id,
            "SubnetAvailabilityZone": { "Name": subnet.zone },
            "SubnetOutpost": {},
            "SupportedNetworkTypes": ["ipv4"],
        })
    });
    document.set("Subnets", described.collect::<Vec<_>>());
    Ok(())
}

/// The group of this name.
pub(super) fn subnet_group<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a Object, Refusal> {
    let found = world.elasticache.subnet_groups.get(&key(call, name)).filter(|it| call.sees(it, world));
    let message = || format!("Cache Subnet Group {name} does not exist.");
    found.ok_or_else(|| Refusal::new("CacheSubnetGroupNotFoundFault", message()))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    if let Some(name) = call.input.text("CacheSubnetGroupName") {
        let group = untagged(&subnet_group(world, call, name)?.document);
        return Ok(marked(call, "CacheSubnetGroups", [(name.to_owned(), group)]));
    }
    let groups = world.elasticache.subnet_groups.iter();
    let seen = groups.filter(|((region, _), it)| *region == call.region && call.sees(it, world));
    Ok(marked(call, "CacheSubnetGroups", seen.map(|((_, name), it)| (name.clone(), untagged(&it.document)))))
}

pub(super) fn modify(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("CacheSubnetGroupName");
    let mut document = subnet_group(world, call, name)?.document.clone();
    document.carry(&call.input, &["CacheSubnetGroupDescription"]);
    if call.input.has("SubnetIds") {
        cover(world, call, &mut document)?;
    }
    if let Some(group) = world.elasticache.subnet_groups.get_mut(&key(call, name)) {
        group.document = document.clone();
    }
    Ok(Document::new().with("CacheSubnetGroup", untagged(&document)))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("CacheSubnetGroupName").to_lowercase();
    subnet_group(world, call, &name)?;
    let mut groups = world.elasticache.groups.iter();
    let is_used = groups.any(|((region, _), group)| {
        *region == call.region && group.cluster.text("CacheSubnetGroupName") == Some(&name)
    });
    if is_used {
        let message = format!("Cache subnet group {name} is currently in use by a cache cluster.");
        return Err(Refusal::new("CacheSubnetGroupInUse", message));
    }
    world.elasticache.subnet_groups.remove(&key(call, &name));
    Ok(Document::new())
}
