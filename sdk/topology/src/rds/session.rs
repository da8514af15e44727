//! One operation on an object of RDS.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbInstance, Tag};
use sparki_aws::{AwsError, Consistency, TagChange, Tags};
use sparki_core::{RemoteError, RemoteErrorKind};

use crate::operation;

/// What one operation on RDS needs.
pub(crate) type Session<'a> = operation::Session<'a, Client>;

impl Session<'_> {
    /// Tags as a request has them.
    pub(crate) fn wire_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
        tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
    }

    /// Tags as an answer has them.
    pub(crate) fn read_tags(tags: &[Tag]) -> HashMap<String, String> {
        let pairs =
            tags.iter().filter_map(|tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default())));
        pairs.collect()
    }

    /// Looks at an instance; `None` if it does not exist.
    pub(crate) async fn instance(&self, identifier: &str) -> Result<Option<DbInstance>, AwsError> {
        let request = self.client.describe_db_instances().db_instance_identifier(identifier);
        match request.send().await.map_err(AwsError::from) {
            Ok(answer) => Ok(answer.db_instances.unwrap_or_default().into_iter().next()),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether an object was made by Sparki.
    pub(crate) async fn is_sparkis(&self, doing: &str, arn: &str) -> Result<bool, RemoteError> {
        let send = || async {
            let request = self.client.list_tags_for_resource().resource_name(arn);
            request.send().await.map_err(AwsError::from)
        };
        match self.send(Consistency::Propagation, doing, send).await? {
            Ok(answer) => Ok(Tags::are_sparkis(Some(&Self::read_tags(answer.tag_list())))),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error.reading(doing)),
        }
    }

    /// Takes up a part of an object that an earlier run left behind: its name follows from the object's, which does not
    /// exist, so that nothing else of Sparki's has a claim to it. It gets the tags of who takes it up. `what` is "database subnet group".
    pub(crate) async fn take_up(
        &self,
        doing: &str,
        (what, arn): (&str, &str),
        tags: &BTreeMap<String, String>,
    ) -> Result<(), RemoteError> {
        if self.is_sparkis(doing, arn).await? {
            return self.tag(doing, arn, &TagChange { set: tags.clone(), ..TagChange::default() }).await;
        }
        let name = arn.rsplit(':').next().unwrap_or_default();
        Err(RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
            "There is a {what} {name:?} already, which Sparki did not make. Remove it if it is not needed, or use another \
             \"identifier\"."
        )))
    }

    /// Changes the tags of an object.
    pub(crate) async fn tag(&self, doing: &str, arn: &str, change: &TagChange) -> Result<(), RemoteError> {
        if !change.set.is_empty() {
            let send = || async {
                let request = self.client.add_tags_to_resource().resource_name(arn);
                let request = request.set_tags(Some(Self::wire_tags(&change.set)));
                request.send().await.map_err(AwsError::from)
            };
            self.change(Consistency::Free, doing, send).await?;
        }
        if !change.remove.is_empty() {
            let send = || async {
                let request = self.client.remove_tags_from_resource().resource_name(arn);
                let request = request.set_tag_keys(Some(change.remove.iter().cloned().collect()));
                request.send().await.map_err(AwsError::from)
            };
            self.change(Consistency::Free, doing, send).await?;
        }
        Ok(())
    }
}
