//! Finds keys.

use sparki_aws::{Aws, Region};
use sparki_core::{Config, Ctx, Found, Id, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::group::{Session, around, describe, is_live};
use super::{KmsKey, KmsKeyModel, answer, make};
use crate::operation::Pages;

const LIST: &str = "failed to list the keys";

/// Multi-region KMS keys that a region has, by id.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct KmsKeyFilter {
    /// AWS region that has the keys, as the primary's or a replica's. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
}

impl List for KmsKey {
    type Filter = KmsKeyFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<KmsKeyFilter>,
        found: &mut Found<'_, KmsKeyModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let mut pages = Pages::new();
        while let Some(page) = pages.next(&session, LIST, |marker| make::keys(&session, marker)).await? {
            for key_id in page {
                // Keys of a single region and AWS's own are none of the list, nor is what is about to be deleted.
                let Some(metadata) = describe(&session, LIST, &key_id).await?.filter(is_live) else {
                    continue;
                };
                if metadata.multi_region_configuration().is_none() {
                    continue;
                }
                let (name, model) = if found.wants_objects() {
                    let Some(group) = around(&session, LIST, &metadata).await? else { continue };
                    let model = answer::found(&group, &session.region, session.aws.tags());
                    (model.alias.known().cloned().unwrap_or_else(|| key_id.clone()), model)
                } else {
                    let model = KmsKeyModel {
                        id: Id::new(format!("{}/{key_id}", session.region)).into(),
                        key_id: key_id.clone().into(),
                        arn: metadata.arn().map(str::to_owned).into(),
                        ..KmsKeyModel::blank()
                    };
                    (key_id.clone(), model)
                };
                if found.offer(name, State::new(model)).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
