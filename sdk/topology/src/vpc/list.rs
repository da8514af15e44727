//! Finds VPCs.

use aws_sdk_ec2::types::Vpc as WireVpc;
use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::answer::{Sight, tags};
use super::look::mark;
use super::parts::Parts;
use super::remote::found as state_of;
use super::{Vpc, VpcModel};
use crate::ec2::{NAME, Session, filter};
use crate::operation::Pages;

const LIST: &str = "failed to list the VPCs";

/// VPCs of a region that Sparki has made.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct VpcFilter {
    /// AWS region of the VPCs. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
    /// Name of the VPCs. Every one if it is not set.
    #[attr(optional, validate(len(1..=200)))]
    pub name: Value<String>,
}

impl List for Vpc {
    type Filter = VpcFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<VpcFilter>,
        found: &mut Found<'_, VpcModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let mut pages = Pages::new();
        while let Some(page) = next(&mut pages, &session, filter.name.known()).await? {
            for vpc in page {
                let Some(mark) = mark(&vpc) else { continue };
                let state = if found.wants_objects() {
                    state_of(&session, LIST, (&vpc, &mark)).await?
                } else {
                    let parts = &Parts::default();
                    let sight = Sight {
                        vpc: &vpc,
                        region: &session.region,
                        tags: session.aws.tags(),
                        mark: &mark,
                        parts,
                    };
                    State::new(sight.model(&VpcModel::blank()))
                };
                let name = tags(&vpc).remove(NAME).unwrap_or_default();
                if found.offer(name, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The next page of VPCs that Sparki has made.
async fn next(
    pages: &mut Pages,
    session: &Session<'_>,
    name: Option<&String>,
) -> Result<Option<Vec<WireVpc>>, RemoteError> {
    let send = |token| async move {
        let request = session.client.describe_vpcs().filters(filter("tag:sparki:part", "vpc"));
        let request = match name {
            Some(name) => request.filters(filter("tag:Name", name)),
            None => request,
        };
        let answer = request.set_next_token(token).send().await.map_err(AwsError::from)?;
        Ok::<_, AwsError>((answer.vpcs, answer.next_token))
    };
    pages.next(session, LIST, send).await
}
