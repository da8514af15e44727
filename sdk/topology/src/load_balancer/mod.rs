//! `sparki_load_balancer`: a load balancer with its listeners and target groups.

mod action;
mod answer;
mod attributes;
mod cost;
mod group;
mod group_requests;
mod groups;
mod identity;
mod list;
mod listener;
mod listener_requests;
mod listeners;
mod look;
mod model;
mod plan;
mod preflight;
mod remote;
mod requests;
mod tags;
#[cfg(test)]
mod tests;

pub use group::{
    HealthCheck, HealthProtocol, ProtocolVersion, Stickiness, StickinessType, TargetGroup, TargetProtocol,
    TargetType,
};
pub use identity::LoadBalancerIdentity;
pub use list::LoadBalancerFilter;
pub use listener::{FixedResponse, Listener, ListenerProtocol, Redirect, RedirectStatus};
pub use model::{AccessLogs, BalancerType, IpAddressType, LoadBalancerModel, Scheme};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_load_balancer`.
#[derive(Clone, Copy, Debug)]
pub enum LoadBalancer {}

impl Resource for LoadBalancer {
    const TYPE_NAME: &'static str = "sparki_load_balancer";
    /// AWS makes one in about 3 minutes, and lets go of its subnets a few minutes after it is gone.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(15, 10, 15, 15);
    type Model = LoadBalancerModel;
    type Identity = LoadBalancerIdentity;
}

/// What one operation on a load balancer needs.
type Session<'a> = crate::operation::Session<'a, aws_sdk_elasticloadbalancingv2::Client>;
