//! What there is to see of a cluster: the replication group, its nodes, its groups of subnets and parameters, its tags.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use aws_sdk_elasticache::types::{CacheCluster, ReplicationGroup};
use sparki_aws::{AwsError, Class, Seen};
use sparki_core::{RemoteError, RemoteErrorKind, State};

use super::parts::Parts;
use super::{ElasticacheRedisModel, answer};
use crate::elasticache::{ParameterGroup, Session, SubnetGroup};

/// How long the tags of a new cluster are not told: as long as it is made.
const USUAL_TAGS: Duration = Duration::from_secs(300);

/// All that AWS says about a cluster. What was not asked for is none.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) group: ReplicationGroup,
    /// One of its nodes. They are all alike.
    pub(super) node: Option<CacheCluster>,
    pub(super) subnet_ids: Option<BTreeSet<String>>,
    pub(super) parameters: Option<BTreeMap<String, String>>,
    pub(super) tags: Option<HashMap<String, String>>,
}

impl Described {
    /// The replication group, of which nothing else was asked.
    pub(super) fn bare(group: ReplicationGroup) -> Self {
        Self { group, node: None, subnet_ids: None, parameters: None, tags: None }
    }

    /// From now on no version waits for the maintenance window.
    pub(super) fn forget_waiting_version(&mut self) {
        if let Some(pending) = self.node.as_mut().and_then(|node| node.pending_modified_values.as_mut()) {
            pending.engine_version = None;
        }
    }
}

/// Looks at the replication group; `None` if it does not exist.
pub(super) async fn describe(
    session: &Session<'_>,
    name: &str,
) -> Result<Option<ReplicationGroup>, AwsError> {
    let request = session.client.describe_replication_groups().replication_group_id(name);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.replication_groups.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A replication group with the tags by which its maker is known.
pub(super) type Marked = (ReplicationGroup, Option<HashMap<String, String>>);

/// The replication group with its tags. ElastiCache does not tell the tags of what it is busy with, so that is waited for.
pub(super) async fn marked(
    session: &Session<'_>,
    doing: &str,
    name: &str,
) -> Result<Option<Marked>, RemoteError> {
    let look = || async {
        let Some(group) = describe(session, name).await? else { return Ok(Seen::Reached(None)) };
        let is_busy = group.status() != Some("available") && group.status() != Some("create-failed");
        match session.tags_now(group.arn().unwrap_or_default()).await {
            Ok(None) if is_busy => Ok(Seen::Pending(group.status().unwrap_or("not known").to_owned())),
            Ok(tags) => Ok(Seen::Reached(Some((group, tags)))),
            Err(error) if is_busy && matches!(error.class(), Class::Conflict | Class::Invalid) => {
                Ok(Seen::Pending(group.status().unwrap_or("not known").to_owned()))
            }
            Err(error) => Err(error),
        }
    };
    session.wait(doing, USUAL_TAGS, look).await
}

/// Looks at everything that belongs to a replication group. `reference` is what was planned or is in the state; none if
/// nothing was known before.
pub(super) async fn look(
    session: &Session<'_>,
    doing: &str,
    (group, reference): (ReplicationGroup, Option<&ElasticacheRedisModel>),
) -> Result<Described, RemoteError> {
    let node = match group.member_clusters().first() {
        Some(name) => node(session, name).await.map_err(|error| error.reading(doing))?,
        None => None,
    };
    let subnet_ids = match node.as_ref().and_then(CacheCluster::cache_subnet_group_name) {
        Some(name) => SubnetGroup::read(session, doing, name).await?,
        None => None,
    };
    let parameters = parameters_of(session, doing, (&group, node.as_ref()), reference).await?;
    let tags = match session.tags_of(doing, group.arn().unwrap_or_default()).await {
        Ok(tags) => tags,
        // Some services do not tell the tags of what they are busy with.
        Err(error) if error.kind() == RemoteErrorKind::Conflict => None,
        Err(error) => return Err(error),
    };
    Ok(Described { group, node, subnet_ids, parameters, tags })
}

/// What is set in the parameter group that counts; none if there is no such group.
pub(super) async fn parameters_of(
    session: &Session<'_>,
    doing: &str,
    (group, node): (&ReplicationGroup, Option<&CacheCluster>),
    reference: Option<&ElasticacheRedisModel>,
) -> Result<Option<BTreeMap<String, String>>, RemoteError> {
    let Some(name) = node.and_then(|node| Parts::parameters_of(group, node)) else { return Ok(None) };
    let reference = reference.and_then(|cluster| cluster.parameters.known());
    ParameterGroup::read(session, doing, (&name, reference)).await
}

/// The state of a cluster of which nothing was known before.
pub(super) async fn found(
    session: &Session<'_>,
    doing: &str,
    group: ReplicationGroup,
) -> Result<State<ElasticacheRedisModel>, RemoteError> {
    let described = look(session, doing, (group, None)).await?;
    let reference = answer::unknown(&described);
    Ok(state(session, &described, &reference))
}

/// The state of a cluster. `reference` is what was planned or is in the state.
pub(super) fn state(
    session: &Session<'_>,
    described: &Described,
    reference: &ElasticacheRedisModel,
) -> State<ElasticacheRedisModel> {
    State::new(answer::model(described, &session.region, session.aws.tags(), reference))
}

async fn node(session: &Session<'_>, name: &str) -> Result<Option<CacheCluster>, AwsError> {
    let request = session.client.describe_cache_clusters().cache_cluster_id(name).show_cache_node_info(true);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.cache_clusters.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
