//! The groups themselves.

use std::collections::BTreeMap;

use super::catalog::CLUSTER_ENABLED;
use crate::{
    calls::Call,
    document::Document,
    elasticache::{catalog::is_family, state::key},
    marked::marked,
    refusal::Refusal,
    tag_list::untagged,
    world::{Object, World},
};

/// A group with what was set in it.
#[derive(Debug)]
pub(in crate::elasticache) struct ParameterGroup {
    pub(in crate::elasticache) object: Object,
    /// Values that differ from the defaults.
    pub(super) values: BTreeMap<String, String>,
}

/// What a replication group has to know of its parameters.
pub(in crate::elasticache) struct Traits {
    pub(in crate::elasticache) family: String,
    /// Whether they are for clusters of several shards.
    pub(in crate::elasticache) is_clustered: bool,
}

/// What a replication group has to know of its parameters: those of a group that was made, or one of AWS's own.
pub(in crate::elasticache) fn traits(world: &World, call: &Call, name: &str) -> Result<Traits, Refusal> {
    if let Some(family) = name.strip_prefix("default.") {
        let (family, is_clustered) =
            family.strip_suffix(".cluster.on").map_or((family, false), |family| (family, true));
        let traits = Traits { family: family.to_owned(), is_clustered };
        return if is_family(family) { Ok(traits) } else { Err(missing(name)) };
    }
    let group = group(world, call, name)?;
    let family = group.object.document.given("CacheParameterGroupFamily").to_owned();
    let is_clustered = group.values.get(CLUSTER_ENABLED).is_some_and(|value| value == "yes");
    Ok(Traits { family, is_clustered })
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::new("CacheParameterGroupNotFoundFault", format!("CacheParameterGroup not found: {name}"))
}

pub(super) fn group<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a ParameterGroup, Refusal> {
    let found = world.elasticache.parameter_groups.get(&key(call, name));
    found.filter(|it| call.sees(&it.object, world)).ok_or_else(|| missing(name))
}

pub(in crate::elasticache) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let name = input.given("CacheParameterGroupName").to_lowercase();
    if world.elasticache.parameter_groups.contains_key(&key(call, &name)) || name.starts_with("default.") {
        let message = format!("Parameter group {name} already exists");
        return Err(Refusal::new("CacheParameterGroupAlreadyExistsFault", message));
    }
    let family = input.given("CacheParameterGroupFamily");
    if !is_family(family) {
        let message = format!("CacheParameterGroupFamily {family} is not a valid parameter group family.");
        return Err(Refusal::invalid_value(message));
    }
    let document = Document::new()
        .with("CacheParameterGroupName", name.as_str())
        .with("CacheParameterGroupFamily", family)
        .with("Description", input.given("Description"))
        .with("IsGlobal", false)
        .with("ARN", call.arn(world, "elasticache", &format!("parametergroup:{name}")))
        .with("TagList", input.list("Tags").to_vec());
    let object = world.object(document.clone());
    let group = ParameterGroup { object, values: BTreeMap::new() };
    world.elasticache.parameter_groups.insert(key(call, &name), group);
    Ok(Document::new().with("CacheParameterGroup", untagged(&document)))
}

pub(in crate::elasticache) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    if let Some(name) = call.input.text("CacheParameterGroupName") {
        let family = traits(world, call, name)?.family;
        let document = match group(world, call, name) {
            Ok(group) => untagged(&group.object.document),
            Err(_) => Document::new()
                .with("CacheParameterGroupName", name)
                .with("Description", format!("Default parameter group for {family}"))
                .with("IsGlobal", false)
                .with("ARN", call.arn(world, "elasticache", &format!("parametergroup:{name}")))
                .with("CacheParameterGroupFamily", family),
        };
        return Ok(marked(call, "CacheParameterGroups", [(name.to_owned(), document)]));
    }
    let groups = world.elasticache.parameter_groups.iter();
    let seen = groups.filter(|((region, _), it)| *region == call.region && call.sees(&it.object, world));
    let seen = seen.map(|((_, name), it)| (name.clone(), untagged(&it.object.document)));
    Ok(marked(call, "CacheParameterGroups", seen))
}

pub(in crate::elasticache) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("CacheParameterGroupName").to_lowercase();
    let in_state = |message: String| Err(Refusal::new("InvalidCacheParameterGroupStateFault", message));
    if name.starts_with("default.") {
        return in_state(format!("Default parameter group {name} cannot be deleted."));
    }
    group(world, call, &name)?;
    let mut groups = world.elasticache.groups.iter();
    let is_used = groups.any(|((region, _), group)| {
        *region == call.region
            && group.cluster.inner("CacheParameterGroup").text("CacheParameterGroupName") == Some(&name)
    });
    if is_used {
        return in_state(format!(
            "One or more cache clusters are still members of this parameter group {name}, so the group cannot be deleted."
        ));
    }
    world.elasticache.parameter_groups.remove(&key(call, &name));
    Ok(Document::new())
}
