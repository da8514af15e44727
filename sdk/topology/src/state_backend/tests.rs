use std::collections::{BTreeMap, HashMap};

use sparki_aws::Tags;
use sparki_core::{Config, Draft, Plan, State, Value};

use super::answer::{Belongings, Copied, MadeRole, There};
use super::lock::{LockTable, Setup};
use super::requests::{Copies, backend_config, permissions, replica_settings, settings, trust};
use super::{StateBackend, StateBackendModel, StateReplica, answer};
use crate::s3::Bucket;

const ARN: &str = "arn:aws:s3:::states";
const COPIES: &str = "arn:aws:s3:::states-copy";
const TABLE: &str = "arn:aws:dynamodb:us-west-2:123456789012:table/locks";
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
        table: wanted.lock_table.known().map(|name| LockTable {
            name: name.clone(),
            arn: TABLE.into(),
            setup: Setup::wanted(wanted),
            tags: HashMap::new(),
        }),
    }
}

fn read(there: &There, reference: &StateBackendModel) -> StateBackendModel {
    let defaults = BTreeMap::new();
    answer::model(there, (&region("us-west-2"), "states"), Tags::new(&defaults), reference)
}

#[test]
fn a_backend_reads_as_it_was_set_up() {
    let keyed = StateReplica { kms_key_arn: KEY.into(), ..replica() };
    let locked = backend().lock_table("locks");
    for wanted in [backend(), backend().replica(replica()), backend().kms_key_arn(KEY).replica(keyed), locked]
    {
        let found = read(&made(&wanted), &wanted);
        assert_eq!((&found.kms_key_arn, &found.replica), (&wanted.kms_key_arn, &wanted.replica));
        assert_eq!(found.noncurrent_expiration_days, wanted.noncurrent_expiration_days);
        assert_eq!(found.intact, true.into());
        assert_eq!(found.replica_arn.known().is_some(), wanted.replica.known().is_some());
        assert_eq!(found.lock_table, wanted.lock_table);
        assert_eq!(found.lock_table_arn.known().is_some(), wanted.lock_table.known().is_some());
    }
}

#[test]
fn whatever_is_not_as_it_has_to_be_shows() {
    let wanted = backend().replica(replica()).lock_table("locks");
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
    assert_eq!(check(|there| there.table.as_mut().unwrap().setup.is_recoverable = false), false.into());
    assert_eq!(check(|there| there.table.as_mut().unwrap().setup.is_protected = false), false.into());
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
    let config = |table: Option<&str>, key: Option<&String>| {
        let table = table.map(str::to_owned);
        let config = backend_config(("us-west-2", "states"), table.as_ref(), key);
        config.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(config(None, None), "bucket=states encrypt=true region=us-west-2 use_lockfile=true");
    let locked = "bucket=states dynamodb_table=locks encrypt=true region=us-west-2";
    assert_eq!(config(Some("locks"), None), locked);
    assert!(config(None, Some(&KEY.to_owned())).contains(&format!("kms_key_id={KEY}")));
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

#[test]
fn a_table_without_its_bucket_is_not_forgotten() {
    let reference = backend().lock_table("locks").replica(replica());
    let there = made(&reference);
    let left = Belongings { replica: None, role: None, table: there.table };
    let found = answer::without_bucket(&left, &reference);
    assert_eq!((found.lock_table, found.lock_table_arn), ("locks".into(), TABLE.into()));
    assert_eq!((found.intact, found.replica_arn), (false.into(), Value::Null));
    assert!(!left.are_gone());
    assert!(Belongings { table: None, ..left }.are_gone());
}

#[test]
fn a_table_that_is_gone_is_planned_to_be_made_again() {
    let prior = StateBackendModel { lock_table: Value::Null, lock_table_arn: Value::Null, ..backend() };
    let config = Config::new(backend().lock_table("locks"));
    let mut planned = prior.clone().lock_table("locks");
    let prior = State::new(prior);
    let told = StateBackend::plan(&mut Draft::new(&config, Some(&prior), &mut planned, &mut Vec::new()));
    assert_eq!(told.to_string(), "");
    assert!(planned.lock_table_arn.is_unknown());
}
