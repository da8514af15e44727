//! How a cluster is changed: one request after the other, for AWS takes only some changes together. Pure.

use std::collections::BTreeMap;

use aws_sdk_elasticache::operation::decrease_replica_count::builders::DecreaseReplicaCountInputBuilder;
use aws_sdk_elasticache::operation::increase_replica_count::builders::IncreaseReplicaCountInputBuilder;
use aws_sdk_elasticache::operation::modify_replication_group::builders::ModifyReplicationGroupInputBuilder;
use aws_sdk_elasticache::operation::modify_replication_group_shard_configuration::builders::ModifyReplicationGroupShardConfigurationInputBuilder;
use aws_sdk_elasticache::types::{
    AuthTokenUpdateStrategyType, ConfigureShard, ReplicationGroup, TransitEncryptionMode,
};
use sparki_core::{Secret, Value};

use super::requests::number;
use super::waiting::{Waiting, is_at_once, is_let_go};
use super::{ElasticacheRedisModel, Tls};

/// One request. It may hold a password, so it cannot be printed.
#[derive(Clone)]
pub(super) enum Step {
    /// More replicas.
    Increase(IncreaseReplicaCountInputBuilder),
    /// Settings, which take a minute.
    Settings(Box<ModifyReplicationGroupInputBuilder>),
    /// Other machines or another version, which take up to half an hour.
    Machines(Box<ModifyReplicationGroupInputBuilder>),
    /// More shards or fewer.
    Reshard(ModifyReplicationGroupShardConfigurationInputBuilder),
    /// Fewer replicas.
    Decrease(DecreaseReplicaCountInputBuilder),
}

impl Step {
    /// Whether it brings the nodes to another parameter group, which may have been made a moment ago.
    pub(super) fn names_parameters(&self) -> bool {
        match self {
            Self::Settings(request) | Self::Machines(request) => {
                request.get_cache_parameter_group_name().is_some()
            }
            Self::Increase(_) | Self::Reshard(_) | Self::Decrease(_) => false,
        }
    }

    /// Whether shards and replicas are as this step makes them, so that a request that was sent twice, because the first
    /// answer was lost, need not be answered well twice. Of settings that cannot be told; to send them again does no harm.
    pub(super) fn is_done(&self, shards: &Shards) -> bool {
        let replicas = |all: Option<i32>, some: &[ConfigureShard]| {
            let wanted = |name: &str| {
                let named = some.iter().find(|it| it.node_group_id() == Some(name));
                named.and_then(ConfigureShard::new_replica_count).or(all)
            };
            shards.iter().all(|(name, count)| wanted(name).is_none_or(|wanted| wanted == *count))
        };
        match self {
            Self::Increase(request) => {
                let some = request.get_replica_configuration().as_deref().unwrap_or_default();
                replicas(*request.get_new_replica_count(), some)
            }
            Self::Decrease(request) => {
                let some = request.get_replica_configuration().as_deref().unwrap_or_default();
                replicas(*request.get_new_replica_count(), some)
            }
            Self::Reshard(request) => {
                request.get_node_group_count().is_some_and(|count| usize::try_from(count) == Ok(shards.len()))
            }
            Self::Settings(_) | Self::Machines(_) => false,
        }
    }
}

/// What is decided besides the plan.
#[derive(Clone, Debug, Default)]
pub(super) struct Target<'a> {
    /// The version to go to, if to another one.
    pub(super) version: Option<String>,
    /// The parameter group to have, if another one.
    pub(super) parameter_group: Option<String>,
    pub(super) token: Option<&'a Secret<String>>,
    /// Whether clients have to give a password now; none if AWS does not say.
    pub(super) has_token: Option<bool>,
    /// What waits for the maintenance window, if anything does.
    pub(super) waiting: Option<Waiting>,
}

/// How many replicas the shards have, by the name of the shard.
pub(super) type Shards = BTreeMap<String, i32>;

/// The shards of a replication group.
pub(super) fn shards(group: &ReplicationGroup) -> Shards {
    let shards = group.node_groups().iter().filter_map(|shard| {
        let members = i32::try_from(shard.node_group_members().len()).ok()?;
        Some((shard.node_group_id.clone()?, members.saturating_sub(1).max(0)))
    });
    shards.collect()
}

/// The steps from what there is to what is planned, in the order in which AWS allows them: replicas come before what
/// needs them, and go after what needed them.
pub(super) fn steps(
    prior: &ElasticacheRedisModel,
    planned: &ElasticacheRedisModel,
    shards: &Shards,
    target: &Target<'_>,
) -> Vec<Step> {
    let replicas = number(&planned.replicas_per_shard);
    let mut steps = release(prior, planned, target);
    steps.extend(replicas.and_then(|replicas| increase(planned, shards, replicas)));
    let mut reshard = reshard(planned, shards);
    // Several zones need a replica in every shard, and those that are about to go get none.
    if changed(&prior.multi_az, &planned.multi_az) == Some(&true) && shrinks(planned, shards) {
        steps.extend(reshard.take());
    }
    steps.extend(settings(prior, planned, target));
    steps.extend(machines(prior, planned, target));
    steps.extend(reshard);
    steps.extend(replicas.and_then(|replicas| decrease(planned, shards, replicas)));
    let (tls, access) = (tls(prior, planned), access(prior, planned, target));
    // Passwords and users need TLS: it comes before them, and goes after them.
    if planned.tls.known() == Some(&Tls::Disabled) {
        steps.extend(access.into_iter().chain(tls));
    } else {
        steps.extend(tls.into_iter().chain(access));
    }
    steps
}

/// The planned value, if it is known and another than before.
fn changed<'a, T: PartialEq>(prior: &Value<T>, planned: &'a Value<T>) -> Option<&'a T> {
    planned.known().filter(|value| prior.known() != Some(*value))
}

fn modify(cluster: &ElasticacheRedisModel) -> ModifyReplicationGroupInputBuilder {
    ModifyReplicationGroupInputBuilder::default()
        .set_replication_group_id(cluster.name.known().cloned())
        .apply_immediately(true)
}

/// All that takes effect without other machines, in one request; none if nothing of it changes.
fn settings(
    prior: &ElasticacheRedisModel,
    planned: &ElasticacheRedisModel,
    target: &Target<'_>,
) -> Option<Step> {
    let [before, after] =
        [prior, planned].map(|cluster| cluster.snapshots.known().cloned().unwrap_or_default());
    let retention = changed(&before.retention_days, &after.retention_days).cloned();
    let groups = changed(&prior.security_group_ids, &planned.security_group_ids);
    let request = modify(planned)
        .set_replication_group_description(changed(&prior.description, &planned.description).cloned())
        .set_multi_az_enabled(changed(&prior.multi_az, &planned.multi_az).copied())
        .set_security_group_ids(groups.map(|ids| ids.iter().cloned().collect()))
        .set_snapshot_retention_limit(number(&retention.into()))
        .set_snapshot_window(changed(&before.window, &after.window).cloned())
        .set_preferred_maintenance_window(
            changed(&prior.maintenance_window, &planned.maintenance_window).cloned(),
        )
        .set_auto_minor_version_upgrade(
            changed(&prior.auto_minor_version_upgrade, &planned.auto_minor_version_upgrade).copied(),
        )
        .set_cache_parameter_group_name(
            // With another version it goes along.
            target.parameter_group.clone().filter(|_| target.version.is_none()),
        );
    (request != modify(planned)).then(|| Step::Settings(Box::new(request)))
}

/// The version first: AWS takes it and the machines one by one.
fn machines(
    prior: &ElasticacheRedisModel,
    planned: &ElasticacheRedisModel,
    target: &Target<'_>,
) -> impl Iterator<Item = Step> {
    let request = modify(planned).apply_immediately(is_at_once(&planned.apply_immediately));
    // What waits counts as done, so that another engine may be planned already that does not run.
    let waits = target.waiting.as_ref().is_some_and(|waiting| waiting.version.is_some());
    let version = target.version.clone().map(|version| {
        let engine = planned.engine.known().filter(|engine| waits || prior.engine.known() != Some(*engine));
        let request = request.clone().set_engine(engine.map(ToString::to_string)).engine_version(version);
        request.set_cache_parameter_group_name(target.parameter_group.clone())
    });
    let nodes = changed(&prior.node_type, &planned.node_type).map(|kind| request.cache_node_type(kind));
    [version, nodes].into_iter().flatten().map(|request| Step::Machines(Box::new(request)))
}

/// What waits for the maintenance window is asked for again, at once, where nothing is to wait any more. AWS refuses a
/// request that asks for nothing. A version that is not wanted any more is taken back by asking for the one that runs.
fn release(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel, target: &Target<'_>) -> Vec<Step> {
    let Some(waiting) = &target.waiting else { return Vec::new() };
    let (may_go, is_taken_back) = (is_let_go(prior, planned), waiting.is_taken_back(prior, planned));
    // What is planned beyond it has a step of its own.
    let version = waiting.version.as_ref().filter(|_| target.version.is_none());
    let version = version.and_then(|waiting| {
        let request = modify(planned).apply_immediately(is_at_once(&planned.apply_immediately));
        let request = request.set_engine(planned.engine.known().map(ToString::to_string));
        if is_taken_back {
            return waiting.running.map(|running| request.engine_version(running.to_string()));
        }
        let parameter_group = waiting.parameter_group.clone();
        let request = request.engine_version(waiting.version.to_string());
        may_go.then(|| request.set_cache_parameter_group_name(parameter_group))
    });
    let is_planned = changed(&prior.node_type, &planned.node_type).is_some();
    let nodes = waiting.node_type.clone().filter(|_| may_go && !is_planned);
    let nodes = nodes.map(|kind| modify(planned).cache_node_type(kind));
    [version, nodes].into_iter().flatten().map(|request| Step::Machines(Box::new(request))).collect()
}

fn increase(cluster: &ElasticacheRedisModel, shards: &Shards, replicas: i32) -> Option<Step> {
    let request = IncreaseReplicaCountInputBuilder::default()
        .set_replication_group_id(cluster.name.known().cloned())
        .apply_immediately(true);
    // Shards that are about to go need none.
    let wanted = usize::try_from(number(&cluster.shards)?).ok()?;
    let staying = shards.iter().take(wanted);
    let lacking: Vec<_> = staying.filter(|(_, count)| **count < replicas).map(|(name, _)| name).collect();
    Some(Step::Increase(match lacking.len() {
        0 => return None,
        all if all == shards.len() => request.new_replica_count(replicas),
        _ => request.set_replica_configuration(Some(configured(&lacking, replicas))),
    }))
}

fn decrease(cluster: &ElasticacheRedisModel, shards: &Shards, replicas: i32) -> Option<Step> {
    let request = DecreaseReplicaCountInputBuilder::default()
        .set_replication_group_id(cluster.name.known().cloned())
        .apply_immediately(true);
    // Shards that go on the way there are not named any more.
    let wanted = usize::try_from(number(&cluster.shards)?).ok()?;
    let staying = shards.iter().take(wanted);
    let surplus: Vec<_> = staying.filter(|(_, count)| **count > replicas).map(|(name, _)| name).collect();
    Some(Step::Decrease(match surplus.len() {
        0 => return None,
        all if all == shards.len().min(wanted) && wanted <= shards.len() => {
            request.new_replica_count(replicas)
        }
        _ if wanted > shards.len() => request.new_replica_count(replicas),
        _ => request.set_replica_configuration(Some(configured(&surplus, replicas))),
    }))
}

fn configured(names: &[&String], replicas: i32) -> Vec<ConfigureShard> {
    let one = |name: &&String| {
        ConfigureShard::builder().node_group_id(name.as_str()).new_replica_count(replicas).build()
    };
    names.iter().map(one).collect()
}

/// Whether there are to be fewer shards.
fn shrinks(cluster: &ElasticacheRedisModel, shards: &Shards) -> bool {
    let wanted = number(&cluster.shards).and_then(|wanted| usize::try_from(wanted).ok());
    wanted.is_some_and(|wanted| wanted < shards.len())
}

/// Where there are to be fewer shards, the last ones go.
fn reshard(cluster: &ElasticacheRedisModel, shards: &Shards) -> Option<Step> {
    let wanted = number(&cluster.shards)?;
    let kept = usize::try_from(wanted).ok().filter(|kept| *kept != shards.len())?;
    let leaving: Vec<_> = shards.keys().skip(kept).cloned().collect();
    let request = ModifyReplicationGroupShardConfigurationInputBuilder::default()
        .set_replication_group_id(cluster.name.known().cloned())
        .node_group_count(wanted)
        .apply_immediately(true)
        .set_node_groups_to_remove((!leaving.is_empty()).then_some(leaving));
    Some(Step::Reshard(request))
}

/// Clients are given time: between having to use TLS and not being able to, there is a step in which they may.
fn tls(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel) -> Vec<Step> {
    let (Some(from), Some(to)) = (prior.tls.known(), planned.tls.known()) else { return Vec::new() };
    let way: &[Tls] = match (from, to) {
        (Tls::Disabled, Tls::Required) => &[Tls::Preferred, Tls::Required],
        (Tls::Required, Tls::Disabled) => &[Tls::Preferred, Tls::Disabled],
        (Tls::Disabled | Tls::Required, Tls::Preferred) => &[Tls::Preferred],
        (Tls::Preferred, Tls::Required) => &[Tls::Required],
        (Tls::Preferred, Tls::Disabled) => &[Tls::Disabled],
        (Tls::Disabled, Tls::Disabled)
        | (Tls::Preferred, Tls::Preferred)
        | (Tls::Required, Tls::Required) => &[],
    };
    let step = |tls: &Tls| {
        let request = modify(planned).transit_encryption_enabled(*tls != Tls::Disabled);
        let request = match tls {
            Tls::Disabled => request,
            Tls::Preferred => request.transit_encryption_mode(TransitEncryptionMode::Preferred),
            Tls::Required => request.transit_encryption_mode(TransitEncryptionMode::Required),
        };
        Step::Settings(Box::new(request))
    };
    way.iter().map(step).collect()
}

/// Who may use the cluster. A password is first accepted beside the old one, and then alone.
fn access(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel, target: &Target<'_>) -> Vec<Step> {
    let group = |cluster: &ElasticacheRedisModel| cluster.user_group_id.known().map(|id| vec![id.clone()]);
    let (before, after) = (group(prior), group(planned));
    let new = changed(&prior.auth_token_wo_version, &planned.auth_token_wo_version).and(target.token);
    let send = |token: &Secret<String>, strategy| {
        modify(planned).auth_token(token.expose()).auth_token_update_strategy(strategy)
    };
    let requests = match (before, after, new) {
        (before, Some(after), _) if before.as_ref() != Some(&after) => {
            let request = modify(planned).user_group_ids_to_add(after.concat());
            let request = request.set_user_group_ids_to_remove(before);
            let has_token = target.has_token.unwrap_or_else(|| prior.auth_token_wo_version.is_set());
            vec![
                request
                    .set_auth_token_update_strategy(has_token.then_some(AuthTokenUpdateStrategyType::Delete)),
            ]
        }
        (Some(_), None, Some(token)) => {
            vec![send(token, AuthTokenUpdateStrategyType::Set).remove_user_groups(true)]
        }
        (before @ Some(_), None, None) => vec![modify(planned).set_user_group_ids_to_remove(before)],
        (None, None, Some(token)) => {
            let ways = [AuthTokenUpdateStrategyType::Rotate, AuthTokenUpdateStrategyType::Set];
            ways.map(|way| send(token, way)).to_vec()
        }
        (None | Some(_), Some(_), Some(_) | None) | (None, None, None) => Vec::new(),
    };
    requests.into_iter().map(|request| Step::Settings(Box::new(request))).collect()
}
