//! VPCs, which moto plays.

use serde_json::json;
use sparki_core::{Dynamic, Import, Planned, Reconcile, RemoteErrorKind, State};
use sparki_plan::Action;
use sparki_topology::Vpc;
use sparki_topology::vpc::VpcModel;

use super::stand_in::StandIn;
use crate::planned::{Instance, map, set};
use crate::support::operation;

fn tier(newbits: i64, access: &str) -> Dynamic {
    Dynamic::object([("newbits", newbits.into()), ("access", access.into())])
}

fn tiers<const N: usize>(tiers: [(&str, Dynamic); N]) -> Dynamic {
    Dynamic::Map(tiers.map(|(name, tier)| (name.to_owned(), tier)).into())
}

fn flow_logs(traffic: &str) -> Dynamic {
    Dynamic::object([
        ("destination_arn", "arn:aws:logs:us-east-1:123456789012:log-group:network".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/network".into()),
        ("traffic", traffic.into()),
        ("aggregation_seconds", 60.into()),
    ])
}

fn list(texts: &[&str]) -> Dynamic {
    Dynamic::List(texts.iter().map(|text| Dynamic::from(*text)).collect())
}

fn config() -> Vec<(&'static str, Dynamic)> {
    vec![("name", "main".into()), ("cidr", "10.20.0.0/16".into()), ("availability_zone_count", 2.into())]
}

fn state(instance: &Instance) -> State<VpcModel> {
    let state = sparki_core::Model::decode(&instance.state, &sparki_core::Path::root());
    State::new(state.expect("a state is a model"))
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_vpc() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let mut instance = Instance::new("sparki_vpc", &stand_in.aws);
    let mut config = config();
    assert_eq!(instance.apply(&config).await, Action::Create);
    let changes = [
        ("tags", map([("team", "edge")])),
        ("name", "other".into()),
        ("nat", "per_zone".into()),
        ("endpoints", set(["s3", "dynamodb", "sts"])),
        // Moto cannot remove an endpoint that was moved to another route table.
        ("endpoints", set(["sts"])),
        ("flow_logs", flow_logs("ALL")),
        ("flow_logs", flow_logs("REJECT")),
        ("availability_zone_count", 3.into()),
        ("tags", Dynamic::Null),
        (
            "tiers",
            tiers([
                ("public", tier(4, "public")),
                ("private", tier(2, "private")),
                ("data", tier(6, "private")),
                ("more", tier(8, "isolated")),
            ]),
        ),
        ("nat", "none".into()),
        ("endpoints", set([])),
        ("flow_logs", Dynamic::Null),
        ("tiers", tiers([("private", tier(2, "private"))])),
    ];
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        assert_eq!(instance.apply(&config).await, Action::Update, "{name}");
    }
    config.retain(|(name, _)| *name != "availability_zone_count");
    config.push(("availability_zones", list(&["us-east-1b", "us-east-1d"])));
    assert_eq!(instance.apply(&config).await, Action::Update);

    let id = "us-east-1/".to_owned() + vpc_id(&instance);
    assert_eq!(instance.imported(&id).await, instance.state);
    let (ctx, _) = operation(&stand_in.aws);
    Vpc::delete(&ctx, state(&instance)).await.unwrap();
    Vpc::delete(&ctx, state(&instance)).await.unwrap();
    assert_eq!(Vpc::read(&ctx, state(&instance)).await.unwrap(), None);
    let missing = Vpc::import(&ctx, vpc_id(&instance)).await.unwrap_err();
    assert_eq!(missing.kind(), RemoteErrorKind::NotFound);
}

fn vpc_id(instance: &Instance) -> &str {
    instance.state.attribute("vpc_id").as_str().expect("it has an id")
}

#[tokio::test]
async fn a_vpc_has_one_of_everything_whatever_becomes_of_the_answers() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let lost = |operation: &str| json!({"kind": "lost_answer", "operation": operation, "count": 1});
    let operations = [
        "CreateVpc",
        "CreateInternetGateway",
        "AttachInternetGateway",
        "CreateSubnet",
        "AllocateAddress",
        "CreateNatGateway",
        "CreateRouteTable",
        "CreateRoute",
        "AssociateRouteTable",
        "CreateVpcEndpoint",
        "CreateSecurityGroup",
        "AuthorizeSecurityGroupIngress",
        "DeleteNatGateway",
        "ReleaseAddress",
        "DeleteSubnet",
        "DeleteRouteTable",
        "DetachInternetGateway",
        "DeleteInternetGateway",
        "DeleteVpc",
    ];
    stand_in.misbehave(operations.map(lost).into_iter().collect()).await;
    let mut instance = Instance::new("sparki_vpc", &stand_in.aws);
    let mut config = config();
    config.push(("endpoints", set(["s3", "sts"])));
    assert_eq!(instance.apply(&config).await, Action::Create);
    // A second one of anything would be found by its mark, and told.
    assert_eq!(instance.state.attribute("deviations"), &Dynamic::List(Vec::new()));
    let (ctx, _) = operation(&stand_in.aws);
    Vpc::delete(&ctx, state(&instance)).await.unwrap();
    assert_eq!(Vpc::read(&ctx, state(&instance)).await.unwrap(), None);
}

#[tokio::test]
async fn a_vpc_that_was_begun_is_taken_up() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let mut instance = Instance::new("sparki_vpc", &stand_in.aws);
    instance.apply(&config()).await;
    let made = state(&instance);
    let planned = VpcModel { availability_zones: made.availability_zones.clone(), ..(*made).clone() };
    let begun = std::sync::Arc::new(crate::support::Begun::default());
    let (first, _) = crate::support::operation_after(&stand_in.aws, begun.clone());
    let one = Vpc::create(&first, Planned::new(planned.clone())).await.unwrap();
    let (again, _) = crate::support::operation_after(&stand_in.aws, begun);
    let same = Vpc::create(&again, Planned::new(planned)).await.unwrap();
    assert_eq!(one, same);
    assert_ne!(one.vpc_id, made.vpc_id);
}

#[tokio::test]
async fn a_vpc_is_kept_in_the_state_when_a_part_of_it_cannot_be_made() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    stand_in.misbehave(json!([{"kind": "quota", "operation": "AllocateAddress"}])).await;
    let mut instance = Instance::new("sparki_vpc", &stand_in.aws);
    instance.apply(&[config(), vec![("nat", "none".into())]].concat()).await;
    let (ctx, call) = operation(&stand_in.aws);
    let planned = VpcModel { nat: sparki_topology::vpc::Nat::Single.into(), ..(*state(&instance)).clone() };
    let change = sparki_core::Change { prior: state(&instance), planned: Planned::new(planned) };
    let refused = Vpc::update(&ctx, change).await.unwrap_err();
    assert!(refused.to_string().contains("The account may have no more"), "{refused}");
    stand_in.misbehave(json!([])).await;
    let (create, created) = operation(&stand_in.aws);
    stand_in.misbehave(json!([{"kind": "quota", "operation": "CreateRouteTable"}])).await;
    let planned = VpcModel { name: "second".into(), ..(*state(&instance)).clone() };
    Vpc::create(&create, Planned::new(planned)).await.unwrap_err();
    let recorded = created.recorded().expect("the VPC is there");
    assert!(recorded.attribute("vpc_id").as_str().is_some());
    assert_ne!(recorded.attribute("deviations"), &Dynamic::List(Vec::new()));
    drop(call);
    stand_in.misbehave(json!([])).await;
    let recorded = sparki_core::Model::decode(&recorded, &sparki_core::Path::root()).unwrap();
    Vpc::delete(&create, State::new(recorded)).await.unwrap();
}

#[tokio::test]
async fn plans_of_vpcs_are_checked_against_the_region() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let mut instance = Instance::new("sparki_vpc", &stand_in.aws);
    assert_eq!(instance.preflight(&config()).await, "");
    let nowhere = vec![
        ("name", "main".into()),
        ("cidr", "10.20.0.0/16".into()),
        ("availability_zones", list(&["us-east-1x"])),
    ];
    let told = instance.preflight(&nowhere).await;
    assert!(told.contains("The account cannot use the availability zone us-east-1x in us-east-1."), "{told}");
    instance.apply(&config()).await;
    let second = Instance::new("sparki_vpc", &stand_in.aws);
    let told = second.preflight(&config()).await;
    assert!(told.starts_with("warning: Addresses used by another VPC"), "{told}");
}

#[tokio::test]
async fn addresses_that_another_vpc_has_got_later_are_told_as_well() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let ec2: aws_sdk_ec2::Client = stand_in.aws.client(&crate::support::region()).await.unwrap();
    let made = ec2.create_vpc().cidr_block("10.99.0.0/16").send().await.unwrap();
    let id = made.vpc().and_then(|vpc| vpc.vpc_id()).expect("a VPC has an id");
    let instance = Instance::new("sparki_vpc", &stand_in.aws);
    assert_eq!(instance.preflight(&config()).await, "");
    ec2.associate_vpc_cidr_block().vpc_id(id).cidr_block("10.20.128.0/20").send().await.unwrap();
    let told = instance.preflight(&config()).await;
    assert!(told.starts_with("warning: Addresses used by another VPC") && told.contains(id), "{told}");
}
