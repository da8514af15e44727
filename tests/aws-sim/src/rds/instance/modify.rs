//! Changing an instance.

use serde_json::{Value, json};

use super::{
    create::check_family,
    described::memberships,
    pending::{self, Begin},
    read::available,
    upgrade::check_version,
};
use crate::{
    calls::Call,
    document::Document,
    rds::catalog::{Version, is_class, is_storage_type},
    refusal::Refusal,
    world::World,
};

/// What counts at once, whatever the request says about it: member of the request, member of the instance.
const AT_ONCE: [(&str, &str); 15] = [
    ("DeletionProtection", "DeletionProtection"),
    ("PreferredBackupWindow", "PreferredBackupWindow"),
    ("PreferredMaintenanceWindow", "PreferredMaintenanceWindow"),
    ("MaxAllocatedStorage", "MaxAllocatedStorage"),
    ("CopyTagsToSnapshot", "CopyTagsToSnapshot"),
    ("AutoMinorVersionUpgrade", "AutoMinorVersionUpgrade"),
    ("MonitoringInterval", "MonitoringInterval"),
    ("MonitoringRoleArn", "MonitoringRoleArn"),
    ("PubliclyAccessible", "PubliclyAccessible"),
    ("PromotionTier", "PromotionTier"),
    ("EnableIAMDatabaseAuthentication", "IAMDatabaseAuthenticationEnabled"),
    ("EnablePerformanceInsights", "PerformanceInsightsEnabled"),
    ("PerformanceInsightsKMSKeyId", "PerformanceInsightsKMSKeyId"),
    ("PerformanceInsightsRetentionPeriod", "PerformanceInsightsRetentionPeriod"),
    ("CACertificateIdentifier", "CACertificateIdentifier"),
];

/// What waits for the maintenance window, unless it is to be applied immediately.
const IN_THE_WINDOW: [(&str, &str); 9] = [
    ("DBInstanceClass", "DBInstanceClass"),
    ("AllocatedStorage", "AllocatedStorage"),
    ("MultiAZ", "MultiAZ"),
    ("EngineVersion", "EngineVersion"),
    ("Iops", "Iops"),
    ("StorageThroughput", "StorageThroughput"),
    ("StorageType", "StorageType"),
    ("DBPortNumber", "Port"),
    ("BackupRetentionPeriod", "BackupRetentionPeriod"),
];

pub(in crate::rds) fn modify(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let (place, mut document) = available(world, call)?;
    let input = &call.input;
    if input.has("NewDBInstanceIdentifier") {
        return Err(Refusal::invalid_combination("The stand-in does not rename instances"));
    }
    check(call, &document)?;
    let version = check_version(world, call, &document)?;
    check_family(world, call, version.unwrap_or_else(|| Version::of(&document)))?;
    change_at_once(input, &mut document);
    let mut waiting = document.inner("PendingModifiedValues");
    for (asked, member) in IN_THE_WINDOW {
        let value = match (asked, version) {
            ("EngineVersion", Some(version)) => Some(json!(version.to_string())),
            // The one that runs takes back what waits.
            ("EngineVersion", None) => document.get(member).filter(|_| input.has(asked)).cloned(),
            _ => input.get(asked).cloned(),
        };
        let Some(value) = value else { continue };
        let current = if member == "Port" {
            document.inner("Endpoint").get(member).cloned()
        } else {
            document.get(member).cloned()
        };
        if current.as_ref() == Some(&value) {
            waiting.remove(member);
        } else if member == "BackupRetentionPeriod" && value != json!(0) && document.number(member) != Some(0)
        {
            // Only turning backups on and off is a modification that has to wait.
            document.set(member, value);
        } else {
            waiting.set(member, value);
        }
    }
    let has_more = waiting != document.inner("PendingModifiedValues");
    document.set("PendingModifiedValues", waiting.clone());
    if let Some(instance) = place.find(world) {
        instance.document = document.clone();
    }
    let when = if input.flag("ApplyImmediately") == Some(true) { Begin::Now } else { Begin::InTheWindow };
    if !waiting.is_empty() && (when == Begin::Now || has_more) {
        pending::plan(world, &place, when, call.outcome);
    }
    Ok(Document::new().with("DBInstance", document))
}

fn check(call: &Call, current: &Document) -> Result<(), Refusal> {
    let input = &call.input;
    if let Some(size) = input.number("AllocatedStorage")
        && current.number("AllocatedStorage").is_some_and(|current| size < current)
    {
        let message = format!("Requested storage size ({size}) cannot be less than the current storage size");
        return Err(Refusal::invalid_value(message));
    }
    let is_resized = ["AllocatedStorage", "Iops", "StorageThroughput", "StorageType"].into_iter();
    let is_resized =
        is_resized.filter(|member| input.has(member)).any(|member| input.get(member) != current.get(member));
    if is_resized && current.text("DBInstanceStatus") == Some("storage-optimization") {
        let message = "You can't currently modify the storage of this DB instance because the previous storage change is \
                       being optimized.";
        return Err(Refusal::invalid_combination(message));
    }
    let unknown_class = input.text("DBInstanceClass").filter(|class| !is_class(class));
    let unknown =
        unknown_class.or_else(|| input.text("StorageType").filter(|storage| !is_storage_type(storage)));
    match unknown {
        None => Ok(()),
        Some(unknown) => {
            Err(Refusal::invalid_combination(format!("RDS does not support {unknown} for postgres")))
        }
    }
}

fn change_at_once(input: &Document, document: &mut Document) {
    for (asked, member) in AT_ONCE {
        if let Some(value) = input.get(asked) {
            document.set(member, value.clone());
        }
    }
    if input.has("VpcSecurityGroupIds") {
        document.set("VpcSecurityGroups", memberships(&input.texts("VpcSecurityGroupIds")));
    }
    let group = input.text("DBParameterGroupName").map(str::to_lowercase);
    let current = document.inners("DBParameterGroups");
    let is_current = |group: &String| current.iter().any(|it| it.text("DBParameterGroupName") == Some(group));
    if let Some(group) = group.filter(|group| !is_current(group)) {
        let membership = json!({ "DBParameterGroupName": group, "ParameterApplyStatus": "pending-reboot" });
        document.set("DBParameterGroups", json!([membership]));
    }
    let logs = input.inner("CloudwatchLogsExportConfiguration");
    let mut exported = document.texts("EnabledCloudwatchLogsExports");
    let disabled = logs.texts("DisableLogTypes");
    exported.retain(|kind| !disabled.contains(kind));
    for kind in logs.texts("EnableLogTypes") {
        if !exported.contains(&kind) {
            exported.push(kind);
        }
    }
    exported.sort_unstable();
    document.set("EnabledCloudwatchLogsExports", Value::from(exported));
}
