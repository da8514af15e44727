//! The parts of a state backend: what there is of them, and how they come to what is planned.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_iam::Client as Iam;
use aws_sdk_s3::Client as S3;
use sparki_aws::{Aws, Nonce, Region};
use sparki_core::{Change, Ctx, RemoteError, RemoteErrorKind, State, Value};

use super::answer::{Belongings, Copied, MadeRole, There};
use super::requests::{Copies, permissions, replica_settings, role_name, settings, trust};
use super::{StateBackendModel, StateReplica, answer, lock_table, locks, role};
use crate::operation::{known_tags, own_tags};
use crate::s3::{
    Bucket, Contents, Maker, Mark, PART_OF, Session, arn, check_empty, is_part_of, look, make, remove, retag,
    set_up,
};

/// The name in a plan or state, where it is never missing.
pub(super) fn name(backend: &StateBackendModel) -> &str {
    backend.name.known().map_or("", String::as_str)
}

/// Looks at everything that the model names; `None` if the bucket itself does not exist. A copy or a role that was not made
/// for the bucket is none of it, whatever it is named.
pub(super) async fn there(
    session: &Session<'_>,
    doing: &str,
    model: &StateBackendModel,
) -> Result<Option<There>, RemoteError> {
    let bucket = look(session, name(model)).await.map_err(|error| error.reading(doing))?;
    let Some(bucket) = bucket else { return Ok(None) };
    let Belongings { replica, role, table } = belongings(session, doing, model).await?;
    Ok(Some(There { bucket, replica, role, table }))
}

/// Looks at what belongs to the bucket and is there without it as well: the copy, the role, and the table for locks.
pub(super) async fn belongings(
    session: &Session<'_>,
    doing: &str,
    model: &StateBackendModel,
) -> Result<Belongings, RemoteError> {
    let own_arn = arn(&session.region, name(model));
    let replica = match place(model) {
        Some((region, name)) => {
            let session = session.with_in::<S3>(region.clone()).await?;
            let found = look(&session, name).await.map_err(|error| error.reading(doing))?;
            let found = found.filter(|bucket| is_part_of(&bucket.tags, &own_arn));
            found.map(|bucket| Copied { region: region.clone(), name: name.to_owned(), bucket })
        }
        None => None,
    };
    // One that is known of may be left although its copy is gone.
    let role = match (model.replica.known(), model.replication_role_arn.known()) {
        (Some(_), _) | (None, Some(_)) => made_role(session, doing, (name(model), &own_arn)).await?,
        (None, None) => None,
    };
    let table = match model.lock_table.known() {
        Some(table) => {
            let session = session.with::<DynamoDb>().await?;
            lock_table::find(&session, doing, (table, &own_arn)).await?
        }
        None => None,
    };
    Ok(Belongings { replica, role, table })
}

/// The state of what there is.
pub(super) fn state(
    session: &Session<'_>,
    there: &There,
    reference: &StateBackendModel,
) -> State<StateBackendModel> {
    let place = (&session.region, name(reference));
    State::new(answer::model(there, place, session.aws.tags(), reference))
}

/// Takes bucket, copy, role and table to what is planned; every step is recorded. `tags` are those that the copy and the role
/// get if they have to be made.
pub(super) async fn converge(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, mut there): (&str, There),
    change: &Change<StateBackendModel>,
) -> Result<State<StateBackendModel>, RemoteError> {
    let Change { prior, planned } = change;
    let own_arn = arn(&session.region, name(planned));
    let is_moved = place(prior).is_some() && place(prior) != place(planned);
    if is_moved || (planned.replica.is_null() && there.role.is_some()) {
        drop_copies(session, (doing, &mut there), name(prior), contents(planned)).await?;
        ctx.record(&state(session, &there, planned));
    }
    if let Some(replica) = planned.replica.known() {
        let tags = part_tags(session, planned, &own_arn);
        let copied = make_replica(session, (doing, &there), (planned, replica), &tags).await?;
        there.replica = Some(copied);
        ctx.record(&state(session, &there, planned));
        there.role = Some(make_role(session, doing, (planned, replica), tags).await?);
        ctx.record(&state(session, &there, planned));
    }
    locks::converge(ctx, session, (doing, &mut there), change).await?;
    let replica_arn = there.replica.as_ref().map(|copied| arn(&copied.region, &copied.name));
    let copies = there.role.as_ref().zip(replica_arn.as_ref());
    let copies = copies.map(|(role, bucket_arn)| Copies { role_arn: &role.arn, bucket_arn });
    let wanted = settings(planned, &own_arn, copies);
    there.bucket = set_up(session, (doing, name(planned)), &there.bucket.settings, &wanted).await?;
    Ok(state(session, &there, planned))
}

/// Gives bucket, copy, role and table other tags.
pub(super) async fn retag_all(
    session: &Session<'_>,
    (doing, there): (&str, &There),
    change: &Change<StateBackendModel>,
) -> Result<(), RemoteError> {
    let Change { prior, planned } = change;
    let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
    let tags = session.aws.tags();
    let of = |remote| tags.change(Some(remote), &before, &own);
    if let Some(Copied { region, name, bucket }) = &there.replica {
        let session = session.with_in::<S3>(region.clone()).await?;
        retag(&session, (doing, name), &bucket.tags, of(&bucket.tags)).await?;
    }
    if let Some(made) = &there.role {
        let session = session.with::<Iam>().await?;
        role::retag(&session, (doing, &role_name(name(&change.prior))), of(&made.tags)).await?;
    }
    if let Some(table) = &there.table {
        let session = session.with::<DynamoDb>().await?;
        lock_table::retag(&session, doing, &table.arn, of(&table.tags)).await?;
    }
    // The bucket last: as long as its tags are not as they have to be, the next run goes on with the rest.
    retag(session, (doing, name(&change.prior)), &there.bucket.tags, of(&there.bucket.tags)).await
}

/// Removes the copy and its role, as far as they are there, from the bucket of this name. The bucket stops copying first, so
/// that nothing comes after what is removed; but it goes on copying if the copy has to stay for what is in it.
pub(super) async fn drop_copies(
    session: &Session<'_>,
    (doing, there): (&str, &mut There),
    name: &str,
    contents: Contents,
) -> Result<(), RemoteError> {
    if let (Some(copied), Contents::Keep) = (&there.replica, contents) {
        let session = session.with_in::<S3>(copied.region.clone()).await?;
        check_empty(&session, (doing, &copied.name)).await?;
    }
    let without = crate::s3::Settings { replication: None, ..there.bucket.settings.clone() };
    there.bucket = set_up(session, (doing, name), &there.bucket.settings, &without).await?;
    drop_belongings(session, (doing, name), (&there.replica, &there.role), contents).await?;
    (there.replica, there.role) = (None, None);
    Ok(())
}

/// Removes the copy and the role, as far as they are there, when the bucket of this name copies nothing any more.
pub(super) async fn drop_belongings(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    (replica, role): (&Option<Copied>, &Option<MadeRole>),
    contents: Contents,
) -> Result<(), RemoteError> {
    if let Some(copied) = replica {
        let session = session.with_in::<S3>(copied.region.clone()).await?;
        remove(&session, (doing, &copied.name), contents).await?;
    }
    if role.is_some() {
        let iam = session.with::<Iam>().await?;
        role::remove(&iam, doing, &role_name(name)).await?;
    }
    Ok(())
}

/// What is to become of states in a bucket that is removed.
pub(super) fn contents(model: &StateBackendModel) -> Contents {
    match model.force_destroy.known() {
        Some(true) => Contents::Remove,
        Some(false) | None => Contents::Keep,
    }
}

/// Where the copies of a plan or state are.
fn place(model: &StateBackendModel) -> Option<(&Region, &str)> {
    let replica = model.replica.known()?;
    replica.region.known().zip(replica.name.known().map(String::as_str))
}

/// The tags of what belongs to the bucket with this ARN.
pub(super) fn part_tags(
    session: &Session<'_>,
    planned: &StateBackendModel,
    own_arn: &str,
) -> BTreeMap<String, String> {
    let own = planned.tags.known().cloned().unwrap_or_default();
    let mut tags = session.aws.tags().for_create(&own, &Nonce::random());
    tags.insert(PART_OF.to_owned(), own_arn.to_owned());
    tags
}

async fn make_replica(
    session: &Session<'_>,
    (doing, there): (&str, &There),
    (planned, replica): (&StateBackendModel, &StateReplica),
    tags: &BTreeMap<String, String>,
) -> Result<Copied, RemoteError> {
    let (region, replica_name) = place(planned).ok_or_else(|| gone(doing))?;
    let session = session.with_in::<S3>(region.clone()).await?;
    let bucket: Bucket = match &there.replica {
        Some(copied) => copied.bucket.clone(),
        None => {
            let own_arn = tags.get(PART_OF).map_or("", String::as_str);
            let taken = format!(
                "There is a bucket {replica_name:?} already, which was not made for these states. Set another \"name\" of \
                 \"replica\"."
            );
            let maker = Maker { doing, mark: Mark::PartOf(own_arn), tags, taken: &taken };
            make(&session, replica_name, crate::s3::ObjectOwnership::BucketOwnerEnforced, &maker).await?;
            let made = look(&session, replica_name).await.map_err(|error| error.reading(doing))?;
            made.ok_or_else(|| gone(doing))?
        }
    };
    let wanted = replica_settings(planned, replica, &arn(region, replica_name));
    let bucket = set_up(&session, (doing, replica_name), &bucket.settings, &wanted).await?;
    Ok(Copied { region: region.clone(), name: replica_name.to_owned(), bucket })
}

async fn make_role(
    session: &Session<'_>,
    doing: &str,
    (planned, replica): (&StateBackendModel, &StateReplica),
    tags: BTreeMap<String, String>,
) -> Result<MadeRole, RemoteError> {
    let own_arn = arn(&session.region, name(planned));
    let replica_arn = match (&replica.region, &replica.name) {
        (Value::Known(region), Value::Known(name)) => arn(region, name),
        (_, _) => return Err(gone(doing)),
    };
    let iam = session.with::<Iam>().await?;
    let role_name = role_name(name(planned));
    let wanted = role::Wanted {
        name: &role_name,
        bucket_arn: &own_arn,
        trust: trust(&own_arn, planned.account_id.known().map(String::as_str)),
        permissions: permissions(planned, &own_arn, &replica_arn),
        tags,
    };
    let arn = role::make(&iam, doing, &wanted).await?;
    Ok(MadeRole { arn, is_able: true, tags: wanted.tags.into_iter().collect() })
}

async fn made_role(
    session: &Session<'_>,
    doing: &str,
    (bucket, own_arn): (&str, &str),
) -> Result<Option<MadeRole>, RemoteError> {
    let iam = session.with::<Iam>().await?;
    let name = role_name(bucket);
    let Some(found) = role::find(&iam, doing, &name).await? else { return Ok(None) };
    let tags = role::tags_of(&found);
    if !is_part_of(&tags, own_arn) {
        return Ok(None);
    }
    let is_able = role::is_able(&iam, doing, &name).await?;
    Ok(Some(MadeRole { tags, arn: found.arn, is_able }))
}

/// The error for a bucket that was there a moment ago.
pub(super) fn gone(doing: &str) -> RemoteError {
    RemoteError::new(RemoteErrorKind::NotFound, doing)
        .with_detail("The bucket is gone; something else removed it. Plan again to make it anew.")
}
