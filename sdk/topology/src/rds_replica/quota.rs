//! Whether the account may have another database instance.

use sparki_aws::{AwsError, Consistency};
use sparki_core::{Diagnostic, RemoteError};

use crate::quota::{Certainty, DB_INSTANCES, Demand, Limit};
use crate::rds::Session;

const CHECK: &str = "failed to count the databases of the account";

/// Engines of other services, which RDS's API tells about as well and which have quotas of their own.
const FOREIGN: [&str; 2] = ["docdb", "neptune"];

/// What the account may not have, of a new replica.
pub(super) async fn check(session: &Session<'_>) -> Result<Option<Diagnostic>, RemoteError> {
    let Some(limit) = Limit::ask(session, &DB_INSTANCES).await? else { return Ok(None) };
    let send = || async {
        let found = session.client.describe_db_instances().into_paginator().items().send();
        found.collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let instances = answer.map_err(|error| error.reading(CHECK))?;
    let ours = instances.iter().filter(|it| !it.engine().is_some_and(|engine| FOREIGN.contains(&engine)));
    let demand = Demand {
        need: "The replica is one more.".to_owned(),
        more: 1,
        used: u64::try_from(ours.count()).unwrap_or(u64::MAX),
        place: None,
        attribute: "identifier",
        certainty: Certainty::Now,
    };
    Ok(limit.shortage(&session.region, demand))
}
