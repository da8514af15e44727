//! Whether the cluster can have nodes of the planned version, and there is room for them, and the account has so many.

use sparki_aws::Aws;
use sparki_core::{Ctx, Diagnostic, Diagnostics, Path, Preflight, Proposal, RemoteError};

use super::{EksNodeGroup, EksNodeGroupModel, cost, quota, supply};
use crate::eks::{Session, Version};
use crate::operation::judged;

const CHECK: &str = "failed to check the version of the nodes";

impl Preflight for EksNodeGroup {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<EksNodeGroupModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        let setting = ctx.remote().preflight();
        if setting == sparki_aws::Preflight::Off {
            return Ok(Diagnostics::new());
        }
        let session = Session::begin(ctx, &planned.region).await?;
        let prior = prior.as_deref();
        let mut found = Vec::from_iter(check_version(&session, prior, &planned).await?);
        found.extend(supply::check(&session.with().await?, prior, &planned).await?);
        found.extend(quota::check(&session, prior, &planned).await);
        found.extend(cost::rise(&session.region, prior, &planned).told(ctx.remote().cost_warning_usd()));
        Ok(judged(setting, found))
    }
}

/// Whether the cluster can have nodes of the planned version, if both are known.
async fn check_version(
    session: &Session<'_>,
    prior: Option<&EksNodeGroupModel>,
    planned: &EksNodeGroupModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let is_settled = prior.is_some_and(|prior| prior.version == planned.version);
    let (Some(cluster), Some(nodes)) = (planned.cluster_name.known(), planned.version.known()) else {
        return Ok(None);
    };
    if is_settled {
        return Ok(None);
    }
    let running = session.cluster_version(CHECK, cluster).await?;
    let versions = running.and_then(|running| Some((nodes.parse().ok()?, running.parse().ok()?)));
    Ok(versions.and_then(|(nodes, cluster)| check(nodes, cluster)))
}

/// What stands in the way of nodes of one version in a cluster of another.
pub(super) fn check(nodes: Version, cluster: Version) -> Option<Diagnostic> {
    let found = if nodes == cluster.next() {
        // The cluster may well be upgraded before the nodes are, in the same run.
        Diagnostic::warning(
            "Nodes newer than their cluster",
            format!(
                "The cluster runs {cluster}, and the nodes are to run {nodes}. That goes well only if the cluster is \
                 upgraded first: set \"version\" to the \"version\" of the cluster, so that the nodes wait for it."
            ),
        )
    } else if nodes > cluster {
        Diagnostic::error(
            "Nodes newer than their cluster",
            format!(
                "The cluster runs {cluster}, and the nodes are to run {nodes}. Nodes cannot be newer than their cluster: \
                 set {cluster} or an older version."
            ),
        )
    } else if cluster.leaves_behind(nodes) {
        Diagnostic::error(
            "Nodes too old for their cluster",
            format!(
                "The cluster runs {cluster}, and the nodes are to run {nodes}. Nodes may be {} minor versions older than \
                 their cluster: set a newer version.",
                Version::LARGEST_SKEW
            ),
        )
    } else {
        return None;
    };
    Some(found.at(Path::attribute("version")))
}
