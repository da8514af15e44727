//! From AWS's description of an instance to the model. Pure.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::types::{DbInstance, DbInstanceStatusInfo, PendingModifiedValues};
use sparki_aws::{Region, Seen, Tags};
use sparki_core::{Id, Value};

use super::RdsReplicaModel;
use super::parts::Parts;
use super::source::Source;
use crate::operation::shown_tags;
use crate::rds::{Session, Version};

/// All that AWS says about a replica.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) instance: DbInstance,
    /// What is set in its own parameter group; none if that was not asked.
    pub(super) parameters: Option<BTreeMap<String, String>>,
}

/// The model of a replica. `reference` is what was planned, or what the state has: it decides between two ways of
/// saying the same, and fills in what was not asked or is not answered, as stand-ins do not answer everything. What waits
/// for the maintenance window counts as done.
pub(super) fn model(
    described: &Described,
    region: &Region,
    tags: Tags<'_>,
    reference: &RdsReplicaModel,
) -> RdsReplicaModel {
    let Described { instance, parameters } = described;
    let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
    let number = |number: Option<i32>| Value::from(number.map(i64::from));
    let pending = instance.pending_modified_values();
    let waits = |number: fn(&PendingModifiedValues) -> Option<i32>| pending.and_then(number);
    let (tags, tags_all) = shown_tags(
        tags,
        Some(&Session::read_tags(instance.tag_list())),
        (&reference.tags, &reference.tags_all),
    );
    let parameter_group = instance.db_parameter_groups().first();
    let is_own = Parts::own_parameter_group(instance).is_some();
    let has_insights = instance.performance_insights_enabled() == Some(true);
    let retention = instance.performance_insights_retention_period().filter(|_| has_insights);
    let storage = effective_storage(instance);
    // At its size or below, it does not let anything grow.
    let most = instance.max_allocated_storage().filter(|most| instance.allocated_storage() < Some(*most));
    RdsReplicaModel {
        id: instance.db_instance_identifier().map(|name| Id::new(format!("{region}/{name}"))).into(),
        region: region.clone().into(),
        identifier: text(instance.db_instance_identifier()),
        source: source(instance, region, &reference.source),
        instance_class: text(
            pending.and_then(PendingModifiedValues::db_instance_class).or(instance.db_instance_class()),
        ),
        engine_version: engine_version(instance, &reference.engine_version),
        multi_az: pending.and_then(PendingModifiedValues::multi_az).or(instance.multi_az()).into(),
        storage_type: text(pending.and_then(PendingModifiedValues::storage_type).or(instance.storage_type())),
        storage_gib: storage_gib(storage, &reference.storage_gib),
        max_storage_gib: number(most),
        iops: number(waits(PendingModifiedValues::iops).or(instance.iops())),
        kms_key_arn: text(instance.kms_key_id()),
        subnet_ids: subnet_ids(instance, reference),
        security_group_ids: some(
            instance.vpc_security_groups().iter().filter_map(|it| it.vpc_security_group_id.clone()),
        ),
        port: answered(
            waits(PendingModifiedValues::port).map(i64::from).or_else(|| port(instance)),
            &reference.port,
        ),
        parameters: match parameters {
            Some(parameters) if is_own && !parameters.is_empty() => parameters.clone().into(),
            Some(_) => Value::Null,
            None => reference.parameters.clone(),
        },
        parameter_group_name: answered(
            parameter_group.and_then(|group| group.db_parameter_group_name.clone()),
            &reference.parameter_group_name,
        ),
        maintenance_window: text(instance.preferred_maintenance_window()),
        backup_window: text(instance.preferred_backup_window()),
        backup_retention_days: number(
            waits(PendingModifiedValues::backup_retention_period).or(instance.backup_retention_period()),
        ),
        monitoring_interval_seconds: Value::Known(i64::from(instance.monitoring_interval().unwrap_or(0))),
        monitoring_role_arn: match instance.monitoring_interval() {
            // Without measurements it is of no use, and RDS may or may not forget it.
            None | Some(0) => reference.monitoring_role_arn.clone(),
            Some(_) => text(instance.monitoring_role_arn()),
        },
        performance_insights: has_insights.into(),
        performance_insights_retention_days: number(retention.filter(|days| *days > 0)),
        publicly_accessible: answered(instance.publicly_accessible(), &reference.publicly_accessible),
        iam_database_authentication: answered(
            instance.iam_database_authentication_enabled(),
            &reference.iam_database_authentication,
        ),
        auto_minor_version_upgrade: answered(
            instance.auto_minor_version_upgrade(),
            &reference.auto_minor_version_upgrade,
        ),
        promoted: (!is_replica(instance)).into(),
        apply_immediately: reference.apply_immediately.clone(),
        deletion_protection: answered(instance.deletion_protection(), &reference.deletion_protection),
        final_snapshot: reference.final_snapshot.clone(),
        final_snapshot_name: reference.final_snapshot_name.clone(),
        connection_pools: reference.connection_pools.clone(),
        tags,
        tags_all,
        arn: text(instance.db_instance_arn()),
        endpoint: text(instance.endpoint().and_then(|endpoint| endpoint.address())),
        engine: text(instance.engine()),
        engine_version_actual: text(instance.engine_version()),
        subnet_group_name: text(instance.db_subnet_group().and_then(|group| group.db_subnet_group_name())),
        replication_status: text(replication(instance).and_then(DbInstanceStatusInfo::status)),
        status: text(instance.db_instance_status()),
        timeouts: reference.timeouts.clone(),
    }
}

/// What is recorded of a replica while it is made or changed. Protection counts as the reference has it: a replica that is not
/// complete may not have been asked to have it.
pub(super) fn recorded(seen: RdsReplicaModel, reference: &RdsReplicaModel) -> RdsReplicaModel {
    RdsReplicaModel { deletion_protection: reference.deletion_protection.clone(), ..seen }
}

/// What counts for a replica of which nothing was known before: what the provider alone knows, and what it would own.
pub(super) fn unknown(instance: &DbInstance) -> RdsReplicaModel {
    let is_own = Parts::own_subnet_group(instance);
    RdsReplicaModel {
        subnet_ids: if is_own { Value::unknown() } else { Value::Null },
        apply_immediately: true.into(),
        final_snapshot: true.into(),
        ..RdsReplicaModel::blank()
    }
}

/// Whether an instance follows another one.
pub(super) fn is_replica(instance: &DbInstance) -> bool {
    instance.read_replica_source_db_instance_identifier().is_some_and(|source| !source.is_empty())
}

/// The version that an instance has, or will have after the maintenance window.
pub(super) fn effective_version(instance: &DbInstance) -> Option<Version> {
    let pending = instance.pending_modified_values().and_then(PendingModifiedValues::engine_version);
    pending.or(instance.engine_version())?.parse().ok()
}

/// The version that an instance runs, if it is to have another one after the maintenance window.
pub(super) fn replaced_version(instance: &DbInstance) -> Option<&str> {
    let pending = instance.pending_modified_values().and_then(PendingModifiedValues::engine_version);
    pending.and(instance.engine_version())
}

/// How large the storage is in GiB, or will be after the maintenance window.
pub(super) fn effective_storage(instance: &DbInstance) -> Option<i32> {
    let pending = instance.pending_modified_values().and_then(PendingModifiedValues::allocated_storage);
    pending.or(instance.allocated_storage())
}

/// What is wrong with the replication; none if nothing is, or there is none.
pub(super) fn broken(instance: &DbInstance) -> Option<String> {
    let info = replication(instance).filter(|info| info.normal() == Some(false) && is_replica(instance))?;
    let status = info.status().unwrap_or("not known");
    let reason = info.message().map(|message| format!(" AWS's reason: {}.", message.trim_end_matches('.')));
    Some(format!("Its replication has the status {status}.{}", reason.unwrap_or_default()))
}

/// The status of an instance that does not start with its parameters.
pub(super) const INCOMPATIBLE_PARAMETERS: &str = "incompatible-parameters";

/// Whose changes are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changes {
    /// All that were asked for.
    All,
    /// None that wait for the maintenance window.
    Begun,
}

/// How far an instance is on its way to being usable.
pub(super) fn seen(instance: Option<DbInstance>, changes: Changes) -> Seen<DbInstance> {
    let Some(instance) = instance else { return Seen::Missing };
    match instance.db_instance_status() {
        // It can be used while AWS arranges the storage.
        Some("available" | "storage-optimization") => {
            let is_applying = |status: Option<&str>| status == Some("applying");
            let groups = instance.db_parameter_groups();
            if groups.iter().any(|group| is_applying(group.parameter_apply_status())) {
                Seen::Pending("available, with parameters on their way".to_owned())
            } else if changes == Changes::All && has_pending(&instance) {
                Seen::Pending("available, with changes on their way".to_owned())
            } else {
                Seen::Reached(instance)
            }
        }
        // That is what more storage is for.
        Some("storage-full") if changes == Changes::Begun => Seen::Reached(instance),
        Some("stopped") => {
            Seen::Failed("The instance has the status stopped. Start it in RDS and apply again.".into())
        }
        Some(INCOMPATIBLE_PARAMETERS) => Seen::Failed(format!(
            "The instance has the status {INCOMPATIBLE_PARAMETERS}: it does not start with the parameters that it has. Its \
             events in RDS say which; {}.",
            correction(&instance)
        )),
        Some("deleting") => {
            Seen::Failed("The instance has the status deleting: something else is removing it.".into())
        }
        Some(status) if is_failure(status) => Seen::Failed(format!(
            "The instance has the status {status}. Its events in RDS say why; correct the cause and apply again."
        )),
        Some(other) => Seen::Pending(other.to_owned()),
        None => Seen::Pending("not known".to_owned()),
    }
}

/// What to do about parameters with which an instance does not start. RDS gives it no other group then.
fn correction(instance: &DbInstance) -> String {
    let attached = instance.db_parameter_groups().first().and_then(|it| it.db_parameter_group_name());
    match attached.filter(|_| Parts::own_parameter_group(instance).is_none()) {
        Some(foreign) => format!(
            "correct the parameter group {foreign:?}, which is not the replica's own, and reboot the instance; then apply again"
        ),
        None => "correct \"parameters\" and apply again".to_owned(),
    }
}

/// Whether an instance will not leave a status by itself. RDS's list of statuses names them.
fn is_failure(status: &str) -> bool {
    status.starts_with("incompatible-")
        || status.starts_with("inaccessible-")
        || matches!(status, "failed" | "insufficient-capacity" | "restore-error" | "stopped")
}

/// Whether AWS is done with an instance for the moment, for better or worse.
pub(super) fn is_at_rest(status: &str) -> bool {
    is_failure(status) || matches!(status, "available" | "storage-optimization" | "storage-full" | "deleting")
}

/// Whether something was asked for that does not count yet.
pub(super) fn has_pending(instance: &DbInstance) -> bool {
    let none = PendingModifiedValues::builder().build();
    instance.pending_modified_values().is_some_and(|pending| *pending != none)
}

fn replication(instance: &DbInstance) -> Option<&DbInstanceStatusInfo> {
    instance.status_infos().iter().find(|info| info.status_type() == Some("read replication"))
}

/// The source as it was written, if it is the one.
fn source(instance: &DbInstance, region: &Region, reference: &Value<String>) -> Value<String> {
    let actual = instance.read_replica_source_db_instance_identifier().filter(|source| !source.is_empty());
    match (actual, reference.known()) {
        (Some(actual), Some(known)) if Source::read(actual).is(&Source::read(known), region) => {
            reference.clone()
        }
        (Some(actual), _) => actual.into(),
        (None, _) => reference.clone(),
    }
}

fn engine_version(instance: &DbInstance, reference: &Value<String>) -> Value<String> {
    let pending = instance.pending_modified_values().and_then(PendingModifiedValues::engine_version);
    let text = pending.or(instance.engine_version()).map(str::to_owned);
    let engine = instance.engine().unwrap_or_default();
    match (reference.known(), effective_version(instance)) {
        (Some(wanted), Some(actual))
            if wanted.parse::<Version>().is_ok_and(|wanted| wanted.is_met_by(&actual, engine)) =>
        {
            reference.clone()
        }
        (Some(_) | None, _) => text.into(),
    }
}

/// Storage that has grown is as it was asked for: RDS does not take it away again.
fn storage_gib(size: Option<i32>, reference: &Value<i64>) -> Value<i64> {
    let size = size.map(i64::from);
    match (size, reference.known()) {
        (Some(size), Some(wanted)) if size > *wanted => reference.clone(),
        (Some(size), _) => size.into(),
        (None, _) => reference.clone(),
    }
}

/// Only those of its own subnet group: where that is the source's, the subnets are as well.
fn subnet_ids(instance: &DbInstance, reference: &RdsReplicaModel) -> Value<BTreeSet<String>> {
    let group = instance.db_subnet_group().filter(|_| Parts::own_subnet_group(instance));
    match group {
        Some(group) if reference.subnet_ids.is_set() => {
            some(group.subnets().iter().filter_map(|subnet| subnet.subnet_identifier.clone()))
        }
        Some(_) | None => reference.subnet_ids.clone(),
    }
}

fn port(instance: &DbInstance) -> Option<i64> {
    let port = instance.endpoint().and_then(|endpoint| endpoint.port()).or(instance.db_instance_port());
    port.map(i64::from).filter(|port| *port > 0)
}

fn some(texts: impl Iterator<Item = String>) -> Value<BTreeSet<String>> {
    let texts: BTreeSet<_> = texts.collect();
    (!texts.is_empty()).then_some(texts).into()
}

/// What was answered, or else what is known already.
fn answered<T: Clone>(answer: Option<T>, reference: &Value<T>) -> Value<T> {
    match (answer, reference) {
        (Some(answer), _) => Value::Known(answer),
        (None, Value::Known(value)) => Value::Known(value.clone()),
        (None, Value::Null | Value::Unknown(_)) => Value::Null,
    }
}
