//! From what AWS answers about the buckets and the role to the model. Pure.

use std::collections::HashMap;

use sparki_aws::{Region, Tags};
use sparki_core::{Id, Value};

use super::lock::{LockTable, Setup};
use super::requests::{Copies, RULE, backend_config, replica_settings, settings};
use super::{StateBackendModel, StateReplica};
use crate::operation::shown_tags;
use crate::s3::{Bucket, Encryption, arn};

/// What there is of a state backend.
#[derive(Clone, Debug)]
pub(super) struct There {
    pub(super) bucket: Bucket,
    /// The bucket with the copies.
    pub(super) replica: Option<Copied>,
    pub(super) role: Option<MadeRole>,
    /// The table for locks.
    pub(super) table: Option<LockTable>,
}

/// What belongs to the bucket and is there without it as well.
#[derive(Clone, Debug)]
pub(super) struct Belongings {
    pub(super) replica: Option<Copied>,
    pub(super) role: Option<MadeRole>,
    pub(super) table: Option<LockTable>,
}

impl Belongings {
    /// Whether there is none of it.
    pub(super) fn are_gone(&self) -> bool {
        self.replica.is_none() && self.role.is_none() && self.table.is_none()
    }
}

/// A bucket with copies, and where it is.
#[derive(Clone, Debug)]
pub(super) struct Copied {
    pub(super) region: Region,
    pub(super) name: String,
    pub(super) bucket: Bucket,
}

/// A role, and whether its policy is there.
#[derive(Clone, Debug)]
pub(super) struct MadeRole {
    pub(super) arn: String,
    pub(super) is_able: bool,
    pub(super) tags: HashMap<String, String>,
}

/// The model of a state backend. `reference` is what was planned, or what the state has: it fills in what only the provider
/// knows.
pub(super) fn model(
    there: &There,
    (region, name): (&Region, &str),
    tags: Tags<'_>,
    reference: &StateBackendModel,
) -> StateBackendModel {
    let own_arn = arn(region, name);
    let kms_key_arn = key(&there.bucket);
    let table = there.table.as_ref();
    let config = backend_config((region.as_str(), name), table.map(|table| &table.name), kms_key_arn.known());
    let rule = there.bucket.settings.lifecycle.get(RULE);
    let (tags, tags_all) = shown_tags(tags, Some(&there.bucket.tags), (&reference.tags, &reference.tags_all));
    let model = StateBackendModel {
        id: Value::Known(Id::new(format!("{region}/{name}"))),
        region: region.clone().into(),
        name: name.into(),
        kms_key_arn,
        noncurrent_expiration_days: rule.map_or_else(
            || reference.noncurrent_expiration_days.clone(),
            |rule| rule.noncurrent_expiration_days.clone(),
        ),
        newer_noncurrent_versions: rule.map_or_else(
            || reference.newer_noncurrent_versions.clone(),
            |rule| rule.newer_noncurrent_versions.clone(),
        ),
        replica: there.replica.as_ref().map(replica).into(),
        lock_table: table.map(|table| table.name.clone()).into(),
        force_destroy: reference.force_destroy.clone(),
        deletion_protection: reference.deletion_protection.clone(),
        tags,
        tags_all,
        arn: own_arn.as_str().into(),
        account_id: reference.account_id.clone(),
        replica_arn: there.replica.as_ref().map(|copied| arn(&copied.region, &copied.name)).into(),
        replication_role_arn: there.role.as_ref().map(|role| role.arn.clone()).into(),
        lock_table_arn: table.map(|table| table.arn.clone()).into(),
        backend_config: config.into(),
        intact: Value::Null,
        timeouts: reference.timeouts.clone(),
    };
    StateBackendModel { intact: is_intact(there, &model, &own_arn).into(), ..model }
}

/// The model of a state backend whose bucket something else has removed, and of which something is still there.
pub(super) fn without_bucket(left: &Belongings, reference: &StateBackendModel) -> StateBackendModel {
    let (copied, role, table) = (left.replica.as_ref(), left.role.as_ref(), left.table.as_ref());
    StateBackendModel {
        // A table that is gone as well is still wanted.
        lock_table: table.map_or_else(|| reference.lock_table.clone(), |table| table.name.as_str().into()),
        lock_table_arn: table.map(|table| table.arn.clone()).into(),
        // A copy that is gone as well is still wanted, and the role is only looked for beside one.
        replica: copied.map_or_else(|| reference.replica.clone(), |copied| replica(copied).into()),
        replica_arn: copied.map(|copied| arn(&copied.region, &copied.name)).into(),
        replication_role_arn: role.map(|role| role.arn.clone()).into(),
        intact: false.into(),
        ..reference.clone()
    }
}

/// Whether everything is set up as it has to be for what the model says.
fn is_intact(there: &There, model: &StateBackendModel, own_arn: &str) -> bool {
    let copies = model.replication_role_arn.known().zip(model.replica_arn.known());
    let copies = copies.map(|(role_arn, bucket_arn)| Copies { role_arn, bucket_arn });
    let is_locked = there.table.as_ref().is_none_or(|table| table.setup.is_like(&Setup::wanted(model)));
    let is_set_up = there.bucket.settings.is_like(&settings(model, own_arn, copies));
    let is_copied = match (&there.replica, model.replica.known(), &there.role) {
        (Some(copied), Some(replica), Some(role)) => {
            let wanted = replica_settings(model, replica, &arn(&copied.region, &copied.name));
            role.is_able && copied.bucket.settings.is_like(&wanted)
        }
        (None, None, None) => true,
        (Some(_) | None, Some(_) | None, Some(_) | None) => false,
    };
    is_set_up && is_copied && is_locked
}

fn replica(copied: &Copied) -> StateReplica {
    StateReplica {
        region: copied.region.clone().into(),
        name: copied.name.as_str().into(),
        kms_key_arn: key(&copied.bucket),
    }
}

fn key(bucket: &Bucket) -> Value<String> {
    match &bucket.settings.encryption {
        Encryption::Aes => Value::Null,
        Encryption::Kms { arn, .. } => arn.as_str().into(),
    }
}
