//! Applies of topologies against the time that AWS takes at the least.

use std::time::Instant;

use acceptance::{Case, Fixtures, Provider, Setup, StandIn};

use crate::table::Table;

/// How many times as fast as AWS the stand-in is: about half a minute for each apply, so that Terraform's own start is small in it.
const TIME_SCALE: u32 = 24;

/// How long the stand-in takes to make things, in seconds of AWS's time; `tests/aws-sim` says where each is from.
const CLUSTER: u32 = 600;
const NODE_GROUP: u32 = 120;
const ADD_ON: u32 = 30;
const REPLICA: u32 = 600;
const REPLICA_ELSEWHERE: u32 = 900;
/// The first backup: a replica has backups by default here, and AWS takes them only once it is there.
const BACKUP: u32 = 180;
const REDIS: u32 = 660;

/// The ways through the graph of two clusters with what is in them. Pod identities take no time.
const CLUSTERS: [&[u32]; 2] = [&[CLUSTER, NODE_GROUP, ADD_ON], &[CLUSTER, ADD_ON]];

/// The ways through the graph of one of each: keys, secrets and security groups take no time, and the rest is beside each other.
const TOPOLOGY: [&[u32]; 4] =
    [&[CLUSTER, NODE_GROUP, ADD_ON], &[REPLICA, BACKUP], &[REPLICA_ELSEWHERE, BACKUP], &[REDIS]];

/// Applies two clusters with what is in them, and a topology of one region with a database's copy in another, and compares.
pub(crate) fn measure(table: &mut Table) {
    apply(table, "two clusters", &CLUSTERS, |fixtures, _| {
        ["east", "west"].map(|name| cluster(fixtures, name)).concat()
    });
    apply(table, "a cluster, replicas, Redis", &TOPOLOGY, |fixtures, database| {
        [cluster(fixtures, "east"), data(fixtures, database)].concat()
    });
}

fn apply(
    table: &mut Table,
    what: &str,
    ways: &[&[u32]],
    configuration: impl FnOnce(&Fixtures, &str) -> String,
) {
    let aws = StandIn::simulated_at(TIME_SCALE, 0);
    let configuration = configuration(aws.fixtures(), &aws.database());
    aws.come_to_rest();
    let case: Case = Setup::new(&Provider::sparki()).aws(aws).case();
    let _ = case.plan(&configuration);
    let started = Instant::now();
    let _ = case.carry_out().succeeded();
    let took = started.elapsed().as_secs_f64() * f64::from(TIME_SCALE);
    case.finish();
    let longest = ways.iter().map(|way| way.iter().sum::<u32>()).max().expect("there are ways");
    let command = format!("terraform apply plan; time {TIME_SCALE} times as fast");
    table.row([&format!("{what}, seconds of AWS"), &format!("{took:.0}"), "", &command]);
    let ratio = took / f64::from(longest);
    table.row([&format!("the same / critical path of {longest} s"), &format!("{ratio:.2}"), "<= 1.10", ""]);
}

/// A cluster with two node groups, add-ons before and after them, and a pod identity.
fn cluster(fixtures: &Fixtures, name: &str) -> String {
    let Fixtures { cluster_role_arn, node_role_arn, subnet_ids, .. } = fixtures;
    format!(
        "resource \"sparki_eks_cluster\" \"{name}\" {{
  name = \"{name}\"
  role_arn = {cluster_role_arn:?}
  subnet_ids = {subnet_ids:?}
  deletion_protection = false
}}
resource \"sparki_eks_node_group\" \"{name}\" {{
  for_each = toset([\"general\", \"builds\"])
  cluster_name = sparki_eks_cluster.{name}.name
  name = each.value
  role_arn = {node_role_arn:?}
  subnet_ids = {subnet_ids:?}
}}
resource \"sparki_eks_addon\" \"{name}\" {{
  for_each = toset([\"kube-proxy\", \"vpc-cni\"])
  cluster_name = sparki_eks_cluster.{name}.name
  name = each.value
}}
resource \"sparki_eks_addon\" \"{name}_names\" {{
  cluster_name = sparki_eks_cluster.{name}.name
  name = \"coredns\"
  depends_on = [sparki_eks_node_group.{name}]
}}
resource \"sparki_eks_pod_identity\" \"{name}\" {{
  cluster_name = sparki_eks_cluster.{name}.name
  namespace = \"web\"
  service_account = \"shop\"
  role_arn = \"arn:aws:iam::123456789012:role/shop\"
}}
"
    )
}

/// Redis behind a security group with a password, and replicas of a database in its region and in another.
fn data(fixtures: &Fixtures, database: &str) -> String {
    let subnet_ids = &fixtures.subnet_ids;
    format!(
        "resource \"sparki_elasticache_redis\" \"it\" {{
  name = \"sessions\"
  node_type = \"cache.r6g.large\"
  shards = 2
  subnet_ids = {subnet_ids:?}
  auth_token_wo = \"correct-horse-battery\"
  auth_token_wo_version = 1
  deletion_protection = false
}}
resource \"sparki_rds_replica\" \"near\" {{
  identifier = \"near\"
  source = {database:?}
  instance_class = \"db.r6i.large\"
  deletion_protection = false
}}
resource \"sparki_rds_replica\" \"far\" {{
  region = \"us-west-2\"
  identifier = \"far\"
  source = \"arn:aws:rds:us-east-1:123456789012:db:{database}\"
  instance_class = \"db.r6i.large\"
  deletion_protection = false
}}
"
    )
}
