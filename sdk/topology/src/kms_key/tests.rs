use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_kms::types::{KeyMetadata, KeyState};
use sparki_aws::{Region, Tags};
use sparki_core::{Config, Draft, Erased, Id, Model, Plan, State, Value};
use sparki_plan::{Action, plan_instance};

use super::group::{Group, Member};
use super::{KmsKey, KmsKeyModel, Rotation, answer, given, policy, requests};
use crate::operation::{PolicyText, arn_in};

const ARN: &str = "arn:aws:kms:us-east-1:123456789012:key/mrk-1";

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

/// A key as generic planning leaves it.
fn key() -> KmsKeyModel {
    KmsKeyModel::new("main", vec![region("us-east-1"), region("us-west-2")])
        .primary_region(region("us-east-1"))
        .rotation(Rotation::new().enabled(true).period_days(365))
        .deletion_window_days(30)
        .bypass_policy_lockout_safety_check(false)
        .enabled(true)
        .deletion_protection(false)
}

/// The same as it is in a state.
fn in_state() -> KmsKeyModel {
    let named = KmsKeyModel { id: Id::new("us-east-1/mrk-1").into(), key_id: "mrk-1".into(), ..key() };
    answer::with_arns(named, ARN)
}

/// What a practitioner writes for it.
fn written() -> KmsKeyModel {
    KmsKeyModel::new("main", vec![region("us-east-1"), region("us-west-2")])
}

fn check_plan(prior: Option<KmsKeyModel>, config: KmsKeyModel) -> (Action, KmsKeyModel, String) {
    let resource = Erased::<KmsKey>::importable();
    let prior = prior.map_or(sparki_core::Dynamic::Null, |prior| State::new(prior).encode());
    let plan = plan_instance(&resource, &config.encode(), &prior);
    let planned = KmsKeyModel::decode(&plan.planned, &sparki_core::Path::root()).unwrap();
    (plan.action, planned, plan.diagnostics.to_string())
}

fn check_validate(config: KmsKeyModel) -> String {
    KmsKey::validate(&Config::new(config)).to_string()
}

#[test]
fn the_first_region_of_a_new_key_is_the_primary() {
    let primary = |config| check_plan(None, config).1.primary_region;
    assert_eq!(primary(written()), region("us-east-1").into());
    assert_eq!(primary(written().primary_region(region("us-west-2"))), region("us-west-2").into());
    let mut unknown = written();
    unknown.regions = Value::unknown();
    assert!(primary(unknown).is_unknown());
}

#[test]
fn regions_come_and_go_in_place_and_the_plan_shows_the_arns() {
    let mut config = written();
    config.regions = vec![region("us-west-2"), region("us-east-1"), region("eu-west-1")].into();
    let (action, planned, told) = check_plan(Some(in_state()), config);
    assert_eq!((action, told.as_str()), (Action::Update, ""));
    assert_eq!(planned.primary_region, region("us-east-1").into());
    assert_eq!(planned.arn, ARN.into());
    let arns = planned.arns.into_known().unwrap();
    assert_eq!(arns.keys().collect::<Vec<_>>(), ["eu-west-1", "us-east-1", "us-west-2"]);
    assert_eq!(arns["eu-west-1"], "arn:aws:kms:eu-west-1:123456789012:key/mrk-1");
}

#[test]
fn the_primary_moves_in_place() {
    let (action, planned, told) = check_plan(Some(in_state()), written().primary_region(region("us-west-2")));
    assert_eq!((action, told.as_str()), (Action::Update, ""));
    assert_eq!(planned.arn, "arn:aws:kms:us-west-2:123456789012:key/mrk-1".into());
    assert_eq!(planned.arns, in_state().arns);
    assert_eq!(planned.key_id, "mrk-1".into());
}

#[test]
fn a_region_is_not_left_by_the_primary_without_saying_where_to() {
    let mut config = written();
    config.regions = vec![region("us-west-2")].into();
    let (_, _, told) = check_plan(Some(in_state()), config.clone());
    assert!(told.starts_with("error: Primary region without a key\n  at primary_region\n"), "{told}");
    let (action, _, told) = check_plan(Some(in_state()), config.primary_region(region("us-west-2")));
    assert_eq!((action, told.as_str()), (Action::Update, ""));
}

#[test]
fn a_policy_that_locks_everybody_out_is_refused() {
    let locked = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"1"},"Action":"kms:Decrypt"}]}"#;
    let config = written().policy(locked);
    assert!(
        check_validate(config.clone()).starts_with("error: Policy that locks everybody out\n  at policy\n")
    );
    assert_eq!(check_validate(config.clone().bypass_policy_lockout_safety_check(true)), "");
    assert_eq!(check_validate(config.bypass_policy_lockout_safety_check(Value::unknown())), "");
    assert_eq!(check_validate(written().policy(policy::default_of(ARN))), "");
}

#[test]
fn a_disabled_key_gets_no_replica() {
    let disabled = || in_state().enabled(false);
    let mut config = written().enabled(false);
    config.regions = vec![region("us-east-1"), region("us-west-2"), region("eu-west-1")].into();
    let (_, _, told) = check_plan(Some(disabled()), config.clone());
    assert!(told.starts_with("error: Disabled key cannot change\n  at regions\n"), "{told}");
    assert_eq!(check_plan(Some(disabled()), config.enabled(true)).2, "");
    assert_eq!(check_plan(Some(disabled()), written().enabled(false).description("x")).2, "");
}

#[test]
fn another_spelling_of_the_policy_is_no_change() {
    let text = policy::default_of(ARN);
    let spaced =
        text.as_str().replace(':', ": ").replace("arn: aws: iam: : 123456789012: root", "123456789012");
    let spaced = spaced.replace("kms: *", "kms:*");
    let prior = in_state().policy(text);
    let (action, ..) = check_plan(Some(prior), written().policy(spaced.as_str()));
    assert_eq!(action, Action::NoOp);
}

#[test]
fn every_key_is_made_as_a_multi_region_key() {
    let tags = BTreeMap::from([("team".to_owned(), "core".to_owned())]);
    let request = requests::create(&key().description("For tests."), &tags);
    assert_eq!(
        (request.get_multi_region(), request.get_description().as_deref()),
        (&Some(true), Some("For tests."))
    );
    assert_eq!(
        (request.get_policy(), request.get_bypass_policy_lockout_safety_check()),
        (&None, &Some(false))
    );
    let replica = requests::replicate(&key().policy("{}"), ("mrk-1", &region("eu-west-1")), &tags);
    assert_eq!(replica.get_replica_region().as_deref(), Some("eu-west-1"));
    assert_eq!(
        (replica.get_key_id().as_deref(), replica.get_policy().as_deref()),
        (Some("mrk-1"), Some("{}"))
    );
    assert_eq!(replica.get_tags().as_ref().map(Vec::len), Some(1));
}

fn member(name: &str, state: KeyState) -> (Region, Member) {
    let metadata =
        KeyMetadata::builder().key_id("mrk-1").arn(arn_in(ARN, name)).key_state(state).description("");
    let member = Member {
        metadata: metadata.build().unwrap(),
        policy: policy::default_of(ARN).as_str().to_owned(),
        tags: HashMap::new(),
        aliases: BTreeSet::from(["main".to_owned()]),
    };
    (region(name), member)
}

fn group() -> Group {
    Group {
        key_id: "mrk-1".into(),
        primary: region("us-east-1"),
        members: ["us-east-1", "us-west-2"].map(|name| member(name, KeyState::Enabled)).into(),
        rotation: (true, Some(365)),
    }
}

fn check_answer(group: &Group, reference: &KmsKeyModel) -> KmsKeyModel {
    answer::model(group, Tags::new(&BTreeMap::new()), reference)
}

#[test]
fn an_answer_reads_as_it_was_planned() {
    let in_state = || KmsKeyModel { tags_all: BTreeMap::new().into(), ..in_state() };
    assert_eq!(check_answer(&group(), &in_state()), in_state());
    let mut other = in_state();
    other.regions = vec![region("us-west-2"), region("us-east-1")].into();
    assert_eq!(check_answer(&group(), &other), other);
}

#[test]
fn a_region_that_differs_is_shown() {
    let west = region("us-west-2");
    let change = |change: fn(&mut Member)| {
        let mut group = group();
        change(group.members.get_mut(&west).unwrap());
        check_answer(&group, &in_state())
    };
    assert_eq!(
        change(|member| member.metadata.description = Some("other".into())).description,
        "other".into()
    );
    assert_eq!(change(|member| member.metadata.key_state = Some(KeyState::Disabled)).enabled, false.into());
    assert_eq!(change(|member| member.aliases.clear()).alias, Value::Null);
    assert_eq!(
        change(|member| member.policy = "{}".into()).policy,
        PolicyText::new(&serde_json::json!({})).into()
    );
    let tagged = change(|member| member.tags = HashMap::from([("team".to_owned(), "core".to_owned())]));
    assert_eq!(tagged.tags, BTreeMap::from([("team".to_owned(), "core".to_owned())]).into());
}

#[test]
fn only_aliases_that_the_key_was_given_go_with_it() {
    let (_, mut member) = member("us-east-1", KeyState::Enabled);
    member.aliases = ["main", "old", "others"].map(str::to_owned).into();
    let check = |given: &[&str]| -> Vec<String> {
        given::to(&member, &given.iter().map(|alias| (*alias).to_owned()).collect()).cloned().collect()
    };
    assert_eq!(check(&["old", "main", "gone"]), ["main", "old"]);
    assert_eq!(check(&[]), Vec::<String>::new());
}

#[test]
fn a_region_that_lost_its_key_is_not_shown() {
    let mut group = group();
    group.members.remove(&region("us-west-2"));
    let read = check_answer(&group, &in_state());
    assert_eq!(read.regions, vec![region("us-east-1")].into());
    assert_eq!(read.arns.known().map(BTreeMap::len), Some(1));
}

#[test]
fn a_key_that_is_not_rotated_keeps_its_period() {
    let reference = in_state().rotation(Rotation::new().enabled(true).period_days(90));
    let mut group = group();
    group.rotation = (false, None);
    assert_eq!(
        check_answer(&group, &reference).rotation,
        Rotation::new().enabled(false).period_days(90).into()
    );
}

#[test]
fn a_draft_without_prior_state_has_no_arns() {
    let config = Config::new(written());
    let mut planned = KmsKeyModel { arns: Value::unknown(), arn: Value::unknown(), ..key() };
    let told = KmsKey::plan(&mut Draft::new(&config, None, &mut planned, &mut Vec::new()));
    assert_eq!(told.to_string(), "");
    assert!(planned.arns.is_unknown() && planned.arn.is_unknown());
}
