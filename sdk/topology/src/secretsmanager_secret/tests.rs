use std::collections::{BTreeMap, HashMap};

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::operation::describe_secret::builders::DescribeSecretOutputBuilder;
use aws_sdk_secretsmanager::types::{ReplicationStatusType, RotationRulesType, StatusType};
use sparki_aws::{Nonce, Region, Seen, Tags};
use sparki_core::{Config, Erased, Id, Model, Plan, Secret, State, Value};
use sparki_plan::{Action, plan_instance, settle};

use super::look::{Found, is_the_same};
use super::value::{Source, of_changed};
use super::{
    Generate, Replica, Rotation, SecretsmanagerSecret, SecretsmanagerSecretModel, answer, replication,
    requests,
};

const ARN: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/database-a1B2c3";
const LAMBDA: &str = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
const VALUE: &str = "correct horse battery staple";

fn region() -> Region {
    "us-east-1".parse().unwrap()
}

/// What a practitioner writes.
fn written() -> SecretsmanagerSecretModel {
    SecretsmanagerSecretModel::new("shop/database").replicas(copies(["us-west-2"]))
}

fn copies<const N: usize>(regions: [&str; N]) -> BTreeMap<String, Replica> {
    regions.map(|region| (region.to_owned(), Replica::new())).into()
}

/// The same as it is in a state.
fn in_state() -> SecretsmanagerSecretModel {
    let secret = SecretsmanagerSecretModel {
        id: Id::new("us-east-1/shop/database").into(),
        arn: ARN.into(),
        version_id: "v-1".into(),
        ..written()
            .region(region())
            .block_public_policy(true)
            .recovery_window_days(30)
            .restore(false)
            .force_overwrite_replica(false)
            .deletion_protection(false)
    };
    answer::with_arns(secret)
}

fn copy(status: StatusType) -> ReplicationStatusType {
    let own = "arn:aws:kms:us-west-2:123456789012:alias/aws/secretsmanager";
    ReplicationStatusType::builder().region("us-west-2").kms_key_id(own).status(status).build()
}

fn described() -> DescribeSecretOutputBuilder {
    let versions = HashMap::from([
        ("v-0".to_owned(), vec!["AWSPREVIOUS".to_owned()]),
        ("v-1".to_owned(), vec!["AWSCURRENT".to_owned()]),
    ]);
    DescribeSecretOutput::builder()
        .name("shop/database")
        .arn(ARN)
        .set_version_ids_to_stages(Some(versions))
        .replication_status(copy(StatusType::InSync))
}

fn check_answer(
    secret: DescribeSecretOutput,
    reference: &SecretsmanagerSecretModel,
) -> SecretsmanagerSecretModel {
    let found = Found { secret, policy: None };
    answer::model(&found, &region(), Tags::new(&BTreeMap::new()), reference)
}

fn check_validate(config: SecretsmanagerSecretModel) -> String {
    SecretsmanagerSecret::validate(&Config::new(config)).to_string()
}

#[test]
fn an_answer_reads_as_it_was_planned() {
    let read = SecretsmanagerSecretModel { tags_all: BTreeMap::new().into(), ..in_state() };
    assert_eq!(check_answer(described().build(), &in_state()), read);
    let arns = in_state().arns.into_known().unwrap();
    assert_eq!(arns["us-west-2"], ARN.replace("us-east-1", "us-west-2"));
}

#[test]
fn a_key_keeps_the_spelling_that_is_known() {
    let alias = "arn:aws:kms:us-east-1:123456789012:alias/main";
    let own = Replica::new().kms_key_id("alias/aws/secretsmanager");
    let own = BTreeMap::from([("us-west-2".to_owned(), own)]);
    let spelled = SecretsmanagerSecretModel { tags_all: BTreeMap::new().into(), ..in_state() };
    let spelled = spelled.kms_key_id("alias/main").replicas(own);
    let answered = State::new(check_answer(described().kms_key_id(alias).build(), &spelled)).encode();
    let spelled = State::new(spelled).encode();
    assert_eq!(settle(&SecretsmanagerSecretModel::schema(), &spelled, answered), spelled);
}

#[test]
fn a_value_that_was_made_in_another_attempt_is_made_again() {
    let generate = Generate::new().length(40);
    let planned = in_state().generate(generate.clone());
    let check = |token: &str, planned: &SecretsmanagerSecretModel| {
        super::value::of_found(&described().build(), token, planned)
    };
    assert_eq!(check("v-1", &planned), generate.into());
    assert_eq!(check("v-0", &planned), Generate::blank().into());
    assert_eq!(check("v-0", &in_state()), Value::Null);
}

#[test]
fn a_secret_of_the_same_name_is_another_one() {
    assert!(is_the_same(&described().build(), &in_state()));
    assert!(!is_the_same(&described().arn(ARN.replace("a1B2c3", "d4E5f6")).build(), &in_state()));
    assert!(is_the_same(&described().build(), &written()));
}

#[test]
fn a_copy_that_failed_is_none() {
    let failed = described().set_replication_status(Some(vec![copy(StatusType::Failed)]));
    assert_eq!(check_answer(failed.build(), &in_state()).replicas, Value::Null);
}

#[test]
fn copies_are_waited_for_and_their_failure_is_told() {
    let seen =
        |status| replication::seen(&described().set_replication_status(Some(vec![copy(status)])).build());
    assert_eq!(seen(StatusType::InSync), Seen::Reached(()));
    assert_eq!(seen(StatusType::InProgress), Seen::Pending("InProgress in us-west-2".into()));
    let Seen::Failed(reason) = seen(StatusType::Failed) else { panic!("it failed") };
    assert!(reason.contains("force_overwrite_replica"), "{reason}");
}

#[test]
fn a_rotation_that_is_off_is_none() {
    let rules = RotationRulesType::builder().automatically_after_days(30).build();
    let rotated = |enabled| {
        let secret = described().rotation_enabled(enabled).rotation_lambda_arn(LAMBDA);
        check_answer(secret.rotation_rules(rules.clone()).build(), &in_state()).rotation
    };
    let expected = Rotation::new(LAMBDA).automatically_after_days(30).rotate_immediately(false);
    assert_eq!(rotated(true), expected.into());
    assert_eq!(rotated(false), Value::Null);
}

#[test]
fn a_rotation_is_asked_for_as_it_is_planned() {
    let rotation = Rotation::new(LAMBDA).schedule_expression("rate(10 days)").duration("3h");
    let request = requests::rotate("shop/database", &rotation);
    let rules = request.get_rotation_rules().clone().unwrap();
    assert_eq!((rules.schedule_expression(), rules.duration()), (Some("rate(10 days)"), Some("3h")));
    assert_eq!((rules.automatically_after_days(), request.get_rotate_immediately()), (None, &Some(false)));
}

#[test]
fn a_secret_is_asked_for_with_its_value_and_copies() {
    let value = Secret::from(VALUE);
    let request = requests::create(&in_state(), Some(&value), (&BTreeMap::new(), &Nonce::new("n-1")));
    assert_eq!(request.get_secret_string().as_deref(), Some(VALUE));
    assert_eq!(request.get_client_request_token().as_ref().map(String::len), Some(32));
    let copies = request.get_add_replica_regions().clone().unwrap();
    assert_eq!((copies.len(), copies[0].region()), (1, Some("us-west-2")));
    assert!(!format!("{request:?}").contains(VALUE));
}

#[test]
fn a_value_is_made_of_the_kinds_that_are_wanted() {
    let generate = Generate::new().length(40).punctuation(false).lowercase(true).space(false).each_kind(true);
    let request = requests::random(&generate);
    assert_eq!(request.get_password_length(), &Some(40));
    assert_eq!(
        (request.get_exclude_punctuation(), request.get_exclude_lowercase()),
        (&Some(true), &Some(false))
    );
    assert_eq!(
        (request.get_include_space(), request.get_require_each_included_type()),
        (&Some(false), &Some(true))
    );
}

/// Where the next value comes from, in short.
fn check_changed(
    prior: SecretsmanagerSecretModel,
    planned: SecretsmanagerSecretModel,
    version: Option<&str>,
) -> &str {
    match of_changed(&prior, &planned, version) {
        Some(Source::Given(_)) => "given",
        Some(Source::Generated(_)) => "generated",
        None => "stays",
    }
}

#[test]
fn a_value_changes_only_when_its_version_does() {
    let given = |version| in_state().value_wo(Secret::from(VALUE)).value_wo_version(version);
    let there = Some("v-1");
    assert_eq!(check_changed(given(1), given(2), there), "given");
    assert_eq!(check_changed(given(1), given(1), there), "stays");
    assert_eq!(check_changed(in_state(), given(1), there), "given");
    let generated = |version: i64| in_state().generate(Generate::new().version(version));
    assert_eq!(check_changed(generated(1), generated(2), there), "generated");
    assert_eq!(check_changed(generated(1), generated(1), there), "stays");
    assert_eq!(check_changed(given(1), generated(1), there), "generated");
    assert_eq!(check_changed(generated(1), in_state(), there), "stays");
}

#[test]
fn an_imported_secret_keeps_its_value() {
    let generated = in_state().generate(Generate::new().version(1));
    assert_eq!(check_changed(in_state(), generated.clone(), Some("v-1")), "stays");
    assert_eq!(check_changed(in_state(), generated, None), "generated");
}

#[test]
fn nothing_secret_is_in_a_state() {
    let state = State::new(in_state().value_wo(Secret::from(VALUE)).value_wo_version(1));
    assert_eq!(state.value_wo, Value::Null);
    assert!(!format!("{:?}", in_state().value_wo(Secret::from(VALUE))).contains(VALUE));
}

#[test]
fn only_name_and_region_make_a_new_secret() {
    let resource = Erased::<SecretsmanagerSecret>::importable();
    let check = |config: SecretsmanagerSecretModel| {
        plan_instance(&resource, &config.encode(), &State::new(in_state()).encode()).action
    };
    assert_eq!(check(written()), Action::NoOp);
    assert_eq!(check(SecretsmanagerSecretModel { name: "other".into(), ..written() }), Action::Replace);
    assert_eq!(check(written().region("eu-west-1".parse::<Region>().unwrap())), Action::Replace);
    let check_over = |prior: SecretsmanagerSecretModel, config: SecretsmanagerSecretModel| {
        plan_instance(&resource, &config.encode(), &State::new(prior).encode()).action
    };
    let encrypted = in_state().kms_key_id("arn:aws:kms:us-east-1:123456789012:alias/main");
    assert_eq!(check_over(encrypted, written().kms_key_id("alias/main")), Action::NoOp);
    for config in [
        written().description("x"),
        written().kms_key_id("alias/main"),
        written().replicas(copies(["eu-west-1"])),
        written().generate(Generate::new().version(2)),
        written().rotation(Rotation::new(LAMBDA).automatically_after_days(30)),
        written().policy("{}"),
    ] {
        assert_eq!(check(config), Action::Update);
    }
}

#[test]
fn a_copy_in_the_secrets_own_region_is_refused() {
    let told = check_validate(written().region(region()).replicas(copies(["us-east-1"])));
    assert!(
        told.starts_with("error: Replica in the region of the secret\n  at replicas[\"us-east-1\"]\n"),
        "{told}"
    );
    assert_eq!(check_validate(written().region(region())), "");
}

#[test]
fn a_value_made_of_nothing_is_refused() {
    let nothing = Generate::new().lowercase(false).uppercase(false).numbers(false).punctuation(false);
    let told = check_validate(written().generate(nothing.clone()));
    assert!(told.starts_with("error: Value made of nothing\n  at generate\n"), "{told}");
    assert_eq!(check_validate(written().generate(nothing.numbers(true))), "");
}

#[test]
fn a_value_is_given_or_made_and_not_both() {
    let check = |config: SecretsmanagerSecretModel| {
        sparki_plan::validate(&SecretsmanagerSecretModel::schema(), &config.encode()).has_errors()
    };
    let given = || written().value_wo(Secret::from(VALUE)).value_wo_version(1);
    assert!(!check(given()) && !check(written().generate(Generate::new())) && !check(written()));
    assert!(check(given().generate(Generate::new())));
    assert!(check(written().value_wo(Secret::from(VALUE))));
    assert!(check(written().recovery_window_days(3)) && !check(written().recovery_window_days(0)));
}
