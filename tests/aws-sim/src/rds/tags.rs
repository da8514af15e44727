//! Tags of everything that RDS has.

use serde_json::Value;

use crate::{calls::Call, document::Document, refusal::Refusal, world::World};

/// Where every object has its tags; only some kinds show them when they are described.
pub(super) const TAGS: &str = "TagList";

pub(super) fn add(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let added = call.input.inners("Tags");
    let keys: Vec<String> = added.iter().filter_map(|tag| tag.text("Key").map(str::to_owned)).collect();
    let tags = tagged(world, call)?;
    let kept = without(tags, &keys).chain(added.into_iter().map(Value::from)).collect::<Vec<_>>();
    tags.set(TAGS, kept);
    Ok(Document::new())
}

pub(super) fn remove(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let tags = tagged(world, call)?;
    let kept = without(tags, &call.input.texts("TagKeys")).collect::<Vec<_>>();
    tags.set(TAGS, kept);
    Ok(Document::new())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let tags = tagged(world, call)?.list(TAGS).to_vec();
    Ok(Document::new().with("TagList", tags))
}

/// The same without its tags, for kinds that are described without.
pub(super) fn untagged(document: &Document) -> Document {
    let mut document = document.clone();
    document.remove(TAGS);
    document
}

fn without(document: &Document, keys: &[String]) -> impl Iterator<Item = Value> {
    let kept =
        document.inners(TAGS).into_iter().filter(|tag| !keys.iter().any(|key| tag.text("Key") == Some(key)));
    kept.map(Value::from).collect::<Vec<_>>().into_iter()
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
