//! What there is to see of a peering and of the VPCs that it connects.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{
    Route as WireRoute, RouteState, RouteTable as WireTable, VpcPeeringConnection as WirePeering,
    VpcPeeringConnectionVpcInfo as WireSide,
};
use futures_util::future::try_join;
use sparki_aws::{AwsError, Class, Consistency};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::VpcPeeringModel;
use super::connection::{describe, status};
use super::ends::Ends;
use super::found::{Dns, End, Found, Leads, Route, Tables, Target};
use super::side::Side;
use crate::ec2::{Session, filter, ranges, tag_map};

/// Looks at a peering and at what it connects. `None` if AWS does not show the peering at all.
pub(super) async fn look(
    ends: &Ends<'_>,
    doing: &str,
    (id, peering): (&str, &VpcPeeringModel),
) -> Result<Option<Found>, RemoteError> {
    let session = ends.of(Side::Requester);
    let shown = |session| async move {
        let send = || async { describe(session, id).await };
        let answer = Session::send(session, Consistency::Propagation, doing, send).await?;
        answer.map_err(|error| error.reading(doing))
    };
    let Some(requester) = shown(session).await? else { return Ok(None) };
    // What one region shows already, the other may not show yet.
    let accepter = match ends.objects() {
        [_] => None,
        _ => shown(ends.of(Side::Accepter)).await?,
    };
    let accepter = accepter.as_ref().unwrap_or(&requester);
    let mut found = of(&requester, accepter);
    surroundings(ends, doing, peering, &mut found).await?;
    Ok(Some(found))
}

/// What the two regions show of a peering.
pub(super) fn of(requester: &WirePeering, accepter: &WirePeering) -> Found {
    let side = requester.requester_vpc_info();
    Found {
        id: requester.vpc_peering_connection_id().unwrap_or_default().to_owned(),
        account: side.and_then(|side| side.owner_id()).map(str::to_owned),
        requester: end(requester, side),
        accepter: end(accepter, accepter.accepter_vpc_info()),
    }
}

fn end(peering: &WirePeering, side: Option<&WireSide>) -> End {
    let options = side.and_then(|side| side.peering_options());
    let is_on = options.and_then(|options| options.allow_dns_resolution_from_remote_vpc());
    End {
        status: status(peering).to_owned(),
        tags: tag_map(peering.tags()),
        dns: if is_on == Some(true) { Dns::On } else { Dns::Off },
        ..End::default()
    }
}

/// Looks at the VPCs: their ranges and their route tables.
pub(super) async fn surroundings(
    ends: &Ends<'_>,
    doing: &str,
    peering: &VpcPeeringModel,
    found: &mut Found,
) -> Result<(), RemoteError> {
    for side in Side::BOTH {
        let Some(member) = side.member(peering) else { continue };
        let session = ends.of(side);
        let send = || async { try_join(blocks(session, member.vpc()), tables(session, member.vpc())).await };
        let answer = session.send(Consistency::Propagation, doing, send).await?;
        let (blocks, tables) = answer.map_err(|error| error.reading(doing))?;
        let end = found.end_mut(side);
        end.blocks = blocks.unwrap_or_default();
        end.tables = tables;
    }
    Ok(())
}

/// The IPv4 ranges of a VPC; none if there is no such VPC.
pub(super) async fn blocks(session: &Session<'_>, vpc: &str) -> Result<Option<BTreeSet<String>>, AwsError> {
    let answer = session.client.describe_vpcs().vpc_ids(vpc).send().await.map_err(AwsError::from);
    match answer {
        Ok(answer) => Ok(answer.vpcs.unwrap_or_default().first().map(ranges)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The route tables of a VPC, with their routes to IPv4 addresses.
async fn tables(session: &Session<'_>, vpc: &str) -> Result<Tables, AwsError> {
    let request = session.client.describe_route_tables().filters(filter("vpc-id", vpc));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(AwsError::from)?;
    Ok(found.iter().filter_map(|table| Some((table.route_table_id()?.to_owned(), routes(table)))).collect())
}

fn routes(table: &WireTable) -> BTreeMap<String, Route> {
    let read = |it: &WireRoute| Some((it.destination_cidr_block()?.to_owned(), route(it)));
    table.routes().iter().filter_map(read).collect()
}

/// A route as AWS describes it.
pub(super) fn route(it: &WireRoute) -> Route {
    let target = match it.vpc_peering_connection_id() {
        Some(id) => Target::Peering(id.to_owned()),
        None => {
            let others = [
                it.gateway_id(),
                it.nat_gateway_id(),
                it.transit_gateway_id(),
                it.network_interface_id(),
                it.instance_id(),
                it.local_gateway_id(),
                it.carrier_gateway_id(),
                it.egress_only_internet_gateway_id(),
                it.core_network_arn(),
            ];
            let other = others.into_iter().flatten().next();
            Target::Elsewhere(other.unwrap_or("something else").to_owned())
        }
    };
    let leads = if it.state() == Some(&RouteState::Blackhole) { Leads::Nowhere } else { Leads::Somewhere };
    Route { target, leads }
}

/// Makes sure that both VPCs are there. One that was made a moment ago may not be shown yet.
pub(super) async fn check_vpcs(
    ends: &Ends<'_>,
    doing: &str,
    peering: &VpcPeeringModel,
) -> Result<(), RemoteError> {
    for side in Side::BOTH {
        let Some(member) = side.member(peering) else { continue };
        let session = ends.of(side);
        let send = || async {
            let shown = blocks(session, member.vpc()).await?;
            shown.ok_or_else(|| AwsError::new(Class::Propagating, "AWS shows no such VPC"))
        };
        match session.send(Consistency::Propagation, doing, send).await? {
            Ok(_) => {}
            Err(error) if error.class() == Class::Propagating => {
                let told = format!("there is no VPC {} in {}", member.vpc(), session.region);
                return Err(RemoteError::new(RemoteErrorKind::Invalid, doing)
                    .with_attribute(side.path("vpc_id"), told));
            }
            Err(error) => return Err(error.reading(doing)),
        }
    }
    Ok(())
}

/// Makes sure that every route table that is to get routes is one of its VPC. A table that was made a moment ago may not be
/// shown yet.
pub(super) async fn check_tables(
    ends: &Ends<'_>,
    doing: &str,
    peering: &VpcPeeringModel,
    found: &mut Found,
) -> Result<(), RemoteError> {
    for side in Side::BOTH {
        let Some(member) = side.member(peering) else { continue };
        let session = ends.of(side);
        for table in member.tables() {
            if found.end(side).tables.contains_key(table) {
                continue;
            }
            let send = || async {
                let request = session.client.describe_route_tables().route_table_ids(table);
                let answer = request.send().await;
                let answer = answer.map_err(|error| AwsError::from(error).of_what_was_just_made())?;
                let shown = answer.route_tables.unwrap_or_default().into_iter().next();
                shown.ok_or_else(|| AwsError::new(Class::Propagating, "AWS shows no such route table"))
            };
            let told = |reason: String| {
                RemoteError::new(RemoteErrorKind::Invalid, doing).with_attribute(
                    side.path("route_table_ids"),
                    format!(
                        "the route table {table} is none of {}: {reason}. Use tables of this VPC",
                        member.vpc()
                    ),
                )
            };
            let shown = match session.send(Consistency::Propagation, doing, send).await? {
                Ok(shown) => shown,
                Err(error) if error.class() == Class::Propagating => {
                    return Err(told(error.message().trim_end_matches('.').to_owned()));
                }
                Err(error) => return Err(error.reading(doing)),
            };
            if shown.vpc_id() != Some(member.vpc()) {
                return Err(told(format!("it belongs to {}", shown.vpc_id().unwrap_or("no VPC"))));
            }
            found.end_mut(side).tables.insert(table.clone(), routes(&shown));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_says_what_it_leads_to() {
        let route_to = |it: WireRoute| (route(&it).target, route(&it).leads);
        let it = || WireRoute::builder().destination_cidr_block("10.1.0.0/16");
        let through = Target::Peering("pcx-1".into());
        assert_eq!(
            route_to(it().vpc_peering_connection_id("pcx-1").build()),
            (through.clone(), Leads::Somewhere)
        );
        let gone = it().vpc_peering_connection_id("pcx-1").state(RouteState::Blackhole).build();
        assert_eq!(route_to(gone), (through, Leads::Nowhere));
        assert_eq!(
            route_to(it().transit_gateway_id("tgw-1").build()),
            (Target::Elsewhere("tgw-1".into()), Leads::Somewhere)
        );
    }
}
