//! The groups themselves.

use std::collections::BTreeMap;

use crate::{
    calls::Call,
    document::Document,
    marked::marked,
    rds::{catalog::Version, state::key},
    refusal::Refusal,
    tag_list::untagged,
    world::{Object, World},
};

/// A group with what was set in it.
#[derive(Debug)]
pub(in crate::rds) struct ParameterGroup {
    pub(in crate::rds) object: Object,
    /// Values that differ from the defaults, each with when it counts.
    pub(super) values: BTreeMap<String, (String, String)>,
}

pub(in crate::rds) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let name = input.given("DBParameterGroupName").to_lowercase();
    if world.rds.parameter_groups.contains_key(&key(call, &name)) || name.starts_with("default.") {
        let message = format!("Parameter group {name} already exists");
        return Err(Refusal::new("DBParameterGroupAlreadyExistsFault", message));
    }
    let family = input.given("DBParameterGroupFamily");
    check_family(family)?;
    let document = Document::new()
        .with("DBParameterGroupName", name.as_str())
        .with("DBParameterGroupFamily", family)
        .with("Description", input.given("Description"))
        .with("DBParameterGroupArn", call.arn(world, "rds", &format!("pg:{name}")))
        .with("TagList", input.list("Tags").to_vec());
    let object = world.object(document.clone());
    world.rds.parameter_groups.insert(key(call, &name), ParameterGroup { object, values: BTreeMap::new() });
    Ok(Document::new().with("DBParameterGroup", untagged(&document)))
}

fn check_family(family: &str) -> Result<(), Refusal> {
    let major = family.strip_prefix("postgres");
    let known = major.and_then(|major| Version::wanted(Some(major)));
    known.map(|_| ()).ok_or_else(|| {
        Refusal::invalid_value(format!("ParameterGroupFamily {family} is not a valid parameter group family"))
    })
}

/// The family of a group: its own, or that of AWS's default groups, which nobody has to make.
pub(in crate::rds) fn family(world: &World, call: &Call, name: &str) -> Result<String, Refusal> {
    if let Some(family) = name.strip_prefix("default.") {
        check_family(family).map_err(|_| missing(name))?;
        return Ok(family.to_owned());
    }
    Ok(group(world, call, name)?.object.document.given("DBParameterGroupFamily").to_owned())
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::new("DBParameterGroupNotFoundFault", format!("DBParameterGroup not found: {name}"))
}

pub(super) fn group<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a ParameterGroup, Refusal> {
    let found = world.rds.parameter_groups.get(&key(call, name));
    found.filter(|it| call.sees(&it.object, world)).ok_or_else(|| missing(name))
}

pub(in crate::rds) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    if let Some(name) = call.input.text("DBParameterGroupName") {
        let document = match name.strip_prefix("default.") {
            Some(_) => default_group(world, call, name)?,
            None => untagged(&group(world, call, name)?.object.document),
        };
        return Ok(marked(call, "DBParameterGroups", [(name.to_owned(), document)]));
    }
    let groups = world.rds.parameter_groups.iter();
    let seen = groups.filter(|((region, _), it)| *region == call.region && call.sees(&it.object, world));
    let seen = seen.map(|((_, name), it)| (name.clone(), untagged(&it.object.document)));
    Ok(marked(call, "DBParameterGroups", seen))
}

fn default_group(world: &World, call: &Call, name: &str) -> Result<Document, Refusal> {
    let family = family(world, call, name)?;
    Ok(Document::new()
        .with("DBParameterGroupName", name)
        .with("Description", format!("Default parameter group for {family}"))
        .with("DBParameterGroupArn", call.arn(world, "rds", &format!("pg:{name}")))
        .with("DBParameterGroupFamily", family))
}

pub(in crate::rds) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("DBParameterGroupName").to_lowercase();
    let in_state = |message: String| Err(Refusal::new("InvalidDBParameterGroupStateFault", message));
    if name.starts_with("default.") {
        return in_state(format!("Default DBParameterGroup cannot be deleted: {name}"));
    }
    group(world, call, &name)?;
    if world.rds.instances.iter().any(|((region, _), it)| *region == call.region && uses(it, &name)) {
        return in_state(format!(
            "One or more database instances are still members of this parameter group {name}, so the group cannot be deleted"
        ));
    }
    world.rds.parameter_groups.remove(&key(call, &name));
    Ok(Document::new())
}

/// Whether an instance has this group.
pub(super) fn uses(instance: &Object, name: &str) -> bool {
    let groups = instance.document.inners("DBParameterGroups");
    groups.iter().any(|group| group.text("DBParameterGroupName") == Some(name))
}
