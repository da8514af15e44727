//! One operation on an object of EKS.

use std::time::Duration;

use aws_sdk_eks::Client;
use aws_sdk_eks::types::{Cluster, Update, UpdateStatus};
use sparki_aws::{AwsError, Class, Consistency, Seen, TagChange};
use sparki_core::RemoteError;

use super::told;
use crate::operation;

/// What one operation on EKS needs.
pub(crate) type Session<'a> = operation::Session<'a, Client>;

/// What an update belongs to: a cluster, or a part of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) cluster: &'a str,
    pub(crate) part: Part<'a>,
}

/// How an update ended of which AWS does not say that it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finished {
    /// AWS has carried it out.
    Successful,
    /// AWS says nothing of it. The status of the object tells what came of it.
    Unknown,
}

/// A part of a cluster that is updated by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part<'a> {
    /// None: the control plane.
    ControlPlane,
    /// The node group of this name.
    NodeGroup(&'a str),
    /// The add-on of this name.
    Addon(&'a str),
}

impl Session<'_> {
    /// Waits until an update is complete. Without an update that could be asked for, as with stand-ins, it returns at
    /// once; the caller looks at the status of the object afterwards in any case.
    pub(crate) async fn finish(
        &self,
        doing: &str,
        usual: Duration,
        subject: Subject<'_>,
        update: Option<&Update>,
    ) -> Result<Finished, RemoteError> {
        let Some((update, id)) = update.and_then(|update| Some((update, update.id()?))) else {
            return Ok(Finished::Unknown);
        };
        if update.status() == Some(&UpdateStatus::Successful) {
            return Ok(Finished::Successful);
        }
        self.wait(doing, usual, || async {
            let request = self.client.describe_update().name(subject.cluster).update_id(id);
            let request = match subject.part {
                Part::ControlPlane => request,
                Part::NodeGroup(name) => request.nodegroup_name(name),
                Part::Addon(name) => request.addon_name(name),
            };
            match request.send().await.map_err(AwsError::from) {
                Ok(answer) => Ok(answer.update().map_or(Seen::Reached(Finished::Unknown), seen)),
                Err(error) if error.is_not_found() => Ok(Seen::Missing),
                Err(error) if error.class() == Class::Garbled => Ok(Seen::Reached(Finished::Unknown)),
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// The Kubernetes version of a cluster; none if there is no such cluster.
    pub(crate) async fn cluster_version(
        &self,
        doing: &str,
        cluster: &str,
    ) -> Result<Option<String>, RemoteError> {
        Ok(self.cluster(doing, cluster).await?.and_then(|cluster| cluster.version))
    }

    /// The security group that AWS has made for a cluster; none if there is no such cluster.
    pub(crate) async fn cluster_security_group(
        &self,
        doing: &str,
        cluster: &str,
    ) -> Result<Option<String>, RemoteError> {
        let network = self.cluster(doing, cluster).await?.and_then(|cluster| cluster.resources_vpc_config);
        Ok(network.and_then(|network| network.cluster_security_group_id))
    }

    async fn cluster(&self, doing: &str, name: &str) -> Result<Option<Cluster>, RemoteError> {
        let send =
            || async { self.client.describe_cluster().name(name).send().await.map_err(AwsError::from) };
        match self.send(Consistency::Propagation, doing, send).await? {
            Ok(answer) => Ok(answer.cluster),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error.reading(doing)),
        }
    }

    /// Changes the tags of an object.
    pub(crate) async fn tag(&self, doing: &str, arn: &str, change: TagChange) -> Result<(), RemoteError> {
        let TagChange { set, remove } = change;
        if !set.is_empty() {
            let send = || async {
                let request = self.client.tag_resource().resource_arn(arn);
                let request = request.set_tags(Some(set.clone().into_iter().collect()));
                request.send().await.map_err(AwsError::from)
            };
            self.change(Consistency::Propagation, doing, send).await?;
        }
        if !remove.is_empty() {
            let send = || async {
                let request = self.client.untag_resource().resource_arn(arn);
                let request = request.set_tag_keys(Some(remove.iter().cloned().collect()));
                request.send().await.map_err(AwsError::from)
            };
            self.change(Consistency::Propagation, doing, send).await?;
        }
        Ok(())
    }
}

fn seen(update: &Update) -> Seen<Finished> {
    match update.status() {
        Some(UpdateStatus::Successful) => Seen::Reached(Finished::Successful),
        Some(UpdateStatus::Failed) => Seen::Failed(told("The update has failed", update.errors())),
        Some(UpdateStatus::Cancelled) => Seen::Failed(told("The update was cancelled", update.errors())),
        Some(other) => Seen::Pending(other.as_str().to_owned()),
        None => Seen::Pending("not known".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_eks::types::{ErrorCode, ErrorDetail};

    use super::*;

    #[test]
    fn a_failed_update_is_told_with_awss_reason() {
        let error =
            ErrorDetail::builder().error_code(ErrorCode::IpNotAvailable).error_message("No address.").build();
        let update = Update::builder().status(UpdateStatus::Failed).errors(error).build();
        assert_eq!(
            seen(&update),
            Seen::Failed("The update has failed. AWS's reason: IpNotAvailable: No address.".into())
        );
        let update = Update::builder().status(UpdateStatus::InProgress).build();
        assert_eq!(seen(&update), Seen::Pending("InProgress".into()));
    }
}
