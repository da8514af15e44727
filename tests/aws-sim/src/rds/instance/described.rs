//! What an instance is described as from the beginning.

use serde_json::{Value, json};

use crate::{
    calls::Call,
    document::Document,
    rds::{catalog::Version, subnet_group::subnet_group},
    refusal::Refusal,
    tag_list::untagged,
    world::World,
};

/// What can be said at creation and is answered as it was said.
const CARRIED: [&str; 14] = [
    "DBInstanceClass",
    "DBName",
    "MasterUsername",
    "PreferredMaintenanceWindow",
    "MaxAllocatedStorage",
    "MonitoringRoleArn",
    "PerformanceInsightsKMSKeyId",
    "PerformanceInsightsRetentionPeriod",
    "DatabaseInsightsMode",
    "PromotionTier",
    "CACertificateIdentifier",
    "EngineLifecycleSupport",
    "NetworkType",
    "DedicatedLogVolume",
];

/// An instance that is being created, as far as the first one and its replicas have in common.
pub(super) fn described(world: &mut World, call: &Call, version: Version) -> Result<Document, Refusal> {
    let input = &call.input;
    let name = input.given("DBInstanceIdentifier").to_lowercase();
    let flag = |member: &str| input.flag(member).unwrap_or(false);
    let mut document = Document::new()
        .with("DBInstanceIdentifier", name.as_str())
        .with("DBInstanceArn", call.arn(world, "rds", &format!("db:{name}")))
        .with("DbiResourceId", format!("db-{}", world.ids.digits(26).to_uppercase()))
        .with("DBInstanceStatus", "creating")
        .with("InstanceCreateTime", world.now_text())
        .with("Engine", "postgres")
        .with("EngineVersion", version.to_string())
        .with("LicenseModel", "postgresql-license")
        .with("MultiAZ", flag("MultiAZ"))
        .with("AutoMinorVersionUpgrade", input.flag("AutoMinorVersionUpgrade").unwrap_or(true))
        .with("PubliclyAccessible", flag("PubliclyAccessible"))
        .with("CopyTagsToSnapshot", flag("CopyTagsToSnapshot"))
        .with("IAMDatabaseAuthenticationEnabled", flag("EnableIAMDatabaseAuthentication"))
        .with("PerformanceInsightsEnabled", flag("EnablePerformanceInsights"))
        .with("MonitoringInterval", input.number("MonitoringInterval").unwrap_or(0))
        .with("DbInstancePort", 0)
        .with(
            "AvailabilityZone",
            input.text("AvailabilityZone").map_or_else(|| call.region.zone(0), str::to_owned),
        )
        .with("DBSecurityGroups", json!([]))
        .with("VpcSecurityGroups", security_groups(world, call))
        .with("DBParameterGroups", parameter_group(call, version))
        .with("OptionGroupMemberships", option_group(version))
        .with("PendingModifiedValues", json!({}))
        .with("ReadReplicaDBInstanceIdentifiers", json!([]))
        .with("EnabledCloudwatchLogsExports", input.list("EnableCloudwatchLogsExports").to_vec())
        .with("DomainMemberships", json!([]))
        .with("BackupTarget", "region")
        .with("CustomerOwnedIpEnabled", false)
        .with("DedicatedLogVolume", false)
        .with("IsStorageConfigUpgradeAvailable", false)
        .with("ActivityStreamStatus", "stopped")
        .with("StorageThroughput", 0)
        .with("AssociatedRoles", json!([]))
        .with("TagList", input.list("Tags").to_vec())
        .with("StorageType", "gp2");
    document.carry(input, &CARRIED);
    document.carry(input, &["StorageType", "Iops", "StorageThroughput", "AllocatedStorage"]);
    document.set_default("PreferredMaintenanceWindow", "sun:05:00-sun:06:00");
    document.set_default("CACertificateIdentifier", "rds-ca-rsa2048-g1");
    document.set_default("NetworkType", "IPV4");
    if document.text("StorageType") == Some("gp3") {
        document.set_default("Iops", 3000);
        document.set("StorageThroughput", input.number("StorageThroughput").unwrap_or(125));
    }
    let authority = document.given("CACertificateIdentifier").to_owned();
    document
        .set("CertificateDetails", json!({ "CAIdentifier": authority, "ValidTill": "2061-01-01T00:00:00Z" }));
    if flag("MultiAZ") {
        document.set("SecondaryAvailabilityZone", call.region.zone(1));
    }
    let group = match input.text("DBSubnetGroupName") {
        Some(group) => untagged(&subnet_group(world, call, group)?.document),
        None => default_group(world, call),
    };
    document.set("DBSubnetGroup", group);
    Ok(document)
}

/// The group of the default VPC, in which an instance is that names none. Nobody knows which subnets it has.
fn default_group(world: &World, call: &Call) -> Document {
    Document::new()
        .with("DBSubnetGroupArn", call.arn(world, "rds", "subgrp:default"))
        .with("DBSubnetGroupName", "default")
        .with("DBSubnetGroupDescription", "default")
        .with("VpcId", "vpc-00000000000000000")
        .with("SubnetGroupStatus", "Complete")
        .with("Subnets", json!([]))
}

fn security_groups(world: &mut World, call: &Call) -> Vec<Value> {
    let mut ids = call.input.texts("VpcSecurityGroupIds");
    if ids.is_empty() {
        ids.push(format!("sg-{}", world.ids.digits(17)));
    }
    memberships(&ids)
}

/// Security groups as an instance has them.
pub(super) fn memberships(ids: &[String]) -> Vec<Value> {
    ids.iter().map(|id| json!({ "VpcSecurityGroupId": id, "Status": "active" })).collect()
}

fn parameter_group(call: &Call, version: Version) -> Value {
    let default = format!("default.{}", version.family());
    let name = call.input.text("DBParameterGroupName").map_or(default, str::to_lowercase);
    json!([{ "DBParameterGroupName": name, "ParameterApplyStatus": "in-sync" }])
}

/// PostgreSQL has no options, so every version has one group.
pub(super) fn option_group(version: Version) -> Value {
    json!([{ "OptionGroupName": format!("default:postgres-{}", version.major), "Status": "in-sync" }])
}

/// What an instance has once it can be reached.
pub(super) fn open(document: &mut Document, port: i64) {
    let arn: Vec<&str> = document.given("DBInstanceArn").split(':').collect();
    let address =
        format!("{}.{}.{}.rds.amazonaws.com", document.given("DBInstanceIdentifier"), "c0sparki0sim", arn[3]);
    document.set("Endpoint", json!({ "Address": address, "Port": port, "HostedZoneId": "Z2R2ITUGPM61AM" }));
}
