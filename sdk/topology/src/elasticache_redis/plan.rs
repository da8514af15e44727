//! Rules of `sparki_elasticache_redis`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State};

use super::model::leads_back;
use super::parts::Parts;
use super::{ElasticacheRedis, ElasticacheRedisModel, Engine, Tls};
use crate::elasticache::Version;
use crate::operation::{Further, Protected, inherit_tags, overlap};

/// The version from which on TLS of a running cluster can be changed.
const FIRST_WITH_CHANGING_TLS: Version = Version::new(7, 0);

impl Plan for ElasticacheRedis {
    fn validate(config: &Config<ElasticacheRedisModel>) -> Diagnostics {
        [check_windows(config), check_access(config)].into_iter().flatten().collect()
    }

    fn plan(draft: &mut Draft<'_, ElasticacheRedisModel>) -> Diagnostics {
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        let is_chosen = draft.config().engine_version.is_set();
        let prior = draft.prior().filter(|prior| !is_other_cluster(prior, draft.planned())).cloned();
        let prior = prior.map(State::into_inner);
        let planned = draft.planned_mut();
        let is_kept = prior.as_ref().is_some_and(|prior| prior.engine == planned.engine);
        if !is_chosen
            && !is_kept
            && let Some(engine) = planned.engine.known()
        {
            planned.engine_version = default_version(*engine).into();
        }
        let planned = draft.planned();
        let found = [
            check_engine(planned),
            check_replicas(planned),
            prior.as_ref().and_then(|prior| check_version(prior, planned)),
            prior.as_ref().and_then(|prior| check_password(prior, planned)),
            prior.as_ref().and_then(|prior| check_tls(prior, planned)),
            prior.as_ref().and_then(|prior| check_subnets(prior, planned)),
        ];
        found.into_iter().flatten().collect()
    }

    fn plan_destroy(prior: &State<ElasticacheRedisModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// The version of a new cluster where configuration says none.
fn default_version(engine: Engine) -> &'static str {
    match engine {
        Engine::Redis => "7.0",
        Engine::Valkey => "8.0",
    }
}

/// AWS refuses to make backups while it maintains the nodes.
fn check_windows(config: &ElasticacheRedisModel) -> Option<Diagnostic> {
    let daily = config.snapshots.known()?.window.known()?;
    let weekly = config.maintenance_window.known()?;
    overlap(daily, weekly).then(|| {
        Diagnostic::error(
            "Backup during maintenance",
            format!(
                "Snapshots are made in {daily}, and the maintenance window is {weekly}. AWS refuses windows that overlap; \
                 choose another time for one of them."
            ),
        )
        .at(Path::attribute("snapshots").then("window"))
    })
}

/// Passwords would be sent in clear without TLS, which AWS refuses.
fn check_access(config: &ElasticacheRedisModel) -> Option<Diagnostic> {
    let is_guarded = config.auth_token_wo.is_set() || config.user_group_id.is_set();
    (config.tls.known() == Some(&Tls::Disabled) && is_guarded).then(|| {
        Diagnostic::error(
            "Password without encryption",
            "\"tls\" is \"disabled\", and passwords and users need it. Set it to \"required\" or \"preferred\", or take \
             \"auth_token_wo\" or \"user_group_id\" out.",
        )
        .at(Path::attribute("tls"))
    })
}

/// No number of a version belongs to both engines.
fn check_engine(planned: &ElasticacheRedisModel) -> Option<Diagnostic> {
    let engine = *planned.engine.known()?;
    let text = planned.engine_version.known()?;
    let version = text.parse::<Version>().ok()?;
    // Both have a version 7.
    if version.engine() == engine || matches!(text.as_str(), "7" | "7.x") {
        return None;
    }
    let other = version.engine();
    Some(
        Diagnostic::error(
            "Version of another engine",
            format!(
                "{text} is a version of {other}, and \"engine\" is {engine:?}. Set \"engine\" to {other:?}, or choose a \
                 version of {engine}.",
                engine = engine.as_str(),
                other = other.as_str(),
            ),
        )
        .at(Path::attribute("engine_version")),
    )
}

/// Nodes in other zones are replicas.
fn check_replicas(planned: &ElasticacheRedisModel) -> Option<Diagnostic> {
    let is_lacking = planned.replicas_per_shard.known() == Some(&0);
    (planned.multi_az.known() == Some(&true) && is_lacking).then(|| {
        Diagnostic::error(
            "Several zones without replicas",
            "\"multi_az\" is true, which is the default, and \"replicas_per_shard\" is 0. Have 1 replica or more, or set \
             \"multi_az\" to false.",
        )
        .at(Path::attribute("replicas_per_shard"))
    })
}

/// A cluster never goes back.
fn check_version(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel) -> Option<Diagnostic> {
    if prior.engine_version == planned.engine_version || prior.engine != planned.engine {
        return None;
    }
    let wanted = planned.engine_version.known()?.parse::<Version>().ok()?;
    let actual = prior.engine_version_actual.known()?.parse::<Version>().ok()?;
    wanted.is_before(actual).then(|| {
        Diagnostic::error(
            "Version out of reach",
            format!(
                "The nodes run {actual}, and \"engine_version\" asks for {wanted}. ElastiCache cannot go back; set {actual} \
                 or later, or make a new cluster."
            ),
        )
        .at(Path::attribute("engine_version"))
    })
}

/// A password can be exchanged, and give way to users; a cluster that has one cannot go without.
fn check_password(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel) -> Option<Diagnostic> {
    let is_taken_away = prior.auth_token_wo_version.is_set() && planned.auth_token_wo_version.is_null();
    (is_taken_away && planned.user_group_id.is_null()).then(|| {
        Diagnostic::error(
            "Password cannot be taken away",
            "The cluster has a password, and AWS only lets users take its place. Keep \"auth_token_wo\" and \
             \"auth_token_wo_version\", or set \"user_group_id\".",
        )
        .at(Path::attribute("auth_token_wo_version"))
    })
}

/// From Redis 7 on TLS can be changed; before it is as it was made.
fn check_tls(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel) -> Option<Diagnostic> {
    let (from, to) = (prior.tls.known()?, planned.tls.known()?);
    let is_old = |version: &Version| version.is_before(FIRST_WITH_CHANGING_TLS);
    let actual = prior.engine_version_actual.known()?.parse::<Version>().ok().filter(is_old)?;
    let wanted = planned.engine_version.known().and_then(|version| version.parse::<Version>().ok());
    // An upgrade that does not wait comes first.
    let is_upgraded = wanted.is_some_and(|wanted| !is_old(&wanted))
        && planned.apply_immediately.known().copied().unwrap_or(true);
    (from != to && !is_upgraded).then(|| {
        Diagnostic::error(
            "Encryption out of reach",
            format!(
                "The nodes run {actual}, and AWS changes \"tls\" of a cluster from version 7.0 on. Keep it {from:?}, go on to \
                 a later version as well, or make a new cluster.",
                from = from.as_str(),
            ),
        )
        .at(Path::attribute("tls"))
    })
}

/// Subnets are changed only in a group of the cluster's own: others may use what something else made.
fn check_subnets(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel) -> Option<Diagnostic> {
    let (has, wanted) = (prior.subnet_ids.known()?, planned.subnet_ids.known()?);
    let (group, cluster) = (prior.subnet_group_name.known()?, prior.name.known()?);
    (has != wanted && group != Parts { cluster }.subnet_group()).then(|| {
        Diagnostic::error("Subnets of another group", foreign_subnets(group))
            .at(Path::attribute("subnet_ids"))
    })
}

/// What to do about subnets in a group that something else made.
pub(super) fn foreign_subnets(group: &str) -> String {
    format!(
        "The nodes are in the cache subnet group {group:?}, which Sparki did not make and which others may use. Change its \
         subnets where it is managed, and have \"subnet_ids\" say the same, or make a new cluster."
    )
}

/// What the cluster is while it must not be removed. One that AWS failed to make has nothing to protect.
pub(super) fn protection(cluster: &ElasticacheRedisModel) -> Option<Protected> {
    let is_there = cluster.status.known().is_none_or(|status| status != "create-failed");
    Protected::by_default("cluster").by(&cluster.deletion_protection).filter(|_| is_there)
}

/// Whether the plan makes a new cluster, whose version is not bound to the one of the old.
fn is_other_cluster(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel) -> bool {
    prior.region != planned.region
        || prior.name != planned.name
        || prior.port != planned.port
        || prior.at_rest_encryption != planned.at_rest_encryption
        || prior.kms_key_arn != planned.kms_key_arn
        || leads_back(&prior.engine.encode(), &planned.engine.encode())
}
