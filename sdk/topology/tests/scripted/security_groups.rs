//! Security groups of which EC2 shows nothing yet, or that others hold on to.

use std::collections::BTreeMap;

use sparki_core::{Change, Model, Path, Planned, Reconcile, RemoteErrorKind, State, Value};
use sparki_topology::SecurityGroup;
use sparki_topology::security_group::{Direction, Rule, SecurityGroupFilter, SecurityGroupModel};

use super::query::{Answer, DENIED, Script, ok};
use crate::listed::{IDENTITIES, list, names};
use crate::support::{aws, operation, region};

const DONE: &str = "<return>true</return>";

fn described(names: &[&str]) -> Answer {
    let group = |name: &&str| {
        format!(
            "<item><groupId>sg-1</groupId><groupName>{name}</groupName><vpcId>vpc-1</vpcId>\
             <groupDescription>The web</groupDescription></item>"
        )
    };
    let groups: String = names.iter().map(group).collect();
    ok(&format!("<securityGroupInfo>{groups}</securityGroupInfo>"))
}

fn rule(port: i32) -> Rule {
    Rule::new(Direction::Ingress).protocol("tcp").from_port(port).to_port(port).cidr_ipv4("10.0.0.0/8")
}

/// Rules with these ids and ports, as EC2 has them, where they have no names.
fn there(rules: &[(&str, i32)]) -> Answer {
    let rule = |(id, port): &(&str, i32)| {
        format!(
            "<item><securityGroupRuleId>{id}</securityGroupRuleId><groupId>sg-1</groupId><isEgress>false</isEgress>\
             <ipProtocol>tcp</ipProtocol><fromPort>{port}</fromPort><toPort>{port}</toPort>\
             <cidrIpv4>10.0.0.0/8</cidrIpv4></item>"
        )
    };
    let rules: String = rules.iter().map(rule).collect();
    ok(&format!("{DONE}<securityGroupRuleSet>{rules}</securityGroupRuleSet>"))
}

fn group(rules: &[(&str, i32)]) -> SecurityGroupModel {
    let rules: BTreeMap<_, _> = rules.iter().map(|(name, port)| ((*name).to_owned(), rule(*port))).collect();
    let group = SecurityGroupModel::new("web", "vpc-1").region(region()).description("The web");
    SecurityGroupModel { security_group_id: "sg-1".into(), ..group.rules(rules) }
}

/// EC2 that knows the group.
fn known() -> Script {
    Script::default().on("DescribeSecurityGroups", [described(&["web"])]).on("CreateTags", [ok(DONE)])
}

fn changed(planned: SecurityGroupModel) -> Change<SecurityGroupModel> {
    Change { prior: State::new(group(&[])), planned: Planned::new(planned) }
}

#[tokio::test]
async fn rules_that_were_just_made_are_not_read_again() {
    let script = known()
        .on("CreateSecurityGroup", [ok("<groupId>sg-1</groupId>")])
        .on(
            "RevokeSecurityGroupEgress",
            [
                Answer::Error(400, "InvalidGroup.NotFound"),
                ok(DONE),
                Answer::Refused("InvalidParameterValue", "Invalid value '::/0' for remote-ipv6-range"),
            ],
        )
        .on("AuthorizeSecurityGroupIngress", [there(&[("sgr-1", 443)])]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let planned = group(&[("tls", 443)]);
    let created = SecurityGroup::create(&ctx, Planned::new(planned.clone())).await.unwrap();
    assert_eq!(created.rules, planned.rules);
    assert_eq!(created.security_group_id, Value::Known("sg-1".to_owned()));
}

#[tokio::test]
async fn a_rule_that_is_there_already_gets_the_name() {
    let duplicate = Answer::Error(400, "InvalidPermission.Duplicate");
    let script = known()
        .on("AuthorizeSecurityGroupIngress", [duplicate])
        .on("DescribeSecurityGroupRules", [there(&[]), there(&[("sgr-7", 443)])]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let planned = group(&[("tls", 443)]);
    let updated = SecurityGroup::update(&ctx, changed(planned.clone())).await.unwrap();
    assert_eq!(updated.rules, planned.rules);
    // The group's own, and the name of the rule.
    assert_eq!(script.count("CreateTags"), 2);
}

#[tokio::test]
async fn a_rule_that_is_refused_and_not_there_is_told_in_awss_words() {
    let script = known()
        .on("AuthorizeSecurityGroupIngress", [Answer::Refused("InvalidGroup.InUse", "It is locked.")])
        .on("DescribeSecurityGroupRules", [there(&[])]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = SecurityGroup::update(&ctx, changed(group(&[("tls", 443)]))).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Conflict);
    assert!(error.to_string().contains("It is locked"), "{error}");
}

#[tokio::test]
async fn rules_that_were_made_before_one_fails_are_in_the_state() {
    let full = Answer::Error(400, "RulesPerSecurityGroupLimitExceeded");
    let script = known()
        .on("AuthorizeSecurityGroupIngress", [there(&[("sgr-2", 80)]), full])
        .on("RevokeSecurityGroupIngress", [ok(DONE)])
        .on("DescribeSecurityGroupRules", [there(&[("sgr-1", 22)])]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let planned = group(&[("first", 80), ("second", 443)]);
    SecurityGroup::update(&ctx, changed(planned)).await.unwrap_err();
    let recorded = SecurityGroupModel::decode(&call.recorded().unwrap(), &Path::root()).unwrap();
    assert_eq!(recorded.rules, group(&[("first", 80)]).rules);
}

#[tokio::test]
async fn what_cannot_be_tidied_up_is_told_at_once() {
    let interface = "<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><status>available</status>\
                     <description>aws-K8S-i-1</description></item></networkInterfaceSet>";
    let script = Script::default()
        .on("DeleteSecurityGroup", [Answer::Error(400, "DependencyViolation")])
        .on("DescribeNetworkInterfaces", [ok(interface)])
        .on("DeleteNetworkInterface", [DENIED]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = SecurityGroup::delete(&ctx, State::new(group(&[]))).await.unwrap_err();
    assert_eq!((error.kind(), script.count("DeleteSecurityGroup")), (RemoteErrorKind::PermissionDenied, 1));
}

#[tokio::test]
async fn groups_are_listed_by_their_very_names() {
    let script = Script::default().on("DescribeSecurityGroups", [described(&["web", "we?", "default"])]);
    let server = script.serve().await;
    let filter = SecurityGroupFilter::new().name("we?");
    assert_eq!(names(&list::<SecurityGroup>(&server, filter, IDENTITIES).await.unwrap()), ["we?"]);
    let every = list::<SecurityGroup>(&server, SecurityGroupFilter::new(), IDENTITIES).await.unwrap();
    assert_eq!(names(&every), ["web", "we?"]);
}
