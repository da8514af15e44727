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
    let setup = Setup::wanted(planned);
    let make = async |table: &String| {
        let own_arn = arn(&session.region, name(planned));
        let tags = part_tags(session, planned, &own_arn);
        lock_table::make(&client, (doing, &own_arn), (table, &setup), &tags).await
    };
    if let Some(old) = there.table.take_if(|table| Some(&table.name) != wanted) {
        // The other one first, so that the bucket has a table whatever comes in between. Until the old one is gone, the state
        // names that, and the next run goes on from there.
        let other = match wanted {
            Some(table) => Some(make(table).await?),
            None => None,
        };
        let removed = async {
            lock_table::unprotect(&client, doing, &old).await?;
            lock_table::remove(&client, doing, &old).await
        };
        removed.await.map_err(|error| match &other {
            Some(other) => error.with_advice(&format!(
                "The other table {:?} is there already; the next apply goes on with it.",
                other.name
            )),
            None => error,
        })?;
        there.table = other;
        ctx.record(&state(session, there, planned));
    }
    // The bucket names its table before there is one, and as long as there is one.
    note(session, doing, there, planned).await?;
    let Some(table) = wanted else { return Ok(()) };
    let made: LockTable = match there.table.take() {
        Some(table) => table,
        None => make(table).await?,
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
