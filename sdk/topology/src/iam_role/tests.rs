use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::Role;
use serde_json::json;
use sparki_aws::{Nonce, Tags};
use sparki_core::{Config, Erased, Id, Model, Plan, State, Value};
use sparki_plan::{Action, plan_instance};

use super::look::{Found, decoded};
use super::{IamRole, IamRoleModel, Trust, answer, requests, trust_policy};
use crate::operation::PolicyText;

const ARN: &str = "arn:aws:iam::123456789012:role/shop";

fn trust() -> Trust {
    Trust::new().services(BTreeSet::from(["ec2.amazonaws.com".to_owned()]))
}

/// What a practitioner writes.
fn written() -> IamRoleModel {
    IamRoleModel::new().name("shop").trust(trust())
}

/// The same as it is in a state.
fn in_state() -> IamRoleModel {
    IamRoleModel {
        id: Id::new("shop").into(),
        arn: ARN.into(),
        unique_id: "AROA1".into(),
        ..written().iam_path("/").max_session_seconds(3600).force_detach(false).deletion_protection(false)
    }
}

fn found() -> Found {
    let encoded = trust_policy::policy(&trust()).as_str().replace('{', "%7B").replace('"', "%22");
    let role = Role::builder()
        .path("/")
        .role_name("shop")
        .role_id("AROA1")
        .arn(ARN)
        .create_date(DateTime::from_secs(0))
        .assume_role_policy_document(encoded)
        .max_session_duration(3600);
    Found { role: role.build().unwrap(), managed: BTreeSet::new(), inline: BTreeMap::new() }
}

fn check_validate(config: IamRoleModel) -> String {
    IamRole::validate(&Config::new(config)).to_string()
}

fn policy(action: &str) -> PolicyText {
    PolicyText::new(&json!({"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}))
}

#[test]
fn a_name_begins_with_its_prefix_and_tells_the_attempt() {
    let attempt = Nonce::new("0190a2b4-5c6d-7e8f-9012-3456789abcde");
    assert_eq!(requests::name(&IamRoleModel::new().name("shop"), &attempt), "shop");
    let prefixed = requests::name(&IamRoleModel::new().name_prefix("shop-"), &attempt);
    assert_eq!(prefixed, "shop-6d7e8f90123456789abcde"[..5].to_owned() + "7e8f90123456789abcde");
    assert_eq!(requests::name(&IamRoleModel::new().name_prefix("shop-"), &Nonce::new("n-1")), "shop-n1");
}

#[test]
fn a_role_is_asked_for_with_its_trust() {
    let request = requests::create(&in_state().description("Shop."), "shop", &BTreeMap::new());
    assert_eq!(request.get_role_name().as_deref(), Some("shop"));
    assert_eq!(request.get_path().as_deref(), Some("/"));
    assert_eq!(request.get_max_session_duration(), &Some(3600));
    let policy = trust_policy::policy(&trust());
    assert_eq!(request.get_assume_role_policy_document().as_deref(), Some(policy.as_str()));
}

#[test]
fn an_answer_reads_as_it_was_planned() {
    let defaults = BTreeMap::new();
    let in_state = || IamRoleModel { tags_all: BTreeMap::new().into(), ..in_state() };
    assert_eq!(answer::model(&found(), Tags::new(&defaults), &in_state()), in_state());
    let inline = BTreeMap::from([("deploy".to_owned(), policy("eks:DescribeCluster"))]);
    let planned = in_state().inline_policies(inline);
    let spelled = policy("EKS:DescribeCluster").as_str().replace(',', ", ");
    let there = Found { inline: BTreeMap::from([("deploy".to_owned(), spelled)]), ..found() };
    assert_eq!(answer::model(&there, Tags::new(&defaults), &planned), planned);
}

#[test]
fn what_others_gave_the_role_is_shown() {
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned();
    let there = Found {
        managed: BTreeSet::from([arn.clone()]),
        inline: BTreeMap::from([("theirs".to_owned(), policy("*").as_str().to_owned())]),
        ..found()
    };
    let read = answer::model(&there, Tags::new(&BTreeMap::new()), &in_state());
    assert_eq!(read.managed_policy_arns, BTreeSet::from([arn]).into());
    assert_eq!(read.inline_policies, BTreeMap::from([("theirs".to_owned(), policy("*"))]).into());
}

#[test]
fn documents_are_decoded() {
    assert_eq!(decoded("%7B%22a%22%3A%20%22b%2Bc%22%7D"), "{\"a\": \"b+c\"}");
}

#[test]
fn only_name_and_path_make_a_new_role() {
    let resource = Erased::<IamRole>::importable();
    let check = |config: IamRoleModel| {
        plan_instance(&resource, &config.encode(), &State::new(in_state()).encode()).action
    };
    assert_eq!(check(written()), Action::NoOp);
    assert_eq!(check(written().iam_path("/teams/")), Action::Replace);
    assert_eq!(check(written().name("other")), Action::Replace);
    for config in [
        written().description("Shop."),
        written().max_session_seconds(7200),
        written().trust(Trust::new().pod_identity(true)),
        written().inline_policies(BTreeMap::from([("a".to_owned(), policy("*"))])),
        written().permissions_boundary("arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ] {
        assert_eq!(check(config), Action::Update);
    }
}

#[test]
fn only_a_prefix_that_the_name_does_not_have_makes_a_new_role() {
    let resource = Erased::<IamRole>::importable();
    let check = |prefix: &str| {
        let config = IamRoleModel { name: Value::Null, ..written() }.name_prefix(prefix);
        plan_instance(&resource, &config.encode(), &State::new(in_state()).encode()).action
    };
    assert_ne!(check("sho"), Action::Replace);
    assert_eq!(check("web-"), Action::Replace);
}

#[test]
fn another_spelling_of_an_inline_policy_is_no_change() {
    let resource = Erased::<IamRole>::importable();
    let with = |role: IamRoleModel, text: &str| {
        let policy = <PolicyText as sparki_core::FromText>::from_text(text);
        role.inline_policies(BTreeMap::from([("a".to_owned(), policy)]))
    };
    let prior = with(in_state(), r#"{"Statement":{"Action":"a"}}"#);
    let config = with(written(), r#"{ "Statement": [{ "Action": ["A"] }] }"#);
    assert_eq!(plan_instance(&resource, &config.encode(), &State::new(prior).encode()).action, Action::NoOp);
}

#[test]
fn a_role_that_everybody_may_assume_is_a_warning() {
    let raw = |condition: serde_json::Value| {
        let statement =
            json!({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Condition": condition});
        let policy = PolicyText::new(&json!({"Statement": statement}));
        check_validate(IamRoleModel::new().name("shop").assume_role_policy(policy))
    };
    assert!(raw(json!(null)).starts_with("warning: Role open to the world\n  at assume_role_policy\n"));
    assert_eq!(raw(json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}})), "");
}

#[test]
fn policies_longer_than_iam_takes_are_refused() {
    let long = policy(&"a".repeat(11_000));
    let inline = BTreeMap::from([("a".to_owned(), long.clone())]);
    let told = check_validate(written().inline_policies(inline));
    assert!(told.starts_with("error: Inline policies too long\n  at inline_policies\n"), "{told}");
    let told = check_validate(IamRoleModel::new().name("shop").assume_role_policy(long));
    assert!(told.starts_with("error: Trust policy too long\n  at assume_role_policy\n"), "{told}");
}

#[test]
fn a_role_needs_a_name_and_a_trust() {
    let check =
        |config: IamRoleModel| sparki_plan::validate(&IamRoleModel::schema(), &config.encode()).has_errors();
    assert!(!check(written()));
    assert!(check(IamRoleModel::new().trust(trust())));
    assert!(check(written().name_prefix("shop-")));
    assert!(check(written().assume_role_policy(policy("*"))));
    assert!(check(IamRoleModel::new().name("shop")));
    assert!(!check(IamRoleModel { name: Value::unknown(), ..written() }));
}
