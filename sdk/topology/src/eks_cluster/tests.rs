use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::types::{
    Cluster, ClusterHealth, ClusterIssue, ClusterIssueCode, ClusterStatus, LogSetup, Logging,
    VpcConfigResponse,
};
use sparki_aws::{Nonce, Seen, Tags};
use sparki_core::{Config, Draft, Erased, Model, Path, Plan, State, Value};

use super::requests::{self, Update};
use super::{
    AccessEntry, AuthenticationMode, EksCluster, EksClusterModel, Endpoint, EntryType, LogType, SupportType,
    answer,
};

fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}

/// A cluster as generic planning leaves it: every default filled in.
fn cluster() -> EksClusterModel {
    EksClusterModel::new("main", "arn:aws:iam::123456789012:role/cluster", set(["subnet-1", "subnet-2"]))
        .region("us-east-1".parse::<sparki_aws::Region>().unwrap())
        .version("1.33")
        .endpoint(Endpoint::new().private(true).public(false))
        .log_types(BTreeSet::from([LogType::Api, LogType::Audit]))
        .support_type(SupportType::Standard)
        .deletion_protection(true)
}

fn check_validate(endpoint: Endpoint) -> String {
    EksCluster::validate(&Config::new(cluster().endpoint(endpoint))).to_string()
}

fn check_plan(prior: EksClusterModel, mut planned: EksClusterModel) -> String {
    let (config, prior) = (Config::new(planned.clone()), State::new(prior));
    EksCluster::plan(&mut Draft::new(&config, Some(&prior), &mut planned, &mut Vec::new())).to_string()
}

/// The updates from one cluster to another, one line each: what is sent besides the name.
fn check_updates(prior: &EksClusterModel, planned: &EksClusterModel) -> Vec<String> {
    let line = |update: &Update| match update {
        Update::Version { version, is_forced: true } => format!("version {version} by force"),
        Update::Version { version, is_forced: false } => format!("version {version}"),
        Update::Encryption(encryption) => {
            format!("key {:?}", encryption.provider().and_then(|provider| provider.key_arn()))
        }
        Update::Config(request) => {
            assert_eq!(request.get_name().as_deref(), Some("main"));
            let network = request.get_resources_vpc_config().as_ref().map(|network| {
                format!(
                    "network subnets={:?} groups={:?} private={:?} public={:?} cidrs={:?}",
                    network.subnet_ids(),
                    network.security_group_ids(),
                    network.endpoint_private_access(),
                    network.endpoint_public_access(),
                    network.public_access_cidrs()
                )
            });
            let logs = request.get_logging().as_ref().map(|logging| {
                let setups = logging.cluster_logging().iter();
                let texts: Vec<_> =
                    setups.map(|setup| format!("{:?}={:?}", setup.enabled(), setup.types())).collect();
                format!("logs {}", texts.join(" "))
            });
            let support = request.get_upgrade_policy().as_ref();
            let support = support.map(|policy| format!("support {:?}", policy.support_type()));
            let protection = request.get_deletion_protection().map(|value| format!("protection {value}"));
            let mode = request.get_access_config().as_ref();
            let mode = mode.map(|access| format!("mode {:?}", access.authentication_mode()));
            let shift = request.get_zonal_shift_config().as_ref();
            let shift = shift.map(|shift| format!("shift {:?}", shift.enabled()));
            [network, logs, support, protection, mode, shift]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("; ")
        }
    };
    requests::updates(prior, planned).iter().map(line).collect()
}

fn answered() -> aws_sdk_eks::types::builders::ClusterBuilder {
    let network = VpcConfigResponse::builder()
        .subnet_ids("subnet-2")
        .subnet_ids("subnet-1")
        .endpoint_private_access(true)
        .endpoint_public_access(false);
    let logs = LogSetup::builder().types("api".into()).types("audit".into()).enabled(true).build();
    Cluster::builder()
        .name("main")
        .version("1.33")
        .role_arn("arn:aws:iam::123456789012:role/cluster")
        .resources_vpc_config(network.build())
        .logging(Logging::builder().cluster_logging(logs).build())
        .status(ClusterStatus::Active)
        .arn("arn:aws:eks:us-east-1:123456789012:cluster/main")
}

fn check_answer(cluster: &Cluster, reference: &EksClusterModel) -> EksClusterModel {
    let defaults = BTreeMap::new();
    answer::model(cluster, &"us-east-1".parse().unwrap(), Tags::new(&defaults), reference)
}

#[test]
fn a_public_endpoint_without_ranges_is_a_warning() {
    assert_eq!(
        check_validate(Endpoint::new().public(true)),
        "warning: Cluster open to the world\n  at endpoint.cidrs\n  \"public\" is true and \"cidrs\" is not set, so \
         every address on the internet can reach the API of the cluster. Set \"cidrs\" to the ranges that need it."
    );
    assert_eq!(check_validate(Endpoint::new().public(true).cidrs(set(["10.0.0.0/8"]))), "");
    assert_eq!(check_validate(Endpoint::new().public(true).cidrs(Value::unknown())), "");
    assert_eq!(check_validate(Endpoint::new()), "");
}

#[test]
fn no_ranges_at_all_are_refused() {
    // AWS would take them for the whole internet.
    let check = |cidrs: BTreeSet<String>| {
        let config = cluster().endpoint(Endpoint::new().public(true).cidrs(cidrs));
        let found = sparki_plan::validate(&EksClusterModel::schema(), &config.encode());
        found.iter().filter(|one| one.path == Some(Path::attribute("endpoint").then("cidrs"))).count()
    };
    assert_eq!(check(BTreeSet::new()), 1);
    assert_eq!(check(set(["10.0.0.0/8"])), 0);
}

#[test]
fn a_cluster_that_nothing_can_reach_is_refused() {
    assert_eq!(
        check_validate(Endpoint::new().private(false)),
        "error: Unreachable cluster\n  at endpoint\n  \"private\" and \"public\" are both false, so nothing could reach \
         the API of the cluster. Set one of them to true."
    );
    assert_eq!(check_validate(Endpoint::new().private(false).public(Value::unknown())), "");
}

#[test]
fn the_version_goes_up_by_one_minor_at_a_time() {
    assert_eq!(check_plan(cluster(), cluster().version("1.34")), "");
    assert_eq!(check_plan(cluster(), cluster().version(Value::unknown())), "");
    assert_eq!(
        check_plan(cluster(), cluster().version("1.36")),
        "error: Version out of reach\n  at version\n  The cluster runs 1.33, and \"version\" asks for 1.36. EKS upgrades \
         one minor version at a time: set 1.34, apply, upgrade add-ons and nodes, and go on from there."
    );
    assert_eq!(
        check_plan(cluster(), cluster().version("1.32")),
        "error: Version out of reach\n  at version\n  The cluster runs 1.33, and \"version\" asks for 1.32. EKS cannot \
         go back; set 1.33 or later, or make a new cluster."
    );
}

#[test]
fn a_replacement_is_free_to_choose_its_version_but_not_to_remove_a_protected_cluster() {
    let other = || EksClusterModel { name: "other".into(), ..cluster().version("1.30") };
    assert_eq!(check_plan(cluster().deletion_protection(false), other()), "");
    let resource = Erased::<EksCluster>::importable();
    let prior = State::new(cluster());
    // Configuration holds nothing that AWS decides.
    let wanted = EksClusterModel::new(
        "other",
        "arn:aws:iam::123456789012:role/cluster",
        set(["subnet-1", "subnet-2"]),
    );
    let plan = sparki_plan::plan_instance(&resource, &wanted.encode(), &prior.encode());
    assert_eq!(plan.action, sparki_plan::Action::Replace);
    assert!(plan.diagnostics.to_string().starts_with("error: Cluster is protected from removal"));
}

#[test]
fn a_new_cluster_lets_principals_in_by_entries_unless_told_otherwise() {
    let plan = |config: EksClusterModel| {
        let mut planned = config.clone();
        if planned.authentication_mode.is_null() {
            planned.authentication_mode = Value::unknown();
        }
        let told =
            EksCluster::plan(&mut Draft::new(&Config::new(config), None, &mut planned, &mut Vec::new()));
        assert_eq!(told.to_string(), "");
        planned.authentication_mode
    };
    assert_eq!(plan(cluster()), AuthenticationMode::Api.into());
    let both = AuthenticationMode::ApiAndConfigMap;
    assert_eq!(plan(cluster().authentication_mode(both)), both.into());
    assert!(plan(cluster().authentication_mode(Value::unknown())).is_unknown());
}

#[test]
fn the_way_in_does_not_go_back_to_the_config_map() {
    let with = |mode| cluster().authentication_mode(mode);
    assert_eq!(
        check_plan(with(AuthenticationMode::Api), with(AuthenticationMode::ConfigMap)),
        "error: Authentication mode out of reach\n  at authentication_mode\n  The cluster has the mode API, and \
         \"authentication_mode\" asks for CONFIG_MAP. AWS does not go back; set API, or make a new cluster."
    );
    assert_eq!(check_plan(with(AuthenticationMode::ConfigMap), with(AuthenticationMode::Api)), "");
}

#[test]
fn entries_that_would_count_for_nothing_are_refused() {
    let planned = |mode, entry: AccessEntry| {
        let principal = "arn:aws:iam::123456789012:role/ops".to_owned();
        let entries = BTreeMap::from([(principal, entry)]);
        check_plan(cluster(), cluster().authentication_mode(mode).access_entries(entries))
    };
    let standard = AccessEntry::new().r#type(EntryType::Standard);
    let found = planned(AuthenticationMode::ConfigMap, standard.clone());
    assert!(found.starts_with("error: Access entries without effect\n  at access_entries\n"), "{found}");
    assert_eq!(planned(AuthenticationMode::Api, standard), "");
    let machines = || AccessEntry::new().r#type(EntryType::Ec2Linux);
    let found = planned(AuthenticationMode::Api, machines().kubernetes_groups(set(["ops"])));
    assert!(found.starts_with("error: Access entry of machines with rights\n"), "{found}");
    assert_eq!(planned(AuthenticationMode::Api, machines()), "");
}

#[test]
fn a_key_is_given_in_place_and_exchanged_with_the_cluster() {
    let resource = Erased::<EksCluster>::importable();
    let check = |prior: EksClusterModel, key: Value<String>| {
        let prior = State::new(prior.deletion_protection(false));
        let role = "arn:aws:iam::123456789012:role/cluster";
        let wanted =
            EksClusterModel::new("main", role, set(["subnet-1", "subnet-2"])).deletion_protection(false);
        let wanted = EksClusterModel { kms_key_arn: key, ..wanted };
        sparki_plan::plan_instance(&resource, &wanted.encode(), &prior.encode()).action
    };
    let [one, two] = [1, 2].map(|key| format!("arn:aws:kms:us-east-1:123456789012:key/{key}"));
    assert_eq!(check(cluster(), one.clone().into()), sparki_plan::Action::Update);
    assert_eq!(check(cluster().kms_key_arn(one.clone()), two.into()), sparki_plan::Action::Replace);
    assert_eq!(check(cluster().kms_key_arn(one), Value::Null), sparki_plan::Action::Replace);
}

#[test]
fn a_protected_cluster_is_removed_only_if_aws_failed_to_make_it() {
    let destroy = |model| EksCluster::plan_destroy(&State::new(model)).to_string();
    assert!(
        destroy(cluster())
            .starts_with("error: Cluster is protected from removal\n  at deletion_protection\n")
    );
    assert_eq!(destroy(cluster().deletion_protection(false)), "");
    assert_eq!(destroy(EksClusterModel { status: "FAILED".into(), ..cluster() }), "");
}

#[test]
fn a_new_cluster_is_asked_for_in_one_request() {
    let key = "arn:aws:kms:us-east-1:123456789012:key/1";
    let tags = BTreeMap::from([("team".to_owned(), "core".to_owned())]);
    let request = requests::create(&cluster().kms_key_arn(key), tags, &Nonce::new("n-1"));
    let network = request.get_resources_vpc_config().clone().unwrap();
    assert_eq!(network.subnet_ids(), ["subnet-1", "subnet-2"]);
    assert_eq!(network.endpoint_private_access(), Some(true));
    assert_eq!(network.endpoint_public_access(), Some(false));
    assert_eq!(network.public_access_cidrs, None);
    assert_eq!(network.security_group_ids, None);
    assert_eq!(request.get_client_request_token().as_deref(), Some("n-1"));
    assert_eq!(request.get_deletion_protection(), &Some(true));
    let encryption = request.get_encryption_config().clone().unwrap();
    assert_eq!(encryption[0].provider().unwrap().key_arn(), Some(key));
    assert_eq!(request.get_tags().clone().unwrap()["team"], "core");
}

#[test]
fn an_endpoint_that_configuration_does_not_mention_is_private() {
    let request = requests::create(&cluster().endpoint(Value::Null), BTreeMap::new(), &Nonce::new("n-1"));
    let network = request.get_resources_vpc_config().clone().unwrap();
    assert_eq!(network.endpoint_private_access(), Some(true));
    assert_eq!(network.endpoint_public_access(), Some(false));
}

#[test]
fn every_change_is_an_update_of_its_own_and_in_order() {
    let planned = EksClusterModel { subnet_ids: set(["subnet-3", "subnet-4"]).into(), ..cluster() }
        .version("1.34")
        .endpoint(Endpoint::new().private(true).public(true))
        .log_types(BTreeSet::from([LogType::Api]))
        .support_type(SupportType::Extended)
        .zonal_shift(true)
        .kms_key_arn("arn:aws:kms:us-east-1:123456789012:key/1")
        .authentication_mode(AuthenticationMode::Api)
        .deletion_protection(false);
    let prior = cluster().authentication_mode(AuthenticationMode::ConfigMap).zonal_shift(false);
    assert_eq!(
        check_updates(&prior, &planned),
        [
            "support Some(Extended)",
            "version 1.34",
            "mode Some(ApiAndConfigMap)",
            "mode Some(Api)",
            "network subnets=[] groups=[] private=Some(true) public=Some(true) cidrs=[\"0.0.0.0/0\"]",
            "network subnets=[\"subnet-3\", \"subnet-4\"] groups=[] private=None public=None cidrs=[]",
            "logs Some(true)=[Api] Some(false)=[Audit, Authenticator, ControllerManager, Scheduler]",
            "shift Some(true)",
            "key Some(\"arn:aws:kms:us-east-1:123456789012:key/1\")",
            "protection false",
        ]
    );
    assert!(check_updates(&cluster(), &cluster()).is_empty());
}

#[test]
fn an_answer_reads_as_it_was_planned() {
    let read = check_answer(&answered().build(), &cluster());
    let expected = EksClusterModel {
        id: Value::Known(sparki_core::Id::new("us-east-1/main")),
        arn: "arn:aws:eks:us-east-1:123456789012:cluster/main".into(),
        status: "ACTIVE".into(),
        tags_all: BTreeMap::new().into(),
        ..cluster().oidc_provider(false)
    };
    assert_eq!(read, expected);
}

#[test]
fn everybody_is_the_same_as_no_ranges_unless_they_were_written_down() {
    let network = |ranges: &[&str]| {
        VpcConfigResponse::builder()
            .endpoint_public_access(true)
            .set_public_access_cidrs(Some(ranges.iter().map(|range| (*range).to_owned()).collect()))
            .build()
    };
    let check = |ranges: &[&str], wanted: Value<BTreeSet<String>>| {
        let answer = answered().resources_vpc_config(network(ranges)).build();
        let reference = cluster().endpoint(Endpoint::new().public(true).cidrs(wanted));
        check_answer(&answer, &reference).endpoint.into_known().unwrap().cidrs
    };
    assert_eq!(check(&["0.0.0.0/0"], Value::Null), Value::Null);
    assert_eq!(check(&["0.0.0.0/0"], set(["0.0.0.0/0"]).into()), set(["0.0.0.0/0"]).into());
    assert_eq!(check(&["10.0.0.0/8"], Value::Null), set(["10.0.0.0/8"]).into());
    assert_eq!(check(&["0.0.0.0/0"], set(["10.0.0.0/8"]).into()), set(["0.0.0.0/0"]).into());
}

#[test]
fn what_an_endpoint_does_not_answer_is_what_was_planned() {
    let answer = Cluster::builder().name("main").status(ClusterStatus::Active).build();
    let read = check_answer(&answer, &cluster());
    assert_eq!(
        (read.endpoint, read.support_type, read.deletion_protection, read.log_types),
        (cluster().endpoint, cluster().support_type, cluster().deletion_protection, cluster().log_types)
    );
}

#[test]
fn a_failed_cluster_is_told_with_awss_reason() {
    let issue = ClusterIssue::builder().code(ClusterIssueCode::Other).message("No addresses left.").build();
    let failed = answered()
        .status(ClusterStatus::Failed)
        .health(ClusterHealth::builder().issues(issue).build())
        .build();
    let reason = "The cluster has the status FAILED. AWS's reason: Other: No addresses left.";
    assert_eq!(answer::seen(Some(failed)), Seen::Failed(reason.into()));
    let creating = answered().status(ClusterStatus::Creating).build();
    assert_eq!(answer::seen(Some(creating)), Seen::Pending("CREATING".into()));
    assert_eq!(answer::seen(None), Seen::Missing);
}
