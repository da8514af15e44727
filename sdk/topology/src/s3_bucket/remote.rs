//! How `sparki_s3_bucket` talks to AWS.

use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{
    Applied, Change, Ctx, Import, Planned, Reconcile, RemoteError, RemoteErrorKind, State, Value,
};

use super::plan::protection;
use super::{S3Bucket, S3BucketIdentity, S3BucketModel, answer, requests};
use crate::operation::{ImportId, Protected, incomplete, known_tags, own_tags, prefixed};
use crate::s3::{Bucket, Contents, Maker, Mark, Session, account_id, arn, look, make, remove, retag, set_up};

const CREATE: &str = "failed to create the bucket";
const READ: &str = "failed to read the bucket";
const UPDATE: &str = "failed to update the bucket";
const DELETE: &str = "failed to delete the bucket";

impl Reconcile for S3Bucket {
    type Remote = Aws;

    async fn create(ctx: &Ctx<Aws>, planned: Planned<S3BucketModel>) -> Applied<S3BucketModel> {
        let session = Session::begin(ctx, &planned.region).await?;
        let attempt = session.attempt::<Self>(ctx, &planned);
        let mut planned = planned.into_inner();
        if let (Value::Unknown(_), Some(prefix)) = (&planned.name, planned.name_prefix.known()) {
            planned.name = prefixed(prefix, &attempt).into();
        }
        planned.account_id = account_id(&session, CREATE).await?.into();
        let own = planned.tags.known().cloned().unwrap_or_default();
        let tags = session.aws.tags().for_create(&own, &attempt);
        let taken = taken(&session.region, name(&planned));
        let mark = Mark::Attempt(&attempt);
        let maker = Maker { doing: CREATE, mark, tags: &tags, taken: &taken };
        make(&session, name(&planned), requests::ownership(&planned), &maker).await?;
        let there = present(look(&session, name(&planned)).await, CREATE);
        let there = there.inspect_err(|_| ctx.record(&State::new(planned.clone())))?;
        ctx.record(&state(&session, there.clone(), &planned));
        let wanted = requests::settings(&planned, &arn(&session.region, name(&planned)));
        let made = set_up(&session, (CREATE, name(&planned)), &there.settings, &wanted).await;
        Ok(state(&session, made.map_err(incomplete)?, &planned))
    }

    async fn read(
        ctx: &Ctx<Aws>,
        prior: State<S3BucketModel>,
    ) -> Result<Option<State<S3BucketModel>>, RemoteError> {
        let session = Session::begin(ctx, &prior.region).await?;
        let bucket = look(&session, name(&prior)).await.map_err(|error| error.reading(READ))?;
        Ok(bucket.map(|bucket| state(&session, bucket, &prior)))
    }

    async fn update(ctx: &Ctx<Aws>, change: Change<S3BucketModel>) -> Applied<S3BucketModel> {
        let Change { prior, planned } = change;
        let session = Session::begin(ctx, &prior.region).await?;
        let there = present(look(&session, name(&prior)).await, UPDATE)?;
        let (before, own) = (known_tags(&prior.tags, &prior.tags_all), own_tags(&planned.tags));
        let change = session.aws.tags().change(Some(&there.tags), &before, &own);
        retag(&session, (UPDATE, name(&prior)), &there.tags, change).await?;
        let wanted = requests::settings(&planned, &arn(&session.region, name(&prior)));
        let changed = set_up(&session, (UPDATE, name(&prior)), &there.settings, &wanted).await;
        Ok(state(&session, changed?, &planned))
    }

    async fn delete(ctx: &Ctx<Aws>, state: State<S3BucketModel>) -> Result<(), RemoteError> {
        Protected::check(protection(&state), DELETE)?;
        let session = Session::begin(ctx, &state.region).await?;
        let contents = match state.force_destroy.known() {
            Some(true) => Contents::Remove,
            Some(false) | None => Contents::Keep,
        };
        remove(&session, (DELETE, name(&state)), contents).await
    }
}

impl Import for S3Bucket {
    const FORMS: &'static [(&'static str, &'static str)] = &[
        ("us-east-1/acme-logs", "region and name of the bucket"),
        ("acme-logs", "name of a bucket in the provider's region"),
    ];

    async fn import(ctx: &Ctx<Aws>, id: &str) -> Result<State<S3BucketModel>, RemoteError> {
        let id = ImportId::<1>::parse(id, Self::FORMS)?;
        let session = Session::begin_in(ctx, id.region(ctx.remote()).await?).await?;
        let [name] = &id.names;
        let bucket = look(&session, name).await.map_err(|error| error.reading(READ))?;
        let Some(bucket) = bucket else {
            return Err(RemoteError::new(RemoteErrorKind::NotFound, "failed to find the bucket")
                .with_detail(format!("There is no bucket {name:?} in {}.", session.region)));
        };
        let account = account_id(&session, READ).await?;
        Ok(found(&session, (name, account), bucket))
    }

    fn import_id(identity: &S3BucketIdentity) -> String {
        identity.import_id()
    }
}

/// The name in a plan or state, where it is never missing.
fn name(bucket: &S3BucketModel) -> &str {
    bucket.name.known().map_or("", String::as_str)
}

fn state(session: &Session<'_>, bucket: Bucket, reference: &S3BucketModel) -> State<S3BucketModel> {
    let place = (&session.region, name(reference));
    State::new(answer::model(bucket, place, session.aws.tags(), reference))
}

/// The state of a bucket of which nothing was known before.
pub(super) fn found(
    session: &Session<'_>,
    (name, account): (&str, Option<String>),
    bucket: Bucket,
) -> State<S3BucketModel> {
    // AWS knows nothing of these.
    let reference = S3BucketModel {
        name: name.into(),
        account_id: account.into(),
        bucket_key: true.into(),
        force_destroy: false.into(),
        deletion_protection: true.into(),
        ..S3BucketModel::blank()
    };
    state(session, bucket, &reference)
}

/// The bucket, which has to be there.
fn present(look: Result<Option<Bucket>, AwsError>, doing: &str) -> Result<Bucket, RemoteError> {
    look.map_err(|error| error.reading(doing))?.ok_or_else(|| {
        RemoteError::new(RemoteErrorKind::NotFound, doing)
            .with_detail("The bucket is gone; something else removed it. Plan again to make it anew.")
    })
}

/// What to do about a bucket of the same name that something else made.
fn taken(region: &Region, name: &str) -> String {
    format!(
        "There is a bucket of this name already, which this run did not make. Names are unique among the buckets of all \
         accounts. Choose another name; or, if the bucket is yours, take it under management: \
         terraform import <address> {region}/{name}"
    )
}
