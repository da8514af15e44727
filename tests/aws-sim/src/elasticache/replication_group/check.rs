//! What a replication group may be.

use crate::{
    calls::Call,
    document::Document,
    elasticache::{
        catalog::{Version, is_node_type},
        parameter_group::traits,
        subnet_group::subnet_group,
        user::user_group,
    },
    refusal::Refusal,
    world::World,
};

/// The most shards of a group, and the most replicas of a shard: AWS's quotas.
pub(super) const MOST_SHARDS: usize = 90;
pub(super) const MOST_REPLICAS: usize = 5;

/// What a request makes, once everything is said.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) version: Version,
    pub(super) is_clustered: bool,
    pub(super) shards: usize,
    pub(super) replicas: usize,
    pub(super) parameter_group: String,
}

/// What a request says about the shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// There are several, or could be.
    Clustered,
    /// There is one.
    Single,
}

fn combination<T>(message: &str) -> Result<T, Refusal> {
    Err(Refusal::invalid_combination(message))
}

/// What a request makes, if it can be made.
pub(super) fn layout(world: &World, call: &Call, input: &Document) -> Result<Layout, Refusal> {
    check_id(input.given("ReplicationGroupId"))?;
    let engine = input.text("Engine").unwrap_or("redis").to_lowercase();
    let wanted = input.text("EngineVersion");
    let version = Version::wanted(&engine, wanted).ok_or_else(|| {
        let wanted = wanted.unwrap_or_default();
        Refusal::invalid_combination(format!("Cannot find version {wanted} for {engine}"))
    })?;
    match input.text("CacheNodeType") {
        Some(node_type) if is_node_type(node_type) => {}
        Some(node_type) => {
            return Err(Refusal::invalid_value(format!("Invalid Cache Node Type: {node_type}.")));
        }
        None => return combination("The parameter CacheNodeType must be provided"),
    }
    let (shards, replicas) = sizes(input)?;
    let is_spread = shards > 1
        || input.text("ClusterMode") == Some("enabled")
        || input.has("NodeGroupConfiguration")
        || input.has("NumNodeGroups");
    let mode = if is_spread { Mode::Clustered } else { Mode::Single };
    let (parameter_group, is_clustered) = parameters(world, call, version, mode)?;
    let layout = Layout { version, is_clustered, shards, replicas, parameter_group };
    check_safety(input, &layout)?;
    check_access(world, call, input)?;
    if let Some(group) = input.text("CacheSubnetGroupName").filter(|group| *group != "default") {
        subnet_group(world, call, group)?;
    }
    Ok(layout)
}

fn check_id(id: &str) -> Result<(), Refusal> {
    let is_word = id.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
    let begins_well = id.starts_with(|it: char| it.is_ascii_alphabetic());
    if is_word && begins_well && !id.ends_with('-') && !id.contains("--") && id.len() <= 40 {
        return Ok(());
    }
    Err(Refusal::invalid_value(format!(
        "The parameter ReplicationGroupId is not a valid identifier: {id}. It has 1 to 40 letters, digits and hyphens, \
         begins with a letter, and neither ends with a hyphen nor has two of them in a row."
    )))
}

/// How many shards, and how many replicas in each.
fn sizes(input: &Document) -> Result<(usize, usize), Refusal> {
    let number = |member: &str| input.number(member).and_then(|it| usize::try_from(it).ok());
    let configured = input.inners("NodeGroupConfiguration");
    let shards = number("NumNodeGroups").unwrap_or(configured.len().max(1));
    let of_each =
        configured.iter().find_map(|it| it.number("ReplicaCount")).and_then(|it| usize::try_from(it).ok());
    let replicas = match (number("NumCacheClusters"), number("ReplicasPerNodeGroup").or(of_each)) {
        (Some(_), Some(_)) => {
            return combination("Give NumCacheClusters or ReplicasPerNodeGroup, and not both");
        }
        (Some(clusters), None) => clusters.max(1) - 1,
        (None, replicas) => replicas.unwrap_or(0),
    };
    if shards == 0 || shards > MOST_SHARDS {
        return Err(Refusal::invalid_value(format!("NumNodeGroups is between 1 and {MOST_SHARDS}")));
    }
    if replicas > MOST_REPLICAS {
        return Err(Refusal::invalid_value(format!("ReplicasPerNodeGroup is between 0 and {MOST_REPLICAS}")));
    }
    Ok((shards, replicas))
}

/// The group of parameters, and whether it is for several shards.
fn parameters(world: &World, call: &Call, version: Version, mode: Mode) -> Result<(String, bool), Refusal> {
    let Some(name) = call.input.text("CacheParameterGroupName") else {
        return Ok(match mode {
            Mode::Clustered => (format!("default.{}.cluster.on", version.family), true),
            Mode::Single => (format!("default.{}", version.family), false),
        });
    };
    let traits = traits(world, call, name)?;
    if traits.family != version.family {
        let message = format!(
            "Expected a parameter group of family {} but found one of family {}",
            version.family, traits.family
        );
        return Err(Refusal::invalid_combination(message));
    }
    if mode == Mode::Clustered && !traits.is_clustered {
        return combination(
            "A parameter group without cluster-enabled cannot be used with several node groups",
        );
    }
    Ok((name.to_lowercase(), traits.is_clustered))
}

/// What takes over has to be there.
fn check_safety(input: &Document, layout: &Layout) -> Result<(), Refusal> {
    let fails_over = input.flag("AutomaticFailoverEnabled");
    if layout.is_clustered && fails_over == Some(false) {
        return combination(
            "Redis with cluster mode enabled should be created with automatic failover enabled.",
        );
    }
    if input.flag("MultiAZEnabled") == Some(true) {
        if fails_over != Some(true) && !layout.is_clustered {
            return combination("MultiAZ needs automatic failover");
        }
        if layout.replicas == 0 {
            return combination("MultiAZ needs one replica in each node group at least");
        }
    }
    if fails_over == Some(true) && !layout.is_clustered && layout.replicas == 0 {
        return combination("Automatic failover needs one replica at least");
    }
    Ok(())
}

/// Who may come in, and whether they are heard by others.
pub(super) fn check_access(world: &World, call: &Call, input: &Document) -> Result<(), Refusal> {
    let groups = input.texts("UserGroupIds");
    let token = input.text("AuthToken");
    let is_encrypted = input.flag("TransitEncryptionEnabled") == Some(true);
    if (token.is_some() || !groups.is_empty()) && !is_encrypted {
        return combination("Authentication is only supported when encryption-in-transit is enabled");
    }
    if token.is_some() && !groups.is_empty() {
        return combination("AuthToken and UserGroupIds cannot be used together");
    }
    if token.is_some_and(|token| !(16..=128).contains(&token.len())) {
        return Err(Refusal::invalid_value("AuthToken has 16 to 128 characters"));
    }
    for group in groups {
        user_group(world, call, &group)?;
    }
    Ok(())
}
