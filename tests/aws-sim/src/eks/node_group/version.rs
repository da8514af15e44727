//! Bringing nodes to another version.

use super::read::node_group;
use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::{cluster, name},
        updates::{Change, Part, begin},
        versions::{LARGEST_SKEW, Version, supported},
    },
    refusal::Refusal,
    world::World,
};

/// Ten nodes take 8 to 15 minutes.
const SECONDS: i64 = 600;

/// Nodes go to their cluster's version unless another one is named, and never back.
pub(in crate::eks) fn update_version(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let group = node_group(world, call)?.document.clone();
    let of_cluster = Version::of(&cluster(world, call)?.object.document);
    let invalid = |message: String| {
        let refusal = Refusal::new("InvalidParameterException", message);
        Err(refusal.with("clusterName", name(call)).with("nodegroupName", input.given("nodegroupName")))
    };
    let current = Version::of(&group);
    let wanted = match input.text("version") {
        Some(version) => supported(world, Some(version))?,
        // Another template keeps the version.
        None if input.has("launchTemplate") => current,
        None => of_cluster,
    };
    if wanted < current {
        return invalid(format!(
            "Nodegroup Kubernetes version {wanted} is below the current version {current}"
        ));
    }
    if wanted > of_cluster || wanted.0 + LARGEST_SKEW < of_cluster.0 {
        return invalid(format!("Nodes of version {wanted} cannot be in a cluster of version {of_cluster}"));
    }
    let release = input.text("releaseVersion").map_or_else(|| wanted.node_release(), str::to_owned);
    if !release.starts_with(&format!("{wanted}.")) {
        return invalid(format!(
            "Requested release version {release} is not valid for kubernetes version {wanted}."
        ));
    }
    let template = if !input.has("launchTemplate") {
        None
    } else if group.has("launchTemplate") {
        Some(world.templates.resolve(call)?)
    } else {
        return invalid(
            "A node group that was made without a launch template cannot be given one".to_owned(),
        );
    };
    let is_other = |template: &Document| template.text("id") != group.inner("launchTemplate").text("id");
    if template.as_ref().is_some_and(is_other) {
        return invalid("A node group cannot be given another launch template".to_owned());
    }
    let mut params = vec![("Version", wanted.to_string()), ("ReleaseVersion", release.clone())];
    let version = template.as_ref().and_then(|template| template.text("version").map(str::to_owned));
    params.extend(version.map(|version| ("LaunchTemplateVersion", version)));
    let part = Part::NodeGroup(input.given("nodegroupName").to_owned());
    let change = Change { part, kind: "VersionUpdate", params, seconds: SECONDS };
    begin(world, call, change, move |document| {
        document.set("version", wanted.to_string());
        document.set("releaseVersion", release);
        if let Some(template) = template {
            document.set("launchTemplate", template);
        }
    })
}
