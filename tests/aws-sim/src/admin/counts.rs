//! What was asked for, what there is, and what should not be there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::router::settled;
use crate::{
    sim::Sim,
    world::{Listed, OWNER_TAG},
};

/// What somebody knows of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    /// Their ARNs.
    known: BTreeSet<String>,
}

/// Counters, objects by kind, objects that were made twice, and those that have lost what they belonged to.
pub(super) async fn show(State(sim): State<Arc<Sim>>) -> Json<Value> {
    let world = settled(&sim);
    let objects = world.objects();
    let orphans: Vec<_> = objects.iter().filter(|object| object.orphan_of.is_some()).collect();
    Json(json!({
        "requests": world.counts.requests,
        "refusals": world.counts.refusals,
        "faults": world.counts.faults,
        "unimplemented": world.counts.unimplemented,
        "misfits": world.counts.misfits,
        "objects": world.census(),
        "duplicates": duplicates(&objects),
        "orphans": orphans,
    }))
}

/// The objects that are Sparki's own, and neither among those that somebody knows of nor a part of one of them, which has
/// its owner tag.
pub(super) async fn orphans(State(sim): State<Arc<Sim>>, body: String) -> Response {
    let known = match serde_json::from_str::<Known>(&body) {
        Ok(Known { known }) => known,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    };
    let objects = settled(&sim).objects();
    let owners: BTreeSet<_> = objects
        .iter()
        .filter(|object| known.contains(&object.arn))
        .filter_map(|object| object.owner.clone())
        .collect();
    let orphans =
        objects.into_iter().filter(|object| object.owner.as_ref().is_some_and(|it| !owners.contains(it)));
    Json(orphans.collect::<Vec<_>>()).into_response()
}

/// Objects of one kind in one region that one attempt has made.
fn duplicates(objects: &[Listed]) -> Vec<Value> {
    let mut groups: BTreeMap<_, Vec<&Listed>> = BTreeMap::new();
    for object in objects {
        if let Some(owner) = &object.owner {
            groups.entry((object.service, object.kind, &object.region, owner)).or_default().push(object);
        }
    }
    let several = groups.into_iter().filter(|(_, objects)| objects.len() > 1);
    several.map(|((.., owner), objects)| json!({ OWNER_TAG: owner, "objects": objects })).collect()
}
