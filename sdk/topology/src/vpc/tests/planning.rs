//! What is planned, and what cannot be.

use std::collections::BTreeMap;

use sparki_aws::Region;
use sparki_core::{Dynamic, Erased, Model, Plan, State, Value};
use sparki_plan::{Action, InstancePlan, plan_instance};

use super::{region, texts, zones};
use crate::vpc::settings::default_tiers;
use crate::vpc::{Access, FlowLogs, Tier, TierSubnets, Vpc, VpcModel};

/// Plans from a state, or from nothing; configuration is given by what is set.
fn plan(prior: Option<&VpcModel>, config: &VpcModel) -> InstancePlan {
    let resource = Erased::<Vpc>::importable();
    let prior = prior.map_or(Dynamic::Null, |prior| State::new(prior.clone()).encode());
    plan_instance(&resource, &Model::encode(config), &prior)
}

fn planned(plan: &InstancePlan) -> VpcModel {
    assert!(!plan.diagnostics.has_errors(), "{}", plan.diagnostics);
    VpcModel::decode(&plan.planned, &sparki_core::Path::root()).unwrap()
}

fn config() -> VpcModel {
    VpcModel::new("main", "10.0.0.0/16")
}

/// The state after a plan was carried out in so many zones.
fn applied(plan: &InstancePlan, letters: &[&str]) -> VpcModel {
    let planned = planned(plan);
    let zones: Vec<_> = letters.iter().map(|letter| format!("us-east-1{letter}")).collect();
    let subnets = planned.subnets.known().unwrap().iter().map(|(tier, subnets)| {
        let ids: Vec<_> = zones.iter().map(|zone| format!("subnet-{tier}-{zone}")).collect();
        let tables = if tier == "private" { zones.len() } else { 1 };
        let tables: Vec<_> = (0..tables).map(|index| format!("rtb-{tier}-{index}")).collect();
        let subnets = TierSubnets { ids: ids.into(), route_table_ids: tables.into(), ..subnets.clone() };
        (tier.clone(), subnets)
    });
    VpcModel {
        id: "us-east-1/vpc-1".into(),
        region: region().into(),
        subnets: subnets.collect::<BTreeMap<_, _>>().into(),
        availability_zones: zones.into(),
        vpc_id: "vpc-1".into(),
        arn: "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1".into(),
        internet_gateway_id: "igw-1".into(),
        nat_public_ips: texts(["203.0.113.1"]).into(),
        endpoint_ids: BTreeMap::from([("s3".to_owned(), "vpce-1".to_owned())]).into(),
        flow_log_id: Value::Null,
        default_security_group_id: "sg-0".into(),
        ..planned
    }
}

#[test]
fn the_addresses_of_subnets_are_part_of_the_first_plan() {
    let first = plan(None, &config());
    let subnets = planned(&first).subnets.into_known().unwrap();
    assert_eq!(subnets["public"].cidrs, texts(["10.0.192.0/20", "10.0.208.0/20", "10.0.224.0/20"]).into());
    assert!(subnets["public"].ids.is_unknown());
    assert_eq!(planned(&first).availability_zone_count, 3.into());
    assert!(planned(&first).availability_zones.is_unknown());
}

#[test]
fn what_is_not_touched_keeps_its_ids() {
    let first = applied(&plan(None, &config()), &["a", "b", "c"]);
    assert_eq!(plan(Some(&first), &config()).action, Action::NoOp);
    let mut tiers = default_tiers();
    tiers.insert("spare".into(), Tier::new(8).access(Access::Isolated));
    let more = plan(Some(&first), &config().tiers(tiers));
    assert_eq!(more.action, Action::Update);
    let subnets = planned(&more).subnets.into_known().unwrap();
    assert_eq!(subnets["private"], first.subnets.known().unwrap()["private"]);
    assert_eq!(subnets["spare"].cidrs, texts(["10.0.252.0/24", "10.0.253.0/24", "10.0.254.0/24"]).into());
    assert_eq!(planned(&more).nat_public_ips, first.nat_public_ips);
    let renamed = plan(Some(&first), &VpcModel { name: "other".into(), ..config() });
    assert_eq!(planned(&renamed), VpcModel { name: "other".into(), ..first });
}

#[test]
fn zones_can_be_added_and_removed_without_moving_a_subnet() {
    let first = applied(&plan(None, &config().availability_zone_count(2)), &["a", "b"]);
    let more = planned(&plan(Some(&first), &config()));
    assert!(more.availability_zones.is_unknown());
    let cidrs =
        |vpc: &VpcModel, tier: &str| vpc.subnets.known().unwrap()[tier].cidrs.known().unwrap().clone();
    assert_eq!(cidrs(&more, "private")[..2], cidrs(&first, "private"));
    let other = planned(&plan(Some(&first), &config().availability_zones(zones(["b", "c"]))));
    assert_eq!(cidrs(&other, "private")[0], cidrs(&first, "private")[1]);
    let fewer = planned(&plan(Some(&first), &config().availability_zone_count(1)));
    assert_eq!(fewer.availability_zones, zones(["a"]).into());
}

#[test]
fn drift_is_mended() {
    let first = applied(&plan(None, &config()), &["a", "b", "c"]);
    let mut drifted =
        VpcModel { deviations: texts(["make the subnet of private in us-east-1c"]).into(), ..first.clone() };
    let Value::Known(subnets) = &mut drifted.subnets else { panic!("they are known") };
    let private = subnets.get_mut("private").unwrap();
    private.ids = texts(["subnet-private-us-east-1a", "subnet-private-us-east-1b"]).into();
    let mended = plan(Some(&drifted), &config());
    assert_eq!(mended.action, Action::Update);
    let subnets = planned(&mended).subnets.into_known().unwrap();
    assert!(subnets["private"].ids.is_unknown());
    assert_eq!(subnets["data"], first.subnets.known().unwrap()["data"]);
}

#[test]
fn other_addresses_need_another_vpc() {
    let first = applied(&plan(None, &config()), &["a", "b", "c"]);
    let other = plan(Some(&first), &VpcModel { cidr: "10.1.0.0/16".into(), ..config() });
    assert_eq!(other.action, Action::Replace);
    let region = plan(Some(&first), &config().region("us-west-2".parse::<Region>().unwrap()));
    assert_eq!(region.action, Action::Replace);
}

#[test]
fn zones_and_their_number_agree() {
    let check = |count: u32| {
        let config = config().availability_zones(zones(["a", "b"])).availability_zone_count(count);
        Vpc::validate(&sparki_core::Config::new(config)).to_string()
    };
    assert_eq!(check(2), "");
    assert_eq!(
        check(3),
        "error: Zones and their number differ\n  at availability_zone_count\n  \"availability_zones\" names 2, and \
         \"availability_zone_count\" is 3. Leave one of the two out."
    );
}

#[test]
fn a_log_group_needs_a_role_and_a_bucket_none() {
    let group = || FlowLogs::new("arn:aws:logs:us-east-1:123456789012:log-group:network");
    let check =
        |logs: FlowLogs| Vpc::validate(&sparki_core::Config::new(config().flow_logs(logs))).to_string();
    assert!(check(group()).starts_with("error: Flow log without a role\n  at flow_logs.role_arn"));
    assert_eq!(check(group().role_arn("arn:aws:iam::123456789012:role/network")), "");
    assert_eq!(check(group().role_arn(Value::unknown())), "");
    assert_eq!(check(FlowLogs::new("arn:aws:s3:::network")), "");
}

#[test]
fn the_arn_of_a_log_group_has_one_form() {
    let told = |arn: &str| {
        let logs = FlowLogs::new(arn).role_arn("arn:aws:iam::123456789012:role/network");
        let config = Model::encode(&config().flow_logs(logs));
        sparki_plan::validate(&VpcModel::schema(), &config).to_string()
    };
    let arn = "arn:aws:logs:us-east-1:123456789012:log-group:network";
    assert_eq!(told(arn), "");
    assert!(told(&format!("{arn}:*")).contains(&format!("use \"{arn}\"")));
}

#[test]
fn what_cannot_be_is_refused() {
    let told = |prior: Option<&VpcModel>, config: &VpcModel| plan(prior, config).diagnostics.to_string();
    assert_eq!(
        told(None, &config().availability_zone_count(4)),
        "error: No room for the subnets\n  at tiers[\"public\"]\n  The subnets of all tiers in all zones do not fit into \
         10.0.0.0/16: there is no room left for one of /20, of the tier \"public\". Use more \"newbits\" for some tier, \
         fewer zones, or a larger VPC."
    );
    assert_eq!(
        told(None, &VpcModel { cidr: "10.0.0.0/24".into(), ..config() }),
        "error: Subnets too small\n  at tiers[\"data\"].newbits\n  \"newbits\" of the tier \"data\" is 6, which makes \
         subnets of /30 in a VPC of /24. AWS makes none smaller than /28: use 4 or less, or a larger VPC."
    );
    let isolated = BTreeMap::from([("data".to_owned(), Tier::new(2).access(Access::Isolated))]);
    assert_eq!(
        told(None, &config().tiers(isolated)),
        "error: NAT gateway without a place\n  at nat\n  \"nat\" is \"single\", and NAT gateways stand in public subnets. \
         Add a tier whose \"access\" is \"public\", or set \"nat\" to \"none\"."
    );
    let first = applied(&plan(None, &config()), &["a", "b", "c"]);
    let mut tiers = default_tiers();
    tiers.insert("data".into(), Tier::new(8).access(Access::Isolated));
    assert!(told(Some(&first), &config().tiers(tiers)).starts_with(
        "error: Subnets cannot be resized\n  at tiers[\"data\"].newbits\n  The tier \"data\" has subnets of /22, and \
         \"newbits\" asks for /24. Set 6 again"
    ));
}
