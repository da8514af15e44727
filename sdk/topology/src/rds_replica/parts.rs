//! The groups of subnets and of parameters that belong to a replica. Their names follow from the replica's.

use std::collections::BTreeMap;

use aws_sdk_rds::types::DbInstance;
use sparki_aws::TagChange;
use sparki_core::{RemoteError, RemoteErrorKind};

use super::RdsReplicaModel;
use super::answer::Described;
use crate::operation::Remains;
use crate::rds::{ParameterGroup, Session, SubnetGroup, family};

/// The groups of one replica.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'a> {
    /// Identifier of the replica.
    pub(super) replica: &'a str,
}

impl Parts<'_> {
    /// The name of the subnet group.
    pub(super) fn subnet_group(&self) -> &str {
        self.replica
    }

    /// The name of the parameter group of a family. Another major version of the source needs another group.
    pub(super) fn parameter_group(&self, family: &str) -> String {
        format!("{}-{}", self.replica, family.replace('.', "-"))
    }

    /// Whether an instance is in the subnet group that belongs to it.
    pub(super) fn own_subnet_group(instance: &DbInstance) -> bool {
        let group = instance.db_subnet_group().and_then(|group| group.db_subnet_group_name());
        group.is_some() && group == instance.db_instance_identifier()
    }

    /// The parameter group that an instance has, if it belongs to it: families are named after the engine.
    pub(super) fn own_parameter_group(instance: &DbInstance) -> Option<&str> {
        let name = instance.db_parameter_groups().first()?.db_parameter_group_name()?;
        let family = name.strip_prefix(instance.db_instance_identifier()?)?.strip_prefix('-')?;
        family.starts_with(instance.engine()?).then_some(name)
    }

    /// Makes the subnet group, if there is to be one; its name.
    pub(super) async fn make_subnet_group(
        &self,
        session: &Session<'_>,
        doing: &str,
        (replica, tags): (&RdsReplicaModel, &BTreeMap<String, String>),
    ) -> Result<Option<&str>, RemoteError> {
        let Some(subnet_ids) = replica.subnet_ids.known() else { return Ok(None) };
        let name = self.subnet_group();
        SubnetGroup { name, subnet_ids }.make(session, doing, tags).await?;
        Ok(Some(name))
    }

    /// Brings the parameters to what is planned. The parameter group to have, if another one than there is.
    pub(super) async fn parameters(
        &self,
        session: &Session<'_>,
        doing: &str,
        wish: &Wish<'_>,
    ) -> Result<Option<String>, RemoteError> {
        let Wish { instance, set, planned, tags } = wish;
        let attached = instance.db_parameter_groups().first().and_then(|it| it.db_parameter_group_name());
        let other = |name: String| Some(name).filter(|name| attached != Some(name.as_str()));
        let own = Self::own_parameter_group(instance);
        let Some(wanted) = planned.parameters.known() else {
            return Ok(match (planned.parameter_group_name.known(), own) {
                (Some(named), _) => other(named.clone()),
                (None, Some(_)) => Some(format!("default.{}", self.family(session, doing, instance).await?)),
                (None, None) => None,
            });
        };
        let family = self.family(session, doing, instance).await?;
        let name = self.parameter_group(&family);
        if own == Some(name.as_str()) {
            ParameterGroup::change(session, doing, &name, (set, wanted)).await?;
        } else {
            ParameterGroup { name: &name, family: &family }.make(session, doing, (wanted, tags)).await?;
        }
        Ok(other(name))
    }

    /// Brings the parameters in the group of the replica's own that it has to what is planned, where it cannot be given another
    /// group.
    pub(super) async fn correct(
        session: &Session<'_>,
        doing: &str,
        (described, planned): (&Described, &RdsReplicaModel),
    ) -> Result<(), RemoteError> {
        let Some(name) = Self::own_parameter_group(&described.instance) else { return Ok(()) };
        let [set, wanted] = [described.parameters.as_ref(), planned.parameters.known()]
            .map(|parameters| parameters.cloned().unwrap_or_default());
        ParameterGroup::change(session, doing, name, (&set, &wanted)).await
    }

    /// Changes the tags of those that are the replica's own.
    pub(super) async fn tag(
        &self,
        session: &Session<'_>,
        doing: &str,
        (instance, change): (&DbInstance, &TagChange),
    ) -> Result<(), RemoteError> {
        let arn = instance.db_instance_arn().unwrap_or_default();
        let of = |kind: &str, name: &str| {
            arn.replace(&format!(":db:{}", self.replica), &format!(":{kind}:{name}"))
        };
        if Self::own_subnet_group(instance) {
            session.tag(doing, &of("subgrp", self.subnet_group()), change).await?;
        }
        if let Some(name) = Self::own_parameter_group(instance) {
            session.tag(doing, &of("pg", name), change).await?;
        }
        Ok(())
    }

    /// Removes both, as far as they are Sparki's. Nothing must use them any more.
    pub(super) async fn remove(&self, session: &Session<'_>, doing: &str) -> Result<(), RemoteError> {
        let (mut remains, region, name) = (Remains::new(), &session.region, self.subnet_group());
        remains.note(SubnetGroup::remove(session, doing, name).await, || {
            format!("aws rds delete-db-subnet-group --region {region} --db-subnet-group-name {name}")
        });
        let name_of = |family: &str| self.parameter_group(family);
        ParameterGroup::remove_all(session, doing, name_of, &mut remains).await;
        remains.of_what_is_gone("The replica")
    }

    async fn family(
        &self,
        session: &Session<'_>,
        doing: &str,
        instance: &DbInstance,
    ) -> Result<String, RemoteError> {
        let (engine, version) =
            (instance.engine().unwrap_or_default(), instance.engine_version().unwrap_or_default());
        family(session, doing, (engine, version)).await?.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::Garbled, doing).with_detail(format!(
                "RDS does not say which parameters {engine} {version} has. Set \"parameter_group_name\" instead of \
                 \"parameters\"."
            ))
        })
    }
}

/// What parameters a replica is to have.
pub(super) struct Wish<'a> {
    pub(super) instance: &'a DbInstance,
    /// What is set in its own parameter group.
    pub(super) set: &'a BTreeMap<String, String>,
    pub(super) planned: &'a RdsReplicaModel,
    /// For a new group.
    pub(super) tags: &'a BTreeMap<String, String>,
}
