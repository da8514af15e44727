//! What comes with every VPC: DNS, and the default security group.

use std::fmt;
use std::time::Duration;

use aws_sdk_ec2::types::{
    AttributeBooleanValue, SecurityGroup as WireGroup, SecurityGroupRule, VpcAttributeName,
};
use sparki_aws::{AwsError, Consistency, Seen};
use sparki_core::RemoteError;

use super::carry_out::Work;
use super::parts::{Base, Dns, PartTags, Parts, Rules};
use super::wanted::{Purpose, Wanted};
use crate::ec2::{Session, close_entries, close_exits, filter};

/// The name of the security group that every VPC has.
const DEFAULT: &str = "default";

/// A step about what comes with every VPC.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum BaseStep {
    /// Turns DNS on.
    TurnDnsOn,
    /// Removes the rules of the default security group.
    Lock(Rules),
}

/// What is not as it should be with a VPC that stays.
pub(super) fn steps(wanted: &Wanted, parts: &Parts) -> Vec<BaseStep> {
    if wanted.purpose == Purpose::Remove {
        return Vec::new();
    }
    let dns = (parts.base.dns == Dns::Off).then_some(BaseStep::TurnDnsOn);
    let rules = &parts.base.default_rules;
    let is_open = *rules != Rules::default();
    let lock = is_open.then(|| BaseStep::Lock(rules.clone()));
    dns.into_iter().chain(lock).collect()
}

impl fmt::Display for BaseStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TurnDnsOn => "turn DNS on",
            Self::Lock(_) => "remove the rules of the default security group",
        })
    }
}

/// Takes a step.
pub(super) async fn take(work: Work<'_>, parts: &mut Parts, step: &BaseStep) -> Result<(), RemoteError> {
    match step {
        BaseStep::TurnDnsOn => {
            turn_dns_on(work.session, work.doing, &work.wanted.vpc.id).await?;
            parts.base.dns = Dns::On;
        }
        BaseStep::Lock(rules) => {
            let group = parts.base.default_group.clone().unwrap_or_default();
            lock(work.session, work.doing, &group, rules).await?;
            parts.base.default_rules = Rules::default();
        }
    }
    Ok(())
}

/// What there is. `groups` has the security groups of the VPC.
pub(super) async fn look(
    session: &Session<'_>,
    (vpc_id, groups): (&str, &[WireGroup]),
    tags: PartTags,
) -> Result<Base, AwsError> {
    let attribute = |attribute: VpcAttributeName| async move {
        let request = session.client.describe_vpc_attribute().vpc_id(vpc_id).attribute(attribute);
        request.send().await.map_err(AwsError::from)
    };
    let is_on = |value: Option<AttributeBooleanValue>| value.and_then(|value| value.value()) == Some(true);
    let support = is_on(attribute(VpcAttributeName::EnableDnsSupport).await?.enable_dns_support);
    let hostnames = is_on(attribute(VpcAttributeName::EnableDnsHostnames).await?.enable_dns_hostnames);
    let default_group = default_of(groups);
    let default_rules = match &default_group {
        Some(id) => rules_of(&rules_in(session, id).await?),
        None => Rules::default(),
    };
    let dns = if support && hostnames { Dns::On } else { Dns::Off };
    Ok(Base { tags, dns, default_group, default_rules })
}

fn default_of(groups: &[WireGroup]) -> Option<String> {
    let group = groups.iter().find(|group| group.group_name() == Some(DEFAULT))?;
    group.group_id().map(str::to_owned)
}

/// Removes the rules of the default security group of a VPC that was just made, which AWS may not show yet; AWS's id of
/// the group.
pub(super) async fn close(session: &Session<'_>, doing: &str, vpc_id: &str) -> Result<String, RemoteError> {
    let look = || async {
        let request = session.client.describe_security_groups();
        let request = request.filters(filter("vpc-id", vpc_id)).filters(filter("group-name", DEFAULT));
        let groups = request.send().await.map_err(AwsError::from)?.security_groups.unwrap_or_default();
        Ok(default_of(&groups).map_or(Seen::Missing, Seen::Reached))
    };
    let group = session.wait(doing, Duration::ZERO, look).await?;
    close_entries(session, doing, &group).await?;
    close_exits(session, doing, &group).await?;
    Ok(group)
}

/// The rules of a security group.
async fn rules_in(session: &Session<'_>, group: &str) -> Result<Vec<SecurityGroupRule>, AwsError> {
    let request = session.client.describe_security_group_rules().filters(filter("group-id", group));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    found.map_err(AwsError::from)
}

fn rules_of(rules: &[SecurityGroupRule]) -> Rules {
    let ids = |is_egress: bool| {
        let rules = rules.iter().filter(|rule| rule.is_egress().unwrap_or(false) == is_egress);
        rules.filter_map(|rule| rule.security_group_rule_id().map(str::to_owned)).collect()
    };
    Rules { ingress: ids(false), egress: ids(true) }
}

/// Turns both kinds of DNS on. AWS takes one at a time.
async fn turn_dns_on(session: &Session<'_>, doing: &str, vpc_id: &str) -> Result<(), RemoteError> {
    let on = || AttributeBooleanValue::builder().value(true).build();
    let support = || session.client.modify_vpc_attribute().vpc_id(vpc_id).enable_dns_support(on());
    let hostnames = || session.client.modify_vpc_attribute().vpc_id(vpc_id).enable_dns_hostnames(on());
    for request in [support(), hostnames()] {
        let send = || async {
            request.clone().send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
        };
        session.change(Consistency::Propagation, doing, send).await?;
    }
    Ok(())
}

/// Removes the rules of the default security group, which every VPC has and which would let its members reach each other.
async fn lock(session: &Session<'_>, doing: &str, group: &str, rules: &Rules) -> Result<(), RemoteError> {
    if !rules.ingress.is_empty() {
        let send = || async {
            let request = session.client.revoke_security_group_ingress().group_id(group);
            let request = request.set_security_group_rule_ids(Some(rules.ingress.clone()));
            request.send().await.map_err(AwsError::from)
        };
        session.remove(Consistency::Free, doing, send).await?;
    }
    if !rules.egress.is_empty() {
        let send = || async {
            let request = session.client.revoke_security_group_egress().group_id(group);
            let request = request.set_security_group_rule_ids(Some(rules.egress.clone()));
            request.send().await.map_err(AwsError::from)
        };
        session.remove(Consistency::Free, doing, send).await?;
    }
    Ok(())
}
