//! One operation on an object of ElastiCache.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_elasticache::Client;
use aws_sdk_elasticache::types::Tag;
use sparki_aws::{AwsError, Consistency, TagChange, Tags};
use sparki_core::{RemoteError, RemoteErrorKind};

use crate::operation;

/// What one operation on ElastiCache needs.
pub(crate) type Session<'a> = operation::Session<'a, Client>;

impl Session<'_> {
    /// Tags as a request has them.
    pub(crate) fn wire_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
        tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
    }

    /// The tags of an object; none if it does not exist.
    pub(crate) async fn tags_of(
        &self,
        doing: &str,
        arn: &str,
    ) -> Result<Option<HashMap<String, String>>, RemoteError> {
        let answer = self.send(Consistency::Propagation, doing, || self.tags_now(arn)).await?;
        answer.map_err(|error| error.reading(doing))
    }

    /// The same, asked for once: for a look that is taken again.
    pub(crate) async fn tags_now(&self, arn: &str) -> Result<Option<HashMap<String, String>>, AwsError> {
        let request = self.client.list_tags_for_resource().resource_name(arn);
        match request.send().await.map_err(AwsError::from) {
            Ok(answer) => {
                let tags = answer.tag_list.unwrap_or_default().into_iter();
                Ok(Some(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()))
            }
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes up a part of an object that an earlier run left behind: its name follows from the object's, which does not
    /// exist, so that nothing else of Sparki's has a claim to it. It gets the tags of who takes it up. `what` is "cache subnet group".
    pub(crate) async fn take_up(
        &self,
        doing: &str,
        (what, arn): (&str, &str),
        tags: &BTreeMap<String, String>,
    ) -> Result<(), RemoteError> {
        if Tags::are_sparkis(self.tags_of(doing, arn).await?.as_ref()) {
            return self.tag(doing, arn, &TagChange { set: tags.clone(), ..TagChange::default() }).await;
        }
        let name = arn.rsplit(':').next().unwrap_or_default();
        Err(RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
            "There is a {what} {name:?} already, which Sparki did not make. Remove it if it is not needed, or use another \
             \"name\"."
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
