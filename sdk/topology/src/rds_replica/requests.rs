//! The requests of `sparki_rds_replica`. Pure: nothing is sent here.

use std::collections::BTreeMap;

use aws_sdk_rds::operation::create_db_instance_read_replica::builders::CreateDbInstanceReadReplicaInputBuilder;
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDbInstanceInputBuilder;
use aws_sdk_rds::operation::promote_read_replica::builders::PromoteReadReplicaInputBuilder;
use sparki_core::Value;

use super::RdsReplicaModel;
use crate::rds::{Session, Version};

/// What a new replica gets besides what its model says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    /// The name of the source as RDS takes it.
    pub(super) source: &'a str,
    pub(super) subnet_group: Option<&'a str>,
    pub(super) tags: &'a BTreeMap<String, String>,
}

/// The request that makes a replica. Backups and parameters cannot be asked for here.
pub(super) fn create(
    replica: &RdsReplicaModel,
    given: &Given<'_>,
) -> CreateDbInstanceReadReplicaInputBuilder {
    CreateDbInstanceReadReplicaInputBuilder::default()
        .set_db_instance_identifier(replica.identifier.known().cloned())
        .source_db_instance_identifier(given.source)
        .set_db_instance_class(replica.instance_class.known().cloned())
        .set_multi_az(replica.multi_az.known().copied())
        .set_storage_type(replica.storage_type.known().cloned())
        .set_allocated_storage(number(&replica.storage_gib))
        .set_max_allocated_storage(number(&replica.max_storage_gib))
        .set_iops(number(&replica.iops))
        .set_kms_key_id(replica.kms_key_arn.known().cloned())
        .set_db_subnet_group_name(given.subnet_group.map(str::to_owned))
        .set_vpc_security_group_ids(list(&replica.security_group_ids))
        .set_port(number(&replica.port))
        .set_monitoring_interval(number(&replica.monitoring_interval_seconds).filter(|seconds| *seconds > 0))
        .set_monitoring_role_arn(replica.monitoring_role_arn.known().cloned())
        .set_enable_performance_insights(replica.performance_insights.known().copied())
        .set_performance_insights_retention_period(number(&replica.performance_insights_retention_days))
        .set_publicly_accessible(replica.publicly_accessible.known().copied())
        .set_enable_iam_database_authentication(replica.iam_database_authentication.known().copied())
        .set_auto_minor_version_upgrade(replica.auto_minor_version_upgrade.known().copied())
        .set_deletion_protection(replica.deletion_protection.known().copied())
        .copy_tags_to_snapshot(true)
        .set_tags(Some(Session::wire_tags(given.tags)))
}

/// What is decided besides the plan.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Target<'a> {
    /// The version that the instance has, or will have after the maintenance window.
    pub(super) version: Option<&'a Version>,
    /// The version that it runs, if it is to have another one after the maintenance window.
    pub(super) running: Option<&'a str>,
    /// How large the storage is.
    pub(super) storage_gib: Option<i32>,
    /// The parameter group to have, if another one.
    pub(super) parameter_group: Option<&'a str>,
    /// Whether something waits for the maintenance window.
    pub(super) is_waiting: bool,
}

/// The request that takes an instance from what it is to what is planned; none if nothing of it changes. What waits for the
/// maintenance window is let go by a request in which nothing else changes.
pub(super) fn update(
    prior: &RdsReplicaModel,
    planned: &RdsReplicaModel,
    target: &Target<'_>,
) -> Option<ModifyDbInstanceInputBuilder> {
    let at_once = planned.apply_immediately.known().copied().unwrap_or(true);
    let request = ModifyDbInstanceInputBuilder::default()
        .set_db_instance_identifier(planned.identifier.known().cloned())
        .apply_immediately(at_once);
    let is_watched = changed(&prior.monitoring_interval_seconds, &planned.monitoring_interval_seconds)
        .is_some()
        || changed(&prior.monitoring_role_arn, &planned.monitoring_role_arn).is_some();
    let watched = if is_watched { planned.monitoring_interval_seconds.clone() } else { Value::Null };
    let insights = prior.performance_insights != planned.performance_insights
        || changed(&prior.performance_insights_retention_days, &planned.performance_insights_retention_days)
            .is_some();
    let insights = insights.then(|| planned.performance_insights.known().copied()).flatten();
    let retention = number(&planned.performance_insights_retention_days).filter(|_| insights == Some(true));
    let changes = storage(request.clone(), (prior, planned), target)
        .set_db_instance_class(changed(&prior.instance_class, &planned.instance_class).cloned())
        .set_engine_version(version((prior, planned), target))
        .set_multi_az(changed(&prior.multi_az, &planned.multi_az).copied())
        .set_vpc_security_group_ids(
            changed(&prior.security_group_ids, &planned.security_group_ids)
                .map(|ids| ids.iter().cloned().collect()),
        )
        .set_db_port_number(changed_number(&prior.port, &planned.port))
        .set_db_parameter_group_name(target.parameter_group.map(str::to_owned))
        .set_preferred_maintenance_window(
            changed(&prior.maintenance_window, &planned.maintenance_window).cloned(),
        )
        .set_preferred_backup_window(changed(&prior.backup_window, &planned.backup_window).cloned())
        .set_backup_retention_period(changed_number(
            &prior.backup_retention_days,
            &planned.backup_retention_days,
        ))
        .set_monitoring_role_arn(planned.monitoring_role_arn.known().filter(|_| watched.is_set()).cloned())
        .set_monitoring_interval(number(&watched))
        .set_enable_performance_insights(insights)
        .set_performance_insights_retention_period(retention)
        .set_publicly_accessible(changed(&prior.publicly_accessible, &planned.publicly_accessible).copied())
        .set_enable_iam_database_authentication(
            changed(&prior.iam_database_authentication, &planned.iam_database_authentication).copied(),
        )
        .set_auto_minor_version_upgrade(
            changed(&prior.auto_minor_version_upgrade, &planned.auto_minor_version_upgrade).copied(),
        )
        .set_deletion_protection(changed(&prior.deletion_protection, &planned.deletion_protection).copied());
    (lets_go(prior, planned, target) || changes != request).then_some(changes)
}

/// The request that makes a replica a database of its own.
pub(super) fn promote(replica: &RdsReplicaModel) -> PromoteReadReplicaInputBuilder {
    PromoteReadReplicaInputBuilder::default()
        .set_db_instance_identifier(replica.identifier.known().cloned())
        .set_backup_retention_period(number(&replica.backup_retention_days))
        .set_preferred_backup_window(replica.backup_window.known().cloned())
}

/// Storage that has grown by itself is left as large as it is.
fn storage(
    request: ModifyDbInstanceInputBuilder,
    (prior, planned): (&RdsReplicaModel, &RdsReplicaModel),
    target: &Target<'_>,
) -> ModifyDbInstanceInputBuilder {
    let kind = changed(&prior.storage_type, &planned.storage_type).cloned();
    let iops = changed_number(&prior.iops, &planned.iops);
    let has = target.storage_gib;
    let grown = number(&planned.storage_gib).filter(|wanted| has.is_none_or(|has| *wanted > has));
    // RDS wants to hear the size with everything else about the storage.
    let size = grown.or_else(|| has.filter(|_| kind.is_some() || iops.is_some()));
    let most = match (&prior.max_storage_gib, &planned.max_storage_gib) {
        // As much as there is: it does not grow any more.
        (Value::Known(_), Value::Null) => grown.or(has),
        (prior, planned) => changed_number(prior, planned),
    };
    request.set_storage_type(kind).set_iops(iops).set_allocated_storage(size).set_max_allocated_storage(most)
}

/// The version to go to, if to another one. One that waits for the maintenance window and is not wanted any more is taken back by
/// asking for the one that runs.
fn version((prior, planned): (&RdsReplicaModel, &RdsReplicaModel), target: &Target<'_>) -> Option<String> {
    let text = planned.engine_version.known()?;
    let Ok(wanted) = text.parse::<Version>() else { return Some(text.clone()) };
    let engine = prior.engine.known().map_or("", String::as_str);
    let is_asked = prior.engine_version != planned.engine_version || lets_go(prior, planned, target);
    let is_later = target.version.is_some_and(|waiting| wanted.is_before(waiting));
    match target.running.filter(|_| is_asked && is_later) {
        Some(running) => {
            let is_met = running.parse::<Version>().is_ok_and(|running| wanted.is_met_by(&running, engine));
            Some(if is_met { running.to_owned() } else { text.clone() })
        }
        None => {
            let is_met = target.version.is_none_or(|actual| wanted.is_met_by(actual, engine));
            (!is_met).then(|| text.clone())
        }
    }
}

/// Whether what waits for the maintenance window does not have to any more.
fn lets_go(prior: &RdsReplicaModel, planned: &RdsReplicaModel, target: &Target<'_>) -> bool {
    let at_once = planned.apply_immediately.known().copied().unwrap_or(true);
    at_once && target.is_waiting && prior.apply_immediately.known() == Some(&false)
}

/// The planned value, if it is known and another than before.
fn changed<'a, T: PartialEq>(prior: &Value<T>, planned: &'a Value<T>) -> Option<&'a T> {
    planned.known().filter(|value| prior.known() != Some(*value))
}

fn changed_number(prior: &Value<i64>, planned: &Value<i64>) -> Option<i32> {
    changed(prior, planned).and_then(|number| i32::try_from(*number).ok())
}

/// A number as requests have it. Validators keep all of them small.
fn number(value: &Value<i64>) -> Option<i32> {
    value.known().and_then(|number| i32::try_from(*number).ok())
}

fn list(ids: &Value<std::collections::BTreeSet<String>>) -> Option<Vec<String>> {
    ids.known().map(|ids| ids.iter().cloned().collect())
}
