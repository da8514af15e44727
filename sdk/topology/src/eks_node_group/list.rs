//! Finds node groups.

use std::ops::ControlFlow;

use sparki_aws::{Aws, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::remote::{describe, found as state_of};
use super::{EksNodeGroup, EksNodeGroupModel};
use crate::eks::{Names, Session};

const LIST: &str = "failed to list the node groups";

/// EKS node groups of a region, by cluster and name.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EksNodeGroupFilter {
    /// AWS region of the groups. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
    /// Name of the cluster that the groups belong to. Every cluster of the region if it is not set.
    #[attr(optional, validate(len(1..=100)))]
    pub cluster_name: Value<String>,
}

impl List for EksNodeGroup {
    type Filter = EksNodeGroupFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<EksNodeGroupFilter>,
        found: &mut Found<'_, EksNodeGroupModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        if let Some(cluster) = filter.cluster_name.known() {
            let _ = of_cluster(&session, cluster, found).await?;
            return Ok(());
        }
        let mut clusters = Names::new();
        // How many clusters hold what is wanted is not known, so their pages are as large as can be.
        while let Some(page) = clusters.clusters(&session, LIST, None).await? {
            for cluster in page {
                match of_cluster(&session, &cluster, found).await {
                    Ok(ControlFlow::Continue(())) => {}
                    Ok(ControlFlow::Break(())) => return Ok(()),
                    // A cluster that is gone by now has no groups.
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

/// Offers the groups of one cluster, by cluster and name.
async fn of_cluster(
    session: &Session<'_>,
    cluster: &str,
    found: &mut Found<'_, EksNodeGroupModel>,
) -> Result<ControlFlow<()>, RemoteError> {
    let mut names = Names::new();
    while let Some(page) = names.node_groups(session, (LIST, cluster), found.left()).await? {
        for name in page {
            let state = if found.wants_objects() {
                let group = describe(session, (cluster, &name)).await.map_err(|error| error.reading(LIST))?;
                // One that is gone by now is none of the list.
                let Some(group) = group else { continue };
                state_of(session, LIST, &group).await?
            } else {
                identified(&session.region, (cluster, &name))
            };
            if found.offer(format!("{cluster}/{name}"), state).await.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// A group of which no more is known than what leads to it.
fn identified(region: &Region, (cluster, name): (&str, &str)) -> State<EksNodeGroupModel> {
    State::new(EksNodeGroupModel {
        region: region.clone().into(),
        cluster_name: cluster.into(),
        name: name.into(),
        ..EksNodeGroupModel::blank()
    })
}
