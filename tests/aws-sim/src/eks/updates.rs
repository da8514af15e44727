//! Updates: everything about a cluster that takes its time, with an id to ask for.

use serde_json::{Value, json};

use super::{
    lookup::{Place, cluster, cluster_mut, name},
    pages::paged,
    state::Cluster,
};
use crate::{
    calls::{Call, Outcome},
    document::Document,
    refusal::Refusal,
    world::{Object, World},
};

/// Something that is being changed, or has been.
#[derive(Debug)]
pub(super) struct Update {
    part: Part,
    document: Document,
}

/// What is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The cluster itself.
    Cluster,
    /// A node group of this name.
    NodeGroup(String),
    /// An add-on of this name.
    Addon(String),
}

/// A change that is to begin.
pub(super) struct Change {
    pub(super) part: Part,
    /// As the model has it: `VersionUpdate`.
    pub(super) kind: &'static str,
    /// What is changed, and to what.
    pub(super) params: Vec<(&'static str, String)>,
    pub(super) seconds: i64,
}

impl Part {
    fn object<'a>(&self, cluster: &'a mut Cluster) -> Option<&'a mut Object> {
        match self {
            Self::Cluster => Some(&mut cluster.object),
            Self::NodeGroup(name) => cluster.node_groups.get_mut(name),
            Self::Addon(name) => cluster.addons.get_mut(name),
        }
    }

    /// What it becomes when a change fails.
    fn status_of_failure(&self) -> &'static str {
        match self {
            Self::Cluster | Self::NodeGroup(_) => "ACTIVE",
            Self::Addon(_) => "UPDATE_FAILED",
        }
    }
}

/// Begins a change: what is changed is `UPDATING` until it is due, and then as `apply` makes it.
///
/// # Errors
///
/// If it is being changed, made or deleted already, or is a cluster that could not be made.
///
/// # Panics
///
/// When the part is not there: whoever begins a change has looked at it.
pub(super) fn begin(
    world: &mut World,
    call: &Call,
    change: Change,
    apply: impl FnOnce(&mut Document) + Send + 'static,
) -> Result<Document, Refusal> {
    let Change { part, kind, params, seconds } = change;
    let (id, now) = (world.ids.uuid(), world.now_text());
    let cluster = cluster_mut(world, call)?;
    let running = cluster
        .updates
        .iter()
        .find(|update| update.part == part && update.document.text("status") == Some("InProgress"));
    let running = running.map(|update| update.document.given("id").to_owned());
    let object = part.object(cluster).expect("a change is of something that is there");
    let status = object.document.given("status");
    if status == "FAILED" {
        let message = format!(
            "Cannot {} because cluster {} is not in ACTIVE status but {status}",
            call.operation,
            name(call)
        );
        return Err(Refusal::new("InvalidRequestException", message).with("clusterName", name(call)));
    }
    if !["ACTIVE", "DEGRADED", "UPDATE_FAILED", "CREATE_FAILED"].contains(&status) {
        let what = running
            .map_or_else(|| format!("is {status}"), |id| format!("currently has update {id} in progress"));
        let message = format!("Cannot {} because cluster {} {what}", call.operation, name(call));
        return Err(Refusal::new("ResourceInUseException", message).with("clusterName", name(call)));
    }
    object.become_status("status", "UPDATING");
    let params: Vec<Value> =
        params.into_iter().map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
    let document = Document::new()
        .with("id", id.as_str())
        .with("status", "InProgress")
        .with("type", kind)
        .with("params", params)
        .with("createdAt", now)
        .with("errors", json!([]));
    let output = Document::new().with("update", document.clone());
    cluster.updates.push(Update { part: part.clone(), document });
    let (place, outcome) = (Place::of(call, cluster), call.outcome);
    world.after(seconds, move |world| {
        let now = world.now_text();
        let Some(cluster) = place.find(world) else { return };
        end(cluster, &id, outcome);
        let Some(object) = part.object(cluster) else { return };
        match outcome {
            Outcome::Success => {
                apply(&mut object.document);
                object.become_status("status", "ACTIVE");
            }
            Outcome::Failure => object.become_status("status", part.status_of_failure()),
        }
        if part != Part::Cluster {
            object.document.set("modifiedAt", now);
        }
    });
    Ok(output)
}

fn end(cluster: &mut Cluster, id: &str, outcome: Outcome) {
    let update = cluster.updates.iter_mut().find(|update| update.document.text("id") == Some(id));
    let Some(Update { document, .. }) = update else { return };
    match outcome {
        Outcome::Success => document.set("status", "Successful"),
        Outcome::Failure => {
            document.set("status", "Failed");
            let error = json!({ "errorCode": "Unknown", "errorMessage": "The update failed on purpose", "resourceIds": [] });
            document.set("errors", json!([error]));
        }
    }
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let (part, id) = (part(call), call.input.given("updateId"));
    let updates = cluster(world, call)?.updates.iter();
    let found = updates.filter(|update| update.part == part).find(|it| it.document.text("id") == Some(id));
    let found = found.ok_or_else(|| {
        let message = format!("No update found for ID: {id}");
        Refusal::new("ResourceNotFoundException", message).with("clusterName", name(call))
    })?;
    Ok(Document::new().with("update", found.document.clone()))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let part = part(call);
    let updates = cluster(world, call)?.updates.iter().filter(|update| update.part == part);
    let numbered = updates.enumerate();
    let ids = numbered.map(|(number, it)| (format!("{number:08}"), it.document.given("id").to_owned()));
    Ok(paged(call, "updateIds", ids))
}

fn part(call: &Call) -> Part {
    let named = |member| call.input.text(member).map(str::to_owned);
    let node_group = named("nodegroupName").map(Part::NodeGroup);
    node_group.or_else(|| named("addonName").map(Part::Addon)).unwrap_or(Part::Cluster)
}
