//! From AWS's description of a load balancer to the model. Pure.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types::{LoadBalancer as Wire, LoadBalancerStateEnum};
use sparki_aws::{Region, Seen, Tags};
use sparki_core::{Id, Value};

use super::look::{Group, There};
use super::{LoadBalancerModel, attributes, group_requests, listener_requests};
use crate::operation::shown_tags;

/// The model of a load balancer. `reference` is what was planned, or what the state has: it decides between two ways of
/// saying the same, and fills in what only the provider knows.
pub(super) fn model(
    there: &There,
    region: &Region,
    tags: Tags<'_>,
    reference: &LoadBalancerModel,
) -> LoadBalancerModel {
    let wire = &there.wire;
    let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
    let name = wire.load_balancer_name().unwrap_or_default();
    let groups = named(&there.groups, name, reference);
    let keys: BTreeMap<_, _> =
        groups.iter().map(|(key, group)| (group.arn().to_owned(), key.clone())).collect();
    let zones = wire.availability_zones();
    let known_group = |key: &str| reference.target_groups.known().and_then(|groups| groups.get(key));
    let known_listener = |key: &str| reference.listeners.known().and_then(|it| it.get(key));
    let listeners: BTreeMap<_, _> = there
        .listeners
        .iter()
        .map(|it| (it.key.clone(), listener_requests::model(it, &keys, known_listener(&it.key))))
        .collect();
    let arns = there.listeners.iter().filter_map(|it| Some((it.key.clone(), it.wire.listener_arn.clone()?)));
    let shown = groups.iter().map(|(key, group)| {
        (key.clone(), group_requests::model(&group.wire, &group.attributes, known_group(key)))
    });
    let shown: BTreeMap<_, _> = shown.collect();
    let (tags, tags_all) = shown_tags(tags, Some(&there.tags), (&reference.tags, &reference.tags_all));
    let balancer = LoadBalancerModel {
        id: Value::Known(Id::new(format!("{region}/{name}"))),
        region: region.clone().into(),
        name: name.into(),
        r#type: wire.r#type().and_then(|kind| kind.as_str().parse().ok()).into(),
        scheme: wire.scheme().and_then(|scheme| scheme.as_str().parse().ok()).into(),
        subnet_ids: Value::Known(zones.iter().filter_map(|zone| zone.subnet_id.clone()).collect()),
        security_group_ids: some(wire.security_groups().iter().cloned().collect()),
        ip_address_type: wire.ip_address_type().and_then(|kind| kind.as_str().parse().ok()).into(),
        listeners: (!listeners.is_empty()).then_some(listeners).into(),
        target_groups: (!shown.is_empty()).then_some(shown).into(),
        tags,
        tags_all,
        arn: text(wire.load_balancer_arn()),
        dns_name: text(wire.dns_name()),
        zone_id: text(wire.canonical_hosted_zone_id()),
        vpc_id: text(wire.vpc_id()),
        listener_arns: Value::Known(arns.collect()),
        target_group_arns: Value::Known(keys.into_iter().map(|(arn, key)| (key, arn)).collect()),
        ..reference.clone()
    };
    attributes::read(balancer, &there.attributes)
}

fn some(ids: BTreeSet<String>) -> Value<BTreeSet<String>> {
    (!ids.is_empty()).then_some(ids).into()
}

/// The target groups by the names under which they show: their own, unless another one has taken over.
pub(super) fn named<'a>(
    groups: &'a [Group],
    balancer: &str,
    reference: &LoadBalancerModel,
) -> Vec<(String, &'a Group)> {
    let is_wanted = |group: &Group| {
        let known = reference.target_groups.known().and_then(|groups| groups.get(&group.key));
        let name = known.map(|known| group_requests::name(balancer, &group.key, known));
        name.as_deref() == group.wire.target_group_name()
    };
    let shown = |group: &'a Group| {
        let others = groups.iter().filter(|other| other.key == group.key && other.arn() != group.arn());
        let is_sole = others.clone().next().is_none();
        if is_wanted(group)
            || is_sole
            || (others.clone().all(|other| !is_wanted(other) && other.arn() > group.arn()))
        {
            return (group.key.clone(), group);
        }
        (group.wire.target_group_name().unwrap_or_default().to_owned(), group)
    };
    groups.iter().map(shown).collect()
}

/// How far a load balancer is on its way to being usable.
pub(super) fn seen(wire: Option<Wire>) -> Seen<Wire> {
    let Some(wire) = wire else { return Seen::Missing };
    let state = wire.state();
    match state.and_then(|state| state.code()) {
        Some(LoadBalancerStateEnum::Active | LoadBalancerStateEnum::ActiveImpaired) => Seen::Reached(wire),
        Some(LoadBalancerStateEnum::Failed) => {
            let reason = state.and_then(|state| state.reason()).unwrap_or_default().trim_end_matches('.');
            Seen::Failed(if reason.is_empty() {
                "The load balancer has the status failed, and AWS gives no reason.".into()
            } else {
                format!("The load balancer has the status failed. AWS's reason: {reason}.")
            })
        }
        Some(other) => Seen::Pending(other.as_str().to_owned()),
        None => Seen::Pending("not known".to_owned()),
    }
}
