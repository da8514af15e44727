//! Whether the region has the zones that a plan needs, the account may have what is planned, and the VPC has its addresses for
//! itself.

use sparki_aws::{Aws, AwsError, Consistency};
use sparki_core::{Ctx, Diagnostic, Diagnostics, Path, Preflight, Proposal, RemoteError};

use super::{Vpc, VpcModel, cost, quota, zones};
use crate::ec2::{Cidr, Session, ranges};
use crate::operation::judged;

const CHECK: &str = "failed to check the plan of the VPC";

impl Preflight for Vpc {
    async fn preflight(ctx: &Ctx<Aws>, proposal: Proposal<VpcModel>) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        let setting = ctx.remote().preflight();
        if setting == sparki_aws::Preflight::Off {
            return Ok(Diagnostics::new());
        }
        let session = Session::begin(ctx, &planned.region).await?;
        let mut found = Vec::new();
        let known = prior.as_ref().map(|prior| &prior.availability_zones);
        if known != Some(&planned.availability_zones) {
            found.extend(check_zones(&session, &planned).await?);
        }
        found.extend(quota::check(&session, prior.as_deref(), &planned).await);
        if prior.as_ref().is_none_or(|prior| prior.cidr != planned.cidr) {
            found.extend(check_overlap(&session, &planned).await?);
        }
        found.extend(
            cost::rise(&session.region, prior.as_deref(), &planned).told(ctx.remote().cost_warning_usd()),
        );
        Ok(judged(setting, found))
    }
}

/// Whether the account can use the zones, and there are enough of them.
async fn check_zones(session: &Session<'_>, planned: &VpcModel) -> Result<Option<Diagnostic>, RemoteError> {
    let there = zones::known(session, CHECK).await?;
    let names: Vec<_> = there.iter().filter_map(|zone| zone.zone_name()).collect();
    let told = || {
        let mut names = names.clone();
        names.sort_unstable();
        names.join(", ")
    };
    if let Some(wanted) = planned.availability_zones.known() {
        let missing = wanted.iter().find(|zone| !names.contains(&zone.as_str()));
        return Ok(missing.map(|zone| {
            Diagnostic::error(
                "Availability zone not available",
                format!(
                    "The account cannot use the availability zone {zone} in {}. Use some of {}.",
                    session.region,
                    told()
                ),
            )
            .at(Path::attribute("availability_zones"))
        }));
    }
    let Some(count) = planned.availability_zone_count.known() else { return Ok(None) };
    let has_enough = zones::choose(&there, usize::try_from(*count).unwrap_or_default(), &[]).is_some();
    Ok((!has_enough).then(|| {
        Diagnostic::error(
            "Too few availability zones",
            format!(
                "\"availability_zone_count\" is {count}, and {} has fewer that EKS can use. Set a smaller number, or name \
                 the zones in \"availability_zones\": some of {}.",
                session.region,
                told()
            ),
        )
        .at(Path::attribute("availability_zone_count"))
    }))
}

/// Whether another VPC of the region has some of the addresses. That is allowed, and stands in the way of peering.
async fn check_overlap(session: &Session<'_>, planned: &VpcModel) -> Result<Option<Diagnostic>, RemoteError> {
    let Some(cidr) = planned.cidr.known().and_then(|cidr| cidr.parse::<Cidr>().ok()) else { return Ok(None) };
    let send = || async {
        let found = session.client.describe_vpcs().into_paginator().items().send();
        found.collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let vpcs = answer.map_err(|error| error.reading(CHECK))?;
    let is_shared = |text: &String| text.parse::<Cidr>().is_ok_and(|other| other.overlaps(cidr));
    // A default VPC is there in every region, and nobody peers it.
    let others =
        vpcs.iter().filter(|vpc| vpc.is_default() != Some(true) && ranges(vpc).iter().any(is_shared));
    let others: Vec<_> = others.filter_map(|vpc| vpc.vpc_id()).collect();
    Ok((!others.is_empty()).then(|| {
        Diagnostic::warning(
            "Addresses used by another VPC",
            format!(
                "Other VPCs in {} have addresses of {cidr} as well: {}. They can never be connected with this one. Use \
                 another range if that may be wanted.",
                session.region,
                others.join(", ")
            ),
        )
        .at(Path::attribute("cidr"))
    }))
}
