//! How the removal of a cluster begins: when its node groups are gone.

use std::time::Duration;

use aws_sdk_eks::types::{ClusterStatus, NodegroupStatus};
use sparki_aws::{AwsError, Class, Seen};
use sparki_core::RemoteError;

use super::remote::describe;
use crate::eks::Session;

/// The part of AWS's refusal that says that a cluster has node groups.
const HAS_GROUPS: &str = "nodegroups attached";

/// Makes AWS remove a cluster, as soon as the node groups are gone that something removes already. A cluster that is gone is no
/// error; node groups that nobody removes are.
pub(super) async fn begin(
    session: &Session<'_>,
    (doing, usual): (&str, Duration),
    name: &str,
) -> Result<(), RemoteError> {
    let look = || async {
        match session.client.delete_cluster().name(name).send().await.map_err(AwsError::from) {
            Ok(_) => Ok(Seen::Reached(Ok(()))),
            Err(error) if error.is_not_found() => Ok(Seen::Reached(Ok(()))),
            Err(error) if error.is_transient() => Err(error),
            Err(error) if error.is_busy() => Ok(Seen::Pending(error.message().to_owned())),
            Err(error) if error.class() == Class::Conflict => conflict(session, name, error).await,
            Err(error) => Ok(Seen::Reached(Err((error, Vec::new())))),
        }
    };
    let refused = session.wait_changed(doing, usual, look).await?;
    refused.map_err(|(error, staying)| match staying[..] {
        [] => error.changing(doing),
        [..] => error.changing(doing).with_advice(&format!(
            "Nothing removes these node groups: {}. Remove them first, with what has made them",
            staying.join(", ")
        )),
    })
}

/// AWS's refusal to remove a cluster, and the node groups that nothing removes.
type Refusal = (AwsError, Vec<String>);

/// What a refusal means that may pass by itself.
async fn conflict(
    session: &Session<'_>,
    name: &str,
    error: AwsError,
) -> Result<Seen<Result<(), Refusal>>, AwsError> {
    if !error.message().to_lowercase().contains(HAS_GROUPS) {
        // A request whose answer was lost may have begun the removal already.
        let cluster = describe(session, name).await?;
        let is_leaving = cluster.is_none_or(|it| it.status() == Some(&ClusterStatus::Deleting));
        return Ok(Seen::Reached(if is_leaving { Ok(()) } else { Err((error, Vec::new())) }));
    }
    match groups(session, name).await {
        Ok(groups) if groups.is_leaving() => Ok(Seen::Pending(error.message().to_owned())),
        Ok(groups) => Ok(Seen::Reached(Err((error, groups.staying)))),
        Err(unseen) if unseen.is_transient() => Err(unseen),
        // Which groups there are cannot be told then; AWS's own words say enough.
        Err(_) => Ok(Seen::Reached(Err((error, Vec::new())))),
    }
}

/// The node groups of a cluster, by name.
#[derive(Debug, Default)]
struct Groups {
    leaving: Vec<String>,
    staying: Vec<String>,
}

impl Groups {
    /// Whether it is worth waiting for them. AWS may count for a moment the last one, which it does not show any more.
    fn is_leaving(&self) -> bool {
        !self.leaving.is_empty() || self.staying.is_empty()
    }
}

async fn groups(session: &Session<'_>, cluster: &str) -> Result<Groups, AwsError> {
    let names = session.client.list_nodegroups().cluster_name(cluster).into_paginator().items().send();
    let names = names.collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)?;
    let mut groups = Groups::default();
    for name in names {
        let request = session.client.describe_nodegroup().cluster_name(cluster).nodegroup_name(&name);
        let group = match request.send().await.map_err(AwsError::from) {
            Ok(answer) => answer.nodegroup,
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        if group.is_some_and(|group| group.status() == Some(&NodegroupStatus::Deleting)) {
            groups.leaving.push(name);
        } else {
            groups.staying.push(name);
        }
    }
    Ok(groups)
}
