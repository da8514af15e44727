//! The names of what there is in a region or a cluster, page by page.

use aws_sdk_eks::types::PodIdentityAssociationSummary;
use sparki_aws::AwsError;
use sparki_core::RemoteError;

use super::Session;
use crate::operation::Pages;

/// The most names that EKS tells at once, as its reference of `ListClusters` and the other lists says.
const LARGEST_PAGE: u64 = 100;

/// A list of names of which some may still have to be asked for.
#[derive(Debug)]
pub(crate) struct Names {
    pages: Pages,
}

impl Names {
    /// A list of which nothing has been asked for.
    pub(crate) fn new() -> Self {
        Self { pages: Pages::new() }
    }

    /// The next names, which may be none at all; `None` after the last ones. `left` is how many are still wanted.
    pub(crate) async fn clusters(
        &mut self,
        session: &Session<'_>,
        doing: &str,
        left: Option<u64>,
    ) -> Result<Option<Vec<String>>, RemoteError> {
        let client = &session.client;
        let send = |token| async move {
            let request = client.list_clusters().max_results(page(left)).set_next_token(token);
            let answer = request.send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.clusters, answer.next_token))
        };
        self.pages.next(session, doing, send).await
    }

    /// The same for the node groups of a cluster.
    pub(crate) async fn node_groups(
        &mut self,
        session: &Session<'_>,
        (doing, cluster): (&str, &str),
        left: Option<u64>,
    ) -> Result<Option<Vec<String>>, RemoteError> {
        let client = &session.client;
        let send = |token| async move {
            let request = client.list_nodegroups().cluster_name(cluster).max_results(page(left));
            let answer = request.set_next_token(token).send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.nodegroups, answer.next_token))
        };
        self.pages.next(session, doing, send).await
    }

    /// The same for the add-ons of a cluster.
    pub(crate) async fn addons(
        &mut self,
        session: &Session<'_>,
        (doing, cluster): (&str, &str),
        left: Option<u64>,
    ) -> Result<Option<Vec<String>>, RemoteError> {
        let client = &session.client;
        let send = |token| async move {
            let request = client.list_addons().cluster_name(cluster).max_results(page(left));
            let answer = request.set_next_token(token).send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.addons, answer.next_token))
        };
        self.pages.next(session, doing, send).await
    }

    /// The same for the pod identities of a cluster, of one namespace or of all, with what AWS says about them at once.
    pub(crate) async fn associations(
        &mut self,
        session: &Session<'_>,
        (doing, cluster, namespace): (&str, &str, Option<&str>),
        left: Option<u64>,
    ) -> Result<Option<Vec<PodIdentityAssociationSummary>>, RemoteError> {
        let client = &session.client;
        let send = |token| async move {
            let request = client.list_pod_identity_associations().cluster_name(cluster);
            let request = request.set_namespace(namespace.map(str::to_owned)).max_results(page(left));
            let answer = request.set_next_token(token).send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.associations, answer.next_token))
        };
        self.pages.next(session, doing, send).await
    }
}

fn page(left: Option<u64>) -> i32 {
    let size = left.unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
    i32::try_from(size).expect("a page has up to 100 names")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_no_larger_than_what_is_left() {
        let sizes = [None, Some(0), Some(7), Some(100), Some(5000)].map(page);
        assert_eq!(sizes, [100, 1, 7, 100, 100]);
    }
}
