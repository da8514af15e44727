//! Whether the two VPCs can be connected at all, and whether something is in the way.

use std::collections::BTreeSet;

use sparki_aws::{Aws, Consistency, Tags};
use sparki_core::{Ctx, Diagnostic, Diagnostics, Preflight, Proposal, RemoteError};

use super::connection::between;
use super::ends::Ends;
use super::look::blocks;
use super::plan::shared;
use super::side::Side;
use super::{VpcPeering, VpcPeeringModel};
use crate::ec2::{Cidr, tag_map};
use crate::operation::judged;

const CHECK: &str = "failed to check the plan of the VPC peering";

impl Preflight for VpcPeering {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<VpcPeeringModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        let setting = ctx.remote().preflight();
        if setting == sparki_aws::Preflight::Off {
            return Ok(Diagnostics::new());
        }
        let ends = Ends::begin(ctx, &planned).await?;
        let mut found = Vec::new();
        let mut ranges = Vec::new();
        for side in Side::BOTH {
            let Some(vpc) = side.member(&planned).and_then(|member| member.vpc_id.known()) else { continue };
            let session = ends.of(side);
            let send = || async { blocks(session, vpc).await };
            let answer = session.send(Consistency::Propagation, CHECK, send).await?;
            match answer.map_err(|error| error.reading(CHECK))? {
                Some(blocks) => {
                    found.extend(outside(side, &planned, &blocks));
                    ranges.push(blocks);
                }
                None => found.push(missing(side, vpc, session.region.as_str())),
            }
        }
        if let [requester, accepter] = ranges.as_slice() {
            found.extend(shared(requester, accepter).map(|told| {
                Diagnostic::error("Addresses on both sides", format!("{told}."))
                    .at(Side::Accepter.path("vpc_id"))
            }));
            if prior.is_none() {
                found.extend(check_other(&ends, &planned).await?);
            }
        }
        Ok(judged(setting, found))
    }
}

/// The region has no such VPC.
fn missing(side: Side, vpc: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        "VPC not found",
        format!(
            "There is no VPC {vpc} in {region}, or the credentials do not see it. Set \"region\" of the {side} to that of the \
             VPC."
        ),
    )
    .at(side.path("vpc_id"))
}

/// Addresses that the VPC does not have lead nowhere. It may get them in the same run.
fn outside(side: Side, planned: &VpcPeeringModel, blocks: &BTreeSet<String>) -> Option<Diagnostic> {
    let parse = |text: &String| text.parse::<Cidr>().ok();
    let blocks: Vec<_> = blocks.iter().filter_map(parse).collect();
    let is_inside =
        |cidr: Cidr| blocks.iter().any(|block| block.overlaps(cidr) && block.prefix() <= cidr.prefix());
    let cidrs = side.member(planned)?.cidrs.known()?;
    let outside = cidrs.iter().find(|text| parse(text).is_some_and(|cidr| !is_inside(cidr)))?;
    Some(
        Diagnostic::warning(
            "Addresses that the VPC does not have",
            format!(
                "{outside} is not within the ranges of the {side}'s VPC, and what is sent there is lost. Name parts of its \
                 ranges in \"cidrs\", or leave it out for all of them."
            ),
        )
        .at(side.path("cidrs")),
    )
}

/// AWS connects two VPCs once. A peering that Sparki has made may be one that this replaces.
async fn check_other(ends: &Ends<'_>, planned: &VpcPeeringModel) -> Result<Option<Diagnostic>, RemoteError> {
    let session = ends.of(Side::Requester);
    let pair = super::carry_out::pair(planned);
    let send = || async { between(session, pair).await };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let other = answer.map_err(|error| error.reading(CHECK))?;
    let other = other.filter(|other| !Tags::are_sparkis(Some(&tag_map(other.tags()))));
    Ok(other.map(|other| {
        let id = other.vpc_peering_connection_id().unwrap_or_default();
        Diagnostic::warning(
            "VPCs peered already",
            format!(
                "The two VPCs have the peering {id} already, and AWS allows only one. Remove it before, or take it under \
                 management: terraform import <address> {}/{id}",
                session.region
            ),
        )
        .at(Side::Accepter.path("vpc_id"))
    }))
}
