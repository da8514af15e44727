//! From AWS's description of a group and its rules to the model. Pure.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{SecurityGroup as WireGroup, SecurityGroupRule as WireRule};
use sparki_aws::{Region, Tags};
use sparki_core::{Id, Value};

use super::rule_requests::RULE;
use super::rule_steps::There;
use super::{Direction, Rule, SecurityGroupModel};
use crate::ec2::{partition_of, tag_map, without_name};
use crate::operation::shown_tags;

/// The model of a group. `reference` is what was planned, or what the state has: it tells which tags are the practitioner's.
pub(super) fn model(
    (group, rules): (&WireGroup, &[There]),
    region: &Region,
    tags: Tags<'_>,
    reference: &SecurityGroupModel,
) -> SecurityGroupModel {
    let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
    let there = without_name(tag_map(group.tags()));
    let (tags, tags_all) = shown_tags(tags, Some(&there), (&reference.tags, &reference.tags_all));
    let shown: BTreeMap<_, _> = rules.iter().map(|it| (it.shown().to_owned(), it.rule.clone())).collect();
    let arn = || {
        let (owner, id) = (group.owner_id()?, group.group_id()?);
        Some(format!("arn:{}:ec2:{region}:{owner}:security-group/{id}", partition_of(region)))
    };
    SecurityGroupModel {
        id: group.group_id().map(|id| Id::new(format!("{region}/{id}"))).into(),
        region: region.clone().into(),
        name: text(group.group_name()),
        description: text(group.description()),
        vpc_id: text(group.vpc_id()),
        rules: (!shown.is_empty()).then_some(shown).into(),
        tags,
        tags_all,
        security_group_id: text(group.group_id()),
        arn: text(group.security_group_arn()).known().cloned().or_else(arn).into(),
        deletion_protection: reference.deletion_protection.clone(),
        timeouts: reference.timeouts.clone(),
    }
}

/// The group of this name. In the filters of EC2, some characters stand for others.
pub(super) fn named<'a>(groups: &'a [WireGroup], name: &str) -> Option<&'a WireGroup> {
    groups.iter().find(|group| group.group_name() == Some(name))
}

/// A rule as AWS answers it; none without an id.
pub(super) fn rule(it: &WireRule) -> Option<There> {
    let id = it.security_group_rule_id()?.to_owned();
    let direction = if it.is_egress() == Some(true) { Direction::Egress } else { Direction::Ingress };
    let text = |text: Option<&str>| Value::from(text.filter(|text| !text.is_empty()).map(str::to_owned));
    let port = |port: Option<i32>| Value::from(port.filter(|port| *port >= 0));
    let group = it.referenced_group_info().and_then(|group| group.group_id());
    let is_own = group.is_some() && group == it.group_id();
    let protocol = match it.ip_protocol() {
        Some("-1") | None => "all",
        Some("58") => "icmpv6",
        Some(protocol) => protocol,
    };
    let rule = Rule {
        direction: direction.into(),
        protocol: protocol.to_owned().into(),
        from_port: port(it.from_port()),
        to_port: port(it.to_port()),
        cidr_ipv4: text(it.cidr_ipv4()),
        cidr_ipv6: text(it.cidr_ipv6()),
        prefix_list_id: text(it.prefix_list_id()),
        security_group_id: text(group.filter(|_| !is_own)),
        self_referencing: is_own.then_some(true).into(),
        description: text(it.description()),
    };
    Some(There { id, name: tag_map(it.tags()).remove(RULE), rule })
}
