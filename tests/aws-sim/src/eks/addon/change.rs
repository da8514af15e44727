//! Changing add-ons.

use serde_json::json;

use super::{catalog::known, life::version, read::addon};
use crate::{
    calls::{Call, Outcome},
    document::Document,
    eks::{
        lookup::{cluster, cluster_mut},
        pod_identity,
        updates::{Change, Part, begin},
    },
    refusal::Refusal,
    world::World,
};

/// AWS takes 15 to 45 seconds.
const SECONDS: i64 = 30;

/// Without a role the add-on goes back to that of the machines, as CreateAddon and UpdateAddon say. Pod identities that are
/// not spoken of stay.
pub(in crate::eks) fn update(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let current = addon(world, call)?.document.clone();
    let known = known(current.given("addonName")).expect("only known add-ons are installed");
    let mut wanted = Document::new();
    if input.has("addonVersion") {
        let version = version(call, known, &cluster(world, call)?.object.document)?;
        wanted.set("addonVersion", version);
    }
    wanted.carry(input, &["serviceAccountRoleArn", "configurationValues"]);
    const ROWS: [(&str, &str); 4] = [
        ("addonVersion", "AddonVersion"),
        ("serviceAccountRoleArn", "ServiceAccountRoleArn"),
        ("resolveConflicts", "ResolveConflicts"),
        ("configurationValues", "ConfigurationValues"),
    ];
    let said = ROWS.into_iter().filter_map(|(member, param)| Some((param, input.text(member)?.to_owned())));
    let identities =
        input.get("podIdentityAssociations").map(|it| ("PodIdentityAssociations", it.to_string()));
    let part = Part::Addon(input.given("addonName").to_owned());
    let params = said.chain(identities).collect();
    let change = Change { part, kind: "AddonUpdate", params, seconds: SECONDS };
    let begun = begin(world, call, change, move |document| {
        if !wanted.has("serviceAccountRoleArn") {
            document.remove("serviceAccountRoleArn");
        }
        for (member, value) in wanted.members() {
            document.set(member, value.clone());
        }
    })?;
    if input.has("podIdentityAssociations") && call.outcome == Outcome::Success {
        let call = call.clone();
        world.after(SECONDS, move |world| associate(world, &call));
    }
    Ok(begun)
}

/// Exchanges the associations that the add-on has made for those that it is asked for now.
fn associate(world: &mut World, call: &Call) {
    // It goes with its cluster.
    let Ok(addon) = addon(world, call) else { return };
    let owner = addon.document.given("addonArn").to_owned();
    if let Ok(cluster) = cluster_mut(world, call) {
        cluster.associations.retain(|_, it| it.document.text("ownerArn") != Some(&owner));
    }
    let wanted = call.input.inners("podIdentityAssociations");
    let made: Vec<String> =
        wanted.iter().map(|wanted| pod_identity::associate_addon(world, call, wanted, &owner)).collect();
    let Ok(cluster) = cluster_mut(world, call) else { return };
    let Some(addon) = cluster.addons.get_mut(call.input.given("addonName")) else { return };
    if made.is_empty() {
        addon.document.remove("podIdentityAssociations");
    } else {
        addon.document.set("podIdentityAssociations", json!(made));
    }
}
