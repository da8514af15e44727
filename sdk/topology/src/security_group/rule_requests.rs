//! How rules are found, added, changed and removed.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, SecurityGroupRule as WireRule,
    SecurityGroupRuleRequest, SecurityGroupRuleUpdate, UserIdGroupPair,
};
use sparki_aws::{AwsError, Class, Consistency, Seen, TagChange};
use sparki_core::RemoteError;

use super::rule_steps::{RuleStep, There, put_in_order, steps};
use super::{Direction, Rule, answer};
use crate::ec2::{Session, filter, retag, specification};

/// The tag with the name of a rule.
pub(super) const RULE: &str = "sparki:rule";

/// The rules of a group, by AWS's ids.
pub(super) async fn look(session: &Session<'_>, group: &str) -> Result<Vec<There>, AwsError> {
    let request = session.client.describe_security_group_rules().filters(filter("group-id", group));
    let found = request.into_paginator().items().send().collect::<Result<Vec<WireRule>, _>>().await;
    let mut rules: Vec<_> = found.map_err(AwsError::from)?.iter().filter_map(answer::rule).collect();
    put_in_order(&mut rules);
    Ok(rules)
}

/// Takes the rules of a group to those that are wanted. `there` is kept up to date, so that it tells what there is when
/// a step fails, and nothing has to be read again that AWS may not show yet.
pub(super) async fn change(
    session: &Session<'_>,
    (doing, group): (&str, &str),
    there: &mut Vec<There>,
    wanted: &BTreeMap<String, Rule>,
) -> Result<(), RemoteError> {
    let before = there.clone();
    let result = take(session, (doing, group), steps(&before, wanted), there).await;
    put_in_order(there);
    result
}

async fn take(
    session: &Session<'_>,
    (doing, group): (&str, &str),
    steps: Vec<RuleStep<'_>>,
    there: &mut Vec<There>,
) -> Result<(), RemoteError> {
    for step in steps {
        match step {
            RuleStep::Revoke(rule) => {
                revoke(session, (doing, group), rule).await?;
                there.retain(|it| it.id != rule.id);
            }
            RuleStep::Modify(before, rule) => {
                modify(session, (doing, group), (&before.id, rule)).await?;
                let known = there.iter_mut().filter(|it| it.id == before.id);
                known.for_each(|it| it.rule = rule.clone());
            }
            RuleStep::Name(rule, name) => {
                give_name(session, doing, (&rule.id, name)).await?;
                let known = there.iter_mut().filter(|it| it.id == rule.id);
                known.for_each(|it| it.name = Some(name.to_owned()));
            }
            RuleStep::Authorize(name, rule) => {
                there.push(authorize(session, (doing, group), (name, rule)).await?);
            }
        }
    }
    Ok(())
}

async fn give_name(session: &Session<'_>, doing: &str, (id, name): (&str, &str)) -> Result<(), RemoteError> {
    let set = BTreeMap::from([(RULE.to_owned(), name.to_owned())]);
    retag(session, doing, id, &TagChange { set, ..TagChange::default() }).await
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
    session.remove(Consistency::Free, doing, send).await
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
    session.change(Consistency::Free, doing, send).await?;
    Ok(())
}

/// Adds a rule. AWS takes none twice: one that is there already is that of a request whose answer was lost, or somebody
/// else's, and gets the name and the description.
async fn authorize(
    session: &Session<'_>,
    (doing, group): (&str, &str),
    (name, rule): (&str, &Rule),
) -> Result<There, RemoteError> {
    let client = &session.client;
    let tags = BTreeMap::from([(RULE.to_owned(), name.to_owned())]);
    let tags = specification(ResourceType::SecurityGroupRule, &tags);
    let permission = permission(group, rule);
    let send = || async {
        let sent = match rule.direction.known() {
            Some(Direction::Egress) => {
                let request = client.authorize_security_group_egress().group_id(group);
                let request = request.ip_permissions(permission.clone()).tag_specifications(tags.clone());
                request.send().await.map(|answer| answer.security_group_rules).map_err(AwsError::from)
            }
            Some(Direction::Ingress) | None => {
                let request = client.authorize_security_group_ingress().group_id(group);
                let request = request.ip_permissions(permission.clone()).tag_specifications(tags.clone());
                request.send().await.map(|answer| answer.security_group_rules).map_err(AwsError::from)
            }
        };
        sent.map_err(AwsError::of_what_was_just_made)
    };
    let (made, refused) = match session.send(Consistency::Propagation, doing, send).await? {
        Ok(made) => (made.unwrap_or_default(), None),
        Err(error) if error.class() == Class::Conflict => (Vec::new(), Some(error)),
        Err(error) => return Err(error.changing(doing)),
    };
    if let Some(id) = made.into_iter().find_map(|made| made.security_group_rule_id) {
        return Ok(There { id, name: Some(name.to_owned()), rule: rule.clone() });
    }
    let found = find(session, (doing, group), rule).await;
    let found = found.map_err(|error| match refused {
        // It is not there, so something else stands in the way, which AWS's own words say.
        Some(refused) if error.is_not_found() => refused.changing(doing),
        Some(_) | None => error,
    })?;
    if found.name.as_deref() != Some(name) {
        give_name(session, doing, (&found.id, name)).await?;
    }
    if found.rule.description != rule.description {
        modify(session, (doing, group), (&found.id, rule)).await?;
    }
    Ok(There { id: found.id, name: Some(name.to_owned()), rule: rule.clone() })
}

/// The rule of a group that lets the same through, which AWS may show only in a moment.
async fn find(
    session: &Session<'_>,
    (doing, group): (&str, &str),
    rule: &Rule,
) -> Result<There, RemoteError> {
    let what = |rule: &Rule| (rule.direction.clone(), permission(group, &rule.permission()));
    let look = || async {
        let there = look(session, group).await?;
        Ok(there.into_iter().find(|it| what(&it.rule) == what(rule)).map_or(Seen::Missing, Seen::Reached))
    };
    session.wait(doing, Duration::ZERO, look).await
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
