//! Takes a secret to what is planned, part by part.

use std::future::Future;

use sparki_aws::AwsError;
use sparki_core::RemoteError;

use super::key_name::{foreign, same_key};
use super::look::{Found, Session, tags_of};
use super::{KeyName, SecretsmanagerSecretModel, answer, replication, requests, value};
use crate::operation::{PolicyText, known_tags, own_tags};

/// One secret on its way to what is planned.
pub(super) struct Way<'a> {
    pub(super) session: &'a Session<'a>,
    pub(super) doing: &'a str,
    pub(super) name: &'a str,
    pub(super) prior: &'a SecretsmanagerSecretModel,
    pub(super) planned: &'a SecretsmanagerSecretModel,
}

impl Way<'_> {
    /// Goes the whole way. What is as planned already is left alone, so that it can be gone again after a failure. `put` gets
    /// the id of the version of a value that was put there, whatever becomes of the rest.
    pub(super) async fn go(&self, found: &Found, put: &mut Option<String>) -> Result<(), RemoteError> {
        self.describe(found).await?;
        let version = answer::current(&found.secret);
        if let Some(source) = value::of_changed(self.prior, self.planned, version) {
            let value = source.value(self.session, self.doing).await?;
            *put = Some(value::put(self.session, (self.doing, self.name), &value).await?);
        }
        self.tag(found).await?;
        self.allow(found).await?;
        replication::change(self.session, (self.doing, self.name), (&found.secret, self.planned)).await?;
        self.rotate(found).await
    }

    async fn describe(&self, found: &Found) -> Result<(), RemoteError> {
        let description = self.planned.description.known().map_or("", String::as_str);
        let key = self.planned.kms_key_id.known().map(KeyName::as_str);
        let is_same = found.secret.description().unwrap_or_default() == description
            && same_key(key, found.secret.kms_key_id());
        if is_same {
            return Ok(());
        }
        self.send(|| async {
            let request = self.session.client.update_secret().secret_id(self.name).description(description);
            // An empty text is AWS's own key.
            let request = request.kms_key_id(foreign(key).unwrap_or_default());
            request.send().await.map_err(AwsError::from)
        })
        .await
    }

    async fn tag(&self, found: &Found) -> Result<(), RemoteError> {
        let there = tags_of(&found.secret);
        let before = known_tags(&self.prior.tags, &self.prior.tags_all);
        let own = own_tags(&self.planned.tags);
        let change = self.session.aws.tags().change(Some(&there), &before, &own);
        if !change.set.is_empty() {
            self.send(|| async {
                let request = self.session.client.tag_resource().secret_id(self.name);
                let request = request.set_tags(Some(requests::wire_tags(&change.set)));
                request.send().await.map_err(AwsError::from)
            })
            .await?;
        }
        if !change.remove.is_empty() {
            self.send(|| async {
                let request = self.session.client.untag_resource().secret_id(self.name);
                let request = request.set_tag_keys(Some(change.remove.iter().cloned().collect()));
                request.send().await.map_err(AwsError::from)
            })
            .await?;
        }
        Ok(())
    }

    async fn allow(&self, found: &Found) -> Result<(), RemoteError> {
        let there = found.policy.as_deref().map(<PolicyText as sparki_core::FromText>::from_text);
        match (self.planned.policy.known(), there) {
            (Some(wanted), Some(there)) if wanted.means(&there) => Ok(()),
            (Some(wanted), _) => {
                let blocks = self.planned.block_public_policy.known().copied().unwrap_or(true);
                self.send(|| async {
                    let request = self.session.client.put_resource_policy().secret_id(self.name);
                    let request = request.resource_policy(wanted.as_str()).block_public_policy(blocks);
                    request.send().await.map_err(AwsError::from)
                })
                .await
            }
            (None, Some(_)) => {
                self.send(|| async {
                    let request = self.session.client.delete_resource_policy().secret_id(self.name);
                    request.send().await.map_err(AwsError::from)
                })
                .await
            }
            (None, None) => Ok(()),
        }
    }

    async fn rotate(&self, found: &Found) -> Result<(), RemoteError> {
        let there = answer::rotation(&found.secret, self.planned.rotation.known());
        match (self.planned.rotation.known(), there) {
            (Some(wanted), there) if there.as_ref() != Some(wanted) => {
                let request = requests::rotate(self.name, wanted);
                let token = requests::token(&sparki_aws::Nonce::random());
                self.send(|| async {
                    let request = request.clone().client_request_token(&token);
                    request.send_with(&self.session.client).await.map_err(AwsError::from)
                })
                .await
            }
            (None, Some(_)) => {
                self.send(|| async {
                    let request = self.session.client.cancel_rotate_secret().secret_id(self.name);
                    request.send().await.map_err(AwsError::from)
                })
                .await
            }
            (Some(_), _) | (None, None) => Ok(()),
        }
    }

    async fn send<T, S, F>(&self, send: S) -> Result<(), RemoteError>
    where
        S: Fn() -> F,
        F: Future<Output = Result<T, AwsError>>,
    {
        self.session.change_new(self.doing, send).await.map(|_| ())
    }
}
