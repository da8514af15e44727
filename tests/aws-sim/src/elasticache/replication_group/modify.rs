//! Changing a replication group.

use serde_json::json;

use super::{
    create::{logs, lowercase, security_groups},
    read::{answer, available_place, group},
    waiting,
};
use crate::{
    calls::{Call, Outcome},
    document::Document,
    elasticache::{
        catalog::{Version, is_node_type},
        parameter_group::traits,
        state::Place,
        user::user_group,
    },
    refusal::Refusal,
    world::World,
};

/// Small changes take a minute.
const SECONDS: i64 = 60;

pub(in crate::elasticache) fn modify(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let place = available_place(world, call)?;
    let input = &call.input;
    let (current, cluster) = {
        let group = group(world, call)?;
        (group.object.document.clone(), group.cluster.clone())
    };
    let applies_now = input.flag("ApplyImmediately") == Some(true);
    let large = large(call, &current, &cluster)?;
    check(world, call, &current)?;
    let Some(group) = place.find(world) else { return answer(world, &place) };
    for (member, value) in large.members() {
        group.waiting.set(member, value.clone());
    }
    // The version that runs takes back what waits.
    if input.has("EngineVersion") && !large.has("EngineVersion") {
        group.waiting.remove("EngineVersion");
    }
    let is_large = !group.waiting.is_empty();
    let outcome = call.outcome;
    group.object.document.set("Status", "modifying");
    if is_large && !applies_now {
        waiting::wait_for_window(world, &place, outcome);
    }
    let seconds = if is_large && applies_now { waiting::SECONDS } else { SECONDS };
    let (later, asked) = (place.clone(), call.input.clone());
    world.after(seconds, move |world| {
        if outcome == Outcome::Success {
            change(world, &later, &asked);
            if applies_now {
                waiting::apply(world, &later);
            }
        }
        if let Some(group) = later.find(world) {
            group.object.document.set("Status", "available");
        }
    });
    answer(world, &place)
}

/// Members of a cache cluster that take machines to change.
fn large(call: &Call, current: &Document, cluster: &Document) -> Result<Document, Refusal> {
    let input = &call.input;
    let mut large = Document::new();
    if let Some(node_type) =
        input.text("CacheNodeType").filter(|it| current.text("CacheNodeType") != Some(it))
    {
        if !is_node_type(node_type) {
            return Err(Refusal::invalid_value(format!("Invalid Cache Node Type: {node_type}.")));
        }
        large.set("CacheNodeType", node_type);
    }
    let engine = input.text("Engine").unwrap_or_else(|| current.given("Engine")).to_lowercase();
    if !input.has("EngineVersion") && engine == current.given("Engine") {
        return Ok(large);
    }
    let wanted = Version::wanted(&engine, input.text("EngineVersion"));
    let now = Version::wanted(current.given("Engine"), cluster.text("EngineVersion"));
    let (Some(wanted), Some(now)) = (wanted, now) else {
        return Err(Refusal::invalid_combination(format!("Cannot find this version for {engine}")));
    };
    if wanted.rank() < now.rank() {
        let message = format!(
            "Cannot downgrade from {} {} to {} {}",
            now.engine, now.version, wanted.engine, wanted.version
        );
        return Err(Refusal::invalid_combination(message));
    }
    if wanted != now {
        large.set("EngineVersion", wanted.actual());
    }
    Ok(large)
}

fn check(world: &World, call: &Call, current: &Document) -> Result<(), Refusal> {
    let input = &call.input;
    let combination = |message: &str| Err(Refusal::invalid_combination(message));
    let touches_version = ["EngineVersion", "Engine", "CacheNodeType"].iter().any(|member| input.has(member));
    if touches_version && current.has("GlobalReplicationGroupInfo") {
        let message =
            "Version and node type of a member of a global replication group are those of the global one";
        return Err(Refusal::invalid_value(message));
    }
    if input.has("AuthToken") && input.flag("ApplyImmediately") != Some(true) {
        return combination("AuthToken can only be changed with ApplyImmediately");
    }
    if input.has("AuthToken") && current.flag("TransitEncryptionEnabled") != Some(true) {
        return combination("AuthToken needs encryption in transit");
    }
    let fails_over = input.flag("AutomaticFailoverEnabled");
    if fails_over == Some(false) && current.flag("ClusterEnabled") == Some(true) {
        return combination("Automatic failover cannot be disabled for a group with cluster mode enabled");
    }
    let has_replicas = group(world, call)?.has_replicas();
    if (fails_over == Some(true) || input.flag("MultiAZEnabled") == Some(true)) && !has_replicas {
        return combination("Automatic failover and MultiAZ need one replica in each node group at least");
    }
    if fails_over == Some(false)
        && current.text("MultiAZ") == Some("enabled")
        && input.flag("MultiAZEnabled") != Some(false)
    {
        return combination("Must disable MultiAZ before disabling automatic failover");
    }
    for id in input.texts("UserGroupIdsToAdd") {
        user_group(world, call, &id)?;
    }
    if let Some(name) = input.text("CacheParameterGroupName") {
        let engine = input.text("Engine").unwrap_or_else(|| current.given("Engine"));
        let actual = group(world, call)?.cluster.given("EngineVersion").to_owned();
        let version = Version::wanted(engine, Some(input.text("EngineVersion").unwrap_or(&actual)));
        if version
            .is_some_and(|version| traits(world, call, name).is_ok_and(|it| it.family != version.family))
        {
            return combination("The family of the parameter group does not fit the version");
        }
        traits(world, call, name)?;
    }
    Ok(())
}

/// Carries out the small changes.
fn change(world: &mut World, place: &Place, input: &Document) {
    let now = world.now_text();
    let Some(group) = place.find(world) else { return };
    let (document, cluster) = (&mut group.object.document, &mut group.cluster);
    document.carry(
        input,
        &[
            "SnapshotRetentionLimit",
            "SnapshotWindow",
            "AutoMinorVersionUpgrade",
            "IpDiscovery",
            "TransitEncryptionMode",
        ],
    );
    document.carry(input, &["TransitEncryptionEnabled"]);
    cluster.carry(input, &["PreferredMaintenanceWindow"]);
    if let Some(description) = input.text("ReplicationGroupDescription") {
        document.set("Description", description);
    }
    for (asked, member) in [("AutomaticFailoverEnabled", "AutomaticFailover"), ("MultiAZEnabled", "MultiAZ")]
    {
        if let Some(is_on) = input.flag(asked) {
            document.set(member, if is_on { "enabled" } else { "disabled" });
        }
    }
    let mut groups = document.texts("UserGroupIds");
    let removed = lowercase(&input.texts("UserGroupIdsToRemove"));
    groups.retain(|id| !removed.contains(id) && input.flag("RemoveUserGroups") != Some(true));
    groups.extend(lowercase(&input.texts("UserGroupIdsToAdd")));
    groups.dedup();
    document.set("UserGroupIds", groups);
    match (input.has("AuthToken"), input.text("AuthTokenUpdateStrategy")) {
        (_, Some("DELETE")) => document.set("AuthTokenEnabled", false),
        (true, _) => {
            document.set("AuthTokenEnabled", true);
            document.set("AuthTokenLastModifiedDate", now);
        }
        (false, _) => {}
    }
    if input.has("LogDeliveryConfigurations") {
        let asked = input.inners("LogDeliveryConfigurations");
        let is_other = |it: &Document| !asked.iter().any(|asked| asked.text("LogType") == it.text("LogType"));
        let kept = document.inners("LogDeliveryConfigurations").into_iter().filter(is_other).map(Into::into);
        document.set("LogDeliveryConfigurations", kept.chain(logs(input)).collect::<Vec<_>>());
    }
    if input.has("SecurityGroupIds") {
        cluster.set("SecurityGroups", security_groups(&input.texts("SecurityGroupIds")));
    }
    if let Some(name) = input.text("CacheParameterGroupName") {
        let name = name.to_lowercase();
        cluster.set(
            "CacheParameterGroup",
            json!({ "CacheParameterGroupName": name, "ParameterApplyStatus": "in-sync", "CacheNodeIdsToReboot": [] }),
        );
    }
    if let Some(topic) = input.text("NotificationTopicArn") {
        let status = input.text("NotificationTopicStatus").unwrap_or("active");
        cluster.set("NotificationConfiguration", json!({ "TopicArn": topic, "TopicStatus": status }));
    }
}
