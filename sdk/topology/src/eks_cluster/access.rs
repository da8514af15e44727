//! Reads and changes the access entries of a cluster.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::types::AccessEntry as WireEntry;
use sparki_aws::{AwsError, Class, Consistency, Nonce, Tags};
use sparki_core::{RemoteError, RemoteErrorKind, Value};

use super::access_changes::{Entries, Step, policy_steps, scope, steps, wire_scope};
use super::{AccessEntry, AccessScope, EntryType};
use crate::eks::Session;

/// Reads the entries of these principals; those without one are left out. What AWS fills in by itself shows only where
/// `known` says that it was wanted.
pub(super) async fn read(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    known: &Entries,
) -> Result<Entries, RemoteError> {
    let mut entries = Entries::new();
    for (principal, known) in known {
        if let Some(entry) = describe(session, (doing, cluster), principal).await? {
            let policies = policies(session, (doing, cluster), principal).await?;
            entries.insert(principal.clone(), model(&entry, policies, known));
        }
    }
    Ok(entries)
}

/// Finds the entries of a cluster that Sparki has made. An endpoint that knows no entries has none.
pub(super) async fn find(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
) -> Result<Entries, RemoteError> {
    let (mut entries, mut token) = (Entries::new(), None);
    loop {
        let send = || async {
            let request = session.client.list_access_entries().cluster_name(cluster);
            request.set_next_token(token.clone()).send().await.map_err(AwsError::from)
        };
        let answer = match session.send(Consistency::Propagation, doing, send).await? {
            Ok(answer) => answer,
            // A cluster that asks its config map has no entries, and says so by a refusal.
            Err(error) if matches!(error.class(), Class::Garbled | Class::Conflict | Class::NotFound) => {
                return Ok(entries);
            }
            Err(error) => return Err(error.reading(doing)),
        };
        for principal in answer.access_entries.unwrap_or_default() {
            let entry = describe(session, (doing, cluster), &principal).await?;
            let Some(entry) = entry.filter(|entry| Tags::are_sparkis(entry.tags())) else { continue };
            let policies = policies(session, (doing, cluster), &principal).await?;
            entries.insert(principal, model(&entry, policies, &AccessEntry::blank()));
        }
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(entries);
        }
    }
}

/// Takes the entries of a cluster from what they are to what is wanted. `there` is kept up to date, so that it tells
/// what there is when a step fails.
pub(super) async fn change(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    there: &mut Entries,
    wanted: &Entries,
) -> Result<(), RemoteError> {
    let before = there.clone();
    for step in steps(&before, wanted) {
        match step {
            Step::Remove(principal) => {
                remove(session, (doing, cluster), principal).await?;
                there.remove(principal);
            }
            Step::Make(principal, entry) => {
                make(session, (doing, cluster), principal, entry).await?;
                there.insert(principal.to_owned(), entry.clone());
            }
            Step::Change(principal, entry) => {
                update(session, (doing, cluster), principal, entry).await?;
                there.insert(principal.to_owned(), entry.clone());
            }
        }
    }
    Ok(())
}

async fn make(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    principal: &str,
    entry: &AccessEntry,
) -> Result<(), RemoteError> {
    let tags = session.aws.tags().for_create(&BTreeMap::new(), &Nonce::random());
    let kind = entry.r#type.known().copied().unwrap_or(EntryType::Standard);
    let send = || async {
        let request = session.client.create_access_entry().cluster_name(cluster).principal_arn(principal);
        let request = request.r#type(kind.as_str()).set_username(entry.username.known().cloned());
        let request = request.set_kubernetes_groups(groups(entry));
        request.set_tags(Some(tags.clone().into_iter().collect())).send().await.map_err(AwsError::from)
    };
    match session.send(Consistency::Free, doing, send).await? {
        Ok(_) => give(session, (doing, cluster), principal, entry).await,
        Err(error) if error.class() == Class::Conflict || error.maybe_applied() => {
            match describe(session, (doing, cluster), principal).await? {
                // An earlier run of ours has got this far.
                Some(there) if Tags::are_sparkis(there.tags()) => {
                    update(session, (doing, cluster), principal, entry).await
                }
                Some(_) => Err(RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
                    "The cluster has an access entry of {principal} already, which Sparki did not make. AWS makes one \
                     for whoever creates a cluster, and for the roles of managed nodes. Leave the principal out of \
                     \"access_entries\", or remove the entry first: aws eks delete-access-entry --cluster-name {cluster} \
                     --principal-arn {principal}"
                ))),
                None => Err(error.changing(doing)),
            }
        }
        Err(error) => Err(error.changing(doing)),
    }
}

async fn update(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    principal: &str,
    entry: &AccessEntry,
) -> Result<(), RemoteError> {
    if entry.r#type.known().is_none_or(|kind| *kind == EntryType::Standard) {
        let send = || async {
            let request = session.client.update_access_entry().cluster_name(cluster).principal_arn(principal);
            let request = request.set_username(entry.username.known().cloned());
            let request = request.set_kubernetes_groups(Some(groups(entry).unwrap_or_default()));
            request.send().await.map_err(AwsError::from)
        };
        session.change(Consistency::Free, doing, send).await?;
    }
    give(session, (doing, cluster), principal, entry).await
}

/// Gives a principal the policies that it is to have, and takes away all others.
async fn give(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    principal: &str,
    entry: &AccessEntry,
) -> Result<(), RemoteError> {
    let there = policies(session, (doing, cluster), principal).await?;
    let wanted = entry.policies.known().cloned().unwrap_or_default();
    let (gone, given) = policy_steps(&there, &wanted);
    for policy in gone {
        let send = || async {
            let request = session.client.disassociate_access_policy().cluster_name(cluster);
            request.principal_arn(principal).policy_arn(policy).send().await.map_err(AwsError::from)
        };
        session.remove(Consistency::Free, doing, send).await?;
    }
    for (policy, scope) in given {
        let send = || async {
            let request = session.client.associate_access_policy().cluster_name(cluster);
            let request = request.principal_arn(principal).policy_arn(policy);
            request.access_scope(wire_scope(scope)).send().await.map_err(AwsError::from)
        };
        session.change(Consistency::Free, doing, send).await?;
    }
    Ok(())
}

async fn remove(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    principal: &str,
) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.delete_access_entry().cluster_name(cluster);
        request.principal_arn(principal).send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, send).await
}

async fn describe(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    principal: &str,
) -> Result<Option<WireEntry>, RemoteError> {
    let send = || async {
        let request = session.client.describe_access_entry().cluster_name(cluster);
        request.principal_arn(principal).send().await.map_err(AwsError::from)
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(answer) => Ok(answer.access_entry),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.reading(doing)),
    }
}

async fn policies(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    principal: &str,
) -> Result<BTreeMap<String, AccessScope>, RemoteError> {
    let (mut policies, mut token) = (BTreeMap::new(), None);
    loop {
        let send = || async {
            let request = session.client.list_associated_access_policies().cluster_name(cluster);
            let request = request.principal_arn(principal).set_next_token(token.clone());
            request.send().await.map_err(AwsError::from)
        };
        let answer = match session.send(Consistency::Propagation, doing, send).await? {
            Ok(answer) => answer,
            Err(error) if error.is_not_found() => return Ok(policies),
            Err(error) => return Err(error.reading(doing)),
        };
        for policy in answer.associated_access_policies.unwrap_or_default() {
            let scope = scope(policy.access_scope());
            policies.extend(policy.policy_arn.map(|arn| (arn, scope)));
        }
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(policies);
        }
    }
}

fn groups(entry: &AccessEntry) -> Option<Vec<String>> {
    entry.kubernetes_groups.known().map(|groups| groups.iter().cloned().collect())
}

/// The model of an entry. `known` decides whether its name was wanted or is AWS's own.
fn model(entry: &WireEntry, policies: BTreeMap<String, AccessScope>, known: &AccessEntry) -> AccessEntry {
    let kind: Option<EntryType> = entry.r#type().and_then(|kind| kind.parse().ok());
    let is_standard = kind.is_none_or(|kind| kind == EntryType::Standard);
    let groups: BTreeSet<_> = entry.kubernetes_groups().iter().cloned().collect();
    AccessEntry {
        r#type: kind.into(),
        kubernetes_groups: (is_standard && !groups.is_empty()).then_some(groups).into(),
        username: match &known.username {
            Value::Known(_) => entry.username().map(str::to_owned).into(),
            Value::Null | Value::Unknown(_) => Value::Null,
        },
        policies: (!policies.is_empty()).then_some(policies).into(),
    }
}
