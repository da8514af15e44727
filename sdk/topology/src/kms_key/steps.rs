//! Takes a key to what is planned, region by region.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_kms::types::{KeyMetadata, KeyState};
use sparki_aws::{AwsError, Class, Consistency, Region, Seen};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::group::{Group, Member, Session, describe, described, is_live, look, regions_of};
use super::{KmsKeyModel, aliases, given, requests};

/// AWS makes a replica in 20 to 60 seconds.
const USUAL_REPLICA: Duration = Duration::from_secs(40);
/// AWS moves the role of the primary in about as long.
const USUAL_MOVE: Duration = Duration::from_secs(40);

/// From what there was to what is planned.
pub(super) struct Way<'a> {
    pub(super) doing: &'a str,
    pub(super) prior: &'a KmsKeyModel,
    pub(super) planned: &'a KmsKeyModel,
    /// Tags of the key of a new region.
    pub(super) tags: &'a BTreeMap<String, String>,
    /// Every alias that the key may have been given.
    pub(super) given: &'a BTreeSet<String>,
}

impl Way<'_> {
    /// Goes the whole way. What is as planned already is left alone, so that it can be gone again after a failure.
    pub(super) async fn go(&self, session: &Session<'_>) -> Result<(), RemoteError> {
        let group = self.look(session, &[]).await?;
        if self.is_enabled() {
            self.enable(session, &group).await?;
        }
        self.replicate(session, &group).await?;
        let group = self.look(session, self.regions()).await?;
        for (region, member) in self.wanted(&group) {
            self.set(&session.with_in(region.clone()).await?, member).await?;
        }
        self.rotate(session, &group).await?;
        self.name(session, &group).await?;
        self.lead(session, &group).await?;
        self.leave(session, &group).await?;
        if !self.is_enabled() {
            self.disable(session, &group).await?;
        }
        Ok(())
    }

    async fn look(&self, session: &Session<'_>, new: &[Region]) -> Result<Group, RemoteError> {
        let key_id = self.prior.key_id.known().map_or("", String::as_str);
        let group = look(session, self.doing, key_id, (&regions_of(self.prior), new)).await?;
        group.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::NotFound, self.doing).with_detail(
                "The key is gone or pending deletion in every region; something else removed it. Plan again to make a new \
                 one, or keep this one with \"aws kms cancel-key-deletion\".",
            )
        })
    }

    fn is_enabled(&self) -> bool {
        self.planned.enabled.known().copied().unwrap_or(true)
    }

    /// The regions that are to have the key.
    pub(super) fn regions(&self) -> &[Region] {
        self.planned.regions.known().map_or(&[], Vec::as_slice)
    }

    fn wanted<'a>(&self, group: &'a Group) -> impl Iterator<Item = (&'a Region, &'a Member)> {
        group.members.iter().filter(|(region, _)| self.regions().contains(region))
    }

    async fn enable(&self, session: &Session<'_>, group: &Group) -> Result<(), RemoteError> {
        for (region, member) in self.wanted(group) {
            if member.metadata.key_state() == Some(&KeyState::Disabled) {
                self.enable_in(&session.with_in(region.clone()).await?, &group.key_id).await?;
            }
        }
        Ok(())
    }

    async fn enable_in(&self, session: &Session<'_>, key_id: &str) -> Result<(), RemoteError> {
        let send =
            || async { session.client.enable_key().key_id(key_id).send().await.map_err(AwsError::from) };
        session.change(Consistency::Free, self.doing, send).await.map(|_| ())
    }

    async fn disable(&self, session: &Session<'_>, group: &Group) -> Result<(), RemoteError> {
        for (region, member) in self.wanted(group) {
            if member.metadata.key_state() == Some(&KeyState::Disabled) {
                continue;
            }
            let there: Session<'_> = session.with_in(region.clone()).await?;
            let send = || async {
                let request = there.client.disable_key().key_id(&group.key_id);
                request.send().await.map_err(AwsError::from)
            };
            there.change(Consistency::Free, self.doing, send).await?;
        }
        Ok(())
    }

    /// Makes the keys of the regions that have none, all at once, and waits for them.
    async fn replicate(&self, session: &Session<'_>, group: &Group) -> Result<(), RemoteError> {
        let missing = self.regions().iter().filter(|region| !group.members.contains_key(region));
        let missing: Vec<_> = missing.collect();
        for region in &missing {
            let there = session.with_in((*region).clone()).await?;
            match describe(&there, self.doing, &group.key_id).await? {
                Some(pending) if !is_live(&pending) => self.keep(&there, &group.key_id).await?,
                Some(_) => {}
                None => self.replicate_to(session, group, region).await?,
            }
        }
        for region in missing {
            let there = session.with_in(region.clone()).await?;
            let look = || async {
                let metadata = described(&there, &group.key_id).await?;
                Ok(match metadata.as_ref().and_then(|key| key.key_state()) {
                    Some(KeyState::Enabled | KeyState::Disabled) => Seen::Reached(()),
                    Some(gone @ (KeyState::PendingDeletion | KeyState::PendingReplicaDeletion)) => {
                        Seen::Failed(format!(
                            "The key in {region} has the state {gone}: something else removed it."
                        ))
                    }
                    Some(other) => Seen::Pending(other.as_str().to_owned()),
                    None => Seen::Missing,
                })
            };
            there.wait(self.doing, USUAL_REPLICA, look).await?;
        }
        Ok(())
    }

    async fn replicate_to(
        &self,
        session: &Session<'_>,
        group: &Group,
        region: &Region,
    ) -> Result<(), RemoteError> {
        let primary: Session<'_> = session.with_in(group.primary.clone()).await?;
        let request = requests::replicate(self.planned, (&group.key_id, region), self.tags);
        let send = || async { request.clone().send_with(&primary.client).await.map_err(AwsError::from) };
        match primary.send_to_new(self.doing, send).await? {
            Ok(_) => Ok(()),
            // Its answer was lost, and here it is: an id is never another key's.
            Err(error) if error.class() == Class::Conflict => {
                let there = session.with_in(region.clone()).await?;
                let found = describe(&there, self.doing, &group.key_id).await?;
                found.map(|_| ()).ok_or_else(|| error.changing(self.doing))
            }
            Err(error) => Err(error.changing(self.doing)),
        }
    }

    /// Takes back the deletion of the key in a region, which leaves it disabled.
    async fn keep(&self, session: &Session<'_>, key_id: &str) -> Result<(), RemoteError> {
        let send = || async {
            session.client.cancel_key_deletion().key_id(key_id).send().await.map_err(AwsError::from)
        };
        if let Err(error) = session.send(Consistency::Free, self.doing, send).await? {
            // If an answer was lost, what was asked for is done.
            let key = describe(session, self.doing, key_id).await?;
            if error.class() != Class::Conflict || !key.as_ref().is_some_and(is_live) {
                return Err(error.changing(self.doing));
            }
        }
        if self.is_enabled() { self.enable_in(session, key_id).await } else { Ok(()) }
    }

    /// Gives the key its alias in every region, and takes away others that it was given.
    async fn name(&self, session: &Session<'_>, group: &Group) -> Result<(), RemoteError> {
        let Some(alias) = self.planned.alias.known() else { return Ok(()) };
        for (region, member) in self.wanted(group) {
            let there = session.with_in(region.clone()).await?;
            if !member.aliases.contains(alias) {
                aliases::give(&there, self.doing, (&group.key_id, alias)).await?;
            }
        }
        for (region, member) in &group.members {
            for old in given::to(member, self.given).filter(|old| *old != alias) {
                aliases::remove(&session.with_in(region.clone()).await?, self.doing, old).await?;
            }
        }
        Ok(())
    }

    /// Moves the role of the primary.
    async fn lead(&self, session: &Session<'_>, group: &Group) -> Result<(), RemoteError> {
        let Some(wanted) = self.planned.primary_region.known().filter(|region| **region != group.primary)
        else {
            return Ok(());
        };
        let primary: Session<'_> = session.with_in(group.primary.clone()).await?;
        let send = || async {
            let request = primary.client.update_primary_region().key_id(&group.key_id);
            request.primary_region(wanted.as_str()).send().await.map_err(AwsError::from)
        };
        let there = session.with_in(wanted.clone()).await?;
        if let Err(error) = primary.send_to_new(self.doing, send).await? {
            // If an answer was lost, it is not the old primary's to move any more.
            let key = describe(&there, self.doing, &group.key_id).await?;
            let moves = |key: &KeyMetadata| {
                leader(key) == Some(wanted.as_str()) || key.key_state() == Some(&KeyState::Updating)
            };
            if !key.as_ref().is_some_and(moves) {
                return Err(error.changing(self.doing));
            }
        }
        let look = || async {
            let Some(key) = described(&there, &group.key_id).await? else { return Ok(Seen::Missing) };
            let leads = leader(&key) == Some(wanted.as_str());
            Ok(match key.key_state() {
                Some(KeyState::Enabled | KeyState::Disabled) if leads => Seen::Reached(()),
                Some(gone @ (KeyState::PendingDeletion | KeyState::PendingReplicaDeletion)) => Seen::Failed(
                    format!("The key in {wanted} has the state {gone}: something else removed it."),
                ),
                Some(other) => Seen::Pending(other.as_str().to_owned()),
                None => Seen::Pending("not known".to_owned()),
            })
        };
        there.wait(self.doing, USUAL_MOVE, look).await
    }

    /// Removes the key from the regions that are to have none.
    async fn leave(&self, session: &Session<'_>, group: &Group) -> Result<(), RemoteError> {
        for (region, member) in &group.members {
            if !self.regions().contains(region) {
                let there = session.with_in(region.clone()).await?;
                remove(&there, self.doing, (member, self.planned), self.given).await?;
            }
        }
        Ok(())
    }
}

/// Removes the aliases that the key of one region was given, and schedules its deletion.
pub(super) async fn remove(
    session: &Session<'_>,
    doing: &str,
    (member, key): (&Member, &KmsKeyModel),
    given: &BTreeSet<String>,
) -> Result<(), RemoteError> {
    for alias in given::to(member, given) {
        aliases::remove(session, doing, alias).await?;
    }
    let days = key.deletion_window_days.known().and_then(|days| i32::try_from(*days).ok());
    let send = || async {
        let request = session.client.schedule_key_deletion().key_id(member.metadata.key_id());
        request.set_pending_window_in_days(days).send().await.map_err(AwsError::from)
    };
    match session.send(Consistency::Free, doing, send).await? {
        Ok(_) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => {
            // If an answer was lost, what was asked for is done.
            let key = describe(session, doing, member.metadata.key_id()).await?;
            if key.as_ref().is_some_and(is_live) { Err(error.changing(doing)) } else { Ok(()) }
        }
    }
}

/// The region of the primary, as the key of one region has it.
fn leader(key: &KeyMetadata) -> Option<&str> {
    key.multi_region_configuration()?.primary_key()?.region()
}
