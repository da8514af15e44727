use std::collections::BTreeMap;

use aws_sdk_ec2::types::{ReferencedSecurityGroup, SecurityGroup as WireGroup, SecurityGroupRule};
use sparki_core::{Config, Draft, Erased, Model, Plan, State, Value};
use sparki_plan::{Action, plan_instance};

use super::rule_requests::{permission, request};
use super::{Direction, Rule, SecurityGroup, SecurityGroupModel, answer};

fn rule() -> Rule {
    Rule::new(Direction::Ingress).protocol("tcp").from_port(443).to_port(443).cidr_ipv4("10.0.0.0/8")
}

fn group(rules: &[(&str, Rule)]) -> SecurityGroupModel {
    let rules: BTreeMap<_, _> = rules.iter().map(|(name, rule)| ((*name).to_owned(), rule.clone())).collect();
    SecurityGroupModel::new("web", "vpc-1").rules(rules)
}

fn check_validate(rule: Rule) -> String {
    SecurityGroup::validate(&Config::new(group(&[("web", rule)]))).to_string()
}

#[test]
fn ports_belong_to_some_protocols() {
    assert_eq!(check_validate(rule()), "");
    assert_eq!(
        check_validate(Rule { to_port: Value::Null, ..rule() }),
        "error: Rule without ports\n  at rules[\"web\"].to_port\n  The rule \"web\" is for tcp and has no \"to_port\". Set \
         \"from_port\" and \"to_port\"; 0 and 65535 are all ports."
    );
    assert!(check_validate(rule().from_port(444)).starts_with("error: Ports in the wrong order"));
    assert!(check_validate(rule().protocol("all")).starts_with("error: Ports of a protocol without ports"));
    let ping = Rule { from_port: Value::Null, ..rule().protocol("icmp") };
    assert!(check_validate(ping.clone()).starts_with("error: Code without a type"));
    assert_eq!(check_validate(Rule { to_port: Value::Null, ..ping }), "");
    assert_eq!(check_validate(rule().protocol(Value::unknown())), "");
}

#[test]
fn the_same_rule_twice_is_refused() {
    let check = |other: Rule| {
        let mut planned = group(&[("tls", rule()), ("web", other)]);
        let config = Config::new(planned.clone());
        SecurityGroup::plan(&mut Draft::new(&config, None, &mut planned, &mut Vec::new())).to_string()
    };
    assert_eq!(
        check(rule().description("Again")),
        "error: Same rule twice\n  at rules[\"web\"]\n  The rules \"tls\" and \"web\" let the same traffic through. Take \
         one of them away."
    );
    assert_eq!(check(rule().cidr_ipv4("10.0.0.0/9")), "");
    assert_eq!(check(Rule { cidr_ipv4: Value::unknown(), ..rule() }), "");
}

#[test]
fn rules_change_in_place_and_the_rest_with_the_group() {
    let resource = Erased::<SecurityGroup>::importable();
    let prior = SecurityGroupModel {
        id: "us-east-1/sg-1".into(),
        region: "us-east-1".parse::<sparki_aws::Region>().unwrap().into(),
        description: "Managed by Sparki".into(),
        security_group_id: "sg-1".into(),
        arn: "arn:aws:ec2:us-east-1:123456789012:security-group/sg-1".into(),
        ..group(&[("tls", rule()), ("sgr-1", rule().from_port(22).to_port(22))])
    };
    let prior = State::new(prior).encode();
    let check = |config: &SecurityGroupModel| plan_instance(&resource, &Model::encode(config), &prior).action;
    assert_eq!(check(&group(&[("tls", rule())])), Action::Update);
    assert_eq!(check(&group(&[("tls", rule())]).description("Other")), Action::Replace);
    assert_eq!(
        check(&SecurityGroupModel { vpc_id: "vpc-2".into(), ..group(&[("tls", rule())]) }),
        Action::Replace
    );
}

#[test]
fn a_group_is_found_by_its_very_name() {
    let groups = ["weber", "web"].map(|name| WireGroup::builder().group_name(name).build());
    let check = |name: &str| answer::named(&groups, name).and_then(WireGroup::group_name);
    assert_eq!((check("web"), check("web*"), check("we?")), (Some("web"), None, None));
}

#[test]
fn a_rule_reads_as_it_was_sent() {
    let answer = SecurityGroupRule::builder()
        .security_group_rule_id("sgr-1")
        .group_id("sg-1")
        .is_egress(false)
        .ip_protocol("-1")
        .from_port(-1)
        .to_port(-1)
        .description("")
        .referenced_group_info(ReferencedSecurityGroup::builder().group_id("sg-1").build())
        .build();
    let expected = Rule::new(Direction::Ingress).protocol("all").self_referencing(true);
    let read = answer::rule(&answer).unwrap();
    assert_eq!((read.rule.clone(), read.shown()), (expected, "sgr-1"));
    let sent = permission("sg-1", &read.rule);
    assert_eq!((sent.ip_protocol(), sent.from_port()), (Some("-1"), Some(-1)));
    assert_eq!(sent.user_id_group_pairs()[0].group_id(), Some("sg-1"));
    let changed = request("sg-1", &rule());
    assert_eq!((changed.cidr_ipv4(), changed.description()), (Some("10.0.0.0/8"), Some("")));
}
