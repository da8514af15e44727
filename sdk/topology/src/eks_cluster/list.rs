//! Finds clusters.

use sparki_aws::{Aws, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::remote::{describe, found as state_of};
use super::{EksCluster, EksClusterModel};
use crate::eks::{Names, Session};

const LIST: &str = "failed to list the clusters";

/// EKS clusters of a region, by name.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EksClusterFilter {
    /// AWS region of the clusters. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
}

impl List for EksCluster {
    type Filter = EksClusterFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<EksClusterFilter>,
        found: &mut Found<'_, EksClusterModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let mut names = Names::new();
        while let Some(page) = names.clusters(&session, LIST, found.left()).await? {
            for name in page {
                let state = if found.wants_objects() {
                    let cluster = describe(&session, &name).await.map_err(|error| error.reading(LIST))?;
                    // One that is gone by now is none of the list.
                    let Some(cluster) = cluster else { continue };
                    state_of(&session, LIST, &cluster).await?
                } else {
                    identified(&session.region, &name)
                };
                if found.offer(name, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// A cluster of which no more is known than what leads to it.
fn identified(region: &Region, name: &str) -> State<EksClusterModel> {
    State::new(EksClusterModel {
        region: region.clone().into(),
        name: name.into(),
        ..EksClusterModel::blank()
    })
}
