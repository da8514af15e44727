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
        let wants_objects = found.wants_objects();
        while let Some(page) = pages.next(&session, LIST, |marker| make::keys(&session, marker)).await? {
            // Keys of a single region and AWS's own are none of the list, nor is what is about to be deleted.
            for key_id in page.into_iter().filter(|id| id.starts_with(make::MULTI_REGION)) {
                let listed = async {
                    let metadata = describe(&session, LIST, &key_id).await?.filter(is_live);
                    let Some(metadata) = metadata else { return Ok(None) };
                    if wants_objects {
                        let group = around(&session, LIST, (&metadata, &[])).await?;
                        return Ok(
                            group.map(|group| answer::found(&group, &session.region, session.aws.tags()))
                        );
                    }
                    Ok(Some(KmsKeyModel {
                        id: Id::new(format!("{}/{key_id}", session.region)).into(),
                        key_id: key_id.clone().into(),
                        arn: metadata.arn().map(str::to_owned).into(),
                        ..KmsKeyModel::blank()
                    }))
                };
                let model = match listed.await {
                    Ok(Some(model)) => model,
                    Ok(None) => continue,
                    Err(error) if make::is_out_of_sight(&error) => continue,
                    Err(error) => return Err(error),
                };
                let name = model.alias.known().cloned().unwrap_or(key_id);
                if found.offer(name, State::new(model)).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
