use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticache::types::{
    CacheCluster, CacheParameterGroupStatus, NodeGroup, NodeGroupMember, PendingModifiedValues,
    ReplicationGroup,
};
use sparki_aws::{Seen, Tags};
use sparki_core::{Config, Draft, Erased, Model, Plan, Secret, State, Value};
use sparki_plan::{Action, plan_instance};

use super::look::Described;
use super::parts::Parts;
use super::requests::{self, Given};
use super::steps::{Shards, Step, Target, shards, steps};
use super::{ElasticacheRedis, ElasticacheRedisModel, Engine, Snapshots, Tls, answer};

fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}

/// A cluster as generic planning leaves it: every default filled in.
pub(super) fn cluster() -> ElasticacheRedisModel {
    ElasticacheRedisModel::new("sessions", set(["subnet-1"]))
        .region("us-east-1".parse::<sparki_aws::Region>().unwrap())
        .description("Managed by Sparki")
        .engine(Engine::Redis)
        .engine_version("7.0")
        .node_type("cache.r6g.xlarge")
        .shards(3)
        .replicas_per_shard(1)
        .multi_az(true)
        .port(6379)
        .tls(Tls::Required)
        .at_rest_encryption(true)
        .snapshots(Snapshots::new().retention_days(7))
        .auto_minor_version_upgrade(true)
        .apply_immediately(true)
        .deletion_protection(true)
}

fn running(version: &str) -> ElasticacheRedisModel {
    ElasticacheRedisModel { engine_version_actual: version.into(), ..cluster() }
}

fn check_validate(config: ElasticacheRedisModel) -> String {
    ElasticacheRedis::validate(&Config::new(config)).to_string()
}

fn check_plan(prior: Option<ElasticacheRedisModel>, mut planned: ElasticacheRedisModel) -> String {
    let (config, prior) = (Config::new(planned.clone()), prior.map(State::new));
    ElasticacheRedis::plan(&mut Draft::new(&config, prior.as_ref(), &mut planned, &mut Vec::new()))
        .to_string()
}

/// The steps from one cluster to another, one line each: what is sent besides the name.
pub(super) fn check_steps(
    prior: &ElasticacheRedisModel,
    planned: &ElasticacheRedisModel,
    target: &Target<'_>,
) -> Vec<String> {
    let count = usize::try_from(*prior.shards.known().unwrap()).unwrap();
    let replicas = i32::try_from(*prior.replicas_per_shard.known().unwrap()).unwrap();
    let there: Shards = (1..=count).map(|shard| (format!("{shard:04}"), replicas)).collect();
    steps(prior, planned, &there, target).iter().map(line).collect()
}

fn line(step: &Step) -> String {
    match step {
        Step::Increase(request) => {
            let shards = request.get_replica_configuration().as_ref().map_or(0, Vec::len);
            format!("increase to {:?} in {shards}", request.get_new_replica_count())
        }
        Step::Decrease(request) => {
            let shards = request.get_replica_configuration().as_ref().map_or(0, Vec::len);
            format!("decrease to {:?} in {shards}", request.get_new_replica_count())
        }
        Step::Reshard(request) => {
            let leaving = request.get_node_groups_to_remove().clone().unwrap_or_default();
            format!("reshard to {:?} without {leaving:?}", request.get_node_group_count())
        }
        Step::Settings(request) | Step::Machines(request) => {
            let parts = [
                request.get_replication_group_description().clone().map(|text| format!("description={text}")),
                request.get_multi_az_enabled().map(|it| format!("multi_az={it}")),
                request.get_snapshot_retention_limit().map(|it| format!("retention={it}")),
                request.get_engine().clone().map(|it| format!("engine={it}")),
                request.get_engine_version().clone().map(|it| format!("version={it}")),
                request.get_cache_parameter_group_name().clone().map(|it| format!("parameters={it}")),
                request.get_cache_node_type().clone().map(|it| format!("nodes={it}")),
                request.get_transit_encryption_enabled().map(|it| format!("tls={it}")),
                request.get_transit_encryption_mode().clone().map(|it| format!("mode={it}")),
                request.get_auth_token_update_strategy().clone().map(|it| format!("password={it}")),
                request.get_user_group_ids_to_add().clone().map(|it| format!("users+{}", it.join(","))),
                request.get_user_group_ids_to_remove().clone().map(|it| format!("users-{}", it.join(","))),
                request.get_remove_user_groups().map(|_| "users-all".to_owned()),
                (request.get_apply_immediately() == &Some(false)).then(|| "later".to_owned()),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    }
}

#[test]
fn backups_and_maintenance_do_not_meet() {
    let at = |daily: &str| {
        cluster().snapshots(Snapshots::new().window(daily)).maintenance_window("sun:05:00-sun:06:00")
    };
    assert_eq!(check_validate(at("03:00-04:00")), "");
    assert!(check_validate(at("05:30-06:30")).contains("AWS refuses windows that overlap"));
}

#[test]
fn passwords_and_users_need_tls() {
    let open = || cluster().tls(Tls::Disabled);
    assert_eq!(check_validate(open()), "");
    assert!(
        check_validate(open().user_group_id("shop")).contains("error: Password without encryption\n  at tls")
    );
    let token = open().auth_token_wo(Secret::from("correct-horse-battery"));
    assert!(check_validate(token).contains("Set it to \"required\" or \"preferred\""));
}

#[test]
fn several_zones_need_replicas() {
    let lone = cluster().replicas_per_shard(0);
    assert!(check_plan(None, lone.clone()).contains("error: Several zones without replicas"));
    assert_eq!(check_plan(None, lone.multi_az(false)), "");
}

#[test]
fn a_version_is_of_its_engine_and_never_lowered() {
    assert_eq!(check_plan(None, cluster()), "");
    assert!(check_plan(None, cluster().engine_version("8.0")).contains("8.0 is a version of valkey"));
    assert_eq!(check_plan(None, cluster().engine(Engine::Valkey).engine_version("7.x")), "");
    let prior = || running("7.1.0").engine_version("7.1");
    assert_eq!(check_plan(Some(prior()), cluster().engine_version("7.x")), "");
    assert!(check_plan(Some(prior()), cluster()).contains("ElastiCache cannot go back; set 7.1 or later"));
    // AWS went on by itself; nobody asks to go back.
    assert_eq!(check_plan(Some(running("7.1.0")), cluster()), "");
}

#[test]
fn a_version_that_is_not_set_is_that_of_the_engine() {
    let check = |prior: Option<ElasticacheRedisModel>, engine: Engine| {
        let mut planned =
            ElasticacheRedisModel { engine_version: Value::unknown(), ..cluster().engine(engine) };
        if let Some(prior) = &prior {
            planned.engine_version = prior.engine_version.clone();
        }
        let config = Config::new(ElasticacheRedisModel { engine_version: Value::Null, ..planned.clone() });
        let prior = prior.map(State::new);
        let told =
            ElasticacheRedis::plan(&mut Draft::new(&config, prior.as_ref(), &mut planned, &mut Vec::new()));
        assert_eq!(told.to_string(), "");
        planned.engine_version
    };
    assert_eq!(check(None, Engine::Redis), "7.0".into());
    assert_eq!(check(None, Engine::Valkey), "8.0".into());
    assert_eq!(check(Some(running("7.1.0").engine_version("7.1")), Engine::Redis), "7.1".into());
    assert_eq!(check(Some(running("7.1.0").engine_version("7.1")), Engine::Valkey), "8.0".into());
}

#[test]
fn a_cluster_goes_on_to_valkey_and_is_made_anew_for_the_way_back() {
    let resource = Erased::<ElasticacheRedis>::importable();
    let check = |prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel| {
        plan_instance(&resource, &planned.encode(), &State::new(prior.clone()).encode()).action
    };
    let redis = ElasticacheRedisModel { engine_version_actual: Value::Null, ..cluster() };
    let valkey = cluster().engine(Engine::Valkey).engine_version("8.0");
    assert_eq!(check(&redis, &valkey), Action::Update);
    assert_eq!(check(&valkey, &redis), Action::Replace);
    assert_eq!(check(&redis, &cluster().port(6380)), Action::Replace);
    assert_eq!(check(&redis, &redis), Action::NoOp);
}

#[test]
fn a_protected_cluster_is_not_removed() {
    let check =
        |cluster: ElasticacheRedisModel| ElasticacheRedis::plan_destroy(&State::new(cluster)).to_string();
    assert!(check(cluster()).contains("error: Cluster is protected from removal\n  at deletion_protection"));
    assert_eq!(check(cluster().deletion_protection(false)), "");
    assert_eq!(check(ElasticacheRedisModel { status: "create-failed".into(), ..cluster() }), "");
}

#[test]
fn a_password_can_only_give_way_to_users() {
    let prior = || Some(running("7.0.7").auth_token_wo_version(1));
    assert!(check_plan(prior(), cluster()).contains("error: Password cannot be taken away"));
    assert_eq!(check_plan(prior(), cluster().user_group_id("shop")), "");
}

#[test]
fn tls_changes_from_redis_7_on() {
    let old = |tls: Tls| running("6.2.6").engine_version("6.2").tls(tls);
    let told = check_plan(Some(old(Tls::Disabled)), old(Tls::Preferred));
    assert!(told.contains("error: Encryption out of reach\n  at tls"), "{told}");
    assert_eq!(check_plan(Some(old(Tls::Disabled)), old(Tls::Disabled)), "");
    assert_eq!(check_plan(Some(running("7.0.7")), cluster().tls(Tls::Preferred)), "");
    let upgraded = || cluster().engine_version("7.0").tls(Tls::Preferred);
    assert_eq!(check_plan(Some(old(Tls::Disabled)), upgraded()), "");
    assert!(!check_plan(Some(old(Tls::Disabled)), upgraded().apply_immediately(false)).is_empty());
}

#[test]
fn subnets_change_in_a_group_of_the_clusters_own() {
    let check = |group: &str| {
        let prior = ElasticacheRedisModel { subnet_group_name: group.into(), ..running("7.0.7") };
        let planned = ElasticacheRedisModel { subnet_ids: set(["subnet-2"]).into(), ..prior.clone() };
        check_plan(Some(prior), planned)
    };
    assert_eq!(check("sessions"), "");
    assert!(check("shared").contains("error: Subnets of another group\n  at subnet_ids"));
}

#[test]
fn a_password_has_characters_that_aws_takes() {
    let schema = ElasticacheRedisModel::schema();
    let check = |token: &str| {
        let attribute = schema.attribute("auth_token_wo").expect("it is an attribute");
        attribute.validators.iter().all(|validator| validator.check(&token.into()).is_ok())
    };
    assert!(check("correct-horse-battery") && check("Aa0!&#$^<>-correct-horse"));
    assert!(!check("correct horse battery") && !check("correct@horse/battery"));
}

#[test]
fn a_cluster_is_asked_for_in_one_request() {
    let (tags, token) = (BTreeMap::new(), Secret::from("correct-horse-battery"));
    let given = Given {
        version: "7.0",
        subnet_group: "sessions",
        parameter_group: "sessions-redis7",
        tags: &tags,
        token: Some(&token),
    };
    let request = requests::create(&cluster(), &given);
    assert_eq!((request.get_num_node_groups(), request.get_replicas_per_node_group()), (&Some(3), &Some(1)));
    assert_eq!(request.get_engine_version().as_deref(), Some("7.0"));
    assert_eq!(request.get_cache_parameter_group_name().as_deref(), Some("sessions-redis7"));
    assert_eq!(request.get_auth_token().as_deref(), Some("correct-horse-battery"));
    assert_eq!(
        (request.get_transit_encryption_enabled(), request.get_transit_encryption_mode()),
        (&Some(true), &None)
    );
    assert_eq!((request.get_snapshot_retention_limit(), request.get_port()), (&Some(7), &Some(6379)));
}

#[test]
fn nothing_is_sent_for_a_cluster_that_stays_as_it_is() {
    assert_eq!(check_steps(&cluster(), &cluster(), &Target::default()), [] as [&str; 0]);
}

#[test]
fn replicas_come_before_what_needs_them_and_go_after_it() {
    let (one, none) = (cluster(), cluster().replicas_per_shard(0).multi_az(false));
    assert_eq!(check_steps(&none, &one, &Target::default()), ["increase to Some(1) in 0", "multi_az=true"]);
    assert_eq!(check_steps(&one, &none, &Target::default()), ["multi_az=false", "decrease to Some(0) in 0"]);
}

#[test]
fn shards_that_lack_replicas_are_named() {
    let there: Shards =
        [("0001", 1), ("0002", 2), ("0003", 3)].map(|(name, count)| (name.to_owned(), count)).into();
    let planned = cluster().replicas_per_shard(2);
    let lines: Vec<_> = steps(&cluster(), &planned, &there, &Target::default()).iter().map(line).collect();
    assert_eq!(lines, ["increase to None in 1", "decrease to None in 1"]);
}

#[test]
fn shards_that_go_get_no_replicas() {
    let steps = |planned| check_steps(&cluster(), &planned, &Target::default());
    assert_eq!(
        steps(cluster().shards(2).replicas_per_shard(2)),
        ["increase to None in 2", "reshard to Some(2) without [\"0003\"]"]
    );
}

#[test]
fn shards_that_get_no_replicas_go_before_the_others_are_spread_over_zones() {
    let prior = cluster().replicas_per_shard(0).multi_az(false);
    let spread = cluster().shards(2).replicas_per_shard(1);
    assert_eq!(
        check_steps(&prior, &spread, &Target::default()),
        ["increase to None in 2", "reshard to Some(2) without [\"0003\"]", "multi_az=true"]
    );
}

#[test]
fn a_group_with_cluster_mode_disabled_is_no_cluster() {
    let is_cluster = |enabled: Option<bool>| {
        answer::is_cluster(&ReplicationGroup::builder().set_cluster_enabled(enabled).build())
    };
    assert!(is_cluster(Some(true)) && is_cluster(None) && !is_cluster(Some(false)));
}

#[test]
fn a_step_that_was_taken_is_known_by_what_there_is() {
    let there =
        |counts: [(&str, i32); 2]| -> Shards { counts.map(|(name, count)| (name.to_owned(), count)).into() };
    let (before, after) = (there([("0001", 1), ("0002", 2)]), there([("0001", 2), ("0002", 2)]));
    let planned = cluster().shards(2).replicas_per_shard(2);
    let steps = steps(&cluster().shards(2), &planned, &before, &Target::default());
    assert_eq!(steps.iter().map(line).collect::<Vec<_>>(), ["increase to None in 1"]);
    assert!(!steps[0].is_done(&before) && steps[0].is_done(&after));
}

#[test]
fn the_last_shards_go_first() {
    let steps = |planned| check_steps(&cluster(), &planned, &Target::default());
    assert_eq!(steps(cluster().shards(5)), ["reshard to Some(5) without []"]);
    assert_eq!(steps(cluster().shards(1)), ["reshard to Some(1) without [\"0002\", \"0003\"]"]);
    assert_eq!(
        steps(cluster().shards(1).replicas_per_shard(0).multi_az(false)),
        ["multi_az=false", "reshard to Some(1) without [\"0002\", \"0003\"]", "decrease to Some(0) in 0"]
    );
}

#[test]
fn a_version_takes_its_parameters_along_and_waits_if_it_may() {
    let planned = cluster().engine(Engine::Valkey).engine_version("8.0").node_type("cache.r7g.large");
    let target = Target {
        version: Some("8.0".into()),
        parameter_group: Some("sessions-valkey8".into()),
        ..Target::default()
    };
    assert_eq!(
        check_steps(&cluster(), &planned, &target),
        ["engine=valkey version=8.0 parameters=sessions-valkey8", "nodes=cache.r7g.large"]
    );
    let later = planned.apply_immediately(false).description("new");
    assert_eq!(
        check_steps(&cluster(), &later, &target),
        [
            "description=new",
            "engine=valkey version=8.0 parameters=sessions-valkey8 later",
            "nodes=cache.r7g.large later"
        ]
    );
}

#[test]
fn tls_goes_through_a_time_in_which_clients_may_choose() {
    let steps = |from, to| check_steps(&cluster().tls(from), &cluster().tls(to), &Target::default());
    assert_eq!(steps(Tls::Disabled, Tls::Required), ["tls=true mode=preferred", "tls=true mode=required"]);
    assert_eq!(steps(Tls::Required, Tls::Disabled), ["tls=true mode=preferred", "tls=false"]);
    assert_eq!(steps(Tls::Required, Tls::Preferred), ["tls=true mode=preferred"]);
}

#[test]
fn a_password_is_rotated_and_then_set() {
    let token = Secret::from("staple-correct-horse");
    let target = Target { token: Some(&token), ..Target::default() };
    let with = |version: i64| cluster().auth_token_wo_version(version);
    let users = |group: &str| cluster().user_group_id(group);
    assert_eq!(check_steps(&with(1), &with(2), &target), ["password=ROTATE", "password=SET"]);
    assert_eq!(check_steps(&with(1), &with(1), &target), [] as [&str; 0]);
    assert_eq!(check_steps(&with(1), &users("shop"), &Target::default()), ["password=DELETE users+shop"]);
    // What AWS says counts, which state may not have.
    let guarded = Target { has_token: Some(true), ..Target::default() };
    assert_eq!(check_steps(&cluster(), &users("shop"), &guarded), ["password=DELETE users+shop"]);
    assert_eq!(check_steps(&users("shop"), &users("store"), &Target::default()), ["users+store users-shop"]);
    assert_eq!(check_steps(&users("shop"), &with(1), &target), ["password=SET users-all"]);
    assert_eq!(check_steps(&users("shop"), &cluster(), &Target::default()), ["users-shop"]);
    // Without TLS there is none, so it comes first.
    assert_eq!(
        check_steps(&cluster().tls(Tls::Disabled), &with(1), &target),
        ["tls=true mode=preferred", "tls=true mode=required", "password=ROTATE", "password=SET"]
    );
}

fn shard(name: &str, nodes: usize) -> NodeGroup {
    let nodes = (0..nodes).map(|_| NodeGroupMember::builder().build()).collect();
    NodeGroup::builder().node_group_id(name).status("available").set_node_group_members(Some(nodes)).build()
}

pub(super) fn described(version: &str) -> Described {
    let group = ReplicationGroup::builder()
        .replication_group_id("sessions")
        .status("available")
        .engine("redis")
        .cache_node_type("cache.r6g.xlarge")
        .node_groups(shard("0001", 2))
        .node_groups(shard("0002", 2))
        .build();
    let parameters =
        CacheParameterGroupStatus::builder().cache_parameter_group_name("sessions-redis7").build();
    let node = CacheCluster::builder().engine_version(version).cache_parameter_group(parameters).build();
    Described { node: Some(node), ..Described::bare(group) }
}

fn read(described: &Described, reference: &ElasticacheRedisModel) -> ElasticacheRedisModel {
    let defaults = BTreeMap::new();
    answer::model(described, &"us-east-1".parse().unwrap(), Tags::new(&defaults), reference)
}

#[test]
fn a_version_reads_as_it_was_asked_for() {
    let version = |wanted: &str, actual: &str| {
        read(&described(actual), &cluster().engine_version(wanted)).engine_version
    };
    assert_eq!(version("7.0", "7.0.7"), "7.0".into());
    assert_eq!(version("7.x", "7.1.0"), "7.x".into());
    assert_eq!(version("7.0", "7.1.0"), "7.0".into());
    assert_eq!(version("7.1", "7.0.7"), "7.0".into());
    assert_eq!(version("7.0", "8.0.1"), "8.0".into());
    assert_eq!(read(&described("7.0.7"), &cluster()).engine_version_actual, "7.0.7".into());
}

#[test]
fn what_waits_for_the_maintenance_window_is_not_drift() {
    let mut described = described("7.0.7");
    let pending =
        PendingModifiedValues::builder().engine_version("8.0.1").cache_node_type("cache.r7g.large").build();
    described.node.as_mut().unwrap().pending_modified_values = Some(pending);
    let planned = cluster().engine(Engine::Valkey).engine_version("8.0").node_type("cache.r7g.large");
    let read = read(&described, &planned);
    assert_eq!((&read.engine, &read.engine_version), (&planned.engine, &planned.engine_version));
    assert_eq!(read.node_type, planned.node_type);
    assert_eq!(read.engine_version_actual, "7.0.7".into());
    let parameters = Parts::parameters_of(&described.group, described.node.as_ref().unwrap());
    assert_eq!(parameters.as_deref(), Some("sessions-valkey8"));
}

#[test]
fn shards_with_another_number_of_replicas_show() {
    let mut described = described("7.0.7");
    assert_eq!(read(&described, &cluster()).replicas_per_shard, 1.into());
    described.group.node_groups.as_mut().unwrap().push(shard("0003", 3));
    assert_eq!(read(&described, &cluster()).replicas_per_shard, 2.into());
    let counts: Vec<_> = shards(&described.group).into_values().collect();
    assert_eq!(counts, [1, 1, 2]);
}

#[test]
fn a_window_counts_only_where_it_was_chosen() {
    let mut described = described("7.0.7");
    described.group.snapshot_window = Some("03:00-04:00".into());
    let window = |reference: Snapshots| {
        read(&described, &cluster().snapshots(reference)).snapshots.into_known().unwrap().window
    };
    assert_eq!(window(Snapshots::new()), Value::Null);
    assert_eq!(window(Snapshots::new().window("01:00-02:00")), "03:00-04:00".into());
}

#[test]
fn a_password_that_is_gone_is_sent_again() {
    let mut described = described("7.0.7");
    let reference = cluster().auth_token_wo_version(3);
    described.group.auth_token_enabled = Some(true);
    assert_eq!(read(&described, &reference).auth_token_wo_version, 3.into());
    described.group.auth_token_enabled = Some(false);
    assert_eq!(read(&described, &reference).auth_token_wo_version, Value::Null);
}

#[test]
fn a_cluster_is_usable_when_all_of_it_is() {
    let check = |status: &str, shard: &str| {
        let mut group = described("7.0.7").group;
        group.status = Some(status.into());
        group.node_groups.as_mut().unwrap()[1].status = Some(shard.into());
        match answer::seen(Some(group)) {
            Seen::Reached(_) => "reached".to_owned(),
            Seen::Pending(status) => status,
            Seen::Missing => "missing".to_owned(),
            Seen::Failed(reason) => reason,
        }
    };
    assert_eq!(check("available", "available"), "reached");
    assert_eq!(check("available", "modifying"), "available, with the shard 0002 modifying");
    assert_eq!(check("snapshotting", "available"), "snapshotting");
    assert!(check("create-failed", "creating").contains("which makes it anew"));
}
