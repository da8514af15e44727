//! Changing add-ons.

use super::{catalog::known, life::version, read::addon};
use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::cluster,
        updates::{Change, Part, begin},
    },
    refusal::Refusal,
    world::World,
};

/// AWS takes 15 to 45 seconds.
const SECONDS: i64 = 30;

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
    let part = Part::Addon(input.given("addonName").to_owned());
    let change = Change { part, kind: "AddonUpdate", params: said.collect(), seconds: SECONDS };
    begin(world, call, change, move |document| {
        for (member, value) in wanted.members() {
            document.set(member, value.clone());
        }
    })
}
