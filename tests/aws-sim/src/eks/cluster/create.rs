//! Making a cluster.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::{
    calls::{Call, Outcome},
    document::Document,
    eks::{
        access_entry,
        lookup::Place,
        state::Cluster,
        versions::{Version, supported},
    },
    refusal::Refusal,
    world::World,
};

/// Ten public logs have 503 to 683 seconds, 617 in the middle.
const SECONDS: i64 = 600;

/// What can be said at creation and is answered as it was said.
const CARRIED: [&str; 12] = [
    "name",
    "roleArn",
    "encryptionConfig",
    "outpostConfig",
    "zonalShiftConfig",
    "remoteNetworkConfig",
    "computeConfig",
    "storageConfig",
    "controlPlaneScalingConfig",
    "kubeApiServerConfig",
    "kubeSchedulerConfig",
    "kubeControllerManagerConfig",
];

pub(in crate::eks) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("name");
    let key = (call.region.clone(), name.to_owned());
    if world.eks.clusters.contains_key(&key) {
        let message = format!("Cluster already exists with name: {name}");
        return Err(Refusal::new("ResourceInUseException", message).with("clusterName", name));
    }
    check(world, call)?;
    let version = supported(world, call.input.text("version"))?;
    let document = described(world, call, version);
    let object = world.object(document.clone());
    let cluster = Cluster::new(object);
    let place = Place::of(call, &cluster);
    world.eks.clusters.insert(key, cluster);
    let access = document.inner("accessConfig");
    if access.flag("bootstrapClusterCreatorAdminPermissions") == Some(true)
        && access.text("authenticationMode") != Some("CONFIG_MAP")
    {
        access_entry::admit_creator(world, call);
    }
    let outcome = call.outcome;
    let id = world.ids.digits(32).to_uppercase();
    let region = call.region.clone();
    world.after(SECONDS, move |world| {
        let Some(cluster) = place.find(world) else { return };
        let document = &mut cluster.object.document;
        // It may be deleted before it is there.
        if document.text("status") != Some("CREATING") {
            return;
        }
        match outcome {
            Outcome::Success => {
                document.set("status", "ACTIVE");
                document.set("endpoint", format!("https://{id}.gr7.{region}.eks.amazonaws.com"));
                let data = STANDARD.encode(format!("certificate of {id}"));
                document.set("certificateAuthority", json!({ "data": data }));
                let issuer = format!("https://oidc.eks.{region}.amazonaws.com/id/{id}");
                document.set("identity", json!({ "oidc": { "issuer": issuer } }));
            }
            Outcome::Failure => {
                document.set("status", "FAILED");
                let issue = json!({
                    "code": "InternalFailure",
                    "message": "The control plane could not be made, on purpose",
                    "resourceIds": [document.given("name")],
                });
                document.set("health", json!({ "issues": [issue] }));
            }
        }
    });
    Ok(Document::new().with("cluster", document))
}

fn check(world: &World, call: &Call) -> Result<(), Refusal> {
    let invalid = |message: &str| {
        let refusal = Refusal::new("InvalidParameterException", message);
        Err(refusal.with("clusterName", call.input.given("name")))
    };
    let subnet_ids = call.input.inner("resourcesVpcConfig").texts("subnetIds");
    if let Some(missing) = world.network.missing(&call.region, &subnet_ids) {
        return invalid(&format!("The subnet ID '{missing}' does not exist"));
    }
    let subnets = world.network.place(&call.region, &subnet_ids);
    let zones: BTreeSet<_> = subnets.iter().map(|subnet| &subnet.zone).collect();
    if zones.len() < 2 {
        return invalid("Subnets specified must be in at least two different AZs");
    }
    if !call.input.given("roleArn").starts_with("arn:aws:iam::") {
        return invalid("Role with arn: provided is not a role");
    }
    let network = call.input.inner("resourcesVpcConfig");
    if network.flag("endpointPublicAccess") == Some(false)
        && network.flag("endpointPrivateAccess") != Some(true)
    {
        return invalid("Private and public endpoint access cannot be false");
    }
    Ok(())
}

fn described(world: &mut World, call: &Call, version: Version) -> Document {
    let input = &call.input;
    let name = input.given("name");
    let mut document = Document::new()
        .with("arn", call.arn(world, "eks", &format!("cluster/{name}")))
        .with("createdAt", world.now_text())
        .with("version", version.to_string())
        .with("platformVersion", version.platform())
        .with("status", "CREATING")
        .with("certificateAuthority", json!({}))
        .with("health", json!({ "issues": [] }))
        .with("tags", input.inner("tags"))
        .with("deletionProtection", input.flag("deletionProtection").unwrap_or(false))
        .with("resourcesVpcConfig", network(world, call))
        .with("kubernetesNetworkConfig", addresses(call))
        .with("logging", logging(&input.inner("logging")));
    document.carry(input, &CARRIED);
    let access = input.inner("accessConfig");
    let admits = access.flag("bootstrapClusterCreatorAdminPermissions").unwrap_or(true);
    let mode = access.text("authenticationMode").unwrap_or("CONFIG_MAP");
    document.set(
        "accessConfig",
        json!({ "bootstrapClusterCreatorAdminPermissions": admits, "authenticationMode": mode }),
    );
    let support = input.inner("upgradePolicy").text("supportType").unwrap_or("EXTENDED").to_owned();
    document.set("upgradePolicy", json!({ "supportType": support }));
    document
}

fn network(world: &mut World, call: &Call) -> Document {
    let mut network = call.input.inner("resourcesVpcConfig");
    network.set_default("securityGroupIds", json!([]));
    network.set_default("endpointPublicAccess", true);
    network.set_default("endpointPrivateAccess", false);
    let is_public = network.flag("endpointPublicAccess") == Some(true);
    network.set_default("publicAccessCidrs", if is_public { json!(["0.0.0.0/0"]) } else { json!([]) });
    network.set("clusterSecurityGroupId", format!("sg-{}", world.ids.digits(17)));
    let subnets = world.network.place(&call.region, &network.texts("subnetIds"));
    network.set("vpcId", subnets[0].vpc_id.as_str());
    network
}

fn addresses(call: &Call) -> Document {
    let mut addresses = call.input.inner("kubernetesNetworkConfig");
    addresses.set_default("ipFamily", "ipv4");
    if addresses.text("ipFamily") == Some("ipv6") {
        addresses.set("serviceIpv6Cidr", "fd12:3456:789a::/108");
    } else {
        addresses.set_default("serviceIpv4Cidr", "172.20.0.0/16");
    }
    addresses.set_default("elasticLoadBalancing", json!({ "enabled": false }));
    addresses
}

/// Every kind of log is answered, whether it was spoken of or not.
pub(super) fn logging(wanted: &Document) -> Document {
    const KINDS: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
    let setups = wanted.inners("clusterLogging");
    let enabled = setups.iter().filter(|setup| setup.flag("enabled") == Some(true));
    let enabled: Vec<String> = enabled.flat_map(|setup| setup.texts("types")).collect();
    let (on, off): (Vec<&str>, Vec<&str>) =
        KINDS.into_iter().partition(|kind| enabled.iter().any(|enabled| enabled == kind));
    let groups = [(on, true), (off, false)].into_iter().filter(|(kinds, _)| !kinds.is_empty());
    let groups = groups.map(|(kinds, enabled)| json!({ "types": kinds, "enabled": enabled }));
    Document::new().with("clusterLogging", groups.collect::<Vec<_>>())
}
