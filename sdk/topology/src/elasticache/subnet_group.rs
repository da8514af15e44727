//! The subnets that nodes live in.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticache::types::CacheSubnetGroup;
use sparki_aws::{AwsError, Consistency, Tags};
use sparki_core::RemoteError;

use super::Session;

/// A cache subnet group that belongs to one object and has a name made from the object's.
pub(crate) struct SubnetGroup<'a> {
    pub(crate) name: &'a str,
    pub(crate) subnet_ids: &'a BTreeSet<String>,
}

impl SubnetGroup<'_> {
    /// Makes it, or takes up what an earlier run left behind of it.
    pub(crate) async fn make(
        &self,
        session: &Session<'_>,
        doing: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), RemoteError> {
        let send = || async {
            let request = session.client.create_cache_subnet_group().cache_subnet_group_name(self.name);
            let request = request.cache_subnet_group_description(format!("Subnets of {}", self.name));
            let request = request.set_subnet_ids(Some(self.subnet_ids.iter().cloned().collect()));
            request.set_tags(Some(Session::wire_tags(tags))).send().await.map_err(AwsError::from)
        };
        let Err(error) = session.send(Consistency::Propagation, doing, send).await? else { return Ok(()) };
        let found = describe(session, self.name).await.map_err(|error| error.reading(doing))?;
        let Some(arn) = found.as_ref().and_then(CacheSubnetGroup::arn) else {
            return Err(error.changing(doing));
        };
        session.take_up(doing, ("cache subnet group", arn), tags).await?;
        self.change(session, doing).await
    }

    /// Gives it these subnets.
    pub(crate) async fn change(&self, session: &Session<'_>, doing: &str) -> Result<(), RemoteError> {
        let send = || async {
            let request = session.client.modify_cache_subnet_group().cache_subnet_group_name(self.name);
            let request = request.set_subnet_ids(Some(self.subnet_ids.iter().cloned().collect()));
            request.send().await.map_err(AwsError::from)
        };
        session.change(Consistency::Propagation, doing, send).await.map(|_| ())
    }

    /// The subnets of the group of this name; none if there is no such group.
    pub(crate) async fn read(
        session: &Session<'_>,
        doing: &str,
        name: &str,
    ) -> Result<Option<BTreeSet<String>>, RemoteError> {
        let found = describe(session, name).await.map_err(|error| error.reading(doing))?;
        Ok(found.map(|group| {
            let subnets = group.subnets.unwrap_or_default().into_iter();
            subnets.filter_map(|subnet| subnet.subnet_identifier).collect()
        }))
    }

    /// Removes the group of this name, if it is Sparki's, as soon as nothing uses it.
    pub(crate) async fn remove(session: &Session<'_>, doing: &str, name: &str) -> Result<(), RemoteError> {
        let found = describe(session, name).await.map_err(|error| error.reading(doing))?;
        let Some(arn) = found.as_ref().and_then(CacheSubnetGroup::arn) else { return Ok(()) };
        let tags = session.tags_of(doing, arn).await?;
        if !Tags::are_sparkis(tags.as_ref()) {
            return Ok(());
        }
        let send = || async {
            let request = session.client.delete_cache_subnet_group().cache_subnet_group_name(name);
            request.send().await.map_err(AwsError::from)
        };
        session.remove_unused(doing, send).await
    }
}

async fn describe(session: &Session<'_>, name: &str) -> Result<Option<CacheSubnetGroup>, AwsError> {
    let request = session.client.describe_cache_subnet_groups().cache_subnet_group_name(name);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.cache_subnet_groups.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
