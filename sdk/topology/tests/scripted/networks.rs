//! EC2 that shows nothing of what it has just made, or does not let itself be looked at.

use sparki_core::{Dynamic, Planned, Reconcile, RemoteErrorKind};
use sparki_topology::Vpc;
use sparki_topology::vpc::VpcModel;

use super::query::{Answer, DENIED, Script, ok};
use crate::planned::Instance;
use crate::support::{aws, operation, region};

fn vpc() -> Planned<VpcModel> {
    let zones = vec!["us-east-1a".to_owned()];
    Planned::new(VpcModel::new("main", "10.0.0.0/16").region(region()).availability_zones(zones))
}

#[tokio::test]
async fn a_vpc_is_in_the_state_before_it_is_waited_for() {
    let made = "<vpc><vpcId>vpc-1</vpcId><state>pending</state><cidrBlock>10.0.0.0/16</cidrBlock><ownerId>1</ownerId></vpc>";
    let script = Script::default().on("CreateVpc", [ok(made)]).on("DescribeVpcs", [ok("<vpcSet/>"), DENIED]);
    let server = script.serve().await;
    let (ctx, call) = operation(&aws(&server.uri()));
    let error = Vpc::create(&ctx, vpc()).await.unwrap_err();
    assert!(error.maybe_applied(), "{error}");
    let recorded = call.recorded().expect("the VPC is there");
    assert_eq!(recorded.attribute("id").as_str(), Some("us-east-1/vpc-1"));
}

#[tokio::test]
async fn a_vpc_that_cannot_be_looked_for_may_be_there() {
    let script = Script::default()
        .on("CreateVpc", [Answer::Error(503, "Unavailable")])
        .on("DescribeVpcs", [ok("<vpcSet/>"), DENIED]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = Vpc::create(&ctx, vpc()).await.unwrap_err();
    assert!(error.maybe_applied(), "{error}");
}

#[tokio::test]
async fn a_vpc_whose_answer_was_lost_may_be_there_although_the_next_one_is_refused() {
    let script = Script::default()
        .on("CreateVpc", [Answer::Error(503, "Unavailable"), Answer::Error(400, "VpcLimitExceeded")])
        .on("DescribeVpcs", [ok("<vpcSet/>")]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = Vpc::create(&ctx, vpc()).await.unwrap_err();
    assert!(error.maybe_applied(), "{error}");
    assert_eq!((error.kind(), script.count("CreateVpc")), (RemoteErrorKind::Other, 2));
}

#[tokio::test]
async fn a_vpc_that_is_refused_at_once_is_not_there() {
    let script = Script::default()
        .on("CreateVpc", [Answer::Error(400, "VpcLimitExceeded")])
        .on("DescribeVpcs", [ok("<vpcSet/>")]);
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let error = Vpc::create(&ctx, vpc()).await.unwrap_err();
    assert!(!error.maybe_applied(), "{error}");
}

#[tokio::test]
async fn a_vpc_that_was_begun_is_not_forgotten_when_nothing_can_be_seen() {
    let script = Script::default().on("DescribeVpcs", [DENIED]).on("DescribeAvailabilityZones", [DENIED]);
    let server = script.serve().await;
    let instance = Instance::new("sparki_vpc", &aws(&server.uri()));
    let mut config = vec![("name", "main".into()), ("cidr", "10.0.0.0/16".into())];
    assert!(!instance.fails_for_good(&config).await);
    config.push(("availability_zones", Dynamic::List(vec!["us-east-1a".into()])));
    assert!(!instance.fails_for_good(&config).await);
    assert_eq!((script.count("DescribeAvailabilityZones"), script.count("DescribeVpcs")), (1, 1));
}
