//! Finds buckets.

use sparki_aws::{Aws, Class, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::remote::found as state_of;
use super::{S3Bucket, S3BucketModel};
use crate::s3::{Names, Session, account_id, look};

const LIST: &str = "failed to list the buckets";

/// S3 buckets of the account in a region, by name. Those that the credentials may not look at are left out where more than
/// their names is wanted.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct S3BucketFilter {
    /// AWS region of the buckets. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
    /// What the names begin with.
    #[attr(optional, validate(len(1..=63)))]
    pub name_prefix: Value<String>,
}

impl List for S3Bucket {
    type Filter = S3BucketFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<S3BucketFilter>,
        found: &mut Found<'_, S3BucketModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let account = account_id(&session, LIST).await?;
        let prefix = filter.name_prefix.known();
        let mut names = Names::new();
        while let Some(page) = names.next(&session, (LIST, prefix), found.left()).await? {
            for name in page {
                let state = if found.wants_objects() {
                    let bucket = match look(&session, &name).await {
                        Ok(bucket) => bucket,
                        // One bucket that is closed to the credentials hides none of the others.
                        Err(error) if error.class() == Class::AccessDenied => {
                            tracing::warn!(bucket = name, %error, "bucket left out of the list");
                            continue;
                        }
                        Err(error) => return Err(error.reading(LIST)),
                    };
                    // One that is gone by now is none of the list.
                    let Some(bucket) = bucket else { continue };
                    state_of(&session, (&name, account.clone()), bucket)
                } else {
                    State::new(S3BucketModel {
                        region: session.region.clone().into(),
                        name: name.as_str().into(),
                        account_id: account.clone().into(),
                        ..S3BucketModel::blank()
                    })
                };
                if found.offer(name, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
