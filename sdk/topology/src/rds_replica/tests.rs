use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDbInstanceInputBuilder;
use aws_sdk_rds::types::{
    DbInstance, DbInstanceStatusInfo, DbParameterGroupStatus, DbSubnetGroup, PendingModifiedValues, Subnet,
};
use sparki_aws::{Region, Seen, Tags};
use sparki_core::{Config, Draft, Erased, Model, Plan, State, Value};
use sparki_plan::{Action, plan_instance};

use super::answer::{self, Changes, Described};
use super::parts::Parts;
use super::preflight::check_backups;
use super::requests::{self, Given, Target};
use super::source::Source;
use super::{RdsReplica, RdsReplicaModel};

const ABROAD: &str = "arn:aws:rds:eu-west-1:123456789012:db:shop";

fn region() -> Region {
    "us-east-1".parse().unwrap()
}

fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}

/// A replica as generic planning leaves it: every default filled in.
fn replica() -> RdsReplicaModel {
    RdsReplicaModel::new("reader", "shop")
        .region(region())
        .multi_az(false)
        .backup_retention_days(30)
        .monitoring_interval_seconds(0)
        .performance_insights(false)
        .publicly_accessible(false)
        .iam_database_authentication(false)
        .auto_minor_version_upgrade(true)
        .promoted(false)
        .apply_immediately(true)
        .deletion_protection(true)
        .final_snapshot(true)
}

fn running(version: &str) -> RdsReplicaModel {
    RdsReplicaModel {
        engine_version_actual: version.into(),
        engine_version: version.into(),
        storage_gib: 100.into(),
        ..replica()
    }
}

fn check_validate(config: RdsReplicaModel) -> String {
    RdsReplica::validate(&Config::new(config)).to_string()
}

fn check_plan(prior: RdsReplicaModel, mut planned: RdsReplicaModel) -> String {
    let (config, prior) = (Config::new(planned.clone()), State::new(prior));
    RdsReplica::plan(&mut Draft::new(&config, Some(&prior), &mut planned, &mut Vec::new())).to_string()
}

/// What is sent besides the identifier, of what these tests are about.
fn check_update(prior: &RdsReplicaModel, planned: &RdsReplicaModel) -> String {
    let version = "15.5".parse().unwrap();
    let target = Target { version: Some(&version), storage_gib: Some(100), ..Target::default() };
    requests::update(prior, planned, &target).map_or_else(|| "nothing".to_owned(), |request| line(&request))
}

fn line(request: &ModifyDbInstanceInputBuilder) -> String {
    let parts = [
        request.get_db_instance_class().clone().map(|it| format!("class={it}")),
        request.get_engine_version().clone().map(|it| format!("version={it}")),
        request.get_multi_az().map(|it| format!("multi_az={it}")),
        request.get_storage_type().clone().map(|it| format!("storage={it}")),
        request.get_allocated_storage().map(|it| format!("gib={it}")),
        request.get_max_allocated_storage().map(|it| format!("most={it}")),
        request.get_iops().map(|it| format!("iops={it}")),
        request.get_db_port_number().map(|it| format!("port={it}")),
        request.get_backup_retention_period().map(|it| format!("retention={it}")),
        request.get_monitoring_interval().map(|it| format!("monitoring={it}")),
        request.get_monitoring_role_arn().clone().map(|_| "role".to_owned()),
        request.get_enable_performance_insights().map(|it| format!("insights={it}")),
        request.get_performance_insights_retention_period().map(|it| format!("insights_days={it}")),
        request.get_deletion_protection().map(|it| format!("protected={it}")),
        (request.get_apply_immediately() == &Some(false)).then(|| "later".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[test]
fn backups_and_maintenance_do_not_meet() {
    let at = |daily: &str| replica().backup_window(daily).maintenance_window("sun:05:00-sun:06:00");
    assert_eq!(check_validate(at("03:00-03:30")), "");
    assert!(check_validate(at("05:30-06:00")).contains("AWS refuses windows that overlap"));
}

#[test]
fn monitoring_needs_a_role() {
    let watched = || replica().monitoring_interval_seconds(30);
    assert!(check_validate(watched()).contains("error: Monitoring without a role\n  at monitoring_role_arn"));
    assert_eq!(check_validate(watched().monitoring_role_arn("arn:aws:iam::123456789012:role/rds")), "");
}

#[test]
fn parameters_come_from_one_group() {
    let parameters = BTreeMap::from([("work_mem".to_owned(), "65536".to_owned())]);
    let named =
        |name: &str| check_validate(replica().parameters(parameters.clone()).parameter_group_name(name));
    assert!(named("shared").contains("error: Two sources of parameters\n  at parameter_group_name"));
    assert_eq!(named("reader-postgres15"), "");
    assert_eq!(check_validate(replica().parameter_group_name("shared")), "");
}

#[test]
fn a_promotion_is_for_good() {
    let promoted = || running("15.5").promoted(true);
    assert_eq!(check_plan(running("15.5"), promoted()), "");
    assert!(
        check_plan(promoted(), running("15.5")).contains("error: Promotion cannot be undone\n  at promoted")
    );
    // A new replica follows its source again.
    assert_eq!(check_plan(promoted(), RdsReplicaModel { source: "store".into(), ..running("15.5") }), "");
    let elsewhere = RdsReplicaModel { source: "store".into(), ..promoted() };
    assert_eq!(check_plan(promoted(), elsewhere), "");
}

#[test]
fn storage_only_grows() {
    assert_eq!(check_plan(running("15.5"), running("15.5").storage_gib(200)), "");
    let told = check_plan(running("15.5"), running("15.5").storage_gib(50));
    assert!(told.contains("The replica has 100 GiB, and \"storage_gib\" asks for 50"), "{told}");
    assert!(
        check_plan(running("15.5"), running("15.5").max_storage_gib(100))
            .contains("Limit of the storage too low")
    );
}

#[test]
fn a_replica_goes_on_to_later_minor_versions() {
    let to = |version: &str| check_plan(running("15.5"), running("15.5").engine_version(version));
    assert_eq!(to("15.7"), "");
    assert_eq!(to("15"), "");
    assert!(to("15.4").contains("RDS cannot go back; set 15.5 or later"));
    assert!(to("16.1").contains("Upgrade the source to another major version"));
    let mysql = |version: &str| RdsReplicaModel { engine: "mysql".into(), ..running(version) };
    assert_eq!(check_plan(mysql("8.0.35"), mysql("8.0.35").engine_version("8.0.36")), "");
    assert!(
        check_plan(mysql("8.0.35"), mysql("8.0.35").engine_version("8.4"))
            .contains("Upgrade the source to another")
    );
}

#[test]
fn another_source_makes_a_new_replica() {
    let resource = Erased::<RdsReplica>::importable();
    let check = |planned: &RdsReplicaModel| {
        plan_instance(&resource, &planned.encode(), &State::new(replica()).encode()).action
    };
    assert_eq!(check(&replica()), Action::NoOp);
    assert_eq!(check(&replica().instance_class("db.r6i.large")), Action::Update);
    assert_eq!(check(&replica().subnet_ids(set(["subnet-1", "subnet-2"]))), Action::Replace);
    assert_eq!(check(&replica().port(5433)), Action::Update);
    assert_eq!(check(&RdsReplicaModel { source: "store".into(), ..replica() }), Action::Replace);
    let is_kept = |prior: RdsReplicaModel| {
        let other = RdsReplicaModel { source: "store".into(), ..replica().promoted(true) };
        plan_instance(&resource, &other.encode(), &State::new(prior).encode()).action
    };
    assert_eq!(is_kept(replica()), Action::Replace);
    assert_eq!(is_kept(replica().promoted(true)), Action::Update);
}

#[test]
fn what_is_not_measured_is_not_kept() {
    let kept = |replica: RdsReplicaModel| check_validate(replica.performance_insights_retention_days(31));
    assert_eq!(kept(replica().performance_insights(true)), "");
    let unset = || RdsReplicaModel { performance_insights: Value::Null, ..replica() };
    for off in [replica(), unset()] {
        let told = kept(off);
        assert!(told.contains("error: Retention without Performance Insights"), "{told}");
    }
    let schema = RdsReplicaModel::schema();
    let check = |days: i64| {
        let config = replica().performance_insights(true).performance_insights_retention_days(days);
        schema.attribute("performance_insights_retention_days").map(|attribute| {
            let value = config.performance_insights_retention_days.encode();
            attribute.validators.iter().all(|validator| validator.check(&value).is_ok())
        })
    };
    assert_eq!([7, 31, 713, 731].map(check), [Some(true); 4]);
    assert_eq!([8, 30, 100, 730].map(check), [Some(false); 4]);
}

#[test]
fn replicas_that_cannot_have_backups_are_told() {
    let check = |engine: &str, version: &str, days: i64| {
        let source = DbInstance::builder().engine(engine).engine_version(version).build();
        check_backups(&source, &replica().backup_retention_days(days)).is_some()
    };
    assert!(check("postgres", "13.20", 30) && check("sqlserver-ee", "15.00.4153.1.v1", 30));
    assert!(
        !check("postgres", "13.20", 0) && !check("postgres", "14.1", 30) && !check("mysql", "8.0.35", 30)
    );
}

#[test]
fn what_would_be_lost_is_not_removed() {
    let check = |replica: RdsReplicaModel| RdsReplica::plan_destroy(&State::new(replica)).to_string();
    assert!(check(replica()).contains("error: Replica is protected from removal\n  at deletion_protection"));
    let open = || replica().deletion_protection(false);
    assert_eq!(check(open()), "");
    assert!(check(open().promoted(true)).contains("error: Last snapshot without a name"));
    assert_eq!(check(open().promoted(true).final_snapshot(false)), "");
    assert_eq!(check(open().promoted(true).final_snapshot_name("reader-final")), "");
    assert_eq!(check(RdsReplicaModel { status: "failed".into(), ..replica() }), "");
}

#[test]
fn a_source_is_named_as_rds_wants_it() {
    let here = "arn:aws:rds:us-east-1:123456789012:db:shop";
    let name = |source: &'static str| Source::read(source).name_in(&region(), None);
    assert_eq!([name("shop"), name(ABROAD), name(here)], [Some("shop"), Some(ABROAD), Some("shop")]);
    // With subnets of its own it takes the ARN, which an identifier alone does not tell.
    let name = |source: &'static str| Source::read(source).name_in(&region(), Some("reader"));
    assert_eq!([name("shop"), name(ABROAD), name(here)], [None, Some(ABROAD), Some(here)]);
    assert!(Source::read(ABROAD).is_abroad(&region()) && !Source::read("shop").is_abroad(&region()));
}

#[test]
fn a_replica_is_asked_for_with_its_protection() {
    let given = Given { source: ABROAD, subnet_group: Some("reader"), tags: &BTreeMap::new() };
    let request = requests::create(&replica(), &given);
    assert_eq!(request.get_source_db_instance_identifier().as_deref(), Some(ABROAD));
    assert_eq!(request.get_db_subnet_group_name().as_deref(), Some("reader"));
    assert_eq!(request.get_deletion_protection(), &Some(true));
}

#[test]
fn what_waits_is_let_go_when_nothing_is_to_wait() {
    let check = |target: &Target<'_>, from: bool, to: bool| {
        let (prior, planned) = (replica().apply_immediately(from), replica().apply_immediately(to));
        requests::update(&prior, &planned, target).is_some()
    };
    let waiting = Target { is_waiting: true, ..Target::default() };
    assert!(check(&waiting, false, true));
    assert!(!check(&waiting, true, true) && !check(&waiting, true, false));
    assert!(!check(&Target::default(), false, true));
}

#[test]
fn a_version_that_waits_and_is_not_wanted_any_more_is_taken_back() {
    let check = |(from, from_now): (&str, bool), (to, to_now): (&str, bool)| {
        let pending = "15.7".parse().unwrap();
        let target = Target {
            version: Some(&pending),
            running: Some("15.5"),
            storage_gib: Some(100),
            is_waiting: true,
            ..Target::default()
        };
        let [prior, planned] =
            [(from, from_now), (to, to_now)].map(|(version, now)| running(version).apply_immediately(now));
        let request = requests::update(&prior, &planned, &target);
        request.map_or_else(|| "nothing".to_owned(), |request| line(&request))
    };
    assert_eq!(check(("15.7", false), ("15.5", true)), "version=15.5");
    assert_eq!(check(("15.7", false), ("15.5", false)), "version=15.5 later");
    assert_eq!(check(("15.5", false), ("15.5", true)), "version=15.5");
    // Another one takes its place.
    assert_eq!(check(("15.7", false), ("15.6", true)), "version=15.6");
    // It is still wanted, or nothing of this plan is about the version.
    assert_eq!(check(("15.7", false), ("15", true)), "");
    assert_eq!(check(("15.5", false), ("15.5", false)), "nothing");
}

#[test]
fn only_what_changes_is_sent() {
    let prior = running("15.5").storage_type("gp3").iops(3000).instance_class("db.r6i.large");
    assert_eq!(check_update(&prior, &prior), "nothing");
    assert_eq!(check_update(&prior, &prior.clone().instance_class("db.r6i.xlarge")), "class=db.r6i.xlarge");
    assert_eq!(check_update(&prior, &prior.clone().engine_version("15.7")), "version=15.7");
    assert_eq!(check_update(&prior, &prior.clone().engine_version("15")), "nothing");
    assert_eq!(check_update(&prior, &prior.clone().iops(6000)), "gib=100 iops=6000");
    assert_eq!(check_update(&prior, &prior.clone().port(5433)), "port=5433");
    assert_eq!(
        check_update(&prior, &prior.clone().multi_az(true).apply_immediately(false)),
        "multi_az=true later"
    );
}

#[test]
fn storage_that_has_grown_by_itself_stays_as_it_is() {
    let prior = running("15.5").max_storage_gib(500);
    assert_eq!(check_update(&prior, &prior.clone().storage_gib(80)), "nothing");
    assert_eq!(check_update(&prior, &prior.clone().storage_gib(200)), "gib=200");
    let fixed = RdsReplicaModel { max_storage_gib: Value::Null, ..prior.clone() };
    assert_eq!(check_update(&prior, &fixed), "most=100");
}

#[test]
fn measurements_are_sent_with_their_role() {
    let role = "arn:aws:iam::123456789012:role/rds";
    let watched = replica().monitoring_interval_seconds(30).monitoring_role_arn(role);
    assert_eq!(check_update(&replica(), &watched), "monitoring=30 role");
    assert_eq!(check_update(&watched, &replica()), "monitoring=0");
    let insights = replica().performance_insights(true).performance_insights_retention_days(31);
    assert_eq!(check_update(&replica(), &insights), "insights=true insights_days=31");
    assert_eq!(check_update(&insights, &replica()), "insights=false");
}

fn instance(version: &str) -> DbInstance {
    DbInstance::builder()
        .db_instance_identifier("reader")
        .db_instance_status("available")
        .engine("postgres")
        .engine_version(version)
        .allocated_storage(120)
        .db_instance_class("db.r6i.large")
        .read_replica_source_db_instance_identifier("shop")
        .build()
}

/// An instance of 15.5 of which something is different.
fn with(change: impl FnOnce(&mut DbInstance)) -> DbInstance {
    let mut instance = instance("15.5");
    change(&mut instance);
    instance
}

fn read(instance: DbInstance, reference: &RdsReplicaModel) -> RdsReplicaModel {
    let defaults = BTreeMap::new();
    let described = Described { instance, parameters: Some(BTreeMap::new()) };
    answer::model(&described, &region(), Tags::new(&defaults), reference)
}

#[test]
fn what_waits_for_the_maintenance_window_is_not_drift() {
    let pending = PendingModifiedValues::builder()
        .engine_version("15.7")
        .db_instance_class("db.r6i.xlarge")
        .multi_az(true)
        .allocated_storage(200)
        .port(5433)
        .build();
    let instance = with(|it| {
        it.pending_modified_values = Some(pending);
    });
    let planned = replica().engine_version("15.7");
    let read = read(instance, &planned);
    assert_eq!((read.engine_version, read.engine_version_actual), ("15.7".into(), "15.5".into()));
    assert_eq!((read.instance_class, read.multi_az), ("db.r6i.xlarge".into(), true.into()));
    assert_eq!((read.storage_gib, read.port), (200.into(), 5433.into()));
}

#[test]
fn another_major_version_of_the_source_is_drift() {
    let version = |engine: &str, actual: &str, wanted: &str| {
        let mut instance = instance(actual);
        instance.engine = Some(engine.into());
        read(instance, &replica().engine_version(wanted)).engine_version
    };
    assert_eq!(version("mysql", "8.4.3", "8.0"), "8.4.3".into());
    assert_eq!(version("mysql", "8.0.36", "8.0"), "8.0".into());
    assert_eq!(version("postgres", "15.7", "15"), "15".into());
}

#[test]
fn protection_is_recorded_as_it_was_asked_for() {
    let seen = RdsReplicaModel { status: "creating".into(), ..replica().deletion_protection(false) };
    let recorded = answer::recorded(seen, &replica());
    assert_eq!((recorded.status, recorded.deletion_protection), ("creating".into(), true.into()));
}

#[test]
fn storage_that_has_grown_is_not_drift() {
    let size = |most: Option<i32>, wanted: i64| {
        let instance = with(|it| {
            it.max_allocated_storage = most;
        });
        read(instance, &replica().storage_gib(wanted)).storage_gib
    };
    assert_eq!(size(Some(500), 100), 100.into());
    // It has grown up to its limit, or the limit was taken away afterwards.
    assert_eq!(size(Some(120), 100), 100.into());
    assert_eq!(size(None, 100), 100.into());
    assert_eq!(size(Some(500), 150), 120.into());
}

#[test]
fn a_replica_without_a_source_is_promoted() {
    assert_eq!(read(instance("15.5"), &replica()).promoted, false.into());
    let alone = with(|it| {
        it.read_replica_source_db_instance_identifier = None;
    });
    let read = read(alone, &replica());
    assert_eq!((read.promoted, read.source), (true.into(), "shop".into()));
}

#[test]
fn a_source_reads_as_it_was_written() {
    let source = |actual: &str, written: &str| {
        let instance = with(|it| {
            it.read_replica_source_db_instance_identifier = Some(actual.into());
        });
        read(instance, &RdsReplicaModel { source: written.into(), ..replica() }).source
    };
    let here = "arn:aws:rds:us-east-1:123456789012:db:shop";
    assert_eq!(source("shop", here), here.into());
    assert_eq!(source(ABROAD, ABROAD), ABROAD.into());
    assert_eq!(source(ABROAD, "shop"), ABROAD.into());
}

#[test]
fn groups_belong_to_a_replica_by_their_names() {
    let group = |name: &str| {
        let groups = DbParameterGroupStatus::builder().db_parameter_group_name(name).build();
        let instance = with(|it| {
            it.db_parameter_groups = Some(vec![groups]);
        });
        Parts::own_parameter_group(&instance).is_some()
    };
    assert!(group("reader-postgres15"));
    assert!(!group("default.postgres15") && !group("reader-shared") && !group("shop-postgres15"));
    let subnet = Subnet::builder().subnet_identifier("subnet-9").build();
    let subnets = |name: &str| {
        let group = DbSubnetGroup::builder().db_subnet_group_name(name).subnets(subnet.clone()).build();
        let instance = with(|it| {
            it.db_subnet_group = Some(group);
        });
        read(instance, &replica().subnet_ids(set(["subnet-1"]))).subnet_ids
    };
    assert_eq!(subnets("reader"), set(["subnet-9"]).into());
    assert_eq!(subnets("shop"), set(["subnet-1"]).into());
}

#[test]
fn a_broken_replication_is_told() {
    let told = |normal: bool| {
        let info = DbInstanceStatusInfo::builder()
            .status_type("read replication")
            .normal(normal)
            .status("terminated")
            .message("The source is gone.")
            .build();
        answer::broken(&with(|it| {
            it.status_infos = Some(vec![info]);
        }))
    };
    assert_eq!(told(true), None);
    assert_eq!(
        told(false).as_deref(),
        Some("Its replication has the status terminated. AWS's reason: The source is gone.")
    );
}

#[test]
fn an_instance_is_usable_when_nothing_is_on_its_way() {
    let check = |status: &str, changes: Changes| {
        let pending = PendingModifiedValues::builder().multi_az(true).build();
        let instance = with(|it| {
            it.db_instance_status = Some(status.into());
            it.pending_modified_values = Some(pending);
        });
        match answer::seen(Some(instance), changes) {
            Seen::Reached(_) => "reached".to_owned(),
            Seen::Pending(status) => status,
            Seen::Missing => "missing".to_owned(),
            Seen::Failed(reason) => reason,
        }
    };
    assert_eq!(check("available", Changes::Begun), "reached");
    assert_eq!(check("available", Changes::All), "available, with changes on their way");
    assert_eq!(check("backing-up", Changes::Begun), "backing-up");
    assert!(check("incompatible-network", Changes::All).contains("Its events in RDS say why"));
    assert!(
        check("incompatible-parameters", Changes::Begun).contains("correct \"parameters\" and apply again")
    );
    let foreign = with(|it| {
        it.db_instance_status = Some("incompatible-parameters".into());
        it.db_parameter_groups =
            Some(vec![DbParameterGroupStatus::builder().db_parameter_group_name("shared").build()]);
    });
    let Seen::Failed(told) = answer::seen(Some(foreign), Changes::Begun) else { panic!("it is usable") };
    assert!(told.contains("correct the parameter group \"shared\""), "{told}");
    assert!(check("stopped", Changes::Begun).contains("Start it in RDS and apply again"));
}
