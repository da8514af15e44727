//! How routes are added, renewed and removed.

use sparki_aws::{AwsError, Class, Consistency, Tags};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::connection::{describe, is_over, status, vpcs};
use super::ends::Ends;
use super::found::{Found, Place, Target};
use super::look::route;
use crate::ec2::{Session, tag_map};

/// What AWS says about a route to replace or to remove that there is not.
const NO_ROUTE: &str = "InvalidRoute.NotFound";

/// Adds a route through the peering. What is in its place is left alone, unless it leads to an earlier peering of the same
/// VPCs that Sparki has made and that has ended.
pub(super) async fn add(
    ends: &Ends<'_>,
    doing: &str,
    (found, place): (&Found, &Place),
    pair: [&str; 2],
) -> Result<(), RemoteError> {
    let session = ends.of(place.side);
    let Some(there) = found.route(place) else { return create(session, doing, (found, place)).await };
    if let Target::Peering(other) = &there.target
        && is_former(session, doing, other, pair).await?
    {
        return replace(session, doing, (found, place)).await;
    }
    Err(taken((session, doing), place, &there.target))
}

/// Refuses a place that a route of somebody else's has, before anything is made.
pub(super) async fn check(
    ends: &Ends<'_>,
    doing: &str,
    (found, place): (&Found, &Place),
    pair: [&str; 2],
) -> Result<(), RemoteError> {
    let session = ends.of(place.side);
    let Some(there) = found.route(place).filter(|there| !found.is_through(there)) else { return Ok(()) };
    if let Target::Peering(other) = &there.target
        && is_former(session, doing, other, pair).await?
    {
        return Ok(());
    }
    Err(taken((session, doing), place, &there.target))
}

/// A route of somebody else's is in the way.
fn taken((session, doing): (&Session<'_>, &str), place: &Place, target: &Target) -> RemoteError {
    let Place { side, table, cidr } = place;
    let (Target::Peering(target) | Target::Elsewhere(target)) = target;
    RemoteError::new(RemoteErrorKind::Conflict, doing).with_attribute(
        side.path("route_table_ids"),
        format!(
            "the route table {table} has a route to {cidr} already, which leads to {target} and which this peering did not \
             make. Leave the table out, name fewer addresses in \"cidrs\" of the {other}, or remove the route: aws ec2 \
             delete-route --region {region} --route-table-id {table} --destination-cidr-block {cidr}",
            other = side.other(),
            region = session.region
        ),
    )
}

/// Whether a peering is an earlier one of the same VPCs that Sparki has made, and that has ended.
async fn is_former(
    session: &Session<'_>,
    doing: &str,
    id: &str,
    pair: [&str; 2],
) -> Result<bool, RemoteError> {
    let send = || async { describe(session, id).await };
    let answer = session.send(Consistency::Propagation, doing, send).await?;
    let Some(peering) = answer.map_err(|error| error.reading(doing))? else { return Ok(false) };
    let [one, other] = pair;
    let is_same = [[one, other], [other, one]].contains(&vpcs(&peering));
    Ok(is_same && is_over(status(&peering)) && Tags::are_sparkis(Some(&tag_map(peering.tags()))))
}

async fn create(
    session: &Session<'_>,
    doing: &str,
    (found, place): (&Found, &Place),
) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.create_route().route_table_id(&place.table);
        let request = request.destination_cidr_block(&place.cidr).vpc_peering_connection_id(&found.id);
        request.send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
    };
    let error = match session.send(Consistency::Propagation, doing, send).await? {
        Ok(_) => return Ok(()),
        Err(error) if error.class() == Class::Conflict => error,
        Err(error) => return Err(error.changing(doing)),
    };
    // Either the answer to an earlier request was lost, or somebody else has added one in the meantime.
    let send = || async {
        let request = session.client.describe_route_tables().route_table_ids(&place.table);
        request.send().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, doing, send).await?;
    let tables = answer.map_err(|error| error.reading(doing))?.route_tables.unwrap_or_default();
    let mut routes = tables.iter().flat_map(|table| table.routes());
    let there = routes.find(|it| it.destination_cidr_block() == Some(place.cidr.as_str())).map(route);
    match there {
        Some(there) if found.is_through(&there) => Ok(()),
        Some(there) => Err(taken((session, doing), place, &there.target)),
        None => Err(error.changing(doing)),
    }
}

/// Makes a route lead through the peering.
pub(super) async fn replace(
    session: &Session<'_>,
    doing: &str,
    (found, place): (&Found, &Place),
) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.replace_route().route_table_id(&place.table);
        let request = request.destination_cidr_block(&place.cidr).vpc_peering_connection_id(&found.id);
        request.send().await.map_err(AwsError::from)
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some(NO_ROUTE) => create(session, doing, (found, place)).await,
        Err(error) => Err(error.changing(doing)),
    }
}

/// Removes a route.
pub(super) async fn remove(session: &Session<'_>, doing: &str, place: &Place) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.delete_route().route_table_id(&place.table);
        request.destination_cidr_block(&place.cidr).send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, send).await
}
