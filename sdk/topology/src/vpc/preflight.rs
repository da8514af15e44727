//! Whether the region has the zones and the addresses that a plan needs, and the VPC its addresses for itself.

use sparki_aws::{Aws, AwsError, Consistency};
use sparki_core::{Ctx, Diagnostic, Diagnostics, Path, Preflight, Proposal, RemoteError};

use super::{Nat, Vpc, VpcModel, zones};
use crate::ec2::{Cidr, Session};
use crate::operation::judged;

const CHECK: &str = "failed to check the plan of the VPC";

/// The attribute of an account that says how many elastic addresses it may have in a region.
const MOST_ADDRESSES: &str = "vpc-max-elastic-ips";

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
        let more = addresses(&planned).saturating_sub(prior.as_ref().map_or(0, |prior| addresses(prior)));
        if more > 0 {
            found.extend(check_addresses(&session, more).await?);
        }
        if prior.is_none_or(|prior| prior.cidr != planned.cidr) {
            found.extend(check_overlap(&session, &planned).await?);
        }
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

/// How many elastic addresses a VPC has.
fn addresses(vpc: &VpcModel) -> u32 {
    match vpc.nat.known() {
        Some(Nat::PerZone) => vpc.availability_zone_count.known().copied().unwrap_or_default(),
        Some(Nat::Single) => 1,
        Some(Nat::None) | None => 0,
    }
}

/// Whether the account may have so many more elastic addresses. Where it is not said, nobody knows before it is tried.
async fn check_addresses(session: &Session<'_>, more: u32) -> Result<Option<Diagnostic>, RemoteError> {
    let send = || async {
        let request = session.client.describe_account_attributes();
        request.send().await.map_err(AwsError::from)
    };
    let Ok(answer) = session.send(Consistency::Propagation, CHECK, send).await? else { return Ok(None) };
    let attributes = answer.account_attributes.unwrap_or_default();
    let most = attributes.iter().find(|attribute| attribute.attribute_name() == Some(MOST_ADDRESSES));
    let most = most.and_then(|most| most.attribute_values().first()?.attribute_value()?.parse::<u32>().ok());
    let Some(most) = most else { return Ok(None) };
    let send = || async { session.client.describe_addresses().send().await.map_err(AwsError::from) };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    let there = answer.map_err(|error| error.reading(CHECK))?.addresses.unwrap_or_default().len();
    let there = u32::try_from(there).unwrap_or(u32::MAX);
    let short = there.saturating_add(more).saturating_sub(most);
    Ok((short > 0).then(|| {
        Diagnostic::error(
            "Too few elastic addresses",
            format!(
                "The NAT gateways need {more} more elastic addresses. The account may have {most} in {} and has {there}: \
                 {short} too few. Ask for a higher quota \"EC2-VPC Elastic IPs\" (L-0263D0A3) in Service Quotas, release \
                 some that are not used, or set \"nat\" to \"single\".",
                session.region
            ),
        )
        .at(Path::attribute("nat"))
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
    let is_shared = |text: Option<&str>| {
        text.and_then(|text| text.parse::<Cidr>().ok()).is_some_and(|other| other.overlaps(cidr))
    };
    // A default VPC is there in every region, and nobody peers it.
    let others = vpcs.iter().filter(|vpc| vpc.is_default() != Some(true) && is_shared(vpc.cidr_block()));
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
