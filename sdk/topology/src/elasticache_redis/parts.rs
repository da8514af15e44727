//! The groups of subnets and of parameters that belong to a cluster. Their names follow from the cluster's.

use std::collections::BTreeMap;

use aws_sdk_elasticache::types::{CacheCluster, ReplicationGroup};
use sparki_aws::TagChange;
use sparki_core::RemoteError;

use super::ElasticacheRedisModel;
use super::answer::effective_version;
use crate::elasticache::{InUse, ParameterGroup, Session, SubnetGroup, Version};
use crate::operation::Remains;

/// The groups of one cluster.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'a> {
    /// Name of the cluster.
    pub(super) cluster: &'a str,
}

impl Parts<'_> {
    /// The name of the subnet group.
    pub(super) fn subnet_group(&self) -> &str {
        self.cluster
    }

    /// The name of the parameter group of a family. Versions of another family need another group.
    pub(super) fn parameter_group(&self, family: &str) -> String {
        format!("{}-{}", self.cluster, family.replace('.', "-"))
    }

    /// The name of the parameter group that counts: the one that the nodes have, or that they will have when a version that
    /// waits for the maintenance window is there.
    pub(super) fn parameters_of(group: &ReplicationGroup, node: &CacheCluster) -> Option<String> {
        let attached = node.cache_parameter_group()?.cache_parameter_group_name()?;
        let name = group.replication_group_id()?;
        let parts = Parts { cluster: name };
        let own = |version: Version| parts.parameter_group(&version.family(version.engine()));
        // Parameters of another family come with a version of that family, whichever group the nodes have until then.
        let current = node.engine_version().and_then(|version| version.parse().ok()).map(own);
        let then = effective_version(node).map(own).filter(|then| current.as_ref() != Some(then));
        Some(then.unwrap_or_else(|| attached.to_owned()))
    }

    /// Whether a parameter group of this name is the cluster's own, for nodes of this version.
    pub(super) fn is_own(&self, name: &str, version: Version) -> bool {
        name == self.parameter_group(&version.family(version.engine()))
    }

    /// Makes both, for a cluster of this family.
    pub(super) async fn make(
        &self,
        session: &Session<'_>,
        doing: &str,
        (cluster, family): (&ElasticacheRedisModel, &str),
        tags: &BTreeMap<String, String>,
    ) -> Result<(), RemoteError> {
        let subnet_ids = cluster.subnet_ids.known().cloned().unwrap_or_default();
        SubnetGroup { name: self.subnet_group(), subnet_ids: &subnet_ids }.make(session, doing, tags).await?;
        let parameters = cluster.parameters.known().cloned().unwrap_or_default();
        let name = self.parameter_group(family);
        ParameterGroup { name: &name, family }.make(session, doing, (&parameters, tags)).await
    }

    /// Changes the tags of those that are the cluster's own.
    pub(super) async fn tag(
        &self,
        session: &Session<'_>,
        doing: &str,
        (cluster, change): (&ElasticacheRedisModel, &TagChange),
    ) -> Result<(), RemoteError> {
        let arn = cluster.arn.known().map_or("", String::as_str);
        let of = |kind: &str, name: &str| {
            arn.replace(&format!(":replicationgroup:{}", self.cluster), &format!(":{kind}:{name}"))
        };
        let subnets = cluster.subnet_group_name.known().filter(|name| *name == self.subnet_group());
        let version =
            cluster.engine_version_actual.known().and_then(|version| version.parse::<Version>().ok());
        let own = version.map(|version| self.parameter_group(&version.family(version.engine())));
        let parameters = cluster.parameter_group_name.known().filter(|name| Some(*name) == own.as_ref());
        if let Some(name) = subnets {
            session.tag(doing, &of("subnetgroup", name), change).await?;
        }
        if let Some(name) = parameters {
            session.tag(doing, &of("parametergroup", name), change).await?;
        }
        Ok(())
    }

    /// Removes both, as far as they are Sparki's. Nothing must use them any more.
    pub(super) async fn remove(&self, session: &Session<'_>, doing: &str) -> Result<(), RemoteError> {
        let (mut remains, region, name) = (Remains::new(), &session.region, self.subnet_group());
        remains.note(SubnetGroup::remove(session, doing, name).await, || {
            format!(
                "aws elasticache delete-cache-subnet-group --region {region} --cache-subnet-group-name {name}"
            )
        });
        let name_of = |family: &str| Some(self.parameter_group(family));
        ParameterGroup::remove_all(session, doing, (name_of, InUse::Awaited), &mut remains).await;
        remains.of_what_is_gone("The cluster")
    }

    /// Removes the parameter groups of every family but that of the group to be kept, and what the nodes have until the
    /// maintenance window.
    pub(super) async fn remove_other_parameter_groups(
        &self,
        session: &Session<'_>,
        doing: &str,
        kept: &str,
    ) -> Result<(), RemoteError> {
        let name_of = |family: &str| Some(self.parameter_group(family)).filter(|name| name != kept);
        let mut remains = Remains::new();
        ParameterGroup::remove_all(session, doing, (name_of, InUse::Stays), &mut remains).await;
        remains.first()
    }
}
