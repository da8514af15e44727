//! The names of what there is in a region or a cluster, page by page.

use std::future::Future;

use aws_sdk_eks::types::PodIdentityAssociationSummary;
use sparki_aws::{AwsError, Consistency};
use sparki_core::RemoteError;

use super::Session;

/// The most names that EKS tells at once, as its reference of `ListClusters` and the other lists says.
const LARGEST_PAGE: u64 = 100;

/// A list of names of which some may still have to be asked for.
#[derive(Debug)]
pub(crate) struct Names {
    token: Token,
}

#[derive(Debug)]
enum Token {
    First,
    Next(String),
    Done,
}

impl Names {
    /// A list of which nothing has been asked for.
    pub(crate) fn new() -> Self {
        Self { token: Token::First }
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
        self.page(session, doing, send).await
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
        self.page(session, doing, send).await
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
        self.page(session, doing, send).await
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
        self.page(session, doing, send).await
    }

    /// The next page of whatever `send` asks for.
    async fn page<T, S, F>(
        &mut self,
        session: &Session<'_>,
        doing: &str,
        send: S,
    ) -> Result<Option<Vec<T>>, RemoteError>
    where
        S: Fn(Option<String>) -> F,
        F: Future<Output = Result<(Option<Vec<T>>, Option<String>), AwsError>>,
    {
        let Some(token) = self.token() else { return Ok(None) };
        let answer = session.send(Consistency::Propagation, doing, || send(token.clone())).await?;
        let (found, token) = answer.map_err(|error| error.reading(doing))?;
        self.go_on(token);
        Ok(Some(found.unwrap_or_default()))
    }

    /// What to ask for; nothing if everything was answered.
    fn token(&self) -> Option<Option<String>> {
        match &self.token {
            Token::First => Some(None),
            Token::Next(token) => Some(Some(token.clone())),
            Token::Done => None,
        }
    }

    fn go_on(&mut self, token: Option<String>) {
        self.token = token.filter(|token| !token.is_empty()).map_or(Token::Done, Token::Next);
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

    #[test]
    fn the_last_page_names_no_other() {
        let mut names = Names::new();
        assert_eq!(names.token(), Some(None));
        names.go_on(Some("next".into()));
        assert_eq!(names.token(), Some(Some("next".into())));
        names.go_on(Some(String::new()));
        assert_eq!(names.token(), None);
    }
}
