//! Whether the account may have another cluster.

use sparki_core::{Diagnostic, RemoteError};

use super::EksClusterModel;
use crate::eks::{Names, Session};
use crate::quota::{CLUSTERS, Certainty, Demand, Limit};

const CHECK: &str = "failed to count the clusters of the account";

/// What the account may not have.
pub(super) async fn check(
    session: &Session<'_>,
    prior: Option<&EksClusterModel>,
) -> Result<Option<Diagnostic>, RemoteError> {
    if prior.is_some() {
        return Ok(None);
    }
    let Some(limit) = Limit::ask(session, &CLUSTERS).await? else { return Ok(None) };
    let (mut names, mut used) = (Names::new(), 0);
    while let Some(page) = names.clusters(session, CHECK, None).await? {
        used += u64::try_from(page.len()).unwrap_or(u64::MAX);
    }
    let demand = Demand {
        need: "The cluster is one more.".to_owned(),
        more: 1,
        used,
        place: None,
        attribute: "name",
        certainty: Certainty::Now,
    };
    Ok(limit.shortage(&session.region, demand))
}
