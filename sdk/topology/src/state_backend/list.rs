//! Finds state backends.

use sparki_aws::{Aws, Class, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, RemoteErrorKind, State, Value};
use sparki_derive::Model;

use super::remote::{STATE_BACKEND, found as state_of};
use super::{StateBackend, StateBackendModel};
use crate::s3::{KIND, Names, Session, account_id, tags};

const LIST: &str = "failed to list the state buckets";

/// Buckets for states that Sparki has made in a region, by name. Those that the credentials may not look at are left out.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct StateBackendFilter {
    /// AWS region of the buckets. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
    /// What the names begin with.
    #[attr(optional, validate(len(1..=63)))]
    pub name_prefix: Value<String>,
}

impl List for StateBackend {
    type Filter = StateBackendFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<StateBackendFilter>,
        found: &mut Found<'_, StateBackendModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let account = account_id(&session, LIST).await?;
        let prefix = filter.name_prefix.known();
        let mut names = Names::new();
        // How many of the buckets are for states is not known, so their pages are as large as can be.
        while let Some(page) = names.next(&session, (LIST, prefix), None).await? {
            for name in page {
                let tags = match tags(&session, &name).await {
                    Ok(tags) => tags,
                    // What a bucket is for that is closed to the credentials cannot be told; it hides none of the others.
                    Err(error) if error.class() == Class::AccessDenied => {
                        tracing::warn!(bucket = name, %error, "bucket left out of the list");
                        continue;
                    }
                    Err(error) => return Err(error.reading(LIST)),
                };
                if tags.and_then(|tags| tags.get(KIND).cloned()).as_deref() != Some(STATE_BACKEND) {
                    continue;
                }
                let state = if found.wants_objects() {
                    match state_of(&session, LIST, (&name, account.clone())).await {
                        Ok(Some(whole)) => whole,
                        // One that is gone by now is none of the list.
                        Ok(None) => continue,
                        Err(error) if error.kind() == RemoteErrorKind::PermissionDenied => {
                            tracing::warn!(bucket = name, %error, "bucket left out of the list");
                            continue;
                        }
                        Err(error) => return Err(error),
                    }
                } else {
                    State::new(StateBackendModel {
                        region: session.region.clone().into(),
                        name: name.as_str().into(),
                        account_id: account.clone().into(),
                        ..StateBackendModel::blank()
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
