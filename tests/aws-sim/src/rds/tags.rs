//! Tags of everything that RDS has.

use crate::{
    calls::Call,
    document::Document,
    refusal::Refusal,
    tag_list::{self, TAGS},
    world::World,
};

pub(super) fn add(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    tag_list::add(tagged(world, call)?, &call.input.inners("Tags"));
    Ok(Document::new())
}

pub(super) fn remove(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    tag_list::remove(tagged(world, call)?, &call.input.texts("TagKeys"));
    Ok(Document::new())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let tags = tagged(world, call)?.list(TAGS).to_vec();
    Ok(Document::new().with("TagList", tags))
}

fn tagged<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Document, Refusal> {
    let arn = call.input.given("ResourceName");
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    let ["arn", _, "rds", _, _, kind, name] = parts[..] else {
        return Err(Refusal::invalid_value(format!("Invalid resource name: {arn}")));
    };
    let key = super::state::key(call, name);
    let rds = &mut world.rds;
    let (object, missing) = match kind {
        "db" => (rds.instances.get_mut(&key), "DBInstanceNotFoundFault"),
        "subgrp" => (rds.subnet_groups.get_mut(&key), "DBSubnetGroupNotFoundFault"),
        "pg" => {
            (rds.parameter_groups.get_mut(&key).map(|it| &mut it.object), "DBParameterGroupNotFoundFault")
        }
        "snapshot" => (rds.snapshots.get_mut(&key), "DBSnapshotNotFoundFault"),
        _ => return Err(Refusal::invalid_value(format!("Invalid resource name: {arn}"))),
    };
    object.map(|it| &mut it.document).ok_or_else(|| Refusal::new(missing, format!("{name} not found.")))
}
