//! How `sparki_state_backend` talks to AWS.

use aws_sdk_s3::Client as S3;
use sparki_aws::{Aws, Nonce, Region};
use sparki_core::{
    Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value,
};

use super::answer::{Belongings, There};
use super::locks::{LOCK_TABLE, drop_table};
use super::parts::{
    belongings, contents, converge, drop_belongings, drop_copies, gone, name, retag_all, state, there,
};
use super::plan::protection;
use super::{StateBackend, StateBackendIdentity, StateBackendModel, StateReplica, answer};
use crate::operation::{ImportId, Protected, incomplete};
use crate::s3::{
    Contents, KIND, Maker, Mark, ObjectOwnership, Session, account_id, check_empty, look, make, region_of,
    remove,
};

const CREATE: &str = "failed to create the state bucket";
const READ: &str = "failed to read the state bucket";
const UPDATE: &str = "failed to update the state bucket";
const DELETE: &str = "failed to delete the state bucket";

/// The value of the tag that tells a state bucket from others.
pub(super) const STATE_BACKEND: &str = "state-backend";

impl Reconcile for StateBackend {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<StateBackendModel>) -> Applied<StateBackendModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let attempt = session.attempt::<Self>(ctx, &planned);
        let account = account_id(&session, CREATE).await?;
        let planned = StateBackendModel { account_id: account.into(), ..planned.into_inner() };
        make_bucket(&session, CREATE, &planned, &attempt).await?;
        // Nothing of what belongs to the bucket is there yet.
        let bare = StateBackendModel {
            replica: Value::Null,
            replica_arn: Value::Null,
            replication_role_arn: Value::Null,
            lock_table: Value::Null,
            lock_table_arn: Value::Null,
            ..planned.clone()
        };
        ctx.record(&State::new(bare.clone()));
        let made = there(&session, CREATE, &bare).await?.ok_or_else(|| gone(CREATE))?;
        let change = Change { prior: State::new(bare), planned: Planned::new(planned) };
        converge(ctx, &session, (CREATE, made), &change).await.map_err(incomplete)
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<StateBackendModel>,
    ) -> Result<Option<State<StateBackendModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        if let Some(found) = there(&session, READ, &prior).await? {
            return Ok(Some(state(&session, &found, &prior)));
        }
        // As long as anything that belongs to it is there, something of it is, and the copy may hold all states.
        let left = belongings(&session, READ, &prior).await?;
        if left.are_gone() {
            return Ok(None);
        }
        if let Some(copied) = &left.replica {
            ctx.warn(
                "State bucket is gone",
                format!(
                    "Something else has removed the bucket {:?}. Its copies are still in {:?} in {}. The next apply makes the \
                     bucket anew, and empty; copy the states back then.",
                    name(&prior),
                    copied.name,
                    copied.region
                ),
            );
        }
        Ok(Some(State::new(answer::without_bucket(&left, &prior))))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<StateBackendModel>) -> Applied<StateBackendModel> {
        let session = Session::begin(ctx, &change.prior.region).await?;
        let mut found = there(&session, UPDATE, &change.prior).await?;
        if found.is_none() && change.prior.intact.known() == Some(&false) {
            // If this ends before anything is known of it, the next refresh finds the bucket by its name.
            make_bucket(&session, UPDATE, &change.planned, &Nonce::random()).await?;
            found = there(&session, UPDATE, &change.prior).await?;
        }
        let found = found.ok_or_else(|| gone(UPDATE))?;
        retag_all(&session, (UPDATE, &found), &change).await?;
        let found = there(&session, UPDATE, &change.prior).await?.ok_or_else(|| gone(UPDATE))?;
        converge(ctx, &session, (UPDATE, found), &change).await
    }

    async fn delete(ctx: &Ctx<Aws>, prior: State<StateBackendModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&prior), DELETE)?;
        let session = Session::begin(ctx, &prior.region).await?;
        let Some(mut found) = there(&session, DELETE, &prior).await? else {
            let Belongings { replica, role, table } = belongings(&session, DELETE, &prior).await?;
            if let Some(table) = &table {
                drop_table(&session, DELETE, table).await?;
            }
            let left = (&replica, &role);
            return drop_belongings(&session, (DELETE, name(&prior)), left, contents(&prior)).await;
        };
        // What belongs to it first, so that nothing of it is left when the bucket is gone. If the copy holds something, the bucket
        // does as well, and nothing is lost.
        if found.table.is_some() && contents(&prior) == Contents::Keep {
            check_empty(&session, (DELETE, name(&prior))).await?;
        }
        if prior.replica.known().is_some() || found.role.is_some() {
            drop_copies(&session, (DELETE, &mut found), name(&prior), contents(&prior)).await?;
            let bare = StateBackendModel {
                replica: Value::Null,
                replication_role_arn: Value::Null,
                ..(*prior).clone()
            };
            ctx.record(&state(&session, &found, &bare));
        }
        if let Some(table) = found.table.take() {
            drop_table(&session, DELETE, &table).await?;
            ctx.record(&state(&session, &found, &prior));
        }
        remove(&session, (DELETE, name(&prior)), contents(&prior)).await
    }
}

impl Import for StateBackend {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-west-2/acme-states", "region and name of the bucket"),
        ("acme-states", "name of a bucket in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<StateBackendModel>, RemoteError> {
        let id = ImportId::<1>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [name] = &id.names;
        let account = account_id(&session, READ).await?;
        found(&session, READ, (name, account)).await?.ok_or_else(|| {
            RemoteError::new(RemoteErrorKind::NotFound, "failed to find the state bucket")
                .with_detail(format!("There is no bucket {name:?} in {}.", session.region))
        })
    }

    fn import_id(identity: &StateBackendIdentity) -> String {
        identity.import_id()
    }
}

/// The state of a bucket of which nothing was known before; `None` if it does not exist.
pub(super) async fn found(
    session: &Session<'_>,
    doing: &str,
    (name, account): (&str, Option<String>),
) -> Result<Option<State<StateBackendModel>>, RemoteError> {
    let bucket = look(session, name).await.map_err(|error| error.reading(doing))?;
    let Some(bucket) = bucket else { return Ok(None) };
    // AWS knows nothing of the last two; the numbers count where the rule of states is not there.
    let reference = StateBackendModel {
        name: name.into(),
        account_id: account.into(),
        noncurrent_expiration_days: 90.into(),
        newer_noncurrent_versions: 10.into(),
        force_destroy: false.into(),
        deletion_protection: true.into(),
        ..StateBackendModel::blank()
    };
    let copies = bucket.settings.replication.as_ref();
    let copies = copies.and_then(|it| it.destination_bucket_arn.known()?.rsplit_once(":::"));
    let replica = match copies {
        Some((_, copies)) => replica(session, copies).await?,
        None => None,
    };
    let lock_table = bucket.tags.get(LOCK_TABLE).cloned().into();
    let reference = StateBackendModel { replica: replica.into(), lock_table, ..reference };
    let found = there(session, doing, &reference).await?;
    let found = found.unwrap_or(There { bucket, replica: None, role: None, table: None });
    // The table is protected as the bucket is.
    let is_protected = found.table.as_ref().is_none_or(|table| table.setup.is_protected);
    let reference = StateBackendModel { deletion_protection: is_protected.into(), ..reference };
    Ok(Some(state(session, &found, &reference)))
}

/// Makes the bucket itself, or takes up what this very attempt has made.
async fn make_bucket(
    session: &Session<'_>,
    doing: &str,
    planned: &StateBackendModel,
    attempt: &Nonce,
) -> Result<(), RemoteError> {
    let own = planned.tags.known().cloned().unwrap_or_default();
    let mut tags = session.aws.tags().for_create(&own, attempt);
    tags.insert(KIND.to_owned(), STATE_BACKEND.to_owned());
    tags.extend(planned.lock_table.known().map(|table| (LOCK_TABLE.to_owned(), table.clone())));
    let taken = taken(&session.region, name(planned));
    let maker = Maker { doing, mark: Mark::Attempt(attempt), tags: &tags, taken: &taken };
    make(session, name(planned), ObjectOwnership::BucketOwnerEnforced, &maker).await
}

/// Where the bucket with the copies is. S3 tells that in the region where S3 began, and where it refuses, nothing is known of
/// it.
async fn replica(session: &Session<'_>, name: &str) -> Result<Option<StateReplica>, RemoteError> {
    let first = "us-east-1"
        .parse::<Region>()
        .map_err(|error| RemoteError::new(RemoteErrorKind::Invalid, READ).with_detail(error.to_string()))?;
    let session = session.with_in::<S3>(first).await?;
    let region =
        region_of(&session, name).await.ok().flatten().and_then(|region| region.parse::<Region>().ok());
    Ok(region.map(|region| StateReplica::new(region, name)))
}

/// What to do about a bucket of the same name that something else made.
fn taken(region: &Region, name: &str) -> String {
    format!(
        "There is a bucket of this name already, which this run did not make. Names are unique among the buckets of all \
         accounts. Choose another name; or, if the bucket is yours, take it under management: \
         terraform import <address> {region}/{name}"
    )
}
