//! How endpoints and their security group are made, moved and removed.

use std::time::Duration;

use aws_sdk_ec2::types::{
    IpPermission, IpRange, ResourceType, SecurityGroup as WireGroup, VpcEndpoint as WireEndpoint,
    VpcEndpointType,
};
use sparki_aws::{AwsError, Class, Consistency, Nonce, Seen};
use sparki_core::RemoteError;

use super::carry_out::Work;
use super::endpoints::{EndpointStep, ids, service_name};
use super::part_tags::Part;
use super::parts::{Door, Endpoint, Group, PartTags, Parts, Place, Progress};
use super::wanted::Whole;
use crate::ec2::{Holders, Session, filter, make, once, refused, remove, specification, tag_map};

/// AWS makes and removes an endpoint within a minute or two.
const USUAL: Duration = Duration::from_secs(60);
/// The port of AWS's services.
const HTTPS: i32 = 443;

/// Takes a step.
pub(super) async fn take(work: Work<'_>, parts: &mut Parts, step: &EndpointStep) -> Result<(), RemoteError> {
    let (session, doing, vpc) = (work.session, work.doing, &work.wanted.vpc);
    let set = |parts: &mut Parts, id: &str, progress| {
        let known = parts.endpoints.iter_mut().filter(|endpoint| endpoint.id == id);
        known.for_each(|endpoint| endpoint.progress = progress);
    };
    match step {
        EndpointStep::MakeGroup => parts.groups.push(create_group(session, doing, vpc).await?),
        EndpointStep::OpenGroup(id) => {
            open_group(session, doing, vpc, id).await?;
            let known = parts.groups.iter_mut().filter(|group| group.id == *id);
            known.for_each(|group| group.door = Door::Open);
        }
        EndpointStep::RemoveGroup(id) => {
            delete_group(session, doing, id).await?;
            parts.groups.retain(|group| group.id != *id);
        }
        EndpointStep::Make { service, place, group } => {
            let made = create(session, doing, vpc, (service, place, group.as_deref())).await?;
            parts.endpoints.push(made);
        }
        EndpointStep::Move { id, add, remove, .. } => {
            relocate(session, doing, id, (add, remove)).await?;
            let known = parts.endpoints.iter_mut().filter(|endpoint| endpoint.id == *id);
            known.for_each(|endpoint| {
                let place = match &mut endpoint.place {
                    Place::Tables(place) | Place::Subnets(place) => place,
                };
                place.retain(|id| !ids(remove).contains(id));
                place.extend(ids(add).iter().cloned());
            });
        }
        EndpointStep::Await(id) => {
            await_ready(session, doing, id).await?;
            set(parts, id, Progress::Ready);
        }
        EndpointStep::Remove(id) => {
            delete(session, doing, id).await?;
            set(parts, id, Progress::Going);
        }
        EndpointStep::AwaitGone(id) => {
            await_gone(session, doing, id).await?;
            parts.endpoints.retain(|endpoint| endpoint.id != *id);
        }
    }
    Ok(())
}

/// The endpoints of the VPC.
pub(super) async fn look(session: &Session<'_>, vpc: &Whole) -> Result<Vec<Endpoint>, AwsError> {
    let request = session.client.describe_vpc_endpoints().filters(filter("vpc-id", &vpc.id));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let read = |it: &WireEndpoint| endpoint(it, tag_map(it.tags()), vpc);
    Ok(found.map_err(AwsError::from)?.iter().filter_map(read).collect())
}

fn endpoint(it: &WireEndpoint, tags: PartTags, vpc: &Whole) -> Option<Endpoint> {
    let Part::Endpoint(service) = Part::of(&tags, vpc.mark.as_str())? else { return None };
    let progress = progress(it)?;
    let place = if it.vpc_endpoint_type() == Some(&VpcEndpointType::Gateway) {
        Place::Tables(it.route_table_ids().iter().cloned().collect())
    } else {
        Place::Subnets(it.subnet_ids().iter().cloned().collect())
    };
    Some(Endpoint { id: it.vpc_endpoint_id()?.to_owned(), tags, service, place, progress })
}

/// How far an endpoint is; none if it is gone. AWS answers its status in small letters, of which the SDK knows some only
/// with a capital.
fn progress(it: &WireEndpoint) -> Option<Progress> {
    match it.state().map(|state| state.as_str().to_lowercase()).as_deref() {
        Some("deleted") => None,
        Some("deleting") => Some(Progress::Going),
        Some("pending" | "pendingacceptance" | "partial") => Some(Progress::Coming),
        Some("failed" | "rejected" | "expired") => Some(Progress::Failed),
        Some(_) | None => Some(Progress::Ready),
    }
}

/// The security groups of a VPC, of its parts and of others.
pub(super) async fn look_groups(session: &Session<'_>, vpc_id: &str) -> Result<Vec<WireGroup>, AwsError> {
    let request = session.client.describe_security_groups().filters(filter("vpc-id", vpc_id));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    found.map_err(AwsError::from)
}

/// The security groups of the endpoints, of all that the VPC has.
pub(super) fn groups(all: &[WireGroup], vpc: &Whole) -> Vec<Group> {
    let read = |it: &WireGroup| {
        let tags = tag_map(it.tags());
        (Part::of(&tags, vpc.mark.as_str())? == Part::EndpointGroup).then_some(())?;
        let door =
            if it.ip_permissions().iter().any(|rule| lets_in(rule, vpc)) { Door::Open } else { Door::Closed };
        Some(Group { id: it.group_id()?.to_owned(), tags, door })
    };
    all.iter().filter_map(read).collect()
}

fn lets_in(rule: &IpPermission, vpc: &Whole) -> bool {
    (rule.ip_protocol(), rule.from_port(), rule.to_port()) == (Some("tcp"), Some(HTTPS), Some(HTTPS))
        && rule.ip_ranges().iter().any(|range| range.cidr_ip() == Some(vpc.cidr.as_str()))
}

/// Makes the security group of the endpoints.
async fn create_group(session: &Session<'_>, doing: &str, vpc: &Whole) -> Result<Group, RemoteError> {
    let tags = vpc.tags_of(&Part::EndpointGroup);
    // The name of the VPC may be longer than that of a group, and have other characters.
    let name = format!("endpoints-{}", vpc.id);
    let find = || async { Ok(groups(&look_groups(session, &vpc.id).await?, vpc).into_iter().next()) };
    let send = || async {
        let request = session.client.create_security_group().vpc_id(&vpc.id).group_name(&name);
        let request = request.description("Endpoints of AWS services");
        let request = request.tag_specifications(specification(ResourceType::SecurityGroup, &tags));
        let answer = request.customize().config_override(once()).send().await.map_err(AwsError::from)?;
        let tags: PartTags = tags.clone().into_iter().collect();
        Ok(answer.group_id.map(|id| Group { id, tags, door: Door::Closed }))
    };
    make(session, doing, find, send).await
}

/// Lets the VPC reach the endpoints.
async fn open_group(session: &Session<'_>, doing: &str, vpc: &Whole, id: &str) -> Result<(), RemoteError> {
    let send = || async {
        let range = IpRange::builder().cidr_ip(&vpc.cidr).description("The VPC").build();
        let rule =
            IpPermission::builder().ip_protocol("tcp").from_port(HTTPS).to_port(HTTPS).ip_ranges(range);
        let request = session.client.authorize_security_group_ingress().group_id(id);
        let request = request.ip_permissions(rule.build());
        request.send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(_) => Ok(()),
        Err(error) if error.class() == Class::Conflict => Ok(()),
        Err(error) => Err(error.changing(doing)),
    }
}

/// Removes the security group of the endpoints, once they are gone.
async fn delete_group(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let send =
        || async { session.client.delete_security_group().group_id(id).send().await.map_err(AwsError::from) };
    remove(session, doing, Holders { filter: "group-id", id }, send).await
}

/// Makes the endpoint of a service.
async fn create(
    session: &Session<'_>,
    doing: &str,
    vpc: &Whole,
    (service, place, group): (&str, &Place, Option<&str>),
) -> Result<Endpoint, RemoteError> {
    let tags = vpc.tags_of(&Part::Endpoint(service.to_owned()));
    let token = Nonce::random();
    let name = service_name(vpc.region.as_str(), service);
    let find = || async {
        let is_it = |it: &Endpoint| it.service == service && it.progress.is_alive();
        Ok(look(session, vpc).await?.into_iter().find(is_it))
    };
    let send = || async {
        let request = session.client.create_vpc_endpoint().vpc_id(&vpc.id).service_name(&name);
        let request = request.client_token(token.as_str());
        let request = request.tag_specifications(specification(ResourceType::VpcEndpoint, &tags));
        let listed = Some(ids(place).iter().cloned().collect());
        let request = match place {
            Place::Tables(_) => {
                request.vpc_endpoint_type(VpcEndpointType::Gateway).set_route_table_ids(listed)
            }
            Place::Subnets(_) => {
                let request = request.vpc_endpoint_type(VpcEndpointType::Interface).set_subnet_ids(listed);
                request.private_dns_enabled(true).set_security_group_ids(group.map(|id| vec![id.to_owned()]))
            }
        };
        let answer = request.customize().config_override(once()).send().await.map_err(AwsError::from)?;
        let tags: PartTags = tags.clone().into_iter().collect();
        let made = answer.vpc_endpoint().and_then(|it| endpoint(it, tags, vpc));
        Ok(made.map(|made| Endpoint { place: place.clone(), ..made }))
    };
    make(session, doing, find, send).await
}

/// Moves an endpoint: what is removed goes first, for a zone has one subnet of it.
async fn relocate(
    session: &Session<'_>,
    doing: &str,
    id: &str,
    (add, take): (&Place, &Place),
) -> Result<(), RemoteError> {
    let request = || session.client.modify_vpc_endpoint().vpc_endpoint_id(id);
    let listed = |place: &Place| Some(ids(place).iter().cloned().collect());
    let removal = match take {
        Place::Tables(_) => request().set_remove_route_table_ids(listed(take)),
        Place::Subnets(_) => request().set_remove_subnet_ids(listed(take)),
    };
    let addition = match add {
        Place::Tables(_) => request().set_add_route_table_ids(listed(add)),
        Place::Subnets(_) => request().set_add_subnet_ids(listed(add)),
    };
    let requests = [(take, removal), (add, addition)];
    for (_, request) in requests.into_iter().filter(|(place, _)| !ids(place).is_empty()) {
        // Tables and subnets may have been made a moment ago.
        let send = || async {
            request.clone().send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
        };
        session.change(Consistency::Free, doing, send).await?;
    }
    Ok(())
}

/// Waits until an endpoint can be used.
async fn await_ready(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let look = || async {
        let Some(found) = describe(session, id).await? else { return Ok(Seen::Missing) };
        Ok(match progress(&found) {
            Some(Progress::Ready) => Seen::Reached(()),
            Some(Progress::Coming) => Seen::Pending(status(&found)),
            Some(Progress::Failed) => Seen::Failed(failure(&found)),
            Some(Progress::Going) | None => {
                Seen::Failed(format!("Something else is removing the endpoint {id}."))
            }
        })
    };
    session.wait(doing, USUAL, look).await
}

/// Begins to remove an endpoint.
async fn delete(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.delete_vpc_endpoints().vpc_endpoint_ids(id);
        let answer = request.send().await.map_err(AwsError::from)?;
        refused(answer.unsuccessful(), "The endpoint could not be removed")
    };
    session.remove(Consistency::Free, doing, send).await
}

/// Waits until an endpoint is gone, and its network interfaces with it.
async fn await_gone(session: &Session<'_>, doing: &str, id: &str) -> Result<(), RemoteError> {
    let look = || async {
        let found = describe(session, id).await?.filter(|found| progress(found).is_some());
        Ok(found.map_or(Seen::Reached(()), |found| Seen::Pending(status(&found))))
    };
    session.wait(doing, USUAL, look).await
}

async fn describe(session: &Session<'_>, id: &str) -> Result<Option<WireEndpoint>, AwsError> {
    match session.client.describe_vpc_endpoints().vpc_endpoint_ids(id).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.vpc_endpoints.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// AWS's own word for how far an endpoint is.
fn status(endpoint: &WireEndpoint) -> String {
    endpoint.state().map_or("not known", |state| state.as_str()).to_owned()
}

fn failure(endpoint: &WireEndpoint) -> String {
    let service = endpoint.service_name().unwrap_or("a service");
    let error = endpoint.last_error().and_then(|error| error.message());
    let reason = endpoint.failure_reason().or(error).unwrap_or("AWS gives no reason").trim_end_matches('.');
    format!(
        "The endpoint of {service} has failed: {reason}. Apply again to have another one made in its place."
    )
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::State;

    use super::*;

    #[test]
    fn a_status_is_known_in_small_letters() {
        let check = |text: &str| progress(&WireEndpoint::builder().state(State::from(text)).build());
        for text in ["pending", "Pending", "pendingAcceptance", "PendingAcceptance", "Partial"] {
            assert_eq!(check(text), Some(Progress::Coming), "{text}");
        }
        for text in ["failed", "Failed", "rejected", "expired"] {
            assert_eq!(check(text), Some(Progress::Failed), "{text}");
        }
        assert_eq!(check("available"), Some(Progress::Ready));
        assert_eq!((check("deleting"), check("deleted")), (Some(Progress::Going), None));
    }
}
