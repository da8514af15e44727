use std::collections::{BTreeMap, HashMap};

use sparki_aws::Tags;
use sparki_core::{Config, Draft, Plan, State, Value};

use super::answer::{Copied, MadeRole, There};
use super::requests::{Copies, backend_config, permissions, replica_settings, settings, trust};
use super::{StateBackend, StateBackendModel, StateReplica, answer};
use crate::s3::Bucket;

const ARN: &str = "arn:aws:s3:::states";
const COPIES: &str = "arn:aws:s3:::states-copy";
const ROLE: &str = "arn:aws:iam::123456789012:role/states-replication";
const KEY: &str = "arn:aws:kms:us-west-2:123456789012:key/1";

fn region(name: &str) -> sparki_aws::Region {
    name.parse().unwrap()
}

fn replica() -> StateReplica {
    StateReplica::new(region("us-east-1"), "states-copy")
}

/// A state backend as generic planning leaves it: every default filled in.
fn backend() -> StateBackendModel {
    StateBackendModel::new("states")
        .region(region("us-west-2"))
        .noncurrent_expiration_days(90)
        .newer_noncurrent_versions(10)
        .force_destroy(false)
        .deletion_protection(true)
}

/// What there is of a backend that is set up as it is wanted.
fn made(wanted: &StateBackendModel) -> There {
    let bucket = |settings| Bucket { settings, tags: HashMap::new() };
    let replica = wanted.replica.known();
    let copies = replica.map(|_| Copies { role_arn: ROLE, bucket_arn: COPIES });
    There {
        bucket: bucket(settings(wanted, ARN, copies)),
        replica: replica.map(|replica| Copied {
            region: region("us-east-1"),
            name: "states-copy".into(),
            bucket: bucket(replica_settings(wanted, replica, COPIES)),
        }),
        role: replica.map(|_| MadeRole { arn: ROLE.into(), is_able: true, tags: HashMap::new() }),
    }
}

fn read(there: &There, reference: &StateBackendModel) -> StateBackendModel {
    let defaults = BTreeMap::new();
    answer::model(there, (&region("us-west-2"), "states"), Tags::new(&defaults), reference)
}

#[test]
fn a_backend_reads_as_it_was_set_up() {
    let keyed = StateReplica { kms_key_arn: KEY.into(), ..replica() };
    for wanted in [backend(), backend().replica(replica()), backend().kms_key_arn(KEY).replica(keyed)] {
        let found = read(&made(&wanted), &wanted);
        assert_eq!((&found.kms_key_arn, &found.replica), (&wanted.kms_key_arn, &wanted.replica));
        assert_eq!(found.noncurrent_expiration_days, wanted.noncurrent_expiration_days);
        assert_eq!(found.intact, true.into());
        assert_eq!(found.replica_arn.known().is_some(), wanted.replica.known().is_some());
    }
}

#[test]
fn whatever_is_not_as_it_has_to_be_shows() {
    let wanted = backend().replica(replica());
    let check = |spoil: fn(&mut There)| {
        let mut there = made(&wanted);
        spoil(&mut there);
        read(&there, &wanted).intact
    };
    assert_eq!(check(|_| {}), true.into());
    assert_eq!(check(|there| there.bucket.settings.is_versioned = false), false.into());
    assert_eq!(check(|there| there.bucket.settings.policy = None), false.into());
    assert_eq!(check(|there| there.bucket.settings.lifecycle = BTreeMap::new()), false.into());
    assert_eq!(check(|there| there.bucket.settings.replication = None), false.into());
    assert_eq!(check(|there| there.replica.as_mut().unwrap().bucket.settings.policy = None), false.into());
    assert_eq!(check(|there| there.role = None), false.into());
    assert_eq!(check(|there| there.role.as_mut().unwrap().is_able = false), false.into());
}

#[test]
fn what_is_not_intact_is_planned_to_be_mended() {
    let prior = StateBackendModel {
        intact: false.into(),
        replica_arn: COPIES.into(),
        replication_role_arn: Value::Null,
        ..backend().replica(replica())
    };
    let mut planned = prior.clone();
    let (config, prior) = (Config::new(backend().replica(replica())), State::new(prior));
    let told = StateBackend::plan(&mut Draft::new(&config, Some(&prior), &mut planned, &mut Vec::new()));
    assert_eq!(told.to_string(), "");
    assert_eq!(planned.intact, true.into());
    // A role that is gone is made again.
    assert!(planned.replication_role_arn.is_unknown());
    assert_eq!(planned.replica_arn, COPIES.into());
}

#[test]
fn a_copy_that_saves_nothing_is_refused() {
    let validate = |backend: StateBackendModel| StateBackend::validate(&Config::new(backend)).to_string();
    assert_eq!(validate(backend().replica(replica())), "");
    let same_name = StateReplica { name: "states".into(), ..replica() };
    let found = validate(backend().replica(same_name));
    assert!(found.starts_with("error: Copy in the same bucket\n  at replica.name\n"), "{found}");
    let found = validate(backend().kms_key_arn(KEY).replica(replica()));
    assert!(found.starts_with("error: Copy without a key\n  at replica.kms_key_arn\n"), "{found}");

    let same_region = StateReplica { region: region("us-west-2").into(), ..replica() };
    let mut planned = backend().replica(same_region);
    let config = Config::new(planned.clone());
    let found = StateBackend::plan(&mut Draft::new(&config, None, &mut planned, &mut Vec::new()));
    let found = found.to_string();
    assert!(found.starts_with("error: Copy in the same region\n  at replica.region\n"), "{found}");
}

#[test]
fn a_protected_backend_is_not_removed() {
    let destroy = |backend| StateBackend::plan_destroy(&State::new(backend)).to_string();
    let found = destroy(backend());
    assert!(found.starts_with("error: State bucket is protected from removal\n"), "{found}");
    assert_eq!(destroy(backend().deletion_protection(false)), "");
}

#[test]
fn terraform_is_told_all_it_needs_but_the_key_of_the_state() {
    let config = |key: Option<&String>| {
        let config = backend_config("us-west-2", "states", key);
        config.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(config(None), "bucket=states encrypt=true region=us-west-2 use_lockfile=true");
    assert!(config(Some(&KEY.to_owned())).contains(&format!("kms_key_id={KEY}")));
}

#[test]
fn the_role_is_for_one_bucket_and_its_copy() {
    let trusted = trust(ARN, Some("123456789012"));
    assert_eq!(trusted["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"], ARN);
    let permitted = permissions(&backend().replica(replica()), ARN, COPIES);
    let resources: Vec<_> =
        permitted["Statement"].as_array().unwrap().iter().map(|it| it["Resource"].clone()).collect();
    assert_eq!(resources, [ARN.to_owned(), format!("{ARN}/*"), format!("{COPIES}/*")]);
}
