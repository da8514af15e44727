//! Whether AWS supports the planned version, what is in the cluster goes with it, the account may have the cluster, and its
//! name is not held by one that is protected.

use aws_sdk_eks::types::{Cluster, ClusterStatus};
use sparki_aws::{Aws, AwsError, Consistency};
use sparki_core::{Ctx, Diagnostic, Diagnostics, Path, Preflight, Proposal, RemoteError};

use super::cost::Support;
use super::remote::describe;
use super::{EksCluster, EksClusterModel, cost, insights, quota};
use crate::eks::{Catalog, Names, Releases, Session, Version, Wanted};
use crate::operation::{Held, Keeper, judged};
use crate::quota::told;

const CHECK: &str = "failed to check the version of the cluster";
const CHECK_NAME: &str = "failed to check the name of the cluster";

impl Preflight for EksCluster {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<EksClusterModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        let setting = ctx.remote().preflight();
        if setting == sparki_aws::Preflight::Off {
            return Ok(Diagnostics::new());
        }
        let session = Session::begin(ctx, &planned.region).await?;
        let mut found = check_version(&session, prior.as_deref(), &planned).await?;
        if prior.is_none() {
            found.extend(check_name(ctx, &session, &planned).await?);
        }
        found.extend(told([Box::pin(quota::check(&session, prior.as_deref())).await]));
        Ok(judged(setting, found))
    }
}

/// Whether a new cluster would get its name.
async fn check_name(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    planned: &EksClusterModel,
) -> Result<Option<Diagnostic>, RemoteError> {
    let Some(name) = planned.name.known() else { return Ok(None) };
    let look = || describe(session, name);
    let there = session.send(Consistency::Free, CHECK_NAME, look).await?;
    let there = there.map_err(|error| error.reading(CHECK_NAME))?;
    Ok(there.filter(is_in_the_way).and_then(|cluster| {
        let (region, tags) = (&session.region, cluster.tags());
        let held = Held { what: "cluster", named: ("name", name), region, tags, keeper: Keeper::Aws("EKS") };
        held.told(ctx)
    }))
}

/// Whether AWS would neither remove the cluster nor make another one of its name.
fn is_in_the_way(cluster: &Cluster) -> bool {
    let is_going = matches!(cluster.status(), Some(ClusterStatus::Failed | ClusterStatus::Deleting));
    cluster.deletion_protection() == Some(true) && !is_going
}

/// Whether AWS supports the version, how dearly, and nothing is left behind by it.
async fn check_version(
    session: &Session<'_>,
    prior: Option<&EksClusterModel>,
    planned: &EksClusterModel,
) -> Result<Vec<Diagnostic>, RemoteError> {
    if prior.is_none() && planned.version.known().is_none() {
        // AWS chooses a version in standard support.
        let rise = cost::rise(&session.region, None, Support::Standard);
        return Ok(Vec::from_iter(rise.told(session.aws.cost_warning_usd())));
    }
    let is_settled = prior.is_some_and(|prior| prior.version == planned.version);
    let Some(version) = planned.version.known().filter(|_| !is_settled) else { return Ok(Vec::new()) };
    let releases = Releases::ask(session, CHECK).await?;
    let mut found = Vec::from_iter(releases.check(version));
    let support = |version: &str| {
        if releases.is_extended(version) { Support::Extended } else { Support::Standard }
    };
    let before = prior.and_then(|prior| prior.version.known()).map(|version| support(version.as_str()));
    let rise = cost::rise(&session.region, before, support(version));
    found.extend(rise.told(session.aws.cost_warning_usd()));
    if let Some(name) = prior.and_then(|prior| prior.name.known()) {
        found.extend(insights::check(session, (CHECK, name), planned).await?);
        found.extend(nodes_left_behind(session, name, version).await?);
        found.extend(addons_left_behind(session, name, version).await?);
    }
    Ok(found)
}

/// The node groups that could not follow the cluster to a version. AWS refuses to upgrade it then.
async fn nodes_left_behind(
    session: &Session<'_>,
    cluster: &str,
    version: &str,
) -> Result<Option<Diagnostic>, RemoteError> {
    let Ok(target) = version.parse::<Version>() else { return Ok(None) };
    let (mut names, mut behind) = (Names::new(), Vec::new());
    while let Some(page) = names.node_groups(session, (CHECK, cluster), None).await? {
        for group in page {
            let send = || async {
                let request = session.client.describe_nodegroup().cluster_name(cluster);
                request.nodegroup_name(&group).send().await.map_err(AwsError::from)
            };
            let answer = session.send(Consistency::Propagation, CHECK, send).await?;
            // One that is gone by now has nothing to follow.
            let Some(answer) = present(answer)? else { continue };
            let nodes = answer.nodegroup.and_then(|group| group.version?.parse::<Version>().ok());
            if let Some(nodes) = nodes.filter(|nodes| target.leaves_behind(*nodes)) {
                behind.push(format!("{group} ({nodes})"));
            }
        }
    }
    Ok((!behind.is_empty()).then(|| {
        Diagnostic::error(
            "Nodes too old for the version",
            format!(
                "Nodes may be {} minor versions older than their cluster. Upgrade these node groups before the cluster \
                 goes to {version}: {}.",
                Version::LARGEST_SKEW,
                behind.join(", ")
            ),
        )
        .at(Path::attribute("version"))
    }))
}

/// The add-ons whose installed version AWS does not offer for a version of the cluster.
async fn addons_left_behind(
    session: &Session<'_>,
    cluster: &str,
    version: &str,
) -> Result<Option<Diagnostic>, RemoteError> {
    let (mut names, mut behind) = (Names::new(), Vec::new());
    while let Some(page) = names.addons(session, (CHECK, cluster), None).await? {
        for addon in page {
            let send = || async {
                let request = session.client.describe_addon().cluster_name(cluster).addon_name(&addon);
                request.send().await.map_err(AwsError::from)
            };
            let answer = session.send(Consistency::Propagation, CHECK, send).await?;
            let Some(answer) = present(answer)? else { continue };
            let Some(installed) = answer.addon.and_then(|addon| addon.addon_version) else { continue };
            let offered = Catalog::ask(session, CHECK, (&addon, version)).await?;
            if offered.is_some_and(|offered| !offered.offers(Wanted::Pinned(&installed))) {
                behind.push(format!("{addon} ({installed})"));
            }
        }
    }
    Ok((!behind.is_empty()).then(|| {
        Diagnostic::warning(
            "Add-ons to be upgraded as well",
            format!(
                "AWS does not offer the installed versions of these add-ons for Kubernetes {version}: {}. Upgrade them \
                 with the cluster; \"cluster_version\" of the add-on does that in the same run.",
                behind.join(", ")
            ),
        )
        .at(Path::attribute("version"))
    }))
}

/// What was answered; none if the object is gone.
fn present<T>(answer: Result<T, AwsError>) -> Result<Option<T>, RemoteError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.reading(CHECK)),
    }
}
