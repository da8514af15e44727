//! Changes that wait for the maintenance window.

use crate::{
    calls::Outcome,
    elasticache::{catalog::Version, state::Place},
    window,
    world::World,
};

/// Machines and versions take 10 to 25 minutes.
pub(super) const SECONDS: i64 = 900;

/// Applies what has waited.
pub(super) fn apply(world: &mut World, place: &Place) {
    let Some(group) = place.find(world) else { return };
    let waiting = std::mem::take(&mut group.waiting);
    group.object.document.carry(&waiting, &["CacheNodeType"]);
    let Some(version) = waiting.text("EngineVersion").and_then(Version::numbered) else { return };
    group.cluster.carry(&waiting, &["EngineVersion"]);
    group.object.document.set("Engine", version.engine);
    let name = group.cluster.inner("CacheParameterGroup").text("CacheParameterGroupName").map(str::to_owned);
    // A default group of another family makes way for that of this one.
    if let Some(name) = name.filter(|name| name.starts_with("default.")) {
        let suffix = if name.ends_with(".cluster.on") { ".cluster.on" } else { "" };
        let parameters = group.cluster.inner("CacheParameterGroup");
        let name = format!("default.{}{suffix}", version.family);
        group.cluster.set("CacheParameterGroup", parameters.with("CacheParameterGroupName", name));
    }
}

/// Lets what waits happen when the maintenance window opens.
pub(super) fn wait_for_window(world: &mut World, place: &Place, outcome: Outcome) {
    let now = world.now();
    let Some(group) = place.find(world) else { return };
    let opening = window::next(group.cluster.given("PreferredMaintenanceWindow"), now);
    let place = place.clone();
    world.after(opening.duration_since(now).as_secs(), move |world| {
        let Some(group) = place.find(world).filter(|it| it.status() == "available") else { return };
        if group.waiting.is_empty() {
            return;
        }
        group.object.document.set("Status", "modifying");
        world.after(SECONDS, move |world| {
            if outcome == Outcome::Success {
                apply(world, &place);
            }
            if let Some(group) = place.find(world) {
                group.object.document.set("Status", "available");
            }
        });
    });
}
