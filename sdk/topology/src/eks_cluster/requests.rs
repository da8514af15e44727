//! The requests of `sparki_eks_cluster`. Pure: nothing is sent here.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::operation::create_cluster::builders::CreateClusterInputBuilder;
use aws_sdk_eks::operation::update_cluster_config::builders::UpdateClusterConfigInputBuilder;
use aws_sdk_eks::types::{
    AuthenticationMode as WireAuthenticationMode, CreateAccessConfigRequest, EncryptionConfig, LogSetup,
    LogType as WireLogType, Logging, Provider, SupportType as WireSupportType, UpdateAccessConfigRequest,
    UpgradePolicyRequest, VpcConfigRequest, ZonalShiftConfigRequest,
};
use sparki_aws::Nonce;
use sparki_core::Value;

use super::{AuthenticationMode, EksClusterModel, Endpoint, LogType, SupportType};

/// Every address: what AWS takes as "no restriction".
pub(super) const EVERYWHERE: &str = "0.0.0.0/0";

/// One change of a cluster. AWS takes one at a time.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Update {
    /// To the next Kubernetes version.
    Version {
        version: String,
        /// Whether AWS goes on although it finds that the cluster is not ready.
        is_forced: bool,
    },
    /// With this KMS key.
    Encryption(EncryptionConfig),
    /// Anything else.
    Config(Box<UpdateClusterConfigInputBuilder>),
}

/// The request that makes a cluster.
pub(super) fn create(
    cluster: &EksClusterModel,
    tags: BTreeMap<String, String>,
    attempt: &Nonce,
) -> CreateClusterInputBuilder {
    let encryption = cluster.kms_key_arn.known().map(|key| vec![encryption(key)]);
    let shift = cluster.zonal_shift.known().filter(|wanted| **wanted);
    let shift = shift.map(|wanted| ZonalShiftConfigRequest::builder().enabled(*wanted).build());
    let mut network = endpoint(cluster.endpoint.known());
    network.subnet_ids = list(&cluster.subnet_ids);
    network.security_group_ids = list(&cluster.security_group_ids).filter(|ids| !ids.is_empty());
    CreateClusterInputBuilder::default()
        .set_name(cluster.name.known().cloned())
        .set_version(cluster.version.known().cloned())
        .set_role_arn(cluster.role_arn.known().cloned())
        .resources_vpc_config(network)
        .set_encryption_config(encryption)
        .set_logging(cluster.log_types.known().map(logging))
        .set_upgrade_policy(cluster.support_type.known().copied().map(upgrade_policy))
        .set_access_config(cluster.authentication_mode.known().copied().map(access))
        .set_zonal_shift_config(shift)
        .set_deletion_protection(cluster.deletion_protection.known().copied())
        // AWS's own default is to have them.
        .bootstrap_self_managed_addons(cluster.bootstrap_self_managed_addons.known() == Some(&true))
        .set_tags(Some(tags.into_iter().collect()))
        .client_request_token(attempt.as_str())
}

/// What to change, in order: first what decides whether the version may stay, then the version, then the rest.
pub(super) fn updates(prior: &EksClusterModel, planned: &EksClusterModel) -> Vec<Update> {
    let config = |set: &dyn Fn(UpdateClusterConfigInputBuilder) -> UpdateClusterConfigInputBuilder| {
        let request = UpdateClusterConfigInputBuilder::default().set_name(planned.name.known().cloned());
        Update::Config(Box::new(set(request)))
    };
    let mut updates = Vec::new();
    if let Some(support) = changed(&prior.support_type, &planned.support_type) {
        updates.push(config(&|request| request.upgrade_policy(upgrade_policy(*support))));
    }
    if let Some(version) = changed(&prior.version, &planned.version) {
        let is_forced = planned.force_update.known() == Some(&true);
        updates.push(Update::Version { version: version.clone(), is_forced });
    }
    for mode in modes(prior, planned) {
        let config_of = UpdateAccessConfigRequest::builder().authentication_mode(wire_mode(mode)).build();
        updates.push(config(&|request| request.access_config(config_of.clone())));
    }
    if let Some(access) = changed(&prior.endpoint, &planned.endpoint) {
        updates.push(config(&|request| request.resources_vpc_config(endpoint(Some(access)))));
    }
    if prior.subnet_ids != planned.subnet_ids || prior.security_group_ids != planned.security_group_ids {
        // AWS takes both as a whole; without its security groups a cluster would lose them.
        let network = VpcConfigRequest::builder()
            .set_subnet_ids(list(&planned.subnet_ids))
            .set_security_group_ids(Some(list(&planned.security_group_ids).unwrap_or_default()))
            .build();
        updates.push(config(&|request| request.resources_vpc_config(network.clone())));
    }
    if let Some(types) = changed(&prior.log_types, &planned.log_types) {
        updates.push(config(&|request| request.logging(logging(types))));
    }
    if let Some(shift) = changed(&prior.zonal_shift, &planned.zonal_shift) {
        let shift = ZonalShiftConfigRequest::builder().enabled(*shift).build();
        updates.push(config(&|request| request.zonal_shift_config(shift.clone())));
    }
    if let Some(key) = changed(&prior.kms_key_arn, &planned.kms_key_arn) {
        updates.push(Update::Encryption(encryption(key)));
    }
    if let Some(protection) = changed(&prior.deletion_protection, &planned.deletion_protection) {
        updates.push(config(&|request| request.deletion_protection(*protection)));
    }
    updates
}

/// The planned value, if it is known and another than before.
fn changed<'a, T: PartialEq>(prior: &Value<T>, planned: &'a Value<T>) -> Option<&'a T> {
    planned.known().filter(|value| prior.known() != Some(*value))
}

fn list(ids: &Value<BTreeSet<String>>) -> Option<Vec<String>> {
    ids.known().map(|ids| ids.iter().cloned().collect())
}

/// Who may reach the API. AWS's own default is "everyone", so every part is sent.
fn endpoint(endpoint: Option<&Endpoint>) -> VpcConfigRequest {
    let public = endpoint.and_then(|endpoint| endpoint.public.known()).copied().unwrap_or(false);
    let private = endpoint.and_then(|endpoint| endpoint.private.known()).copied().unwrap_or(true);
    let ranges = endpoint.and_then(|endpoint| list(&endpoint.cidrs)).filter(|ranges| !ranges.is_empty());
    VpcConfigRequest::builder()
        .endpoint_private_access(private)
        .endpoint_public_access(public)
        .set_public_access_cidrs(public.then(|| ranges.unwrap_or_else(|| vec![EVERYWHERE.into()])))
        .build()
}

#[expect(
    deprecated,
    reason = "AWS has stopped reading `resources`, but nowhere says that it may be left out"
)]
fn encryption(key_arn: &str) -> EncryptionConfig {
    EncryptionConfig::builder()
        .resources("secrets")
        .provider(Provider::builder().key_arn(key_arn).build())
        .build()
}

/// The logs that are on, and those that are off: AWS leaves alone what is not named.
fn logging(types: &BTreeSet<LogType>) -> Logging {
    let setup = |enabled: bool| {
        let types: Vec<_> = LogType::ALL
            .iter()
            .filter(|log| types.contains(log) == enabled)
            .map(|log| WireLogType::from(log.as_str()))
            .collect();
        (!types.is_empty()).then(|| LogSetup::builder().set_types(Some(types)).enabled(enabled).build())
    };
    let setups = [setup(true), setup(false)].into_iter().flatten();
    Logging::builder().set_cluster_logging(Some(setups.collect())).build()
}

/// The modes to go through, one by one: AWS takes no step from the config map alone to the API alone.
fn modes(prior: &EksClusterModel, planned: &EksClusterModel) -> Vec<AuthenticationMode> {
    let Some(to) = changed(&prior.authentication_mode, &planned.authentication_mode).copied() else {
        return Vec::new();
    };
    match (prior.authentication_mode.known(), to) {
        (Some(AuthenticationMode::ConfigMap), AuthenticationMode::Api) => {
            vec![AuthenticationMode::ApiAndConfigMap, to]
        }
        (Some(_) | None, to) => vec![to],
    }
}

/// Whoever makes a cluster administers it, which is AWS's own default: without an entry nobody could get in.
fn access(mode: AuthenticationMode) -> CreateAccessConfigRequest {
    CreateAccessConfigRequest::builder()
        .authentication_mode(wire_mode(mode))
        .bootstrap_cluster_creator_admin_permissions(true)
        .build()
}

fn wire_mode(mode: AuthenticationMode) -> WireAuthenticationMode {
    WireAuthenticationMode::from(mode.as_str())
}

fn upgrade_policy(support: SupportType) -> UpgradePolicyRequest {
    UpgradePolicyRequest::builder().support_type(WireSupportType::from(support.as_str())).build()
}
