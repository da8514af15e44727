//! Access entries: principals that a cluster knows.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::{Place, cluster, cluster_mut, name, ready_cluster},
        pages::paged,
        state::AccessEntry,
    },
    refusal::Refusal,
    world::World,
};

/// The entry of the principal that a request is about.
pub(super) fn entry<'a>(world: &'a World, call: &Call) -> Result<&'a AccessEntry, Refusal> {
    let principal = call.input.given("principalArn");
    let cluster = cluster(world, call)?;
    check_mode(call, &cluster.object.document)?;
    let found = cluster.access_entries.get(principal).filter(|it| call.sees(&it.object, world));
    found.ok_or_else(|| {
        let message = "The specified principalArn could not be found. You can view your available access entries with \
                       'list-access-entries'.";
        Refusal::new("ResourceNotFoundException", message).with("clusterName", name(call))
    })
}

/// The same, to be changed.
pub(super) fn entry_mut<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut AccessEntry, Refusal> {
    entry(world, call)?;
    let found = cluster_mut(world, call)?.access_entries.get_mut(call.input.given("principalArn"));
    Ok(found.expect("it was there a moment ago"))
}

fn check_mode(call: &Call, cluster: &Document) -> Result<(), Refusal> {
    if cluster.inner("accessConfig").text("authenticationMode") != Some("CONFIG_MAP") {
        return Ok(());
    }
    let message = "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this \
                   operation.";
    Err(Refusal::new("InvalidRequestException", message).with("clusterName", name(call)))
}

pub(in crate::eks) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let principal = input.given("principalArn");
    let cluster = ready_cluster(world, call)?;
    check_mode(call, &cluster.object.document)?;
    let refuse =
        |shape: &str, message: &str| Err(Refusal::new(shape, message).with("clusterName", name(call)));
    if cluster.access_entries.contains_key(principal) {
        let message = "The specified access entry resource is already in use on this cluster.";
        return refuse("ResourceInUseException", message);
    }
    if !principal.starts_with("arn:aws:iam::") {
        return refuse(
            "InvalidParameterException",
            "The specified principalArn is invalid: invalid principal.",
        );
    }
    let kind = input.text("type").unwrap_or("STANDARD");
    if kind != "STANDARD" && (input.has("username") || !input.list("kubernetesGroups").is_empty()) {
        return refuse(
            "InvalidParameterException",
            "Only standard access entries have a username and groups",
        );
    }
    let groups = input.texts("kubernetesGroups");
    if groups.iter().any(|group| group.starts_with("system:")) {
        return refuse("InvalidParameterException", "The kubernetes group name system: is reserved");
    }
    let place = Place::of(call, cluster);
    let username = input.text("username").unwrap_or(principal).to_owned();
    let document = described(world, call, Principal { arn: principal, kind, username: &username })
        .with("kubernetesGroups", groups)
        .with("tags", input.inner("tags"));
    admit(world, &place, document.clone());
    Ok(Document::new().with("accessEntry", document))
}

/// Whom an entry is for.
#[derive(Clone, Copy)]
pub(super) struct Principal<'a> {
    pub(super) arn: &'a str,
    /// `STANDARD`, `EC2_LINUX`.
    pub(super) kind: &'a str,
    pub(super) username: &'a str,
}

/// What an entry is described as.
pub(super) fn described(world: &mut World, call: &Call, principal: Principal<'_>) -> Document {
    let Principal { arn: principal, kind, username } = principal;
    let (now, id) = (world.now_text(), world.ids.uuid());
    let whose =
        principal.splitn(6, ':').nth(5).unwrap_or_default().replacen('/', &format!("/{}/", world.account), 1);
    let arn = call.arn(world, "eks", &format!("access-entry/{}/{whose}/{id}", name(call)));
    Document::new()
        .with("clusterName", name(call))
        .with("principalArn", principal)
        .with("kubernetesGroups", json!([]))
        .with("accessEntryArn", arn)
        .with("createdAt", now.as_str())
        .with("modifiedAt", now)
        .with("tags", json!({}))
        .with("username", username)
        .with("type", kind)
}

/// Adds an entry to a cluster.
pub(super) fn admit(world: &mut World, place: &Place, document: Document) {
    let object = world.object(document);
    if let Some(cluster) = place.find(world) {
        let principal = object.document.given("principalArn").to_owned();
        cluster.access_entries.insert(principal, AccessEntry { object, policies: BTreeMap::new() });
    }
}

pub(in crate::eks) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    Ok(Document::new().with("accessEntry", entry(world, call)?.object.document.clone()))
}

pub(in crate::eks) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let policy = call.input.text("associatedPolicyArn");
    let cluster = cluster(world, call)?;
    check_mode(call, &cluster.object.document)?;
    let entries = cluster.access_entries.iter().filter(|(_, entry)| {
        call.sees(&entry.object, world) && policy.is_none_or(|policy| entry.policies.contains_key(policy))
    });
    Ok(paged(call, "accessEntries", entries.map(|(principal, _)| (principal.clone(), principal.clone()))))
}

pub(in crate::eks) fn update(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let now = world.now_text();
    let document = &mut entry_mut(world, call)?.object.document;
    if document.text("type") != Some("STANDARD") {
        let refusal =
            Refusal::new("InvalidParameterException", "Only standard access entries can be changed");
        return Err(refusal.with("clusterName", name(call)));
    }
    document.carry(&call.input, &["kubernetesGroups", "username"]);
    document.set("modifiedAt", now);
    Ok(Document::new().with("accessEntry", document.clone()))
}

pub(in crate::eks) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let arn = entry(world, call)?.object.document.given("accessEntryArn").to_owned();
    cluster_mut(world, call)?.access_entries.remove(call.input.given("principalArn"));
    world.tokens.forget(&arn);
    Ok(Document::new())
}
