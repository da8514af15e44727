//! Takes a role to what is planned, part by part.

use std::collections::BTreeMap;
use std::future::Future;

use sparki_aws::{AwsError, Consistency};
use sparki_core::RemoteError;

use super::look::{Found, Session, decoded};
use super::{IamRoleModel, answer, requests};
use crate::operation::{PolicyText, known_tags, own_tags};

/// One role on its way to what is planned.
pub(super) struct Way<'a> {
    pub(super) session: &'a Session<'a>,
    pub(super) doing: &'a str,
    pub(super) name: &'a str,
    pub(super) prior: &'a IamRoleModel,
    pub(super) planned: &'a IamRoleModel,
}

impl Way<'_> {
    /// Goes the whole way. What is as planned already is left alone, so that it can be gone again after a failure.
    pub(super) async fn go(&self, found: &Found) -> Result<(), RemoteError> {
        self.describe(found).await?;
        self.trust(found).await?;
        self.bound(found).await?;
        self.tag(found).await?;
        // What is new comes before what is old goes, so that the role is never left without either.
        self.allow(found).await?;
        self.forbid(found).await
    }

    async fn describe(&self, found: &Found) -> Result<(), RemoteError> {
        let description = self.planned.description.known().map_or("", String::as_str);
        let seconds = self.planned.max_session_seconds.known().and_then(|it| i32::try_from(*it).ok());
        let is_same = found.role.description().unwrap_or_default() == description
            && found.role.max_session_duration().is_none_or(|there| Some(there) == seconds);
        if is_same {
            return Ok(());
        }
        self.send(|| async {
            let request = self.session.client.update_role().role_name(self.name).description(description);
            request.set_max_session_duration(seconds).send().await.map_err(AwsError::from)
        })
        .await
    }

    async fn trust(&self, found: &Found) -> Result<(), RemoteError> {
        let wanted = requests::trust(self.planned);
        let there = found.role.assume_role_policy_document().map(decoded).unwrap_or_default();
        if wanted.means(&sparki_core::FromText::from_text(&there)) {
            return Ok(());
        }
        self.send(|| async {
            let request = self.session.client.update_assume_role_policy().role_name(self.name);
            request.policy_document(wanted.as_str()).send().await.map_err(AwsError::from)
        })
        .await
    }

    async fn bound(&self, found: &Found) -> Result<(), RemoteError> {
        let there = found.role.permissions_boundary().and_then(|it| it.permissions_boundary_arn());
        match self.planned.permissions_boundary.known() {
            Some(wanted) if there != Some(wanted) => {
                self.send(|| async {
                    let request = self.session.client.put_role_permissions_boundary().role_name(self.name);
                    request.permissions_boundary(wanted).send().await.map_err(AwsError::from)
                })
                .await
            }
            None if there.is_some() => {
                self.send(|| async {
                    let request = self.session.client.delete_role_permissions_boundary();
                    request.role_name(self.name).send().await.map_err(AwsError::from)
                })
                .await
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn tag(&self, found: &Found) -> Result<(), RemoteError> {
        let there = answer::tags_of(&found.role);
        let before = known_tags(&self.prior.tags, &self.prior.tags_all);
        let own = own_tags(&self.planned.tags);
        let change = self.session.aws.tags().change(Some(&there), &before, &own);
        if !change.set.is_empty() {
            self.send(|| async {
                let request = self.session.client.tag_role().role_name(self.name);
                let request = request.set_tags(Some(requests::wire_tags(&change.set)));
                request.send().await.map_err(AwsError::from)
            })
            .await?;
        }
        if !change.remove.is_empty() {
            self.send(|| async {
                let request = self.session.client.untag_role().role_name(self.name);
                let request = request.set_tag_keys(Some(change.remove.iter().cloned().collect()));
                request.send().await.map_err(AwsError::from)
            })
            .await?;
        }
        Ok(())
    }

    /// Gives the role the policies that it lacks.
    async fn allow(&self, found: &Found) -> Result<(), RemoteError> {
        for (policy, document) in self.inline() {
            let there = found.inline.get(policy).map(|text| sparki_core::FromText::from_text(text));
            if there.is_some_and(|there: PolicyText| document.means(&there)) {
                continue;
            }
            self.send(|| async {
                let request = self.session.client.put_role_policy().role_name(self.name).policy_name(policy);
                request.policy_document(document.as_str()).send().await.map_err(AwsError::from)
            })
            .await?;
        }
        let wanted = self.planned.managed_policy_arns.known().into_iter().flatten();
        for arn in wanted.filter(|arn| !found.managed.contains(*arn)) {
            self.send(|| async {
                let request = self.session.client.attach_role_policy().role_name(self.name);
                request.policy_arn(arn).send().await.map_err(AwsError::from)
            })
            .await?;
        }
        Ok(())
    }

    /// Takes the policies away that the role is not to have.
    async fn forbid(&self, found: &Found) -> Result<(), RemoteError> {
        let inline = self.inline();
        for policy in found.inline.keys().filter(|policy| !inline.contains_key(*policy)) {
            remove_inline(self.session, (self.doing, self.name), policy).await?;
        }
        let wanted = self.planned.managed_policy_arns.known();
        let is_wanted = |arn: &&String| wanted.is_some_and(|wanted| wanted.contains(*arn));
        for arn in found.managed.iter().filter(|arn| !is_wanted(arn)) {
            detach(self.session, (self.doing, self.name), arn).await?;
        }
        Ok(())
    }

    fn inline(&self) -> BTreeMap<&String, &PolicyText> {
        self.planned.inline_policies.known().into_iter().flatten().collect()
    }

    async fn send<T, S, F>(&self, send: S) -> Result<(), RemoteError>
    where
        S: Fn() -> F,
        F: Future<Output = Result<T, AwsError>>,
    {
        self.session.change_new(self.doing, send).await.map(|_| ())
    }
}

/// Removes an inline policy of a role. One that is gone is no error.
pub(super) async fn remove_inline(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    policy: &str,
) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.delete_role_policy().role_name(name).policy_name(policy);
        request.send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, send).await
}

/// Detaches a policy from a role. One that is detached is no error.
pub(super) async fn detach(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    arn: &str,
) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.detach_role_policy().role_name(name).policy_arn(arn);
        request.send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, send).await
}

/// Takes a role out of an instance profile. One that it is not in is no error.
pub(super) async fn leave_profile(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    profile: &str,
) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.remove_role_from_instance_profile().role_name(name);
        request.instance_profile_name(profile).send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, send).await
}
