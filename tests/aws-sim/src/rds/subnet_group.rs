//! Groups of subnets that databases live in.

use std::collections::BTreeSet;

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
    let name = input.given("DBSubnetGroupName").to_lowercase();
    if world.rds.subnet_groups.contains_key(&key(call, &name)) {
        let message = format!("The DB subnet group '{name}' already exists.");
        return Err(Refusal::new("DBSubnetGroupAlreadyExistsFault", message));
    }
    let mut document = Document::new()
        .with("DBSubnetGroupName", name.as_str())
        .with("DBSubnetGroupDescription", input.given("DBSubnetGroupDescription"))
        .with("DBSubnetGroupArn", call.arn(world, "rds", &format!("subgrp:{name}")))
        .with("SubnetGroupStatus", "Complete")
        .with("SupportedNetworkTypes", json!(["IPV4"]))
        .with("TagList", input.list("Tags").to_vec());
    cover(world, call, &mut document)?;
    let object = world.object(document.clone());
    world.rds.subnet_groups.insert(key(call, &name), object);
    Ok(Document::new().with("DBSubnetGroup", untagged(&document)))
}

/// Puts subnets into a group.
fn cover(world: &World, call: &Call, document: &mut Document) -> Result<(), Refusal> {
    let subnet_ids = call.input.texts("SubnetIds");
    if let Some(missing) = world.network.missing(&call.region, &subnet_ids) {
        return Err(Refusal::new(
            "InvalidSubnet",
            format!("Some input subnets in :[{missing}] are invalid."),
        ));
    }
    let subnets = world.network.place(&call.region, &subnet_ids);
    let zones: BTreeSet<_> = subnets.iter().map(|subnet| &subnet.zone).collect();
    if zones.len() < 2 {
        let message = format!(
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: {}. Add \
             subnets to cover at least 2 AZs.",
            zones.len()
        );
        return Err(Refusal::new("DBSubnetGroupDoesNotCoverEnoughAZs", message));
    }
    document.set("VpcId", subnets[0].vpc_id.as_str());
    let described = subnets.into_iter().map(|subnet| {
        json!({
            "SubnetIdentifier": subnet.id,
            "SubnetAvailabilityZone": { "Name": subnet.zone },
            "SubnetOutpost": {},
            "SubnetStatus": "Active",
        })
    });
    document.set("Subnets", described.collect::<Vec<_>>());
    Ok(())
}

/// The group of this name.
pub(super) fn subnet_group<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a Object, Refusal> {
    let found = world.rds.subnet_groups.get(&key(call, name)).filter(|it| call.sees(it, world));
    found.ok_or_else(|| {
        Refusal::new("DBSubnetGroupNotFoundFault", format!("DB subnet group '{name}' does not exist."))
    })
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    if let Some(name) = call.input.text("DBSubnetGroupName") {
        let group = untagged(&subnet_group(world, call, name)?.document);
        return Ok(marked(call, "DBSubnetGroups", [(name.to_owned(), group)]));
    }
    let groups = world.rds.subnet_groups.iter();
    let seen = groups.filter(|((region, _), it)| *region == call.region && call.sees(it, world));
    Ok(marked(call, "DBSubnetGroups", seen.map(|((_, name), it)| (name.clone(), untagged(&it.document)))))
}

pub(super) fn modify(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("DBSubnetGroupName");
    let mut document = subnet_group(world, call, name)?.document.clone();
    document.carry(&call.input, &["DBSubnetGroupDescription"]);
    cover(world, call, &mut document)?;
    if let Some(group) = world.rds.subnet_groups.get_mut(&key(call, name)) {
        group.document = document.clone();
    }
    let described = untagged(&document);
    for instance in world.rds.instances.values_mut() {
        let of_instance = instance.document.inner("DBSubnetGroup");
        if of_instance.text("DBSubnetGroupArn") == described.text("DBSubnetGroupArn") {
            instance.document.set("DBSubnetGroup", described.clone());
        }
    }
    Ok(Document::new().with("DBSubnetGroup", described))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("DBSubnetGroupName");
    let arn = subnet_group(world, call, name)?.document.given("DBSubnetGroupArn").to_owned();
    let mut instances = world.rds.instances.values();
    let user = instances.find(|it| it.document.inner("DBSubnetGroup").text("DBSubnetGroupArn") == Some(&arn));
    if let Some(user) = user {
        let user = user.document.given("DBInstanceIdentifier");
        let message = format!(
            "Cannot delete the subnet group '{name}' because at least one database instance: {user} is still using it."
        );
        return Err(Refusal::new("InvalidDBSubnetGroupStateFault", message));
    }
    world.rds.subnet_groups.remove(&key(call, name));
    Ok(Document::new())
}
