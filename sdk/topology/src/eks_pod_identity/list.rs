//! Finds associations.

use std::ops::ControlFlow;

use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::look::{describe, found as state_of};
use super::{EksPodIdentity, EksPodIdentityModel};
use crate::eks::{Names, Session};

const LIST: &str = "failed to list the pod identities";

/// EKS Pod Identity associations of a region, by cluster, namespace and service account.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EksPodIdentityFilter {
    /// AWS region of the clusters. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
    /// Name of the cluster that the associations belong to. Every cluster of the region if it is not set.
    #[attr(optional, validate(len(1..=100)))]
    pub cluster_name: Value<String>,
    /// Namespace of the service accounts. Every namespace if it is not set.
    #[attr(optional, validate(len(1..=63)))]
    pub namespace: Value<String>,
}

impl List for EksPodIdentity {
    type Filter = EksPodIdentityFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<EksPodIdentityFilter>,
        found: &mut Found<'_, EksPodIdentityModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let namespace = filter.namespace.known().map(String::as_str);
        if let Some(cluster) = filter.cluster_name.known() {
            let _ = of_cluster(&session, (cluster, namespace), found).await?;
            return Ok(());
        }
        let mut clusters = Names::new();
        // How many clusters hold what is wanted is not known, so their pages are as large as can be.
        while let Some(page) = clusters.clusters(&session, LIST, None).await? {
            for cluster in page {
                match of_cluster(&session, (&cluster, namespace), found).await {
                    Ok(ControlFlow::Continue(())) => {}
                    Ok(ControlFlow::Break(())) => return Ok(()),
                    // A cluster that is gone by now has no associations.
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

/// Offers the associations of one cluster.
async fn of_cluster(
    session: &Session<'_>,
    (cluster, namespace): (&str, Option<&str>),
    found: &mut Found<'_, EksPodIdentityModel>,
) -> Result<ControlFlow<()>, RemoteError> {
    let mut pages = Names::new();
    while let Some(page) = pages.associations(session, (LIST, cluster, namespace), found.left()).await? {
        for summary in page {
            let [namespace, account, id] =
                [summary.namespace(), summary.service_account(), summary.association_id()]
                    .map(Option::unwrap_or_default);
            let state = if found.wants_objects() {
                let look = describe(session, (cluster, id)).await;
                // One that is gone by now is none of the list.
                let Some(association) = look.map_err(|error: AwsError| error.reading(LIST))? else {
                    continue;
                };
                state_of(session, &association)
            } else {
                State::new(EksPodIdentityModel {
                    region: session.region.clone().into(),
                    cluster_name: cluster.into(),
                    namespace: namespace.into(),
                    service_account: account.into(),
                    ..EksPodIdentityModel::blank()
                })
            };
            if found.offer(format!("{cluster}/{namespace}/{account}"), state).await.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}
