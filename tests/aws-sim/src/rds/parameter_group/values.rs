//! What is set in a group.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    catalog::{Apply, CATALOG, known},
    group::{family, group, missing, uses},
};
use crate::{
    calls::Call, document::Document, marked::marked, rds::state::key, refusal::Refusal, world::World,
};

pub(in crate::rds) fn describe_parameters(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("DBParameterGroupName");
    family(world, call, name)?;
    let values = group(world, call, name).map(|it| it.values.clone()).unwrap_or_default();
    let parameters = CATALOG.iter().map(|it| {
        let set = values.get(it.name);
        // What is set to the default counts as set by nobody.
        let is_users = set.is_some_and(|(value, _)| Some(value.as_str()) != it.default);
        let mut parameter = Document::new()
            .with("ParameterName", it.name)
            .with("ApplyType", it.apply.as_str())
            .with("DataType", it.data_type)
            .with("IsModifiable", true)
            .with("Source", if is_users { "user" } else { "engine-default" })
            .with("ApplyMethod", set.map_or("pending-reboot", |(_, method)| method.as_str()));
        if let Some(value) = set.map(|(value, _)| value.as_str()).or(it.default) {
            parameter.set("ParameterValue", value);
        }
        parameter
    });
    let source = call.input.text("Source");
    let shown = parameters.filter(|it| source.is_none_or(|source| it.text("Source") == Some(source)));
    Ok(marked(call, "Parameters", shown.map(|it| (it.given("ParameterName").to_owned(), it))))
}

pub(in crate::rds) fn modify(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let parameters = call.input.inners("Parameters");
    for parameter in &parameters {
        let name = parameter.text("ParameterName").unwrap_or_default();
        let Some(known) = known(name) else {
            return Err(Refusal::invalid_value(format!("Could not find parameter with name: {name}")));
        };
        if !parameter.has("ParameterValue") || !parameter.has("ApplyMethod") {
            let message = "The parameters ParameterName, ParameterValue and ApplyMethod must be provided";
            return Err(Refusal::invalid_combination(message));
        }
        if known.apply == Apply::Static && parameter.text("ApplyMethod") == Some("immediate") {
            let message = "cannot use immediate apply method for static parameter";
            return Err(Refusal::invalid_combination(message));
        }
    }
    let names: Vec<String> =
        parameters.iter().map(|it| it.text("ParameterName").unwrap_or_default().to_owned()).collect();
    change(world, call, &names, |values| {
        for parameter in &parameters {
            let text = |member| parameter.text(member).unwrap_or_default().to_owned();
            values.insert(text("ParameterName"), (text("ParameterValue"), text("ApplyMethod")));
        }
    })
}

pub(in crate::rds) fn reset(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let everything = call.input.flag("ResetAllParameters") == Some(true);
    let named = call.input.inners("Parameters");
    let names: Vec<String> = if everything {
        CATALOG.iter().map(|it| it.name.to_owned()).collect()
    } else {
        named.iter().filter_map(|it| it.text("ParameterName").map(str::to_owned)).collect()
    };
    change(world, call, &names, |values| values.retain(|name, _| !names.contains(name)))
}

type Values = BTreeMap<String, (String, String)>;

/// Changes a group. Instances that have it wait for a reboot, if one of these parameters does.
fn change(
    world: &mut World,
    call: &Call,
    names: &[String],
    change: impl FnOnce(&mut Values),
) -> Result<Document, Refusal> {
    let name = call.input.given("DBParameterGroupName").to_lowercase();
    if name.starts_with("default.") {
        let message = format!("Modifying default parameter groups is not allowed: {name}");
        return Err(Refusal::new("InvalidDBParameterGroupStateFault", message));
    }
    group(world, call, &name)?;
    let Some(group) = world.rds.parameter_groups.get_mut(&key(call, &name)) else {
        return Err(missing(&name));
    };
    let before = group.values.clone();
    change(&mut group.values);
    let changed = |it: &&String| before.get(*it) != group.values.get(*it);
    let needs_reboot =
        names.iter().filter(changed).any(|it| known(it).is_some_and(|it| it.apply == Apply::Static));
    if needs_reboot {
        let instances = world.rds.instances.iter_mut();
        let users = instances.filter(|((region, _), it)| *region == call.region && uses(it, &name));
        for (_, user) in users {
            let membership =
                json!({ "DBParameterGroupName": name, "ParameterApplyStatus": "pending-reboot" });
            user.document.set("DBParameterGroups", json!([membership]));
        }
    }
    Ok(Document::new().with("DBParameterGroupName", name))
}
