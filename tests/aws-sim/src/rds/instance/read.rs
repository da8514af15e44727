//! Looking at instances.

use crate::{
    calls::Call,
    document::Document,
    marked::marked,
    rds::state::{Place, key, key_of},
    refusal::Refusal,
    world::{Object, World},
};

/// The instance that a request is about.
pub(in crate::rds) fn instance<'a>(world: &'a World, call: &Call) -> Result<&'a Object, Refusal> {
    let name = call.input.given("DBInstanceIdentifier");
    let found = world.rds.instances.get(&key_of(&call.region, name)).filter(|it| call.sees(it, world));
    found.ok_or_else(|| missing(name))
}

/// The instance that a request is about, if it is available: where it is, and what it is.
pub(super) fn available(world: &World, call: &Call) -> Result<(Place, Document), Refusal> {
    in_one_of(world, call, &["available", "storage-optimization"])
}

/// The same, if it can be started anew, as one can that does not start with its parameters.
pub(super) fn restartable(world: &World, call: &Call) -> Result<(Place, Document), Refusal> {
    in_one_of(world, call, &["available", "storage-optimization", "incompatible-parameters"])
}

fn in_one_of(world: &World, call: &Call, statuses: &[&str]) -> Result<(Place, Document), Refusal> {
    let found = instance(world, call)?;
    let name = found.document.given("DBInstanceIdentifier");
    let status = found.document.given("DBInstanceStatus");
    if statuses.contains(&status) {
        return Ok((Place::new(key(call, name), found), found.document.clone()));
    }
    let message = format!("Database instance is not in available state: {name} is {status}.");
    Err(Refusal::new("InvalidDBInstanceStateFault", message))
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::new("DBInstanceNotFoundFault", format!("DBInstance {name} not found."))
}

pub(in crate::rds) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    if let Some(name) = call.input.text("DBInstanceIdentifier") {
        let found = instance(world, call)?;
        return Ok(marked(call, "DBInstances", [(name.to_owned(), found.document.clone())]));
    }
    let filters = call.input.inners("Filters");
    let instances = world.rds.instances.iter();
    let seen = instances.filter(|((region, _), it)| {
        *region == call.region
            && call.sees(it, world)
            && filters.iter().all(|filter| passes(&it.document, filter))
    });
    Ok(marked(call, "DBInstances", seen.map(|((_, name), it)| (name.clone(), it.document.clone()))))
}

fn passes(document: &Document, filter: &Document) -> bool {
    let members: &[&str] = match filter.given("Name") {
        "db-instance-id" => &["DBInstanceIdentifier", "DBInstanceArn"],
        "dbi-resource-id" => &["DbiResourceId"],
        "engine" => &["Engine"],
        _ => return true,
    };
    let values = filter.texts("Values");
    members
        .iter()
        .any(|member| document.text(member).is_some_and(|it| values.iter().any(|value| value == it)))
}
