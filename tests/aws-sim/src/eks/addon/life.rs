//! Installing and removing add-ons.

use serde_json::{Value, json};

use super::{
    catalog::{Known, known},
    read::addon,
};
use crate::{
    calls::{Call, Outcome},
    document::Document,
    eks::{
        lookup::{Place, cluster_mut, name, ready_cluster},
        pod_identity,
        state::Cluster,
        versions::Version,
    },
    refusal::Refusal,
    world::World,
};

/// AWS takes 15 to 45 seconds.
const SECONDS: i64 = 30;

pub(in crate::eks) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let wanted = call.input.given("addonName").to_owned();
    let cluster = ready_cluster(world, call)?;
    let refuse = |shape: &str, message: String| {
        let refusal = Refusal::new(shape, message);
        Err(refusal.with("clusterName", name(call)).with("addonName", wanted.as_str()))
    };
    if cluster.addons.contains_key(&wanted) {
        return refuse("ResourceInUseException", "Addon already exists.".to_owned());
    }
    let Some(known) = known(&wanted) else {
        return refuse("InvalidParameterException", format!("Addon {wanted} specified is not supported"));
    };
    let version = version(call, known, &cluster.object.document)?;
    let place = Place::of(call, cluster);
    let document = described(world, call, &version);
    let object = world.object(document.clone());
    let serial = object.serial;
    if let Some(cluster) = place.find(world) {
        cluster.addons.insert(wanted.clone(), object);
    }
    let outcome = call.outcome;
    world.after(SECONDS, move |world| {
        let Some(cluster) = place.find(world) else { return };
        let has_nodes = cluster.node_groups.values().any(|it| it.document.text("status") == Some("ACTIVE"));
        let Some(addon) = cluster.addons.get_mut(&wanted).filter(|it| it.serial == serial) else { return };
        let (status, issue) = match outcome {
            Outcome::Failure => ("CREATE_FAILED", Some(("InternalFailure", "The add-on failed on purpose"))),
            Outcome::Success if known.needs_nodes && !has_nodes => {
                ("DEGRADED", Some(("InsufficientNumberOfReplicas", "The add-on has no node to run on")))
            }
            Outcome::Success => ("ACTIVE", None),
        };
        addon.become_status("status", status);
        let issues =
            issue.map(|(code, message)| json!({ "code": code, "message": message, "resourceIds": [] }));
        addon.document.set("health", json!({ "issues": issues.into_iter().collect::<Vec<Value>>() }));
    });
    Ok(Document::new().with("addon", document))
}

/// The version that is asked for, or the default one.
pub(super) fn version(call: &Call, known: &Known, cluster: &Document) -> Result<String, Refusal> {
    let kubernetes = Version::of(cluster);
    let Some(wanted) = call.input.text("addonVersion") else { return Ok(known.default(kubernetes)) };
    if known.versions(kubernetes).iter().any(|version| version == wanted) {
        return Ok(wanted.to_owned());
    }
    let refusal = Refusal::new("InvalidParameterException", "Addon version specified is not supported");
    Err(refusal.with("clusterName", name(call)).with("addonName", known.name))
}

fn described(world: &mut World, call: &Call, version: &str) -> Document {
    let (input, now, id) = (&call.input, world.now_text(), world.ids.uuid());
    let wanted = input.given("addonName");
    let arn = call.arn(world, "eks", &format!("addon/{}/{wanted}/{id}", name(call)));
    let associations: Vec<String> = input
        .inners("podIdentityAssociations")
        .iter()
        .map(|wanted| pod_identity::associate_addon(world, call, wanted, &arn))
        .collect();
    let mut document = Document::new()
        .with("addonArn", arn)
        .with("addonVersion", version)
        .with("status", "CREATING")
        .with("health", json!({ "issues": [] }))
        .with("createdAt", now.as_str())
        .with("modifiedAt", now)
        .with("owner", "aws")
        .with("publisher", "eks")
        .with("tags", input.inner("tags"));
    document.carry(
        input,
        &["addonName", "clusterName", "serviceAccountRoleArn", "configurationValues", "namespaceConfig"],
    );
    document.set_default("namespaceConfig", json!({ "namespace": "kube-system" }));
    if !associations.is_empty() {
        document.set("podIdentityAssociations", associations);
    }
    document
}

pub(in crate::eks) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let (serial, arn) = {
        let addon = addon(world, call)?;
        (addon.serial, addon.document.given("addonArn").to_owned())
    };
    let wanted = call.input.given("addonName").to_owned();
    let cluster = cluster_mut(world, call)?;
    let place = Place::of(call, cluster);
    let addon = cluster.addons.get_mut(&wanted).expect("it was there a moment ago");
    let status = addon.document.given("status");
    if ["CREATING", "UPDATING", "DELETING"].contains(&status) {
        let message = format!("Addon {wanted} cannot be deleted while it is {status}");
        let refusal = Refusal::new("InvalidRequestException", message);
        return Err(refusal.with("clusterName", name(call)).with("addonName", wanted));
    }
    addon.become_status("status", "DELETING");
    let document = addon.document.clone();
    world.tokens.forget(&arn);
    world.after(SECONDS, move |world| {
        let Some(cluster) = place.find(world) else { return };
        if cluster.addons.get(&wanted).is_some_and(|it| it.serial == serial) {
            cluster.addons.remove(&wanted);
            cluster.associations.retain(|_, it| it.document.text("ownerArn") != Some(&arn));
        }
    });
    Ok(Document::new().with("addon", document))
}

/// Add-ons that were degraded because they had no node to run on have one now.
pub(in crate::eks) fn nodes_are_there(cluster: &mut Cluster) {
    let degraded = cluster.addons.values_mut().filter(|it| it.document.text("status") == Some("DEGRADED"));
    for addon in degraded {
        addon.become_status("status", "ACTIVE");
        addon.document.set("health", json!({ "issues": [] }));
    }
}
