//! Looking at add-ons.

use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::{cluster, name},
        pages::paged,
    },
    refusal::Refusal,
    world::{Object, World},
};

/// The add-on that a request is about.
pub(super) fn addon<'a>(world: &'a World, call: &Call) -> Result<&'a Object, Refusal> {
    let wanted = call.input.given("addonName");
    let found = cluster(world, call)?.addons.get(wanted).filter(|it| call.sees(it, world));
    found.ok_or_else(|| {
        let message = format!("No addon: {wanted} found in cluster: {}", name(call));
        let refusal = Refusal::new("ResourceNotFoundException", message);
        refusal.with("clusterName", name(call)).with("addonName", wanted)
    })
}

pub(in crate::eks) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    Ok(Document::new().with("addon", addon(world, call)?.document.clone()))
}

pub(in crate::eks) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let addons = cluster(world, call)?.addons.iter().filter(|(_, it)| call.sees(it, world));
    Ok(paged(call, "addons", addons.map(|(name, _)| (name.clone(), name.clone()))))
}
