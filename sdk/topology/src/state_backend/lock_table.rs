//! The table for Terraform's locks: how it is found, made, set up and removed.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, PointInTimeRecoverySpecification,
    ScalarAttributeType, TableDescription, TableStatus, Tag,
};
use sparki_aws::{AwsError, Class, Consistency, Seen, TagChange};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::lock::{KEY, LockTable, Setup};
use crate::operation::Pages;
use crate::s3::is_part_of;

type Session<'a> = crate::operation::Session<'a, Client>;

/// A table is there within seconds.
const USUAL: Duration = Duration::from_secs(10);

/// Looks for the table of the bucket with this ARN. One of the same name that was not made for it is none.
pub(super) async fn find(
    session: &Session<'_>,
    doing: &str,
    (name, bucket_arn): (&str, &str),
) -> Result<Option<LockTable>, RemoteError> {
    let Some(found) = look(session, doing, name).await? else { return Ok(None) };
    Ok(Some(found).filter(|table| is_part_of(&table.tags, bucket_arn)))
}

/// Looks at a table, whoever made it; `None` if it does not exist or is being removed.
async fn look(session: &Session<'_>, doing: &str, name: &str) -> Result<Option<LockTable>, RemoteError> {
    let found = session.send(Consistency::Propagation, doing, || describe(session, name)).await?;
    let Some(table) = read(doing, found)? else { return Ok(None) };
    let send = || async {
        let answer = session.client.describe_continuous_backups().table_name(name).send().await;
        match answer.map_err(AwsError::from) {
            Ok(answer) => Ok(answer.continuous_backups_description),
            // It is not told of a table that is just being made.
            Err(error) if error.code() == Some("TableNotFoundException") => Ok(None),
            Err(error) => Err(error),
        }
    };
    let backups = read(doing, session.send(Consistency::Propagation, doing, send).await?)?;
    let arn = table.table_arn().unwrap_or_default().to_owned();
    let tags = tags(session, doing, &arn).await?;
    let setup = Setup::of(&table, backups.as_ref());
    Ok(Some(LockTable { name: name.to_owned(), arn, setup, tags }))
}

/// What was answered; none if there is no such table.
fn read<T>(doing: &str, answer: Result<Option<T>, AwsError>) -> Result<Option<T>, RemoteError> {
    match answer {
        Ok(found) => Ok(found),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.reading(doing)),
    }
}

async fn describe(session: &Session<'_>, name: &str) -> Result<Option<TableDescription>, AwsError> {
    match session.client.describe_table().table_name(name).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.table.filter(|table| table.table_status() != Some(&TableStatus::Deleting))),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

async fn tags(session: &Session<'_>, doing: &str, arn: &str) -> Result<HashMap<String, String>, RemoteError> {
    let (mut pages, mut tags) = (Pages::new(), HashMap::new());
    let client = &session.client;
    let send = |token| async move {
        let request = client.list_tags_of_resource().resource_arn(arn).set_next_token(token);
        match request.send().await.map_err(AwsError::from) {
            Ok(answer) => Ok((answer.tags, answer.next_token)),
            Err(error) if error.is_not_found() => Ok((None, None)),
            Err(error) => Err(error),
        }
    };
    while let Some(page) = pages.next(session, doing, send).await? {
        tags.extend(page.into_iter().map(|tag| (tag.key, tag.value)));
    }
    Ok(tags)
}

/// Checks that the bucket with this ARN can have a table of this name.
pub(super) async fn check_free(
    session: &Session<'_>,
    doing: &str,
    (name, bucket_arn): (&str, &str),
) -> Result<(), RemoteError> {
    match look(session, doing, name).await? {
        Some(found) if !is_part_of(&found.tags, bucket_arn) => Err(taken(doing, name)),
        Some(_) | None => Ok(()),
    }
}

/// Makes the table, or takes up the one that is there and belongs to the bucket with this ARN.
pub(super) async fn make(
    session: &Session<'_>,
    (doing, bucket_arn): (&str, &str),
    (name, wanted): (&str, &Setup),
    with: &BTreeMap<String, String>,
) -> Result<LockTable, RemoteError> {
    let attribute = AttributeDefinition::builder().attribute_name(KEY).attribute_type(ScalarAttributeType::S);
    let attribute = attribute.build().expect("name and type are set");
    let key = KeySchemaElement::builder().attribute_name(KEY).key_type(KeyType::Hash);
    let key = key.build().expect("name and type are set");
    let encryption = wanted.kms_key_arn.is_some().then(|| wanted.encryption());
    let send = || async {
        let request = session.client.create_table().table_name(name).set_tags(Some(wire(with)));
        let request = request.attribute_definitions(attribute.clone()).key_schema(key.clone());
        let request = request.billing_mode(BillingMode::PayPerRequest);
        let request = request.set_sse_specification(encryption.clone());
        request.deletion_protection_enabled(wanted.is_protected).send().await.map_err(AwsError::from)
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(_) => {}
        Err(error) if error.class() == Class::Conflict || error.maybe_applied() => {
            // The tags of a table show once it is ready.
            settled(session, doing, name).await.map_err(|error| error.with_maybe_applied(true))?;
            let there = look(session, doing, name).await.map_err(|error| error.with_maybe_applied(true))?;
            let there = there.ok_or_else(|| error.changing(doing))?;
            if !is_part_of(&there.tags, bucket_arn) {
                return Err(taken(doing, name));
            }
        }
        Err(error) => return Err(error.changing(doing)),
    }
    settled(session, doing, name).await?;
    let made = look(session, doing, name).await?.ok_or_else(|| gone(doing))?;
    // The endpoint may not have taken the tags with the table, as stand-ins do not.
    if made.tags.is_empty() {
        let change = TagChange { set: with.clone(), ..TagChange::default() };
        retag(session, doing, &made.arn, change).await?;
        return Ok(LockTable { tags: with.clone().into_iter().collect(), ..made });
    }
    Ok(made)
}

/// Sets up what is not as it has to be, one thing after the other, as DynamoDB takes no two at once.
pub(super) async fn set_up(
    session: &Session<'_>,
    doing: &str,
    table: &LockTable,
    wanted: &Setup,
) -> Result<LockTable, RemoteError> {
    let (there, name) = (&table.setup, table.name.as_str());
    if !there.is_on_demand {
        let send = || async {
            let request = session.client.update_table().table_name(name);
            request.billing_mode(BillingMode::PayPerRequest).send().await.map_err(AwsError::from)
        };
        session.change(Consistency::Free, doing, send).await?;
        settled(session, doing, name).await?;
    }
    if !there.has_key_of(wanted) {
        let send = || async {
            let request = session.client.update_table().table_name(name);
            request.sse_specification(wanted.encryption()).send().await.map_err(AwsError::from)
        };
        session.change(Consistency::Propagation, doing, send).await?;
        settled(session, doing, name).await?;
    }
    if there.is_protected != wanted.is_protected {
        protect(session, (doing, name), wanted).await?;
    }
    if !there.is_recoverable {
        let recovery = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true);
        let recovery = recovery.build().expect("it is said whether it is on");
        let send = || async {
            let request = session.client.update_continuous_backups().table_name(name);
            let request = request.point_in_time_recovery_specification(recovery.clone());
            request.send().await.map_err(AwsError::from)
        };
        // DynamoDB prepares for backups after it has made a table.
        let is_passing = |error: &AwsError| error.code() == Some("ContinuousBackupsUnavailableException");
        let sent = session.retry_briefly(doing, Duration::ZERO, send, is_passing).await?;
        sent.map_err(|error| error.changing(doing))?;
    }
    look(session, doing, name).await?.ok_or_else(|| gone(doing))
}

/// Waits until the table is ready for what comes next.
async fn settled(session: &Session<'_>, doing: &str, name: &str) -> Result<(), RemoteError> {
    let look = || async {
        let Some(table) = describe(session, name).await? else { return Ok(Seen::Missing) };
        Ok(match table.table_status() {
            Some(TableStatus::Active) => Seen::Reached(()),
            Some(status @ (TableStatus::InaccessibleEncryptionCredentials | TableStatus::Archived)) => {
                Seen::Failed(format!("DynamoDB says that the table is {status}"))
            }
            Some(status) => Seen::Pending(status.to_string()),
            None => Seen::Pending("without a status".to_owned()),
        })
    };
    session.wait(doing, USUAL, look).await
}

/// Changes the tags of a table.
pub(super) async fn retag(
    session: &Session<'_>,
    doing: &str,
    arn: &str,
    change: TagChange,
) -> Result<(), RemoteError> {
    let TagChange { set, remove } = change;
    let send = || async {
        if !set.is_empty() {
            let request = session.client.tag_resource().resource_arn(arn).set_tags(Some(wire(&set)));
            request.send().await.map_err(AwsError::from)?;
        }
        if !remove.is_empty() {
            let request = session.client.untag_resource().resource_arn(arn);
            let request = request.set_tag_keys(Some(remove.iter().cloned().collect()));
            request.send().await.map_err(AwsError::from)?;
        }
        Ok::<_, AwsError>(())
    };
    session.change(Consistency::Free, doing, send).await
}

/// Lifts what protects a table from removal.
pub(super) async fn unprotect(
    session: &Session<'_>,
    doing: &str,
    table: &LockTable,
) -> Result<(), RemoteError> {
    if table.setup.is_protected {
        protect(session, (doing, &table.name), &Setup { is_protected: false, ..table.setup.clone() }).await?;
    }
    Ok(())
}

async fn protect(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    wanted: &Setup,
) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.update_table().table_name(name);
        let request = request.deletion_protection_enabled(wanted.is_protected);
        request.send().await.map_err(AwsError::from)
    };
    session.change(Consistency::Free, doing, send).await?;
    settled(session, doing, name).await
}

/// Removes a table and waits until it is gone. DynamoDB refuses it for one that is protected.
pub(super) async fn remove(session: &Session<'_>, doing: &str, table: &LockTable) -> Result<(), RemoteError> {
    let name = table.name.as_str();
    let send =
        || async { session.client.delete_table().table_name(name).send().await.map_err(AwsError::from) };
    session.remove(Consistency::Free, doing, send).await?;
    let look = || async {
        Ok(match session.client.describe_table().table_name(name).send().await.map_err(AwsError::from) {
            Ok(_) => Seen::Pending("being removed".to_owned()),
            Err(error) if error.is_not_found() => Seen::Reached(()),
            Err(error) => return Err(error),
        })
    };
    session.wait(doing, USUAL, look).await
}

fn wire(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(|pair| tag(pair).expect("key and value are set")).collect()
}

fn taken(doing: &str, name: &str) -> RemoteError {
    RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
        "There is a DynamoDB table {name:?} already, which was not made for these states. Set another \"lock_table\"."
    ))
}

fn gone(doing: &str) -> RemoteError {
    RemoteError::new(RemoteErrorKind::NotFound, doing)
        .with_detail("The table for locks is gone; something else removed it. Plan again to make it anew.")
}
