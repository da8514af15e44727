//! Finds VPC peerings.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::VpcPeeringConnection as WirePeering;
use sparki_aws::{Aws, AwsError, Region};
use sparki_core::{Config, Ctx, Found as Offered, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::answer::Sight;
use super::connection::{is_over, status, vpcs};
use super::look::of;
use super::remote::{found as state_of, is_foreign, regions};
use super::steps::Wanted;
use super::{VpcPeering, VpcPeeringModel};
use crate::ec2::{NAME, Session, filter, tag_map};
use crate::operation::Pages;

const LIST: &str = "failed to list the VPC peerings";

/// VPC peerings of one account that a side in a region has asked for.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct VpcPeeringFilter {
    /// AWS region of the requesters. The provider's region if it is not set.
    #[attr(optional)]
    pub region: Value<Region>,
    /// Id of a VPC on either side. Every VPC if it is not set.
    #[attr(optional, validate(pattern("^vpc-", "be the id of a VPC")))]
    pub vpc_id: Value<String>,
    /// Name of the peerings. Every one if it is not set.
    #[attr(optional, validate(len(1..=255)))]
    pub name: Value<String>,
}

impl List for VpcPeering {
    type Filter = VpcPeeringFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<VpcPeeringFilter>,
        found: &mut Offered<'_, VpcPeeringModel>,
    ) -> Result<(), RemoteError> {
        let session = Session::begin(ctx, &filter.region).await?;
        let mut pages = Pages::new();
        while let Some(page) = next(&mut pages, &session, filter.name.known()).await? {
            for peering in page.iter().filter(|peering| is_wanted(peering, &filter, &session.region)) {
                let state = if found.wants_objects() {
                    state_of(ctx, LIST, (peering, &session.region)).await?
                } else {
                    let (shown, own) = (of(peering, peering), BTreeSet::new());
                    let regions = regions(peering, &session.region);
                    let sight = Sight { found: &shown, regions, tags: session.aws.tags(), own: &own };
                    State::new(sight.model(&sight.settings(vpcs(peering)), &Wanted::nothing()))
                };
                let name = tag_map(peering.tags()).remove(NAME);
                let name = name.unwrap_or_else(|| shown_name(peering));
                if found.offer(name, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// What a peering without a name is shown as.
fn shown_name(peering: &WirePeering) -> String {
    let [requester, accepter] = vpcs(peering);
    format!("{requester} to {accepter}")
}

/// Whether a peering is one of those that were asked for. One between two regions is shown in both.
fn is_wanted(peering: &WirePeering, wanted: &VpcPeeringFilter, here: &Region) -> bool {
    let is_alive = !is_over(status(peering)) && !is_foreign(peering);
    let is_here = regions(peering, here)[0] == *here;
    let of_vpc = wanted.vpc_id.known().is_none_or(|vpc| vpcs(peering).contains(&vpc.as_str()));
    let name = tag_map(peering.tags()).remove(NAME);
    let is_named = wanted.name.known().is_none_or(|wanted| name.as_ref() == Some(wanted));
    is_alive && is_here && of_vpc && is_named
}

/// The next page of peerings.
async fn next(
    pages: &mut Pages,
    session: &Session<'_>,
    name: Option<&String>,
) -> Result<Option<Vec<WirePeering>>, RemoteError> {
    let send = |token| async move {
        let request = session.client.describe_vpc_peering_connections();
        let request = match name {
            Some(name) => request.filters(filter("tag:Name", name)),
            None => request,
        };
        let answer = request.set_next_token(token).send().await.map_err(AwsError::from)?;
        Ok::<_, AwsError>((answer.vpc_peering_connections, answer.next_token))
    };
    pages.next(session, LIST, send).await
}
