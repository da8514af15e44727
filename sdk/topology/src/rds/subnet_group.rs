//! The subnets that an instance may be in.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::types::DbSubnetGroup;
use sparki_aws::{AwsError, Consistency};
use sparki_core::RemoteError;

use super::Session;

/// A database subnet group that belongs to one object and has a name made from the object's.
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
            let request = session.client.create_db_subnet_group().db_subnet_group_name(self.name);
            let request = request.db_subnet_group_description(format!("Subnets of {}", self.name));
            let request = request.set_subnet_ids(Some(self.subnet_ids.iter().cloned().collect()));
            request.set_tags(Some(Session::wire_tags(tags))).send().await.map_err(AwsError::from)
        };
        let Err(error) = session.send(Consistency::Propagation, doing, send).await? else { return Ok(()) };
        let found = describe(session, self.name).await.map_err(|error| error.reading(doing))?;
        let Some(arn) = found.as_ref().and_then(DbSubnetGroup::db_subnet_group_arn) else {
            return Err(error.changing(doing));
        };
        session.take_up(doing, ("database subnet group", arn), tags).await?;
        self.change(session, doing).await
    }

    /// Gives it these subnets.
    pub(crate) async fn change(&self, session: &Session<'_>, doing: &str) -> Result<(), RemoteError> {
        let send = || async {
            let request = session.client.modify_db_subnet_group().db_subnet_group_name(self.name);
            let request = request.set_subnet_ids(Some(self.subnet_ids.iter().cloned().collect()));
            request.send().await.map_err(AwsError::from)
        };
        session.change(Consistency::Propagation, doing, send).await.map(|_| ())
    }

    /// Removes the group of this name, if it is Sparki's, as soon as nothing uses it.
    pub(crate) async fn remove(session: &Session<'_>, doing: &str, name: &str) -> Result<(), RemoteError> {
        let found = describe(session, name).await.map_err(|error| error.reading(doing))?;
        let Some(arn) = found.as_ref().and_then(DbSubnetGroup::db_subnet_group_arn) else { return Ok(()) };
        if !session.is_sparkis(doing, arn).await? {
            return Ok(());
        }
        let send = || async {
            let request = session.client.delete_db_subnet_group().db_subnet_group_name(name);
            request.send().await.map_err(AwsError::from)
        };
        session.remove_unused(doing, send).await
    }
}

async fn describe(session: &Session<'_>, name: &str) -> Result<Option<DbSubnetGroup>, AwsError> {
    let request = session.client.describe_db_subnet_groups().db_subnet_group_name(name);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.db_subnet_groups.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
