//! Finds load balancers.

use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::look::look;
use super::remote::{state as state_of, unknown_before};
use super::{BalancerType, LoadBalancer, LoadBalancerModel, Session};
use crate::operation::Pages;

const LIST: &str = "failed to list the load balancers";

/// The most load balancers that AWS tells at once, as its reference of `DescribeLoadBalancers` says.
const LARGEST_PAGE: u64 = 400;

/// Application and network load balancers of a region, by name.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct LoadBalancerFilter {
    /// AWS region of the load balancers. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
}

impl List for LoadBalancer {
    type Filter = LoadBalancerFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<LoadBalancerFilter>,
        found: &mut Found<'_, LoadBalancerModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let client = &session.client;
        let mut pages = Pages::new();
        loop {
            let size = found.left().unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
            let size = i32::try_from(size).expect("a page has up to 400 names");
            let send = |marker| async move {
                let request = client.describe_load_balancers().page_size(size).set_marker(marker);
                let answer = request.send().await.map_err(AwsError::from)?;
                Ok::<_, AwsError>((answer.load_balancers, answer.next_marker))
            };
            let Some(page) = pages.next(&session, LIST, send).await? else { return Ok(()) };
            for wire in page {
                let kind = wire.r#type().and_then(|kind| kind.as_str().parse::<BalancerType>().ok());
                // Those of appliances are another thing.
                let (Some(_), Some(name)) = (kind, wire.load_balancer_name()) else { continue };
                let state = if found.wants_objects() {
                    let reference = unknown_before();
                    let there = look(&session, name, &reference).await;
                    // One that is gone by now is none of the list.
                    let Some(there) = there.map_err(|error| error.reading(LIST))? else { continue };
                    state_of(&session, &there, &reference)
                } else {
                    State::new(LoadBalancerModel {
                        region: session.region.clone().into(),
                        name: name.into(),
                        arn: wire.load_balancer_arn().map(str::to_owned).into(),
                        ..LoadBalancerModel::blank()
                    })
                };
                if found.offer(name.to_owned(), state).await.is_break() {
                    return Ok(());
                }
            }
        }
    }
}
