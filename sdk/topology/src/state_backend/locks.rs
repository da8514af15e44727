//! How the table for locks comes to what is planned, and goes.

use aws_sdk_dynamodb::Client as DynamoDb;
use sparki_aws::{Aws, TagChange};
use sparki_core::{Change, Ctx, RemoteError};

use super::answer::There;
use super::lock::{LockTable, Setup};
use super::parts::{name, part_tags, state};
use super::{StateBackendModel, lock_table};
use crate::s3::{Session, arn, retag};

/// Key of the tag of the bucket that names its table, so that the table is found again by whoever imports the bucket.
pub(super) const LOCK_TABLE: &str = "sparki:lock-table";

/// Takes the table to what is planned; every step is recorded.
pub(super) async fn converge(
    ctx: &Ctx<Aws>,
    session: &Session<'_>,
    (doing, there): (&str, &mut There),
    change: &Change<StateBackendModel>,
) -> Result<(), RemoteError> {
    let planned = &change.planned;
    let wanted = planned.lock_table.known();
    if there.table.is_none() && wanted.is_none() {
        return Ok(());
    }
    let client = session.with::<DynamoDb>().await?;
    if let Some(old) = there.table.take_if(|table| Some(&table.name) != wanted) {
        // Nothing is removed for a name that cannot be had.
        if let Some(table) = wanted {
            let own_arn = arn(&session.region, name(planned));
            lock_table::check_free(&client, doing, (table, &own_arn)).await?;
        }
        lock_table::unprotect(&client, doing, &old).await?;
        lock_table::remove(&client, doing, &old).await?;
        ctx.record(&state(session, there, planned));
    }
    // The bucket names its table before there is one, and as long as there is one.
    note(session, doing, there, planned).await?;
    let Some(table) = wanted else { return Ok(()) };
    let setup = Setup::wanted(planned);
    let made: LockTable = match there.table.take() {
        Some(table) => table,
        None => {
            let own_arn = arn(&session.region, name(planned));
            let tags = part_tags(session, planned, &own_arn);
            lock_table::make(&client, (doing, &own_arn), (table, &setup), &tags).await?
        }
    };
    there.table = Some(made.clone());
    ctx.record(&state(session, there, planned));
    if !made.setup.is_like(&setup) {
        there.table = Some(lock_table::set_up(&client, doing, &made, &setup).await?);
    }
    Ok(())
}

/// Has the bucket name its table.
async fn note(
    session: &Session<'_>,
    doing: &str,
    there: &mut There,
    planned: &StateBackendModel,
) -> Result<(), RemoteError> {
    let (tags, wanted) = (&mut there.bucket.tags, planned.lock_table.known());
    if tags.get(LOCK_TABLE) == wanted {
        return Ok(());
    }
    let key = || LOCK_TABLE.to_owned();
    let change = match wanted {
        Some(table) => TagChange { set: [(key(), table.clone())].into(), ..TagChange::default() },
        None => TagChange { remove: [key()].into(), ..TagChange::default() },
    };
    retag(session, (doing, name(planned)), tags, change).await?;
    match wanted {
        Some(table) => tags.insert(key(), table.clone()),
        None => tags.remove(LOCK_TABLE),
    };
    Ok(())
}

/// Removes the table of a bucket that is removed as well.
pub(super) async fn drop_table(
    session: &Session<'_>,
    doing: &str,
    table: &LockTable,
) -> Result<(), RemoteError> {
    let client = session.with::<DynamoDb>().await?;
    lock_table::remove(&client, doing, table).await
}
