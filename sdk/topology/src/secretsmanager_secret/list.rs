//! Finds secrets.

use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType};
use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::import::state as state_of;
use super::look::{Session, look};
use super::{SecretsmanagerSecret, SecretsmanagerSecretModel};
use crate::operation::Pages;

const LIST: &str = "failed to list the secrets";

/// Secrets of a region, by name. Copies of secrets of other regions are left out.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct SecretsmanagerSecretFilter {
    /// AWS region of the secrets. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
    /// How the names of the secrets begin. Every name if it is not set.
    #[attr(optional, validate(len(1..=512)))]
    pub name_prefix: Value<String>,
}

impl List for SecretsmanagerSecret {
    type Filter = SecretsmanagerSecretFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<SecretsmanagerSecretFilter>,
        found: &mut Found<'_, SecretsmanagerSecretModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let prefix = filter
            .name_prefix
            .known()
            .map(|prefix| vec![Filter::builder().key(FilterNameStringType::Name).values(prefix).build()]);
        let mut pages = Pages::new();
        let send = |token| {
            let request = session.client.list_secrets().set_filters(prefix.clone()).set_next_token(token);
            async move {
                let answer = request.send().await.map_err(AwsError::from)?;
                Ok((answer.secret_list, answer.next_token))
            }
        };
        while let Some(page) = pages.next(&session, LIST, send).await? {
            for secret in page {
                let is_copy = secret.primary_region().is_some_and(|region| region != session.region.as_str());
                let Some(name) = secret.name.filter(|_| !is_copy && secret.deleted_date.is_none()) else {
                    continue;
                };
                let state = if found.wants_objects() {
                    // One that is gone by now is none of the list.
                    let Some(found) = look(&session, LIST, &name).await? else { continue };
                    state_of(&session, &found)
                } else {
                    State::new(SecretsmanagerSecretModel {
                        region: session.region.clone().into(),
                        name: name.clone().into(),
                        arn: secret.arn.into(),
                        ..SecretsmanagerSecretModel::blank()
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
