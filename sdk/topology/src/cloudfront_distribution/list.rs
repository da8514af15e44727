//! Finds distributions.

use sparki_aws::Aws;
use sparki_core::{Config, Ctx, Found, Id, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::look::{Summaries, begin, describe};
use super::remote::{state as state_of, unknown_before};
use super::{CloudfrontDistribution, CloudfrontDistributionModel};

const LIST: &str = "failed to list the distributions";

/// CloudFront distributions of the account, by id.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct CloudfrontDistributionFilter {
    /// A host name under which the distributions are asked. Every distribution if it is not set.
    #[attr(optional, validate(len(1..)))]
    pub alias: Value<String>,
}

impl List for CloudfrontDistribution {
    type Filter = CloudfrontDistributionFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<CloudfrontDistributionFilter>,
        found: &mut Found<'_, CloudfrontDistributionModel>,
    ) -> Result<(), RemoteError> {
        let session = begin(ctx).await?;
        let alias = filter.alias.known();
        let mut summaries = Summaries::new();
        loop {
            // How many of them have the name is not known, so the pages are as large as can be.
            let left = found.left().filter(|_| alias.is_none());
            let Some(page) = summaries.next(&session, LIST, left).await? else { return Ok(()) };
            for summary in page {
                let aliases = summary.aliases().map(|aliases| aliases.items()).unwrap_or_default();
                if alias.is_some_and(|alias| !aliases.contains(alias)) {
                    continue;
                }
                let state = if found.wants_objects() {
                    let described = describe(&session, summary.id()).await;
                    // One that is gone by now is none of the list.
                    let described = described.map_err(|error| error.reading(LIST))?;
                    let Some((distribution, _)) = described else { continue };
                    state_of(&session, LIST, &distribution, &unknown_before()).await?
                } else {
                    State::new(CloudfrontDistributionModel {
                        id: Value::Known(Id::new(summary.id())),
                        arn: summary.arn().into(),
                        ..CloudfrontDistributionModel::blank()
                    })
                };
                let name = aliases.first().cloned().unwrap_or_else(|| summary.id().to_owned());
                if found.offer(name, state).await.is_break() {
                    return Ok(());
                }
            }
        }
    }
}
