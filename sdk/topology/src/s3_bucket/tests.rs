use std::collections::{BTreeMap, HashMap};

use serde_json::json;
use sparki_aws::Tags;
use sparki_core::{Config, Draft, Erased, Model, Path, Plan, State, Value};

use super::{
    LifecycleRule, ObjectOwnership, PolicyText, PublicAccessBlock, Replication, S3Bucket, S3BucketModel,
    answer, requests,
};
use crate::s3::{Bucket, Encryption};

const ARN: &str = "arn:aws:s3:::logs";
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1";

/// A bucket as generic planning leaves it: every default filled in.
fn bucket() -> S3BucketModel {
    S3BucketModel::new()
        .region("us-east-1".parse::<sparki_aws::Region>().unwrap())
        .name("logs")
        .versioning(true)
        .bucket_key(true)
        .public_access_block(PublicAccessBlock::full())
        .object_ownership(ObjectOwnership::BucketOwnerEnforced)
        .require_tls(true)
        .force_destroy(false)
        .deletion_protection(true)
}

/// The same as AWS knows it.
fn in_state() -> S3BucketModel {
    S3BucketModel {
        id: Value::Known(sparki_core::Id::new("us-east-1/logs")),
        arn: ARN.into(),
        regional_domain_name: "logs.s3.us-east-1.amazonaws.com".into(),
        account_id: "123456789012".into(),
        tags_all: BTreeMap::new().into(),
        ..bucket()
    }
}

fn replication() -> Replication {
    Replication::new("arn:aws:iam::123456789012:role/copy", "arn:aws:s3:::copies").delete_markers(true)
}

/// What is read of a bucket that is set up as it is wanted.
fn check_read(wanted: &S3BucketModel) -> S3BucketModel {
    let there = Bucket { settings: requests::settings(wanted, ARN), tags: HashMap::new() };
    let (defaults, region) = (BTreeMap::new(), "us-east-1".parse().unwrap());
    answer::model(there, (&region, "logs"), Tags::new(&defaults), wanted)
}

#[test]
fn a_bucket_reads_as_it_was_set_up() {
    assert_eq!(check_read(&in_state()), in_state());
    let policy =
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["s3:PutObject"]}]});
    let rules = BTreeMap::from([("old".to_owned(), LifecycleRule::new().enabled(true).expiration_days(30))]);
    let full = in_state()
        .kms_key_arn(KEY)
        .bucket_key(false)
        .policy(PolicyText::new(&policy))
        .require_tls(false)
        .lifecycle_rules(rules)
        .replication(replication());
    assert_eq!(check_read(&full), full);
    let open = PublicAccessBlock { restrict_public_buckets: false.into(), ..PublicAccessBlock::full() };
    let other = in_state().versioning(false).object_ownership(ObjectOwnership::ObjectWriter);
    let other = other.public_access_block(open);
    assert_eq!(check_read(&other), other);
}

#[test]
fn a_key_of_the_bucket_counts_only_with_a_kms_key() {
    let encryption = |bucket: &S3BucketModel| requests::settings(bucket, ARN).encryption;
    assert_eq!(encryption(&bucket().bucket_key(false)), Encryption::Aes);
    let expected = Encryption::Kms { arn: KEY.into(), bucket_key: true };
    assert_eq!(encryption(&bucket().kms_key_arn(KEY)), expected);
}

#[test]
fn a_replicated_bucket_without_versions_is_refused() {
    let check = |bucket: S3BucketModel| S3Bucket::validate(&Config::new(bucket)).to_string();
    let found = check(bucket().versioning(false).replication(replication()));
    assert!(found.starts_with("error: Replication without versions\n  at replication\n"), "{found}");
    assert_eq!(check(bucket().replication(replication())), "");
    assert_eq!(check(bucket().versioning(Value::unknown()).replication(replication())), "");
}

#[test]
fn a_name_that_has_another_prefix_makes_another_bucket() {
    let check = |prefix: &str| {
        let config = Config::new(S3BucketModel { name: Value::Null, ..bucket() }.name_prefix(prefix));
        let (prior, mut planned) = (State::new(in_state()), in_state().name_prefix(prefix));
        let mut replace = Vec::new();
        let told = S3Bucket::plan(&mut Draft::new(&config, Some(&prior), &mut planned, &mut replace));
        assert_eq!(told.to_string(), "");
        (replace.len(), planned.name.is_unknown())
    };
    assert_eq!(check("lo"), (0, false));
    assert_eq!(check("other-"), (1, true));
}

#[test]
fn a_protected_bucket_is_not_removed() {
    let destroy = |bucket| S3Bucket::plan_destroy(&State::new(bucket)).to_string();
    let found = destroy(in_state());
    assert!(
        found.starts_with("error: Bucket is protected from removal\n  at deletion_protection\n"),
        "{found}"
    );
    assert_eq!(destroy(in_state().deletion_protection(false)), "");
}

#[test]
fn a_policy_in_another_notation_changes_nothing() {
    let resource = Erased::<S3Bucket>::importable();
    let check = |policy: &str| {
        let prior = S3BucketModel { tags_all: Value::Null, ..in_state() };
        let prior = prior.policy(r#"{"Version":"2012-10-17","Statement":[{"Action":["s3:GetObject"]}]}"#);
        let config = S3BucketModel::new().name("logs").policy(policy);
        sparki_plan::plan_instance(&resource, &config.encode(), &State::new(prior).encode()).action
    };
    let same = r#"{"Statement": {"Action": "s3:GetObject"}, "Version": "2012-10-17"}"#;
    assert_eq!(check(same), sparki_plan::Action::NoOp);
    let other = r#"{"Statement": {"Action": "s3:PutObject"}, "Version": "2012-10-17"}"#;
    assert_eq!(check(other), sparki_plan::Action::Update);
}

#[test]
fn a_rule_that_does_nothing_is_refused() {
    let check = |rule: LifecycleRule| {
        let rules = BTreeMap::from([("old".to_owned(), rule)]);
        let found =
            sparki_plan::validate(&S3BucketModel::schema(), &bucket().lifecycle_rules(rules).encode());
        let at = Path::attribute("lifecycle_rules").key("old");
        found
            .iter()
            .filter(|one| one.path.as_ref().is_some_and(|path| path.steps().starts_with(at.steps())))
            .count()
    };
    assert_eq!(check(LifecycleRule::new().prefix("a")), 1);
    assert_eq!(check(LifecycleRule::new().expiration_days(1)), 0);
    assert_eq!(check(LifecycleRule::new().expiration_days(1).newer_noncurrent_versions(1)), 1);
}
