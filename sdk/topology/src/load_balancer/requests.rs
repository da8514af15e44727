//! The request that makes a load balancer. Pure: nothing is sent here.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::operation::create_load_balancer::builders::CreateLoadBalancerInputBuilder;
use aws_sdk_elasticloadbalancingv2::types::{
    IpAddressType as WireAddressType, LoadBalancerSchemeEnum, LoadBalancerTypeEnum,
};
use sparki_core::Value;

use super::model::{IpAddressType, Scheme};
use super::{LoadBalancerModel, tags};

/// The request that makes a load balancer.
pub(super) fn create(
    balancer: &LoadBalancerModel,
    own_tags: &BTreeMap<String, String>,
) -> CreateLoadBalancerInputBuilder {
    let scheme = balancer.scheme.known().copied().unwrap_or(Scheme::Internal);
    CreateLoadBalancerInputBuilder::default()
        .set_name(balancer.name.known().cloned())
        .r#type(LoadBalancerTypeEnum::from(balancer.kind().as_str()))
        .scheme(LoadBalancerSchemeEnum::from(scheme.as_str()))
        .ip_address_type(address_type(balancer))
        .set_subnets(list(&balancer.subnet_ids))
        .set_security_groups(list(&balancer.security_group_ids))
        .set_tags(Some(tags::wire(own_tags)))
}

pub(super) fn address_type(balancer: &LoadBalancerModel) -> WireAddressType {
    let kind = balancer.ip_address_type.known().copied().unwrap_or(IpAddressType::Ipv4);
    WireAddressType::from(kind.as_str())
}

pub(super) fn list(ids: &Value<BTreeSet<String>>) -> Option<Vec<String>> {
    ids.known().map(|ids| ids.iter().cloned().collect())
}
