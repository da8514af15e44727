//! Finds add-ons.

use std::ops::ControlFlow;

use sparki_aws::{Aws, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::look::{describe, found as state_of};
use super::{EksAddon, EksAddonModel};
use crate::eks::{Names, Session};

const LIST: &str = "failed to list the add-ons";

/// EKS add-ons of a region, by cluster and name.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EksAddonFilter {
    /// AWS region of the add-ons. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
    /// Name of the cluster that the add-ons belong to. Every cluster of the region if it is not set.
    #[attr(optional, validate(len(1..=100)))]
    pub cluster_name: Value<String>,
}

impl List for EksAddon {
    type Filter = EksAddonFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<EksAddonFilter>,
        found: &mut Found<'_, EksAddonModel>,
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
                    // A cluster that is gone by now has no add-ons.
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

/// Offers the add-ons of one cluster, by cluster and name.
async fn of_cluster(
    session: &Session<'_>,
    cluster: &str,
    found: &mut Found<'_, EksAddonModel>,
) -> Result<ControlFlow<()>, RemoteError> {
    let mut names = Names::new();
    while let Some(page) = names.addons(session, (LIST, cluster), found.left()).await? {
        for name in page {
            let state = if found.wants_objects() {
                let addon = describe(session, (cluster, &name)).await.map_err(|error| error.reading(LIST))?;
                // One that is gone by now is none of the list.
                let Some(addon) = addon else { continue };
                state_of(session, LIST, addon).await?
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

/// An add-on of which no more is known than what leads to it.
fn identified(region: &Region, (cluster, name): (&str, &str)) -> State<EksAddonModel> {
    State::new(EksAddonModel {
        region: region.clone().into(),
        cluster_name: cluster.into(),
        name: name.into(),
        ..EksAddonModel::blank()
    })
}
