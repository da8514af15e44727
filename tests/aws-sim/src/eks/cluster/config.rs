//! Changing how a cluster is set up.

use serde_json::Value;

use super::create::logging;
use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::{cluster, name},
        updates::{Change, Part, begin},
    },
    refusal::Refusal,
    world::World,
};

/// AWS does not say; clusters of tests have taken one to three minutes.
const SECONDS: i64 = 120;

/// What can be changed, one kind at a time: the member of the request, the kind of the update, and its parameter.
const KINDS: [(&str, &str, &str); 10] = [
    ("logging", "LoggingUpdate", "ClusterLogging"),
    ("accessConfig", "AccessConfigUpdate", "AuthenticationMode"),
    ("upgradePolicy", "UpgradePolicyUpdate", "UpgradePolicy"),
    ("zonalShiftConfig", "ZonalShiftConfigUpdate", "ZonalShiftConfig"),
    ("deletionProtection", "DeletionProtectionUpdate", "DeletionProtection"),
    ("remoteNetworkConfig", "RemoteNetworkConfigUpdate", "RemoteNetworkConfig"),
    ("computeConfig", "AutoModeUpdate", "ComputeConfig"),
    ("storageConfig", "AutoModeUpdate", "StorageConfig"),
    ("kubernetesNetworkConfig", "AutoModeUpdate", "KubernetesNetworkConfig"),
    ("controlPlaneScalingConfig", "ControlPlaneScalingConfigUpdate", "UpdatedTier"),
];

/// The same for the members of `resourcesVpcConfig`.
const NETWORK_KINDS: [(&str, &str, &str); 5] = [
    ("endpointPublicAccess", "EndpointAccessUpdate", "EndpointPublicAccess"),
    ("endpointPrivateAccess", "EndpointAccessUpdate", "EndpointPrivateAccess"),
    ("publicAccessCidrs", "EndpointAccessUpdate", "PublicAccessCidrs"),
    ("subnetIds", "VpcConfigUpdate", "Subnets"),
    ("securityGroupIds", "VpcConfigUpdate", "SecurityGroups"),
];

/// Ways to let principals in. It only ever goes down this list.
const MODES: [&str; 3] = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];

pub(in crate::eks) fn update_config(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let current = cluster(world, call)?.object.document.clone();
    let invalid = |message: &str| {
        Err(Refusal::new("InvalidParameterException", message).with("clusterName", name(call)))
    };
    let asked = asked(&call.input);
    let mut kinds: Vec<&'static str> = asked.iter().map(|(kind, ..)| *kind).collect();
    kinds.dedup();
    let [kind] = kinds[..] else {
        let none = "The type for cluster update was not provided.";
        return invalid(if kinds.is_empty() { none } else { "Only one type of update can be allowed." });
    };
    let wanted = wanted(&call.input, &current);
    let network = wanted.inner("resourcesVpcConfig");
    if network.flag("endpointPublicAccess") == Some(false)
        && network.flag("endpointPrivateAccess") == Some(false)
    {
        return invalid("Private and public endpoint access cannot be false");
    }
    let place = |document: &Document| {
        let access = document.inner("accessConfig");
        MODES.iter().position(|mode| access.text("authenticationMode") == Some(mode))
    };
    if wanted.has("accessConfig") && place(&wanted) < place(&current) {
        return invalid("The authentication mode of a cluster cannot be taken back");
    }
    if wanted.members().all(|(member, value)| current.get(member) == Some(value)) {
        return invalid("Cluster is already at the desired configuration");
    }
    let params = asked.into_iter().map(|(_, param, value)| (param, value)).collect();
    let change = Change { part: Part::Cluster, kind, params, seconds: SECONDS };
    begin(world, call, change, move |document| {
        for (member, value) in wanted.members() {
            document.set(member, value.clone());
        }
    })
}

/// What a request changes: kind of the update, parameter, value.
fn asked(input: &Document) -> Vec<(&'static str, &'static str, String)> {
    let network = input.inner("resourcesVpcConfig");
    let find = |(member, kind, param), document: &Document| {
        document.get(member).map(|value| (kind, param, plain(value)))
    };
    let direct = KINDS.into_iter().filter_map(|row| find(row, input));
    direct.chain(NETWORK_KINDS.into_iter().filter_map(|row| find(row, &network))).collect()
}

/// The members of the cluster as they are to be.
fn wanted(input: &Document, current: &Document) -> Document {
    let mut wanted = Document::new();
    for (member, ..) in KINDS {
        let Some(value) = input.get(member) else { continue };
        match (member, value) {
            ("logging", _) => wanted.set(member, logging(&input.inner(member))),
            (_, Value::Object(_)) => wanted.set(member, merged(current.inner(member), &input.inner(member))),
            (_, value) => wanted.set(member, value.clone()),
        }
    }
    if input.has("resourcesVpcConfig") {
        let network = merged(current.inner("resourcesVpcConfig"), &input.inner("resourcesVpcConfig"));
        wanted.set("resourcesVpcConfig", network);
    }
    wanted
}

fn merged(mut current: Document, wanted: &Document) -> Document {
    for (member, value) in wanted.members() {
        current.set(member, value.clone());
    }
    current
}

/// Parameters are texts.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A key can be given to a cluster that has none, and neither be taken away nor exchanged.
pub(in crate::eks) fn associate_encryption(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let current = &cluster(world, call)?.object.document;
    if !current.list("encryptionConfig").is_empty() {
        let refusal = Refusal::new("InvalidParameterException", "Encryption is already enabled on cluster");
        return Err(refusal.with("clusterName", name(call)));
    }
    let config = call.input.get("encryptionConfig").cloned().unwrap_or(Value::Null);
    let params = vec![("EncryptionConfig", config.to_string())];
    let change = Change { part: Part::Cluster, kind: "AssociateEncryptionConfig", params, seconds: SECONDS };
    begin(world, call, change, move |document| document.set("encryptionConfig", config))
}
