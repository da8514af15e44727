//! Whether nodes of the planned type can be had.

use aws_sdk_elasticache::types::ReservedCacheNodesOffering;
use sparki_aws::{AwsError, Consistency};
use sparki_core::{Diagnostic, Path, RemoteError};

use super::preflight::CHECK;
use super::{ElasticacheRedisModel, Engine};
use crate::elasticache::Session;
use crate::operation::Pages;

/// What there is to say about the nodes of a new cluster, or of one that gets others.
pub(super) async fn check(
    session: &Session<'_>,
    prior: Option<&ElasticacheRedisModel>,
    planned: &ElasticacheRedisModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let is_settled = prior.is_some_and(|prior| {
        prior.region == planned.region
            && prior.node_type == planned.node_type
            && prior.engine == planned.engine
    });
    if is_settled {
        return Ok(None);
    }
    if let Some(prior) = prior.filter(|prior| prior.region == planned.region)
        && let Answer::Told(found) = check_reach(session, prior, planned).await?
    {
        return Ok(found);
    }
    check_offered(session, planned).await
}

/// What AWS has said to a question that it may not answer.
enum Answer {
    Told(Option<Diagnostic>),
    Nothing,
}

/// AWS says which nodes an existing cluster can go on to.
async fn check_reach(
    session: &Session<'_>,
    prior: &ElasticacheRedisModel,
    planned: &ElasticacheRedisModel,
) -> Result<Answer, RemoteError> {
    let (Some(name), Some(kind)) = (prior.name.known(), planned.node_type.known()) else {
        return Ok(Answer::Nothing);
    };
    if prior.node_type == planned.node_type {
        return Ok(Answer::Nothing);
    }
    let send = || async {
        let request = session.client.list_allowed_node_type_modifications().replication_group_id(name);
        request.send().await.map_err(AwsError::from)
    };
    // It is only a check: where the question is not answered, AWS says no when it is asked for the nodes.
    let Ok(answer) = session.send(Consistency::Propagation, CHECK, send).await? else {
        return Ok(Answer::Nothing);
    };
    let [up, down] = [answer.scale_up_modifications(), answer.scale_down_modifications()];
    let allowed: Vec<_> = up.iter().chain(down).map(String::as_str).collect();
    if allowed.is_empty() {
        return Ok(Answer::Nothing);
    }
    Ok(Answer::Told((!allowed.contains(&kind.as_str())).then(|| {
        Diagnostic::error(
            "Nodes out of reach",
            format!(
                "The cluster {name:?} cannot go on to nodes of type {kind}. It can to: {}.",
                allowed.join(", ")
            ),
        )
        .at(Path::attribute("node_type"))
    })))
}

/// AWS has no list of the nodes of a region, but one of those that can be reserved there, which are nearly all of them. What is
/// not in it may still be had.
async fn check_offered(
    session: &Session<'_>,
    planned: &ElasticacheRedisModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let (Some(kind), Some(engine)) = (planned.node_type.known(), planned.engine.known()) else {
        return Ok(None);
    };
    let client = &session.client;
    let send = |marker| async move {
        let request = client.describe_reserved_cache_nodes_offerings().cache_node_type(kind);
        match request.set_marker(marker).send().await.map_err(AwsError::from) {
            Ok(answer) => Ok((answer.reserved_cache_nodes_offerings, answer.marker)),
            Err(error) => Err(error),
        }
    };
    let mut pages = Pages::new();
    // One that is for the engine is enough; where the question is not answered, AWS says no when it is asked for the nodes.
    while let Ok(page) = pages.next(session, CHECK, send).await {
        let Some(page) = page else { return Ok(Some(unknown(session, (kind, *engine)))) };
        if page.iter().any(|offering| is_for(offering, *engine)) {
            return Ok(None);
        }
    }
    Ok(None)
}

/// Whether what is reserved serves an engine. What was reserved for Redis OSS serves Valkey as well, says ElastiCache's user guide
/// of reserved nodes.
pub(super) fn is_for(offering: &ReservedCacheNodesOffering, engine: Engine) -> bool {
    let product = offering.product_description().unwrap_or_default().to_lowercase();
    match engine {
        Engine::Redis => product.starts_with("redis"),
        Engine::Valkey => product.starts_with("redis") || product.starts_with("valkey"),
    }
}

fn unknown(session: &Session<'_>, (kind, engine): (&str, Engine)) -> Diagnostic {
    Diagnostic::warning(
        "Nodes perhaps not to be had",
        format!(
            "AWS tells of no nodes of type {kind} for {} that could be reserved in {}, and it tells of nearly all that there are. \
             Check \"node_type\"; \"aws elasticache describe-reserved-cache-nodes-offerings\" tells what there is. If nodes of \
             this type cannot be reserved, go on.",
            engine.as_str(),
            session.region
        ),
    )
    .at(Path::attribute("node_type"))
}
