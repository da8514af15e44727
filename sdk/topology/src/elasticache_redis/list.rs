//! Finds clusters.

use aws_sdk_elasticache::types::ReplicationGroup;
use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::answer::is_cluster;
use super::look::found as state_of;
use super::{ElasticacheRedis, ElasticacheRedisModel};
use crate::elasticache::Session;
use crate::operation::Pages;

const LIST: &str = "failed to list the clusters";

/// ElastiCache clusters of a region, by name. Replication groups with cluster mode disabled are none.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ElasticacheRedisFilter {
    /// AWS region of the clusters. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
}

impl List for ElasticacheRedis {
    type Filter = ElasticacheRedisFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<ElasticacheRedisFilter>,
        found: &mut Found<'_, ElasticacheRedisModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let client = &session.client;
        let send = |token: Option<String>| async move {
            let request = client.describe_replication_groups().set_marker(token);
            let answer = request.send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.replication_groups, answer.marker))
        };
        let mut pages = Pages::new();
        while let Some(page) = pages.next(&session, LIST, send).await? {
            for group in page.into_iter().filter(is_cluster) {
                let name = group.replication_group_id().unwrap_or_default().to_owned();
                let state = if found.wants_objects() {
                    state_of(&session, LIST, group).await?
                } else {
                    identified(&session.region, &group)
                };
                if found.offer(name, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// A cluster of which no more is told than what leads to it.
fn identified(region: &Region, group: &ReplicationGroup) -> State<ElasticacheRedisModel> {
    State::new(ElasticacheRedisModel {
        region: region.clone().into(),
        name: group.replication_group_id.clone().into(),
        arn: group.arn.clone().into(),
        ..ElasticacheRedisModel::blank()
    })
}
