//! How rules are found, added, changed and removed.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, SecurityGroupRule as WireRule,
    SecurityGroupRuleRequest, SecurityGroupRuleUpdate, UserIdGroupPair,
};
use sparki_aws::{AwsError, Class, Consistency, TagChange};
use sparki_core::RemoteError;

use super::rule_steps::{RuleStep, There, steps};
use super::{Direction, Rule, answer};
use crate::ec2::{Session, filter, gone, retag, specification};

/// The tag with the name of a rule.
pub(super) const RULE: &str = "sparki:rule";

/// The rules of a group, by AWS's ids.
pub(super) async fn look(session: &Session<'_>, group: &str) -> Result<Vec<There>, AwsError> {
    let request = session.client.describe_security_group_rules().filters(filter("group-id", group));
    let found = request.into_paginator().items().send().collect::<Result<Vec<WireRule>, _>>().await;
    let mut rules: Vec<_> = found.map_err(AwsError::from)?.iter().filter_map(answer::rule).collect();
    rules.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(rules)
}

/// Takes the rules of a group to those that are wanted.
pub(super) async fn change(
    session: &Session<'_>,
    (doing, group): (&str, &str),
    there: &[There],
    wanted: &BTreeMap<String, Rule>,
) -> Result<(), RemoteError> {
    for step in steps(there, wanted) {
        match step {
            RuleStep::Revoke(rule) => revoke(session, (doing, group), rule).await?,
            RuleStep::Modify(before, rule) => modify(session, (doing, group), (&before.id, rule)).await?,
            RuleStep::Name(rule, name) => {
                let set = BTreeMap::from([(RULE.to_owned(), name.to_owned())]);
                retag(session, doing, &rule.id, &TagChange { set, ..TagChange::default() }).await?;
            }
            RuleStep::Authorize(name, rule) => authorize(session, (doing, group), (name, rule)).await?,
        }
    }
    Ok(())
}

async fn revoke(
    session: &Session<'_>,
    (doing, group): (&str, &str),
    rule: &There,
) -> Result<(), RemoteError> {
    let client = &session.client;
    let send = || async {
        match rule.rule.direction.known() {
            Some(Direction::Egress) => {
                let request = client.revoke_security_group_egress().group_id(group);
                let sent = request.security_group_rule_ids(&rule.id).send().await;
                sent.map(|_| ()).map_err(AwsError::from)
            }
            Some(Direction::Ingress) | None => {
                let request = client.revoke_security_group_ingress().group_id(group);
                let sent = request.security_group_rule_ids(&rule.id).send().await;
                sent.map(|_| ()).map_err(AwsError::from)
            }
        }
    };
    gone(session, doing, send).await
}

async fn modify(
    session: &Session<'_>,
    (doing, group): (&str, &str),
    (id, rule): (&str, &Rule),
) -> Result<(), RemoteError> {
    let update = SecurityGroupRuleUpdate::builder()
        .security_group_rule_id(id)
        .security_group_rule(request(group, rule));
    let update = update.build();
    let send = || async {
        let request = session.client.modify_security_group_rules().group_id(group);
        request.security_group_rules(update.clone()).send().await.map_err(AwsError::from)
    };
    session.send(Consistency::Free, doing, send).await?.map_err(|error| error.changing(doing))?;
    Ok(())
}

/// Adds a rule. AWS takes none twice, so one that is there already is that of a request whose answer was lost.
async fn authorize(
    session: &Session<'_>,
    (doing, group): (&str, &str),
    (name, rule): (&str, &Rule),
) -> Result<(), RemoteError> {
    let client = &session.client;
    let tags = BTreeMap::from([(RULE.to_owned(), name.to_owned())]);
    let tags = specification(ResourceType::SecurityGroupRule, &tags);
    let permission = permission(group, rule);
    let send = || async {
        let sent = match rule.direction.known() {
            Some(Direction::Egress) => {
                let request = client.authorize_security_group_egress().group_id(group);
                let request = request.ip_permissions(permission.clone()).tag_specifications(tags.clone());
                request.send().await.map(|_| ()).map_err(AwsError::from)
            }
            Some(Direction::Ingress) | None => {
                let request = client.authorize_security_group_ingress().group_id(group);
                let request = request.ip_permissions(permission.clone()).tag_specifications(tags.clone());
                request.send().await.map(|_| ()).map_err(AwsError::from)
            }
        };
        sent.map_err(AwsError::of_what_was_just_made)
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(()) => Ok(()),
        Err(error) if error.class() == Class::Conflict => Ok(()),
        Err(error) => Err(error.changing(doing)),
    }
}

/// The number or name by which AWS knows a protocol.
fn protocol(rule: &Rule) -> &str {
    match rule.protocol.known().map_or("tcp", String::as_str) {
        "all" => "-1",
        other => other,
    }
}

/// The group at the other end.
fn other_group<'a>(group: &'a str, rule: &'a Rule) -> Option<&'a str> {
    match rule.self_referencing.known() {
        Some(true) => Some(group),
        Some(false) | None => rule.security_group_id.known().map(String::as_str),
    }
}

/// A rule in the form in which it is added.
pub(super) fn permission(group: &str, rule: &Rule) -> IpPermission {
    let description = rule.description.known().cloned();
    let permission = IpPermission::builder()
        .ip_protocol(protocol(rule))
        .from_port(rule.from_port.known().copied().unwrap_or(-1))
        .to_port(rule.to_port.known().copied().unwrap_or(-1));
    if let Some(cidr) = rule.cidr_ipv4.known() {
        return permission
            .ip_ranges(IpRange::builder().cidr_ip(cidr).set_description(description).build())
            .build();
    }
    if let Some(cidr) = rule.cidr_ipv6.known() {
        let range = Ipv6Range::builder().cidr_ipv6(cidr).set_description(description).build();
        return permission.ipv6_ranges(range).build();
    }
    if let Some(list) = rule.prefix_list_id.known() {
        let list = PrefixListId::builder().prefix_list_id(list).set_description(description).build();
        return permission.prefix_list_ids(list).build();
    }
    let other = other_group(group, rule).map(str::to_owned);
    let pair = UserIdGroupPair::builder().set_group_id(other).set_description(description).build();
    permission.user_id_group_pairs(pair).build()
}

/// A rule in the form in which it is changed. An empty description takes the one away that there is.
pub(super) fn request(group: &str, rule: &Rule) -> SecurityGroupRuleRequest {
    SecurityGroupRuleRequest::builder()
        .ip_protocol(protocol(rule))
        .from_port(rule.from_port.known().copied().unwrap_or(-1))
        .to_port(rule.to_port.known().copied().unwrap_or(-1))
        .set_cidr_ipv4(rule.cidr_ipv4.known().cloned())
        .set_cidr_ipv6(rule.cidr_ipv6.known().cloned())
        .set_prefix_list_id(rule.prefix_list_id.known().cloned())
        .set_referenced_group_id(other_group(group, rule).map(str::to_owned))
        .description(rule.description.known().map_or("", String::as_str))
        .build()
}
