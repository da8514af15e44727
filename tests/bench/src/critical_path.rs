//! An apply of a topology against the time that AWS takes at the least.

use std::time::Instant;

use acceptance::{Provider, Setup, StandIn};

use crate::table::Table;

/// How many times as fast as AWS the stand-in is: half a minute of twelve, so that Terraform's own start is small in it.
const TIME_SCALE: u32 = 24;

/// The longest way through the graph, in seconds of AWS's time: a cluster takes 600 and a node group 120, as the stand-in
/// has them. Add-ons, pod identities and the second cluster's way are shorter or beside it.
const CRITICAL_PATH: f64 = 720.0;

/// Applies two clusters with what is in them, and compares.
pub(crate) fn measure(table: &mut Table) {
    let aws = StandIn::simulated_at(TIME_SCALE, 0);
    let fixtures = aws.fixtures().clone();
    let case = Setup::new(&Provider::sparki()).aws(aws).case();
    let regions = ["east", "west"].map(|name| {
        format!(
            "resource \"sparki_eks_cluster\" \"{name}\" {{
  name = \"{name}\"
  role_arn = {:?}
  subnet_ids = {:?}
  deletion_protection = false
}}
resource \"sparki_eks_node_group\" \"{name}\" {{
  for_each = toset([\"general\", \"builds\"])
  cluster_name = sparki_eks_cluster.{name}.name
  name = each.value
  role_arn = {:?}
  subnet_ids = {:?}
}}
resource \"sparki_eks_addon\" \"{name}\" {{
  for_each = toset([\"kube-proxy\", \"vpc-cni\"])
  cluster_name = sparki_eks_cluster.{name}.name
  name = each.value
}}
resource \"sparki_eks_pod_identity\" \"{name}\" {{
  cluster_name = sparki_eks_cluster.{name}.name
  namespace = \"web\"
  service_account = \"shop\"
  role_arn = \"arn:aws:iam::123456789012:role/shop\"
}}
",
            fixtures.cluster_role_arn, fixtures.subnet_ids, fixtures.node_role_arn, fixtures.subnet_ids
        )
    });
    let _ = case.plan(&regions.concat());
    let started = Instant::now();
    let _ = case.carry_out().succeeded();
    let took = started.elapsed().as_secs_f64() * f64::from(TIME_SCALE);
    case.finish();
    let command = format!("terraform apply plan; time {TIME_SCALE} times as fast");
    table.row(["two clusters applied, seconds of AWS", &format!("{took:.0}"), "", &command]);
    table.row(["the same / critical path", &format!("{:.2}", took / CRITICAL_PATH), "<= 1.10", ""]);
}
