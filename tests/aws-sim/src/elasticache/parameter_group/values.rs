//! What is set in a group.

use std::collections::BTreeMap;

use super::{
    catalog::{CATALOG, CLUSTER_ENABLED, known},
    group::{group, missing, traits},
};
use crate::{
    calls::Call, document::Document, elasticache::state::key, marked::marked, refusal::Refusal, world::World,
};

pub(in crate::elasticache) fn describe_parameters(
    world: &mut World,
    call: &Call,
) -> Result<Document, Refusal> {
    let name = call.input.given("CacheParameterGroupName");
    let traits = traits(world, call, name)?;
    let values = group(world, call, name).map(|it| it.values.clone()).unwrap_or_default();
    let parameters = CATALOG.iter().map(|it| {
        let default = if it.name == CLUSTER_ENABLED && traits.is_clustered { "yes" } else { it.default };
        let set = values.get(it.name);
        Document::new()
            .with("ParameterName", it.name)
            .with("ParameterValue", set.map_or(default, String::as_str))
            // What is set to the default counts as set by nobody.
            .with("Source", if set.is_some_and(|value| value != it.default) { "user" } else { "system" })
            .with("DataType", it.data_type)
            .with("AllowedValues", it.allowed)
            .with("IsModifiable", true)
            .with("ChangeType", "immediate")
    });
    let source = call.input.text("Source");
    let shown = parameters.filter(|it| source.is_none_or(|source| it.text("Source") == Some(source)));
    Ok(marked(call, "Parameters", shown.map(|it| (it.given("ParameterName").to_owned(), it))))
}

pub(in crate::elasticache) fn modify(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let pairs = call.input.inners("ParameterNameValues");
    for pair in &pairs {
        let name = pair.text("ParameterName").unwrap_or_default();
        let Some(parameter) = known(name) else {
            return Err(Refusal::invalid_value(format!("Invalid parameter name: {name}")));
        };
        let value = pair.text("ParameterValue").unwrap_or_default();
        let is_word = parameter.data_type == "string" && !parameter.allowed.is_empty();
        if is_word && !parameter.allowed.split(',').any(|allowed| allowed == value) {
            let message =
                format!("The parameter value {value} is not allowed for {name}: {}", parameter.allowed);
            return Err(Refusal::invalid_value(message));
        }
    }
    change(world, call, |values| {
        for pair in &pairs {
            let text = |member| pair.text(member).unwrap_or_default().to_owned();
            values.insert(text("ParameterName"), text("ParameterValue"));
        }
    })
}

pub(in crate::elasticache) fn reset(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let everything = call.input.flag("ResetAllParameters") == Some(true);
    let named = call.input.inners("ParameterNameValues");
    change(world, call, |values| {
        values
            .retain(|name, _| !everything && !named.iter().any(|it| it.text("ParameterName") == Some(name)));
    })
}

fn change(
    world: &mut World,
    call: &Call,
    change: impl FnOnce(&mut BTreeMap<String, String>),
) -> Result<Document, Refusal> {
    let name = call.input.given("CacheParameterGroupName").to_lowercase();
    if name.starts_with("default.") {
        let message = format!("The parameter group {name} is a default one and cannot be modified.");
        return Err(Refusal::new("InvalidCacheParameterGroupStateFault", message));
    }
    group(world, call, &name)?;
    let found = world.elasticache.parameter_groups.get_mut(&key(call, &name));
    change(&mut found.ok_or_else(|| missing(&name))?.values);
    Ok(Document::new().with("CacheParameterGroupName", name))
}
