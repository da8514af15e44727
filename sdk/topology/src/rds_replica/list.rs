//! Finds replicas.

use aws_sdk_rds::types::DbInstance;
use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::answer::is_replica;
use super::look::found as state_of;
use super::{RdsReplica, RdsReplicaModel};
use crate::operation::Pages;
use crate::rds::Session;

const LIST: &str = "failed to list the replicas";

/// RDS read replicas of a region, by identifier. Those that are promoted are none any more.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct RdsReplicaFilter {
    /// AWS region of the replicas. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
}

impl List for RdsReplica {
    type Filter = RdsReplicaFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<RdsReplicaFilter>,
        found: &mut Found<'_, RdsReplicaModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let client = &session.client;
        let send = |token: Option<String>| async move {
            let request = client.describe_db_instances().set_marker(token);
            let answer = request.send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.db_instances, answer.marker))
        };
        let mut pages = Pages::new();
        while let Some(page) = pages.next(&session, LIST, send).await? {
            for instance in page.into_iter().filter(is_replica) {
                let name = instance.db_instance_identifier().unwrap_or_default().to_owned();
                let state = if found.wants_objects() {
                    state_of(&session, LIST, instance).await?
                } else {
                    identified(&session.region, &instance)
                };
                if found.offer(name, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// A replica of which no more is told than what leads to it.
fn identified(region: &Region, instance: &DbInstance) -> State<RdsReplicaModel> {
    State::new(RdsReplicaModel {
        region: region.clone().into(),
        identifier: instance.db_instance_identifier.clone().into(),
        arn: instance.db_instance_arn.clone().into(),
        ..RdsReplicaModel::blank()
    })
}
