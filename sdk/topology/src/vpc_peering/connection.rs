//! The peering itself: how it is found, made, accepted and ended.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_ec2::types::{
    PeeringConnectionOptionsRequest, ResourceType, VpcPeeringConnection as WirePeering,
};
use sparki_aws::{AwsError, Class, Consistency, Nonce, Seen, Tags};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::ends::{Ends, Reach};
use super::found::Dns;
use super::side::Side;
use crate::ec2::{Session, filter, make, once, specification, tag_map};

/// The status of a peering that can be used.
pub(super) const ACTIVE: &str = "active";
/// The status of one that has to be accepted.
pub(super) const PENDING: &str = "pending-acceptance";
/// The status of one that is being ended.
const DELETING: &str = "deleting";
/// The statuses of a peering that has ended, or is about to. AWS shows it for some time.
const OVER: [&str; 5] = ["deleted", DELETING, "rejected", "expired", "failed"];

/// What AWS says where the status of a peering forbids a request, mostly because an earlier one has done it.
const WRONG_STATUS: &str = "InvalidStateTransition";

/// How AWS's code begins where a VPC does not give its machines names.
const NO_NAMES: &str = "InvalidVpcPeeringConnectionState";
const NAMES_ADVICE: &str = "Resolution of names needs DNS support and DNS hostnames in both VPCs: turn them on, or set \
    \"dns_resolution\" to false";

/// AWS asks the other side in about 3 seconds.
const USUAL_ASKED: Duration = Duration::from_secs(3);
/// A peering that was accepted is active in about 10 seconds, and one that is deleted is gone in as many.
const USUAL_ACTIVE: Duration = Duration::from_secs(10);

/// The status of a peering.
pub(super) fn status(peering: &WirePeering) -> &str {
    peering.status().and_then(|status| status.code()).map_or("", |code| code.as_str())
}

/// Whether a peering of this status has ended.
pub(super) fn is_over(status: &str) -> bool {
    OVER.contains(&status)
}

/// Looks at a peering by AWS's id; `None` if it does not exist. One that has ended still does.
pub(super) async fn describe(session: &Session<'_>, id: &str) -> Result<Option<WirePeering>, AwsError> {
    let request = session.client.describe_vpc_peering_connections().vpc_peering_connection_ids(id);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => {
            let mut found = answer.vpc_peering_connections.unwrap_or_default().into_iter();
            Ok(found.find(|peering| peering.vpc_peering_connection_id() == Some(id)))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The VPCs of a peering, the requester's first.
pub(super) fn vpcs(peering: &WirePeering) -> [&str; 2] {
    [peering.requester_vpc_info(), peering.accepter_vpc_info()]
        .map(|side| side.and_then(|side| side.vpc_id()).unwrap_or_default())
}

/// A peering of the two VPCs, in either direction, that has not ended.
pub(super) async fn between(session: &Session<'_>, pair: [&str; 2]) -> Result<Option<WirePeering>, AwsError> {
    let [one, other] = pair;
    for pair in [[one, other], [other, one]] {
        let request = session.client.describe_vpc_peering_connections();
        let request = request.filters(filter("requester-vpc-info.vpc-id", pair[0]));
        let request = request.filters(filter("accepter-vpc-info.vpc-id", pair[1]));
        let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        // Not every stand-in filters.
        let is_it = |peering: &WirePeering| vpcs(peering) == pair && !is_over(status(peering));
        if let Some(found) = found.map_err(AwsError::from)?.into_iter().find(is_it) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The peering that an attempt has made, as far as AWS shows it.
pub(super) async fn find(session: &Session<'_>, attempt: &Nonce) -> Result<Option<WirePeering>, AwsError> {
    let request = session.client.describe_vpc_peering_connections();
    let request = request.filters(filter("tag:sparki:owner", attempt.as_str()));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let is_it = |peering: &WirePeering| is_of(peering, attempt) && !is_over(status(peering));
    Ok(found.map_err(AwsError::from)?.into_iter().find(is_it))
}

fn is_of(peering: &WirePeering, attempt: &Nonce) -> bool {
    Tags::made_by(Some(&tag_map(peering.tags())), attempt)
}

/// Makes sure that the two VPCs have no other peering.
pub(super) async fn check_vacant(ends: &Ends<'_>, doing: &str, pair: [&str; 2]) -> Result<(), RemoteError> {
    let session = ends.of(Side::Requester);
    let look = || async { between(session, pair).await };
    let answer = session.send(Consistency::Propagation, doing, look).await?;
    match answer.map_err(|error| error.reading(doing))? {
        Some(other) => Err(taken(doing, &other)),
        None => Ok(()),
    }
}

/// Makes the peering of two VPCs.
pub(super) async fn create(
    ends: &Ends<'_>,
    doing: &str,
    pair: [&str; 2],
    (tags, attempt): (&BTreeMap<String, String>, &Nonce),
) -> Result<WirePeering, RemoteError> {
    let session = ends.of(Side::Requester);
    let region = ends.of(Side::Accepter).region.to_string();
    let send = || async {
        let request = session.client.create_vpc_peering_connection().vpc_id(pair[0]).peer_vpc_id(pair[1]);
        let request = match ends.reach() {
            Reach::OneRegion => request,
            Reach::TwoRegions => request.peer_region(&region),
        };
        let request = request.tag_specifications(specification(ResourceType::VpcPeeringConnection, tags));
        let sent = request.customize().config_override(once()).send().await;
        sent.map(|answer| answer.vpc_peering_connection).map_err(AwsError::from)
    };
    let begun = make(session, doing, || find(session, attempt), send).await?;
    if is_of(&begun, attempt) {
        return Ok(begun);
    }
    // AWS answers a peering that there is already as if it had just made it. The answer itself may lack tags.
    let id = begun.vpc_peering_connection_id().unwrap_or_default().to_owned();
    let look = || async { Ok(describe(session, &id).await?.map_or(Seen::Missing, Seen::Reached)) };
    let seen = session.wait(doing, Duration::ZERO, look).await;
    let seen = seen.map_err(|error| error.with_maybe_applied(true))?;
    if is_of(&seen, attempt) { Ok(seen) } else { Err(taken(doing, &seen)) }
}

/// The VPCs are connected already.
fn taken(doing: &str, other: &WirePeering) -> RemoteError {
    let region = other.requester_vpc_info().and_then(|side| side.region()).unwrap_or_default();
    let id = other.vpc_peering_connection_id().unwrap_or_default();
    RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
        "The two VPCs have a peering already, {id}, which this run did not make, and AWS allows only one. Remove it, or take it \
         under management: terraform import <address> {region}/{id}"
    ))
}

/// Accepts a peering where that is still to be done, and waits until both sides can use it.
pub(super) async fn activate(ends: &Ends<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let session = ends.of(Side::Accepter);
    let asked = || async {
        let Some(peering) = describe(session, id).await? else { return Ok(Seen::Missing) };
        let status = status(&peering);
        Ok(match status {
            ACTIVE => Seen::Reached(()),
            PENDING => match accept(session, id).await? {
                Sent::Done => Seen::Reached(()),
                Sent::NotNow => Seen::Pending(status.to_owned()),
            },
            _ if is_over(status) => Seen::Failed(ended(&peering)),
            _ => Seen::Pending(status.to_owned()),
        })
    };
    session.wait_changed(doing, USUAL_ASKED, asked).await?;
    for side in ends.objects() {
        let session = ends.of(*side);
        let look = || async {
            let Some(peering) = describe(session, id).await? else { return Ok(Seen::Missing) };
            let status = status(&peering);
            Ok(match status {
                ACTIVE => Seen::Reached(()),
                _ if is_over(status) => Seen::Failed(ended(&peering)),
                _ => Seen::Pending(status.to_owned()),
            })
        };
        session.wait(doing, USUAL_ACTIVE, look).await?;
    }
    Ok(())
}

/// What became of a request that depends on the status.
enum Sent {
    Done,
    /// The status forbids it, or what was just made is not known yet.
    NotNow,
}

async fn accept(session: &Session<'_>, id: &str) -> Result<Sent, AwsError> {
    let sent = session.client.accept_vpc_peering_connection().vpc_peering_connection_id(id).send().await;
    match sent.map_err(AwsError::from) {
        Ok(_) => Ok(Sent::Done),
        Err(error) if error.code() == Some(WRONG_STATUS) || error.is_not_found() => Ok(Sent::NotNow),
        Err(error) => Err(error),
    }
}

/// Why a peering will never be active, for a person who has to do something about it.
fn ended(peering: &WirePeering) -> String {
    let reason = peering.status().and_then(|status| status.message()).unwrap_or("AWS gives no reason");
    format!("The peering has the status {}. AWS's reason: {}.", status(peering), reason.trim_end_matches('.'))
}

/// Turns the resolution of the names of a side on or off, which each side's region does for itself.
pub(super) async fn resolve(
    ends: &Ends<'_>,
    doing: &str,
    id: &str,
    (side, dns): (Side, Dns),
) -> Result<(), RemoteError> {
    let session = ends.of(side);
    let options = PeeringConnectionOptionsRequest::builder();
    let options = options.allow_dns_resolution_from_remote_vpc(dns.is_on()).build();
    let send = || async {
        let request = session.client.modify_vpc_peering_connection_options().vpc_peering_connection_id(id);
        let request = match side {
            Side::Requester => request.requester_peering_connection_options(options.clone()),
            Side::Accepter => request.accepter_peering_connection_options(options.clone()),
        };
        request.send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
    };
    let Err(refusal) = session.send(Consistency::Propagation, doing, send).await? else { return Ok(()) };
    let is_state = refusal.code().is_some_and(|code| code.starts_with(NO_NAMES));
    let error = refusal.changing(doing);
    Err(if is_state { error.with_advice(NAMES_ADVICE) } else { error })
}

/// Ends a peering, and waits until it has ended on both sides.
pub(super) async fn delete(ends: &Ends<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let session = ends.of(Side::Requester);
    let end = || async {
        let Some(peering) = describe(session, id).await? else { return Ok(Seen::Reached(())) };
        let status = status(&peering);
        if is_over(status) {
            let is_done = status != DELETING;
            return Ok(if is_done { Seen::Reached(()) } else { Seen::Pending(status.to_owned()) });
        }
        let sent = session.client.delete_vpc_peering_connection().vpc_peering_connection_id(id).send().await;
        match sent.map_err(AwsError::from) {
            Ok(_) => Ok(Seen::Pending(DELETING.to_owned())),
            Err(error) if error.is_not_found() => Ok(Seen::Reached(())),
            // It was ended in the meantime, or is about to be.
            Err(error) if error.code() == Some(WRONG_STATUS) || error.class() == Class::Conflict => {
                Ok(Seen::Pending(error.message().to_owned()))
            }
            Err(error) => Err(error),
        }
    };
    session.wait_changed(doing, USUAL_ACTIVE, end).await?;
    if ends.reach() == Reach::OneRegion {
        return Ok(());
    }
    let session = ends.of(Side::Accepter);
    let look = || async {
        let peering = describe(session, id).await?;
        let status = peering.as_ref().map_or("deleted", status);
        let is_done = is_over(status) && status != DELETING;
        Ok(if is_done { Seen::Reached(()) } else { Seen::Pending(status.to_owned()) })
    };
    session.wait(doing, USUAL_ACTIVE, look).await
}
