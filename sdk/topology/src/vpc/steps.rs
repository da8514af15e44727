//! The steps from what there is of a VPC to what is wanted. Pure.

use std::fmt;

use sparki_aws::TagChange;

use super::base::BaseStep;
use super::endpoints::EndpointStep;
use super::flow_logs::FlowLogStep;
use super::gateway::GatewayStep;
use super::nat::NatStep;
use super::part_tags::Part;
use super::parts::{Parts, Subnet};
use super::routes::RouteStep;
use super::subnets::SubnetStep;
use super::wanted::{Purpose, Wanted};
use super::{base, endpoints, flow_logs, gateway, nat, routes, subnets};

/// One step. It needs nothing that is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// About what comes with every VPC.
    Base(BaseStep),
    /// About the internet gateway.
    Gateway(GatewayStep),
    /// About a subnet.
    Subnet(SubnetStep),
    /// About a NAT gateway or its address.
    Nat(NatStep),
    /// About a route table.
    Route(RouteStep),
    /// About an endpoint, or the security group of them all.
    Endpoint(EndpointStep),
    /// About the flow log.
    FlowLog(FlowLogStep),
    /// Changes the tags of a part.
    Tag { id: String, change: TagChange },
}

/// The stages, in order. What one makes, those after it need; what one removes holds on to what those after it remove.
const STAGES: &[fn(&Wanted, &Parts) -> Vec<Step>] = &[
    |wanted, parts| stage(base::steps(wanted, parts), Step::Base),
    |wanted, parts| stage(gateway::make(wanted, parts), Step::Gateway),
    |wanted, parts| stage(subnets::make(wanted, parts), Step::Subnet),
    |wanted, parts| stage(nat::allocate(wanted, parts), Step::Nat),
    |wanted, parts| stage(nat::make(wanted, parts), Step::Nat),
    |wanted, parts| stage(nat::wait(wanted, parts), Step::Nat),
    |wanted, parts| stage(routes::make(wanted, parts), Step::Route),
    |wanted, parts| stage(routes::connect(wanted, parts), Step::Route),
    |wanted, parts| stage(routes::leave(wanted, parts), Step::Route),
    |wanted, parts| stage(flow_logs::remove(wanted, parts), Step::FlowLog),
    |wanted, parts| stage(flow_logs::make(wanted, parts), Step::FlowLog),
    |wanted, parts| stage(endpoints::remove(wanted, parts), Step::Endpoint),
    |wanted, parts| stage(endpoints::make_group(wanted, parts), Step::Endpoint),
    |wanted, parts| stage(endpoints::make(wanted, parts), Step::Endpoint),
    |wanted, parts| stage(endpoints::wait(wanted, parts), Step::Endpoint),
    |wanted, parts| stage(endpoints::remove_group(wanted, parts), Step::Endpoint),
    |wanted, parts| stage(routes::disconnect(wanted, parts), Step::Route),
    |wanted, parts| stage(nat::remove(wanted, parts), Step::Nat),
    |wanted, parts| stage(nat::release(wanted, parts), Step::Nat),
    |wanted, parts| stage(subnets::remove(wanted, parts), Step::Subnet),
    |wanted, parts| stage(routes::remove(wanted, parts), Step::Route),
    |wanted, parts| stage(gateway::remove(wanted, parts), Step::Gateway),
    tags,
];

fn stage<S>(steps: Vec<S>, step: fn(S) -> Step) -> Vec<Step> {
    steps.into_iter().map(step).collect()
}

/// The next steps, which can be taken in any order; none if all is as it is wanted.
pub(super) fn next(wanted: &Wanted, parts: &Parts) -> Vec<Step> {
    let mut stages = STAGES.iter().map(|stage| stage(wanted, parts));
    stages.find(|steps| !steps.is_empty()).unwrap_or_default()
}

/// What there is to change about the tags of what stays.
fn tags(wanted: &Wanted, parts: &Parts) -> Vec<Step> {
    if wanted.purpose == Purpose::Remove {
        return Vec::new();
    }
    let subnet = |it: &Subnet| {
        let access = wanted.tiers.get(&it.tier).copied().unwrap_or(it.access);
        Part::Subnet { tier: it.tier.clone(), zone: it.zone.clone(), access }
    };
    let mut all = Vec::new();
    all.extend(parts.gateways.iter().map(|it| (&it.id, Part::Gateway, &it.tags)));
    all.extend(parts.subnets.iter().map(|it| (&it.id, subnet(it), &it.tags)));
    all.extend(parts.addresses.iter().map(|it| (&it.id, Part::Nat(it.zone.clone()), &it.tags)));
    all.extend(parts.nats.iter().map(|it| (&it.id, Part::Nat(it.zone.clone()), &it.tags)));
    all.extend(parts.tables.iter().map(|it| (&it.id, Part::Table(it.key.clone()), &it.tags)));
    all.extend(parts.groups.iter().map(|it| (&it.id, Part::EndpointGroup, &it.tags)));
    all.extend(parts.endpoints.iter().map(|it| (&it.id, Part::Endpoint(it.service.clone()), &it.tags)));
    all.extend(parts.flow_logs.iter().map(|it| (&it.id, Part::FlowLog, &it.tags)));
    // Last, for its tags say which tags the parts may still have.
    all.push((&wanted.vpc.id, Part::Vpc, &parts.base.tags));
    let changes = all.into_iter().map(|(id, part, tags)| (id, wanted.vpc.tag_change(&part, tags)));
    let changes = changes.filter(|(_, change)| !change.is_empty());
    changes.map(|(id, change)| Step::Tag { id: id.clone(), change }).collect()
}

/// What the step does: "make the subnet of private in us-east-1a".
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base(step) => step.fmt(f),
            Self::Gateway(step) => step.fmt(f),
            Self::Subnet(step) => step.fmt(f),
            Self::Nat(step) => step.fmt(f),
            Self::Route(step) => step.fmt(f),
            Self::Endpoint(step) => step.fmt(f),
            Self::FlowLog(step) => step.fmt(f),
            Self::Tag { id, .. } => write!(f, "set the tags of {id}"),
        }
    }
}
