//! Applies of topologies against the time that AWS takes at the least.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use acceptance::{Case, Fixtures, Provider, Setup, StandIn};

use crate::table::Table;

/// How many times as fast as AWS the stand-in is: about half a minute for each apply, so that Terraform's own start is small in it.
const TIME_SCALE: u32 = 24;

/// How long the stand-in takes to make an object, in seconds of AWS's time; `tests/aws-sim` says where each number is from. What is
/// not here takes no time.
fn duration(address: &str) -> u32 {
    /// The first backup: a replica has backups by default here, and AWS takes them only once it is there.
    const BACKUP: u32 = 180;
    match address.split_once('.') {
        Some(("sparki_eks_cluster", _)) => 600,
        Some(("sparki_eks_node_group", _)) => 120,
        Some(("sparki_eks_addon", _)) => 30,
        Some(("sparki_elasticache_redis", _)) => 660,
        // One in another region than its source.
        Some(("sparki_rds_replica", "far")) => 900 + BACKUP,
        Some(("sparki_rds_replica", _)) => 600 + BACKUP,
        _ => 0,
    }
}

/// Which objects depend on which, as Terraform says.
struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    /// Reads what `terraform graph` or `tofu graph` prints: a line `"a" -> "b"` says that a needs b, and a line with a label that a is there.
    fn read(dot: &str) -> Self {
        let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in dot.lines() {
            // OpenTofu writes `[root] a (expand)`.
            let plain =
                |name: &'_ str| name.trim_start_matches("[root] ").trim_end_matches(" (expand)").to_owned();
            let mut quoted = line.split('"').skip(1).step_by(2).map(plain);
            let Some(from) = quoted.next().filter(|it| it.contains('.')) else { continue };
            let needed = needs.entry(from).or_default();
            needed.extend(quoted.next().filter(|_| line.contains("->")));
        }
        Self(needs)
    }

    /// How long the longest way to what an object needs takes, with the object itself.
    fn until(&self, address: &str) -> u32 {
        let needs = self.0.get(address).into_iter().flatten();
        duration(address) + needs.map(|it| self.until(it)).max().unwrap_or(0)
    }

    /// How long the longest way through all of it takes.
    fn critical_path(&self) -> u32 {
        self.0.keys().map(|address| self.until(address)).max().unwrap_or(0)
    }
}

/// Applies two clusters with what is in them, and a topology of one region with a database's copy in another, and compares.
pub(crate) fn measure(table: &mut Table) {
    apply(table, "two clusters", |fixtures, _| ["east", "west"].map(|name| cluster(fixtures, name)).concat());
    apply(table, "a cluster, replicas, Redis", |fixtures, database| {
        [cluster(fixtures, "east"), data(fixtures, database)].concat()
    });
}

fn apply(table: &mut Table, what: &str, configuration: impl FnOnce(&Fixtures, &str) -> String) {
    let aws = StandIn::simulated_at(TIME_SCALE, 0);
    let configuration = configuration(aws.fixtures(), &aws.database());
    aws.come_to_rest();
    let case: Case = Setup::new(&Provider::sparki()).aws(aws).case();
    let _ = case.plan(&configuration);
    let longest = Graph::read(case.terraform().run(&["graph"]).succeeded().stdout()).critical_path();
    assert!(longest > 0, "Terraform's graph has nothing that takes time");
    let started = Instant::now();
    let _ = case.carry_out().succeeded();
    let took = started.elapsed().as_secs_f64() * f64::from(TIME_SCALE);
    case.finish();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_way_counts() {
        let graph = Graph::read(
            "digraph G {\n  rankdir = \"RL\";\n  \"sparki_eks_cluster.a\" [label=\"sparki_eks_cluster.a\"];\n  \
             \"sparki_eks_addon.a\" -> \"sparki_eks_node_group.a\";\n  \"sparki_eks_node_group.a\" -> \"sparki_eks_cluster.a\";\n  \
             \"sparki_elasticache_redis.a\" [label=\"sparki_elasticache_redis.a\"];\n}\n",
        );
        assert_eq!((graph.critical_path(), graph.until("sparki_elasticache_redis.a")), (750, 660));
    }
}
