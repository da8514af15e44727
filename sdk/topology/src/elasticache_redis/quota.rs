//! Whether the account may have the planned nodes.

use sparki_aws::{AwsError, Consistency};
use sparki_core::{Diagnostic, RemoteError};

use super::ElasticacheRedisModel;
use crate::elasticache::Session;
use crate::quota::{CACHE_NODES, Certainty, Demand, Limit};

const CHECK: &str = "failed to count the nodes of the account";

/// What the account may not have.
pub(super) async fn check(
    session: &Session<'_>,
    prior: Option<&ElasticacheRedisModel>,
    planned: &ElasticacheRedisModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let more = nodes(planned).saturating_sub(prior.map_or(0, nodes));
    if more == 0 {
        return Ok(None);
    }
    let Some(limit) = Limit::ask(session, &CACHE_NODES).await? else { return Ok(None) };
    let send = || async {
        let found = session.client.describe_cache_clusters().into_paginator().items().send();
        found.collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let clusters = answer.map_err(|error| error.reading(CHECK))?;
    let used = clusters.iter().map(|it| it.num_cache_nodes().map_or(1, whole)).sum();
    let demand = Demand {
        need: format!("The cluster needs {more} more nodes."),
        more,
        used,
        place: None,
        attribute: if prior.is_some_and(|prior| prior.shards == planned.shards) {
            "replicas_per_shard"
        } else {
            "shards"
        },
        certainty: Certainty::Now,
    };
    Ok(limit.shortage(&session.region, demand))
}

/// How many nodes a cluster has, over all shards.
pub(super) fn nodes(cluster: &ElasticacheRedisModel) -> u64 {
    let number = |value: Option<&i64>| value.copied().map_or(0, whole);
    number(cluster.shards.known())
        .saturating_mul(number(cluster.replicas_per_shard.known()).saturating_add(1))
}

fn whole(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or_default()
}
