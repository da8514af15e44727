//! Finds keys.

use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{Config, Ctx, Found, Id, List, RemoteError, RemoteErrorKind, State, Value};
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
        let (mut is_told, mut denial) = (false, None);
        let send = |marker| {
            let request = session.client.list_keys().set_marker(marker);
            async move {
                let answer = request.send().await.map_err(AwsError::from)?;
                Ok((answer.keys, answer.next_marker))
            }
        };
        while let Some(page) = pages.next(&session, LIST, send).await? {
            // Keys of a single region and AWS's own are none of the list, nor is what is about to be deleted.
            let ids = page.into_iter().filter_map(|key| key.key_id);
            for key_id in ids.filter(|id| id.starts_with(make::MULTI_REGION)) {
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
                let listed: Result<Option<_>, RemoteError> = listed.await;
                let model = match listed {
                    Ok(Some(model)) => model,
                    Ok(None) => continue,
                    // Gone by now.
                    Err(error) if error.is_not_found() => continue,
                    // It may be somebody else's whom the credentials do not let see it.
                    Err(error) if error.kind() == RemoteErrorKind::PermissionDenied => {
                        denial.get_or_insert(error);
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                is_told = true;
                let name = model.alias.known().cloned().unwrap_or(key_id);
                if found.offer(name, State::new(model)).await.is_break() {
                    return Ok(());
                }
            }
        }
        // A list of nothing but keys that may not be seen is none.
        match denial {
            Some(denial) if !is_told => Err(denial),
            Some(_) | None => Ok(()),
        }
    }
}
