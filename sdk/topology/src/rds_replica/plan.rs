//! Rules of `sparki_rds_replica`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::model::comes_or_goes;
use super::{RdsReplica, RdsReplicaModel};
use crate::operation::{Further, Protected, inherit_tags, overlap};
use crate::rds::Version;

impl Plan for RdsReplica {
    fn validate(config: &Config<RdsReplicaModel>) -> Diagnostics {
        [check_windows(config), check_monitoring(config), check_parameters(config), check_insights(config)]
            .into_iter()
            .flatten()
            .collect()
    }

    fn plan(draft: &mut Draft<'_, RdsReplicaModel>) -> Diagnostics {
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        let planned = draft.planned_mut();
        if planned.performance_insights.known() == Some(&false)
            && planned.performance_insights_retention_days.is_unknown()
        {
            planned.performance_insights_retention_days = Value::Null;
        }
        if draft.prior().is_some_and(|prior| has_other_source(prior, draft.planned())) {
            draft.require_replace(Path::attribute("source"));
        }
        let planned = draft.planned();
        let prior = draft.prior().filter(|prior| !is_other_replica(prior, planned));
        let found = [
            check_limit(planned),
            prior.and_then(|prior| check_promotion(prior, planned)),
            prior.and_then(|prior| check_storage(prior, planned)),
            prior.and_then(|prior| check_version(prior, planned)),
        ];
        found.into_iter().flatten().collect()
    }

    fn plan_destroy(prior: &State<RdsReplicaModel>) -> Diagnostics {
        let refused = Protected::check_plan(protection(prior));
        if refused.has_errors() {
            return refused;
        }
        if lacks_snapshot(prior) {
            return Diagnostic::error("Last snapshot without a name", UNNAMED)
                .at(Path::attribute("final_snapshot_name"))
                .into();
        }
        Diagnostics::new()
    }

    fn tidy(config: &mut RdsReplicaModel) {
        // A group of the replica's own is said by its parameters.
        if config.parameters.is_set() {
            config.parameter_group_name = Value::Null;
        }
    }
}

/// AWS refuses to make backups while it maintains the instance.
fn check_windows(config: &RdsReplicaModel) -> Option<Diagnostic> {
    let (daily, weekly) = (config.backup_window.known()?, config.maintenance_window.known()?);
    overlap(daily, weekly).then(|| {
        Diagnostic::error(
            "Backup during maintenance",
            format!(
                "\"backup_window\" is {daily}, and \"maintenance_window\" is {weekly}. AWS refuses windows that overlap; \
                 choose another time for one of them."
            ),
        )
        .at(Path::attribute("backup_window"))
    })
}

/// Measurements are sent with a role.
fn check_monitoring(config: &RdsReplicaModel) -> Option<Diagnostic> {
    let is_on = config.monitoring_interval_seconds.known().is_some_and(|seconds| *seconds > 0);
    (is_on && config.monitoring_role_arn.is_null()).then(|| {
        Diagnostic::error(
            "Monitoring without a role",
            "RDS needs an IAM role to send measurements. Set \"monitoring_role_arn\", or set \
             \"monitoring_interval_seconds\" to 0.",
        )
        .at(Path::attribute("monitoring_role_arn"))
    })
}

/// What is not measured is not kept.
fn check_insights(config: &RdsReplicaModel) -> Option<Diagnostic> {
    let days = config.performance_insights_retention_days.known()?;
    // It is off unless it is set.
    let is_off = match &config.performance_insights {
        Value::Known(is_on) => !is_on,
        Value::Null => true,
        Value::Unknown(_) => false,
    };
    is_off.then(|| {
        Diagnostic::error(
            "Retention without Performance Insights",
            format!(
                "\"performance_insights_retention_days\" is {days}, and Performance Insights is off. Set \
                 \"performance_insights\" to true, or leave the retention out."
            ),
        )
        .at(Path::attribute("performance_insights_retention_days"))
    })
}

/// Parameters are in a group of the replica's own. Configuration that Terraform generated names that group as well.
fn check_parameters(config: &RdsReplicaModel) -> Option<Diagnostic> {
    let identifier = config.identifier.known()?;
    let name = config.parameter_group_name.known()?;
    let is_own = name.strip_prefix(identifier.as_str()).is_some_and(|rest| rest.starts_with('-'));
    (config.parameters.is_set() && !is_own).then(|| {
        Diagnostic::error(
            "Two sources of parameters",
            format!(
                "\"parameters\" are set in a group of the replica's own, and \"parameter_group_name\" is {name:?}, which \
                 something else owns. Leave one of them out."
            ),
        )
        .at(Path::attribute("parameter_group_name"))
    })
}

/// Storage does not grow to less than it is.
fn check_limit(planned: &RdsReplicaModel) -> Option<Diagnostic> {
    let (size, most) = (planned.storage_gib.known()?, planned.max_storage_gib.known()?);
    (most <= size).then(|| {
        Diagnostic::error(
            "Limit of the storage too low",
            format!(
                "\"max_storage_gib\" is {most}, and the storage has {size} GiB. Set a higher limit, or leave it out to \
                 have storage that does not grow by itself."
            ),
        )
        .at(Path::attribute("max_storage_gib"))
    })
}

/// A database of its own does not follow another one any more.
fn check_promotion(prior: &RdsReplicaModel, planned: &RdsReplicaModel) -> Option<Diagnostic> {
    let goes_back =
        prior.promoted.known() == Some(&true) && planned.promoted.known().is_some_and(|promoted| !promoted);
    goes_back.then(|| {
        Diagnostic::error(
            "Promotion cannot be undone",
            "The instance is a database of its own, by promotion or because its source was removed, and AWS does not make \
             it a replica again. Set \"promoted\" to true to keep it, or make a new replica under another \"identifier\".",
        )
        .at(Path::attribute("promoted"))
    })
}

/// Storage only grows.
fn check_storage(prior: &RdsReplicaModel, planned: &RdsReplicaModel) -> Option<Diagnostic> {
    let (has, wanted) = (prior.storage_gib.known()?, planned.storage_gib.known()?);
    (wanted < has).then(|| {
        Diagnostic::error(
            "Storage cannot shrink",
            format!(
                "The replica has {has} GiB, and \"storage_gib\" asks for {wanted}. RDS does not take storage away; set {has} \
                 or more, or make a new replica."
            ),
        )
        .at(Path::attribute("storage_gib"))
    })
}

/// A replica goes on to later minor versions; major ones come from its source.
fn check_version(prior: &RdsReplicaModel, planned: &RdsReplicaModel) -> Option<Diagnostic> {
    if prior.engine_version == planned.engine_version {
        return None;
    }
    let wanted = planned.engine_version.known()?.parse::<Version>().ok()?;
    let actual = prior.engine_version_actual.known()?.parse::<Version>().ok()?;
    let engine = prior.engine.known().map_or("", String::as_str);
    let problem = if wanted.is_before(&actual) {
        format!(
            "The replica runs {actual}, and \"engine_version\" asks for {wanted}. RDS cannot go back; set {actual} or later."
        )
    } else if wanted.is_of_another_major(&actual, engine) {
        format!(
            "The replica runs {actual}, and \"engine_version\" asks for {wanted}. Upgrade the source to another major \
             version: a replica in its region follows, and one elsewhere is made anew."
        )
    } else {
        return None;
    };
    Some(Diagnostic::error("Version out of reach", problem).at(Path::attribute("engine_version")))
}

/// What to do about a promoted replica whose last snapshot has no name.
pub(super) const UNNAMED: &str = "\
    The replica is promoted, so it alone has its data, and \"final_snapshot\" is true, which is the default. Set \
    \"final_snapshot_name\", or set \"final_snapshot\" to false to lose the data, apply, and then go on.";

/// What the replica is while it must not be removed. One that AWS failed to make has nothing to protect.
pub(super) fn protection(replica: &RdsReplicaModel) -> Option<Protected> {
    let is_there = replica.status.known().is_none_or(|status| status != "failed");
    Protected::by_default("replica").by(&replica.deletion_protection).filter(|_| is_there)
}

/// Whether the last snapshot of a promoted replica has no name yet.
pub(super) fn lacks_snapshot(replica: &RdsReplicaModel) -> bool {
    replica.promoted.known() == Some(&true)
        && replica.final_snapshot.known().copied().unwrap_or(true)
        && replica.final_snapshot_name.known().is_none()
}

/// Whether the plan is for a replica of another database. One that is promoted, and stays so, follows none.
fn has_other_source(prior: &RdsReplicaModel, planned: &RdsReplicaModel) -> bool {
    let is_alone = [prior, planned].iter().all(|it| it.promoted.known() == Some(&true));
    prior.source != planned.source && !is_alone
}

/// Whether the plan makes a new replica, which is not bound to what the old one is.
fn is_other_replica(prior: &RdsReplicaModel, planned: &RdsReplicaModel) -> bool {
    prior.region != planned.region
        || prior.identifier != planned.identifier
        || has_other_source(prior, planned)
        || prior.kms_key_arn != planned.kms_key_arn
        || comes_or_goes(&prior.subnet_ids.encode(), &planned.subnet_ids.encode())
}
