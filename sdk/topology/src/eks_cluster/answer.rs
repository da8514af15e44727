//! From AWS's description of a cluster to the model. Pure.

use std::collections::BTreeSet;

use aws_sdk_eks::types::{Cluster, ClusterStatus, Logging, VpcConfigResponse};
use sparki_aws::{Region, Seen, Tags};
use sparki_core::{Id, Value};

use super::requests::EVERYWHERE;
use super::{EksClusterModel, Endpoint, LogType};
use crate::eks::told;
use crate::operation::shown_tags;

/// The model of a cluster. `reference` is what was planned, or what the state has: it decides between two ways of
/// saying the same, and fills in what an endpoint does not answer, as stand-ins do not answer everything.
pub(super) fn model(
    cluster: &Cluster,
    region: &Region,
    tags: Tags<'_>,
    reference: &EksClusterModel,
) -> EksClusterModel {
    let network = cluster.resources_vpc_config();
    let encryption = cluster.encryption_config().first();
    let support = cluster.upgrade_policy().and_then(|policy| policy.support_type());
    let mode = cluster.access_config().and_then(|config| config.authentication_mode());
    let (tags, tags_all) = shown_tags(tags, cluster.tags(), (&reference.tags, &reference.tags_all));
    let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
    EksClusterModel {
        id: cluster.name().map(|name| Id::new(format!("{region}/{name}"))).into(),
        region: region.clone().into(),
        name: text(cluster.name()),
        version: text(cluster.version()),
        role_arn: text(cluster.role_arn()),
        subnet_ids: answered(ids(network.map(VpcConfigResponse::subnet_ids)), &reference.subnet_ids),
        security_group_ids: ids(network.map(VpcConfigResponse::security_group_ids)),
        endpoint: answered(endpoint(network, reference.endpoint.known()), &reference.endpoint),
        kms_key_arn: text(encryption.and_then(|config| config.provider()?.key_arn())),
        authentication_mode: answered(
            mode.and_then(|mode| mode.as_str().parse().ok()).into(),
            &reference.authentication_mode,
        ),
        access_entries: reference.access_entries.clone(),
        oidc_provider: matches!(reference.oidc_provider_arn, Value::Known(_)).into(),
        zonal_shift: answered(
            cluster.zonal_shift_config().map(|config| config.enabled().unwrap_or(false)).into(),
            &reference.zonal_shift,
        ),
        log_types: answered(cluster.logging().map(logs).into(), &reference.log_types),
        support_type: answered(
            support.and_then(|support| support.as_str().parse().ok()).into(),
            &reference.support_type,
        ),
        deletion_protection: answered(cluster.deletion_protection().into(), &reference.deletion_protection),
        tags,
        tags_all,
        arn: text(cluster.arn()),
        endpoint_url: text(cluster.endpoint()),
        certificate_authority: text(
            cluster.certificate_authority().and_then(|certificate| certificate.data()),
        ),
        oidc_issuer: text(cluster.identity().and_then(|identity| identity.oidc()?.issuer())),
        oidc_provider_arn: reference.oidc_provider_arn.clone(),
        cluster_security_group_id: text(network.and_then(|network| network.cluster_security_group_id())),
        vpc_id: text(network.and_then(|network| network.vpc_id())),
        status: text(cluster.status().map(ClusterStatus::as_str)),
        end_of_support_at: reference.end_of_support_at.clone(),
        platform_version: text(cluster.platform_version()),
        force_update: reference.force_update.clone(),
        bootstrap_self_managed_addons: reference.bootstrap_self_managed_addons.clone(),
        timeouts: reference.timeouts.clone(),
    }
}

/// How far a cluster is on its way to being usable.
pub(super) fn seen(cluster: Option<Cluster>) -> Seen<Cluster> {
    let Some(cluster) = cluster else { return Seen::Missing };
    match cluster.status() {
        Some(ClusterStatus::Active) => Seen::Reached(cluster),
        Some(ClusterStatus::Failed) => {
            let issues = cluster.health().map(|health| health.issues()).unwrap_or_default();
            Seen::Failed(told("The cluster has the status FAILED", issues))
        }
        Some(ClusterStatus::Deleting) => {
            Seen::Failed("The cluster has the status DELETING: something else is removing it.".into())
        }
        Some(other) => Seen::Pending(other.as_str().to_owned()),
        None => Seen::Pending("not known".to_owned()),
    }
}

/// What was answered, or else what is known already.
fn answered<T: Clone>(answer: Value<T>, reference: &Value<T>) -> Value<T> {
    match (answer, reference) {
        (Value::Null, Value::Known(value)) => Value::Known(value.clone()),
        (answer, _) => answer,
    }
}

fn ids(ids: Option<&[String]>) -> Value<BTreeSet<String>> {
    ids.filter(|ids| !ids.is_empty()).map(|ids| ids.iter().cloned().collect()).into()
}

/// Null if neither way is open: AWS refuses that, so the answer does not say.
fn endpoint(network: Option<&VpcConfigResponse>, reference: Option<&Endpoint>) -> Value<Endpoint> {
    let open =
        |network: &&VpcConfigResponse| network.endpoint_private_access() || network.endpoint_public_access();
    let Some(network) = network.filter(open) else { return Value::Null };
    let wanted = reference.map_or(Value::Null, |endpoint| endpoint.cidrs.clone());
    let ranges: BTreeSet<_> = network.public_access_cidrs().iter().cloned().collect();
    let everywhere = ranges.iter().all(|range| range == EVERYWHERE || range == "::/0");
    let cidrs = match wanted {
        // Without a public way in, AWS forgets or ignores the ranges.
        wanted @ Value::Known(_) if !network.endpoint_public_access() => wanted,
        Value::Known(_) if ranges.is_empty() => Value::Null,
        Value::Null | Value::Unknown(_) if everywhere || !network.endpoint_public_access() => Value::Null,
        Value::Known(_) | Value::Null | Value::Unknown(_) => Value::Known(ranges),
    };
    Endpoint {
        private: network.endpoint_private_access().into(),
        public: network.endpoint_public_access().into(),
        cidrs,
    }
    .into()
}

fn logs(logging: &Logging) -> BTreeSet<LogType> {
    let on = logging.cluster_logging().iter().filter(|setup| setup.enabled() == Some(true));
    on.flat_map(|setup| setup.types()).filter_map(|log| log.as_str().parse().ok()).collect()
}
