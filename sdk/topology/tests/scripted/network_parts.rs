//! The parts of a VPC that EC2 does not change as it is asked to, or that others use.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Change, Planned, Reconcile, RemoteErrorKind, State, Value};
use sparki_topology::Vpc;
use sparki_topology::vpc::{Access, FlowLogs, Nat, Tier, TierSubnets, Traffic, VpcModel};

use super::query::{Answer, Script, ok};
use crate::support::{aws, operation, region};

const DONE: &str = "<return>true</return>";
const ZONE: &str = "us-east-1a";

/// A VPC with one subnet, which reaches nothing, as it is in a state.
fn vpc() -> VpcModel {
    let subnets = TierSubnets {
        ids: vec!["subnet-1".to_owned()].into(),
        cidrs: vec!["10.0.0.0/20".to_owned()].into(),
        route_table_ids: vec!["rtb-1".to_owned()].into(),
    };
    let model = VpcModel::new("main", "10.0.0.0/16")
        .region(region())
        .availability_zones(vec![ZONE.to_owned()])
        .tiers(BTreeMap::from([("data".to_owned(), Tier::new(4).access(Access::Isolated))]))
        .nat(Nat::None)
        .endpoints(BTreeSet::new());
    VpcModel {
        vpc_id: "vpc-1".into(),
        subnets: BTreeMap::from([("data".to_owned(), subnets)]).into(),
        ..model
    }
}

/// The tags of a part of the VPC.
fn tags(part: &str) -> String {
    let tags = [("sparki:owner", "m-1"), ("sparki:part", part), ("sparki:access", "isolated")];
    let tag = |(key, value)| format!("<item><key>{key}</key><value>{value}</value></item>");
    format!("<tagSet>{}</tagSet>", tags.map(tag).concat())
}

/// A route table with these tags, of which subnets use it by associations.
fn table((id, tags): (&str, &str), users: &[(&str, &str)]) -> String {
    let user = |(subnet, association): &(&str, &str)| {
        format!(
            "<item><subnetId>{subnet}</subnetId><routeTableAssociationId>{association}</routeTableAssociationId></item>"
        )
    };
    let users: String = users.iter().map(user).collect();
    format!("<item><routeTableId>{id}</routeTableId>{tags}<associationSet>{users}</associationSet></item>")
}

fn tables<const N: usize>(tables: [String; N]) -> Answer {
    ok(&format!("<routeTableSet>{}</routeTableSet>", tables.concat()))
}

fn subnets<const N: usize>(subnets: [(&str, &str); N]) -> Answer {
    let subnet = |(id, tags)| {
        format!(
            "<item><subnetId>{id}</subnetId><cidrBlock>10.0.0.0/20</cidrBlock>\
             <availabilityZone>{ZONE}</availabilityZone>{tags}</item>"
        )
    };
    ok(&format!("<subnetSet>{}</subnetSet>", subnets.map(subnet).concat()))
}

fn isolated(users: &[(&str, &str)]) -> String {
    table(("rtb-1", &tags("routes/isolated")), users)
}

/// EC2 that knows the VPC, its subnet, and nothing else of it.
fn known() -> Script {
    let vpc = format!("<item><vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock>{}</item>", tags("vpc"));
    let on = "<value>true</value>";
    let dns =
        format!("<enableDnsSupport>{on}</enableDnsSupport><enableDnsHostnames>{on}</enableDnsHostnames>");
    Script::default()
        .on("DescribeVpcs", [ok(&format!("<vpcSet>{vpc}</vpcSet>"))])
        .on("DescribeVpcAttribute", [ok(&dns)])
        .on("DescribeSecurityGroups", [ok("")])
        .on("DescribeInternetGateways", [ok("")])
        .on("DescribeSubnets", [subnets([("subnet-1", &tags(&format!("subnet/data/{ZONE}")))])])
        .on("DescribeAddresses", [ok("")])
        .on("DescribeNatGateways", [ok("")])
        .on("DescribeRouteTables", [tables([isolated(&[("subnet-1", "rtbassoc-1")])])])
        .on("DescribeVpcEndpoints", [ok("")])
        .on("DescribeFlowLogs", [ok("")])
        .on("CreateTags", [ok(DONE)])
}

fn unchanged() -> Change<VpcModel> {
    Change { prior: State::new(vpc()), planned: Planned::new(vpc()) }
}

#[tokio::test]
async fn a_subnet_whose_association_was_replaced_already_has_its_table() {
    let former = table(("rtb-0", &tags(&format!("routes/private/{ZONE}"))), &[("subnet-1", "rtbassoc-0")]);
    let replaced = tables([isolated(&[("subnet-1", "rtbassoc-1")])]);
    let script = known()
        .on("DescribeRouteTables", [tables([former, isolated(&[])]), replaced, tables([])])
        .on("ReplaceRouteTableAssociation", [Answer::Error(400, "InvalidAssociationID.NotFound")])
        .on("DeleteRouteTable", [ok(DONE)]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let updated = Vpc::update(&ctx, unchanged()).await.unwrap();
    assert_eq!(updated.deviations, Vec::new().into());
    assert_eq!((script.count("ReplaceRouteTableAssociation"), script.count("DeleteRouteTable")), (1, 1));
}

#[tokio::test]
async fn what_others_reach_by_a_table_is_kept_as_long_as_they_use_it() {
    let nat = format!(
        "<natGatewaySet><item><natGatewayId>nat-1</natGatewayId><subnetId>subnet-1</subnetId><state>available</state>\
         {}</item></natGatewaySet>",
        tags(&format!("nat/{ZONE}"))
    );
    let private = table(("rtb-2", &tags(&format!("routes/private/{ZONE}"))), &[("subnet-9", "rtbassoc-9")]);
    let script = known()
        .on("DescribeNatGateways", [ok(&nat)])
        .on("DescribeSubnets", [subnets([("subnet-9", "")])])
        .on("DescribeRouteTables", [tables([private])]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let stop = async {
        while script.count("DescribeRouteTables") < 3 {
            tokio::task::yield_now().await;
        }
        call.stop.cancel();
    };
    let (deleted, ()) = tokio::join!(Vpc::delete(&ctx, State::new(vpc())), stop);
    let error = deleted.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Cancelled);
    assert!(error.to_string().contains("rtb-2 in use by subnet-9"), "{error}");
    assert_eq!((script.count("DeleteNatGateway"), script.count("DisassociateRouteTable")), (0, 0));
}

#[tokio::test]
async fn a_table_that_others_begin_to_use_is_not_taken_from_them() {
    let in_use = tables([isolated(&[("subnet-9", "rtbassoc-9")])]);
    let script = known()
        .on("DescribeSubnets", [subnets([("subnet-9", "")])])
        .on("DescribeRouteTables", [tables([isolated(&[])]), in_use])
        .on("DeleteRouteTable", [Answer::Error(400, "DependencyViolation"), ok(DONE)])
        .on("DeleteVpc", [ok(DONE)]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    Vpc::delete(&ctx, State::new(vpc())).await.unwrap();
    assert_eq!((script.count("DeleteRouteTable"), script.count("DisassociateRouteTable")), (2, 0));
}

#[tokio::test]
async fn a_flow_log_that_is_gone_is_removed_and_one_that_is_refused_is_not() {
    let log = format!(
        "<flowLogSet><item><flowLogId>fl-1</flowLogId><logDestination>arn:aws:s3:::logs</logDestination>\
         <trafficType>ALL</trafficType><maxAggregationInterval>600</maxAggregationInterval>{}</item></flowLogSet>",
        tags("flow-log")
    );
    let unsuccessful = |code: &str| {
        ok(&format!(
            "<unsuccessful><item><resourceId>fl-1</resourceId><error><code>{code}</code><message>No.</message></error>\
             </item></unsuccessful>"
        ))
    };
    let script = known().on("DescribeFlowLogs", [ok(&log)]).on(
        "DeleteFlowLogs",
        [unsuccessful("InvalidFlowLogId.NotFound"), unsuccessful("UnauthorizedOperation")],
    );
    let server = script.serve().await;
    let aws = aws(&server.uri());
    let (ctx, _) = operation(&aws);
    let updated = Vpc::update(&ctx, unchanged()).await.unwrap();
    assert_eq!((&updated.flow_log_id, &updated.deviations), (&Value::Null, &Vec::new().into()));
    let (ctx, call) = operation(&aws);
    let error = Vpc::update(&ctx, unchanged()).await.unwrap_err();
    assert_eq!((error.kind(), call.recorded()), (RemoteErrorKind::PermissionDenied, None));
    assert!(error.to_string().contains("The flow log could not be removed: No"), "{error}");
}

#[tokio::test]
async fn a_flow_log_that_is_refused_is_told_in_awss_words() {
    let refused = "<unsuccessful><item><resourceId>vpc-1</resourceId><error><code>LogDestinationPermissionIssueException\
                   </code><message>The bucket is somebody else's.</message></error></item></unsuccessful>";
    let script = known().on("CreateFlowLogs", [ok(refused)]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let logs = FlowLogs::new("arn:aws:s3:::logs").traffic(Traffic::All).aggregation_seconds(600);
    let change = Change { prior: State::new(vpc()), planned: Planned::new(vpc().flow_logs(logs)) };
    let error = Vpc::update(&ctx, change).await.unwrap_err();
    assert!(
        error.to_string().contains("The flow log could not be made: The bucket is somebody else's"),
        "{error}"
    );
    assert_eq!(script.count("CreateFlowLogs"), 1);
}
