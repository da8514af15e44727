//! What AWS does with peerings and moto does not: answers with one that there is already, fails, takes its time to end.

use std::collections::BTreeSet;
use std::sync::Arc;

use sparki_core::{Planned, Reconcile, RemoteErrorKind, State};
use sparki_topology::VpcPeering;
use sparki_topology::vpc_peering::{PeeringMember, VpcPeeringModel};

use super::query::{Answer, Script, ok};
use crate::support::{Begun, aws, operation, operation_after, region};

fn peering() -> VpcPeeringModel {
    let side = |vpc: &str| PeeringMember::new(vpc, BTreeSet::new()).region(region());
    VpcPeeringModel::new(side("vpc-1"), side("vpc-2")).dns_resolution(true)
}

/// A peering of this status, with somebody else's tags.
const OTHERS: &str = "<vpcPeeringConnection><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>\
     <requesterVpcInfo><vpcId>vpc-1</vpcId><ownerId>1</ownerId><region>us-east-1</region></requesterVpcInfo>\
     <accepterVpcInfo><vpcId>vpc-2</vpcId><ownerId>1</ownerId><region>us-east-1</region></accepterVpcInfo>\
     <status><code>active</code></status></vpcPeeringConnection>";
const SHOWN: &str = "<vpcPeeringConnectionSet><item><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>\
     <requesterVpcInfo><vpcId>vpc-1</vpcId><ownerId>1</ownerId><region>us-east-1</region></requesterVpcInfo>\
     <accepterVpcInfo><vpcId>vpc-2</vpcId><ownerId>1</ownerId><region>us-east-1</region></accepterVpcInfo>\
     <status><code>active</code></status></item></vpcPeeringConnectionSet>";
const NONE: &str = "<vpcPeeringConnectionSet/>";
const VPC: &str = "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>";

fn script() -> Script {
    Script::default().on("DescribeVpcs", [ok(VPC)]).on("DescribeRouteTables", [ok("<routeTableSet/>")])
}

#[tokio::test]
async fn a_peering_that_aws_answers_instead_of_a_new_one_is_not_taken_over() {
    let script = script().on("CreateVpcPeeringConnection", [ok(OTHERS)]).on(
        "DescribeVpcPeeringConnections",
        // None of this attempt and none in either direction, and then the one that there is all the same.
        [ok(NONE), ok(NONE), ok(NONE), ok(SHOWN)],
    );
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let error = VpcPeering::create(&ctx, Planned::new(peering())).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Conflict);
    assert!(error.to_string().contains("terraform import <address> us-east-1/pcx-1"), "{error}");
    assert!(call.recorded().is_none(), "what is somebody else's is not in the state");
}

#[tokio::test]
async fn a_peering_that_is_there_already_is_told_before_another_is_asked_for() {
    let script = script().on("DescribeVpcPeeringConnections", [ok(SHOWN)]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let error = VpcPeering::create(&ctx, Planned::new(peering())).await.unwrap_err();
    assert!(error.to_string().contains("AWS allows only one"), "{error}");
    assert!(call.recorded().is_none());
}

#[tokio::test]
async fn a_peering_that_aws_fails_is_an_error_with_its_reason_and_gone_with_the_next_read() {
    let begun = Arc::new(Begun::default());
    // The mark of the first attempt.
    let mark = begun.first();
    let told = |status: &str| {
        format!(
            "<vpcPeeringConnectionId>pcx-2</vpcPeeringConnectionId>\
             <requesterVpcInfo><vpcId>vpc-1</vpcId><ownerId>1</ownerId></requesterVpcInfo>\
             <accepterVpcInfo><vpcId>vpc-2</vpcId><ownerId>1</ownerId></accepterVpcInfo>\
             <status><code>{status}</code><message>Overlapping CIDR range.</message></status>\
             <tagSet><item><key>sparki:owner</key><value>{mark}</value></item></tagSet>"
        )
    };
    let made = format!("<vpcPeeringConnection>{}</vpcPeeringConnection>", told("initiating-request"));
    let failed =
        format!("<vpcPeeringConnectionSet><item>{}</item></vpcPeeringConnectionSet>", told("failed"));
    let script = script()
        .on("CreateVpcPeeringConnection", [ok(&made)])
        .on("DescribeVpcPeeringConnections", [ok(&failed)]);
    let server = script.serve().await;
    let (ctx, call) = operation_after(&aws(&server.uri()), begun);
    let error = VpcPeering::create(&ctx, Planned::new(peering())).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("The peering has the status failed. AWS's reason: Overlapping CIDR range."),
        "{error}"
    );
    let recorded = call.recorded().expect("the peering is there");
    assert_eq!(recorded.attribute("id").as_str(), Some("us-east-1/pcx-2"));
    let prior = VpcPeeringModel { vpc_peering_connection_id: "pcx-2".into(), ..peering() };
    assert_eq!(VpcPeering::read(&ctx, State::new(prior)).await.unwrap(), None);
}

#[tokio::test]
async fn what_an_earlier_process_has_made_is_not_forgotten_for_a_route_that_is_in_the_way() {
    let begun = Arc::new(Begun::default());
    let mark = begun.first();
    let made = SHOWN.replace(
        "</item>",
        &format!("<tagSet><item><key>sparki:owner</key><value>{mark}</value></item></tagSet></item>"),
    );
    let tables = "<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><routeSet><item>\
                  <destinationCidrBlock>10.1.0.0/16</destinationCidrBlock><transitGatewayId>tgw-1</transitGatewayId>\
                  </item></routeSet></item></routeTableSet>";
    let script = Script::default()
        .on("DescribeVpcs", [ok(VPC)])
        .on("DescribeRouteTables", [ok(tables)])
        .on("DescribeVpcPeeringConnections", [ok(&made)]);
    let server = script.serve().await;
    let (ctx, _) = operation_after(&aws(&server.uri()), begun);
    let cidr = BTreeSet::from(["10.1.0.0/16".to_owned()]);
    let requester = PeeringMember::new("vpc-1", BTreeSet::from(["rtb-1".to_owned()])).region(region());
    let accepter = PeeringMember::new("vpc-2", BTreeSet::new()).region(region()).cidrs(cidr);
    let error = VpcPeering::create(&ctx, Planned::new(VpcPeeringModel::new(requester, accepter))).await;
    let error = error.unwrap_err();
    assert!(error.kind() == RemoteErrorKind::Conflict && error.maybe_applied(), "{error}");
    let told = error.into_diagnostics().to_string();
    assert!(told.contains("leads to tgw-1"), "{told}");
}

#[tokio::test]
async fn a_removal_waits_until_the_peering_has_ended() {
    let deleting = "<vpcPeeringConnectionSet><item><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>\
                    <status><code>deleting</code></status></item></vpcPeeringConnectionSet>";
    let script = script()
        .on("DeleteVpcPeeringConnection", [ok("<return>true</return>"), Answer::Error(400, "Twice")])
        .on("DescribeVpcPeeringConnections", [ok(SHOWN), ok(SHOWN), ok(deleting), ok(deleting), ok(NONE)]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let prior = VpcPeeringModel { vpc_peering_connection_id: "pcx-1".into(), ..peering() };
    VpcPeering::delete(&ctx, State::new(prior)).await.unwrap();
    let requests = server.received_requests().await.expect("requests are kept");
    let looks = requests.iter().filter(|it| String::from_utf8_lossy(&it.body).contains("DescribeVpcPeering"));
    assert!(looks.count() >= 5, "it ended before the peering did");
}
