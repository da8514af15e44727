//! Takes to what is planned what a key is like: policy, description, tags and rotation.

use sparki_aws::AwsError;
use sparki_core::RemoteError;

use super::group::{Group, Member, Session};
use super::steps::Way;
use super::{policy, requests};
use crate::operation::{PolicyText, known_tags, own_tags};

impl Way<'_> {
    /// Policy, description and tags of the key in one region.
    pub(super) async fn set(&self, session: &Session<'_>, member: &Member) -> Result<(), RemoteError> {
        let key_id = member.metadata.key_id();
        let default = || policy::default_of(member.metadata.arn().unwrap_or_default());
        let wanted = self.planned.policy.known().cloned().unwrap_or_else(default);
        let shown =
            policy::shown(&member.policy, member.metadata.arn().unwrap_or_default(), &self.planned.policy);
        if shown != self.planned.policy {
            self.put_policy(session, (key_id, &wanted)).await?;
        }
        let description = self.planned.description.known().map_or("", String::as_str);
        if member.metadata.description().unwrap_or_default() != description {
            let send = || async {
                let request = session.client.update_key_description().key_id(key_id);
                request.description(description).send().await.map_err(AwsError::from)
            };
            session.change_new(self.doing, send).await?;
        }
        self.tag(session, member).await
    }

    async fn put_policy(
        &self,
        session: &Session<'_>,
        (key_id, document): (&str, &PolicyText),
    ) -> Result<(), RemoteError> {
        let send = || async {
            let request = session.client.put_key_policy().key_id(key_id).policy_name(policy::NAME);
            let request = request.policy(document.as_str());
            let request = request.bypass_policy_lockout_safety_check(requests::bypasses(self.planned));
            request.send().await.map_err(AwsError::from)
        };
        session.change_new(self.doing, send).await.map(|_| ())
    }

    async fn tag(&self, session: &Session<'_>, member: &Member) -> Result<(), RemoteError> {
        let key_id = member.metadata.key_id();
        let before = known_tags(&self.prior.tags, &self.prior.tags_all);
        let own = own_tags(&self.planned.tags);
        let change = session.aws.tags().change(Some(&member.tags), &before, &own);
        if !change.set.is_empty() {
            let send = || async {
                let request = session.client.tag_resource().key_id(key_id);
                let request = request.set_tags(Some(requests::wire_tags(&change.set)));
                request.send().await.map_err(AwsError::from)
            };
            session.change_new(self.doing, send).await?;
        }
        if !change.remove.is_empty() {
            let send = || async {
                let request = session.client.untag_resource().key_id(key_id);
                let request = request.set_tag_keys(Some(change.remove.iter().cloned().collect()));
                request.send().await.map_err(AwsError::from)
            };
            session.change_new(self.doing, send).await?;
        }
        Ok(())
    }

    /// Rotation is the primary's, and the same everywhere.
    pub(super) async fn rotate(&self, session: &Session<'_>, group: &Group) -> Result<(), RemoteError> {
        let Some(wanted) = self.planned.rotation.known() else { return Ok(()) };
        let (is_on, period) = group.rotation;
        let is_wanted = wanted.enabled.known().copied().unwrap_or(true);
        let days = wanted.period_days.known().copied();
        // Where an endpoint does not say the period, what it was told last counts.
        let told = self.prior.rotation.known().and_then(|rotation| rotation.period_days.known().copied());
        let primary: Session<'_> = session.with_in(group.primary.clone()).await?;
        if is_wanted && (!is_on || period.or(told) != days) {
            let days = days.and_then(|days| i32::try_from(days).ok());
            let send = || async {
                let request = primary.client.enable_key_rotation().key_id(&group.key_id);
                request.set_rotation_period_in_days(days).send().await.map_err(AwsError::from)
            };
            primary.change_new(self.doing, send).await?;
        } else if !is_wanted && is_on {
            let send = || async {
                let request = primary.client.disable_key_rotation().key_id(&group.key_id);
                request.send().await.map_err(AwsError::from)
            };
            primary.change_new(self.doing, send).await?;
        }
        Ok(())
    }
}
