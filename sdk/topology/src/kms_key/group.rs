//! What there is of a key in all regions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeyMetadata, KeyState};
use sparki_aws::{AwsError, Consistency, Region};
use sparki_core::RemoteError;

use super::{KmsKeyModel, aliases, policy};
use crate::operation;

/// What one operation on KMS needs.
pub(super) type Session<'a> = operation::Session<'a, Client>;

/// A key in all regions that have it. What is pending deletion counts as gone.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) key_id: String,
    pub(super) primary: Region,
    pub(super) members: BTreeMap<Region, Member>,
    /// Whether the key is rotated, and every how many days, if AWS says so.
    pub(super) rotation: (bool, Option<u32>),
}

/// The key of one region.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) metadata: KeyMetadata,
    pub(super) policy: String,
    pub(super) tags: HashMap<String, String>,
    /// Names without `alias/`.
    pub(super) aliases: BTreeSet<String>,
}

impl Group {
    /// The primary's key, or that of another region if it is pending deletion.
    pub(super) fn first(&self) -> &Member {
        let any = || self.members.values().next().expect("a group has a member");
        self.members.get(&self.primary).unwrap_or_else(any)
    }

    /// Every region's key, the primary's first.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Member> {
        let others = self.members.iter().filter(|(region, _)| **region != self.primary);
        self.members.get(&self.primary).into_iter().chain(others.map(|(_, member)| member))
    }
}

/// Where a key of a plan or state may be: the primary's region first.
pub(super) fn regions_of(key: &KmsKeyModel) -> Vec<Region> {
    let others = key.regions.known().into_iter().flatten();
    let mut regions: Vec<_> = key.primary_region.known().into_iter().chain(others).cloned().collect();
    let named = key.arns.known().into_iter().flatten();
    regions.extend(named.filter_map(|(region, _)| region.parse().ok()));
    let mut seen = BTreeSet::new();
    regions.retain(|region: &Region| seen.insert(region.clone()));
    regions
}

/// Looks at a key in all regions, beginning with `candidates`; nothing if it is gone from everywhere. `new` are regions that
/// have just got the key, of which the others may not know yet.
pub(super) async fn look(
    session: &Session<'_>,
    doing: &str,
    key_id: &str,
    (candidates, new): (&[Region], &[Region]),
) -> Result<Option<Group>, RemoteError> {
    for region in candidates {
        let there = session.with_in(region.clone()).await?;
        let Some(metadata) = describe(&there, doing, key_id).await? else { continue };
        if let Some(group) = around(&there, doing, (&metadata, new)).await? {
            return Ok(Some(group));
        }
    }
    Ok(None)
}

/// Looks at the key in all regions; nothing if it is gone from everywhere. That of the session's region is known, and `new`
/// are regions of which it may not know yet.
pub(super) async fn around(
    session: &Session<'_>,
    doing: &str,
    (metadata, new): (&KeyMetadata, &[Region]),
) -> Result<Option<Group>, RemoteError> {
    let Some(known) = metadata.multi_region_configuration() else { return Ok(None) };
    let primary = known.primary_key().and_then(|primary| primary.region()?.parse::<Region>().ok());
    let replicas = known.replica_keys().iter().filter_map(|replica| replica.region()?.parse().ok());
    let regions = primary.clone().into_iter().chain(replicas);
    let regions: BTreeSet<Region> = regions.chain(new.iter().cloned()).collect();
    let mut members = BTreeMap::new();
    for region in regions {
        let there = session.with_in(region.clone()).await?;
        let described = if region == session.region {
            Some(metadata.clone())
        } else {
            describe(&there, doing, metadata.key_id()).await?
        };
        if let Some(described) = described.filter(is_live) {
            members.insert(region, member(&there, doing, described).await?);
        }
    }
    let Some(region) = members.keys().next().cloned() else { return Ok(None) };
    let primary = primary.unwrap_or_else(|| region.clone());
    // Rotation is the same for all, and whichever is left can say.
    let asked = if members.contains_key(&primary) { primary.clone() } else { region };
    let rotation = rotation(&session.with_in(asked).await?, doing, metadata.key_id()).await?;
    Ok(Some(Group { key_id: metadata.key_id().to_owned(), primary, members, rotation }))
}

/// Looks at the key of one region by its id or alias, whatever its state.
pub(super) async fn describe(
    session: &Session<'_>,
    doing: &str,
    key: &str,
) -> Result<Option<KeyMetadata>, RemoteError> {
    let send = || async { described(session, key).await };
    session.send(Consistency::Propagation, doing, send).await?.map_err(|error| error.reading(doing))
}

/// The same in one request.
pub(super) async fn described(session: &Session<'_>, key: &str) -> Result<Option<KeyMetadata>, AwsError> {
    match session.client.describe_key().key_id(key).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.key_metadata),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a key is there and not about to be deleted.
pub(super) fn is_live(metadata: &KeyMetadata) -> bool {
    !matches!(metadata.key_state(), Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion))
}

/// The rest of what there is of the key of one region.
async fn member(session: &Session<'_>, doing: &str, metadata: KeyMetadata) -> Result<Member, RemoteError> {
    let key_id = metadata.key_id();
    let send = || async {
        session
            .client
            .get_key_policy()
            .key_id(key_id)
            .policy_name(policy::NAME)
            .send()
            .await
            .map_err(AwsError::from)
    };
    let policy = session.send(Consistency::Propagation, doing, send).await?;
    let policy = policy.map_err(|error| error.reading(doing))?.policy.unwrap_or_default();
    let tags = session.send(Consistency::Propagation, doing, || tagged(session, key_id)).await?;
    let tags = tags.map_err(|error| error.reading(doing))?;
    let aliases = aliases::of(session, doing, key_id).await?;
    Ok(Member { metadata, policy, tags, aliases })
}

/// The tags of a key, all pages of them.
pub(super) async fn tagged(session: &Session<'_>, key_id: &str) -> Result<HashMap<String, String>, AwsError> {
    let tags = session.client.list_resource_tags().key_id(key_id).into_paginator().items().send();
    let tags = tags.collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)?;
    Ok(tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect())
}

async fn rotation(
    session: &Session<'_>,
    doing: &str,
    key_id: &str,
) -> Result<(bool, Option<u32>), RemoteError> {
    let send = || async {
        session.client.get_key_rotation_status().key_id(key_id).send().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, doing, send).await?;
    let answer = answer.map_err(|error| error.reading(doing))?;
    let period = answer.rotation_period_in_days().and_then(|days| u32::try_from(days).ok());
    Ok((answer.key_rotation_enabled(), period.filter(|days| *days > 0)))
}
