mod planning;

use std::collections::{BTreeMap, BTreeSet};

use sparki_aws::{Nonce, Region, Tags};

use super::part_tags::{Part, TableKey};
use super::parts::{
    Address, Attachment, Dns, Door, Endpoint, FlowLog, Gateway, Group, NatGateway, PartTags, Parts, Place,
    Progress, PublicAddresses, Subnet, Table, Target,
};
use super::steps::{Step, next};
use super::wanted::{Wanted, Whole};
use super::{
    FlowLogs, Nat, TierSubnets, Traffic, VpcModel, base, endpoints, flow_logs, gateway, nat, routes, subnets,
};

fn region() -> Region {
    "us-east-1".parse().unwrap()
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).into()
}

fn zones<const N: usize>(letters: [&str; N]) -> Vec<String> {
    letters.map(|letter| format!("us-east-1{letter}")).into()
}

/// A VPC with the default tiers in two zones, as it is planned.
fn vpc() -> VpcModel {
    let cidrs = |cidrs: [&str; 2]| TierSubnets { cidrs: texts(cidrs).into(), ..TierSubnets::blank() };
    let subnets = [
        ("public", cidrs(["10.0.192.0/20", "10.0.208.0/20"])),
        ("private", cidrs(["10.0.0.0/18", "10.0.64.0/18"])),
        ("data", cidrs(["10.0.240.0/22", "10.0.244.0/22"])),
    ];
    VpcModel {
        subnets: subnets
            .map(|(tier, subnets)| (tier.to_owned(), subnets))
            .into_iter()
            .collect::<BTreeMap<_, _>>()
            .into(),
        ..VpcModel::new("main", "10.0.0.0/16")
            .region(region())
            .availability_zones(zones(["a", "b"]))
            .tiers(super::settings::default_tiers())
            .nat(Nat::Single)
            .endpoints(BTreeSet::from(["s3".to_owned()]))
    }
}

fn whole(model: &VpcModel) -> Whole {
    let defaults = BTreeMap::new();
    Whole::new(("vpc-1", &region()), &Nonce::new("m-1"), Tags::new(&defaults), (model, model))
}

fn wanted(model: &VpcModel) -> Wanted {
    Wanted::of(whole(model), model)
}

/// Notes in `parts` what a step would come to.
fn take(wanted: &Wanted, parts: &mut Parts, step: Step) {
    let tags = |part: Part| -> PartTags { wanted.vpc.tags_of(&part).into_iter().collect() };
    match step {
        Step::Base(base::BaseStep::TurnDnsOn) => parts.base.dns = Dns::On,
        Step::Base(base::BaseStep::Lock(_)) => parts.base.default_rules = Default::default(),
        Step::Gateway(step) => match step {
            gateway::GatewayStep::Make => parts.gateways.push(Gateway {
                id: "igw-1".into(),
                tags: tags(Part::Gateway),
                attachment: Attachment::Detached,
            }),
            gateway::GatewayStep::Attach(_) => parts.gateways[0].attachment = Attachment::Attached,
            gateway::GatewayStep::Detach(_) => parts.gateways[0].attachment = Attachment::Detached,
            gateway::GatewayStep::Remove(_) => parts.gateways.clear(),
        },
        Step::Subnet(step) => match step {
            subnets::SubnetStep::Make { tier, zone, access, cidr } => parts.subnets.push(Subnet {
                id: format!("subnet-{tier}-{zone}"),
                tags: tags(Part::Subnet { tier: tier.clone(), zone: zone.clone(), access }),
                tier,
                zone,
                access,
                cidr,
                addresses: PublicAddresses::Withheld,
            }),
            subnets::SubnetStep::SetAddresses { id, addresses } => {
                parts.subnets.iter_mut().filter(|it| it.id == id).for_each(|it| it.addresses = addresses);
            }
            subnets::SubnetStep::Remove(id) => {
                let is_used = parts.nats.iter().any(|nat| nat.subnet == id);
                assert!(!is_used, "{id} still has a NAT gateway");
                parts.subnets.retain(|it| it.id != id);
                parts.tables.iter_mut().for_each(|it| drop(it.subnets.remove(&id)));
            }
        },
        Step::Nat(step) => match step {
            nat::NatStep::Allocate(zone) => parts.addresses.push(Address {
                id: format!("eipalloc-{zone}"),
                tags: tags(Part::Nat(zone.clone())),
                zone,
                ip: "203.0.113.1".into(),
            }),
            nat::NatStep::Make { zone, subnet, address } => parts.nats.push(NatGateway {
                id: format!("nat-{zone}"),
                tags: tags(Part::Nat(zone.clone())),
                zone,
                subnet,
                address,
                progress: Progress::Coming,
            }),
            nat::NatStep::Await(id) => {
                parts.nats.iter_mut().filter(|it| it.id == id).for_each(|it| it.progress = Progress::Ready);
            }
            nat::NatStep::Remove(id) => {
                parts.nats.iter_mut().filter(|it| it.id == id).for_each(|it| it.progress = Progress::Going);
            }
            nat::NatStep::AwaitGone(id) => parts.nats.retain(|it| it.id != id),
            nat::NatStep::Release(id) => parts.addresses.retain(|it| it.id != id),
        },
        Step::Route(step) => match step {
            routes::RouteStep::Make(key) => parts.tables.push(Table {
                id: format!("rtb-{key}"),
                tags: tags(Part::Table(key.clone())),
                key,
                default_route: None,
                subnets: BTreeMap::new(),
            }),
            routes::RouteStep::Set { table, target, .. } => {
                let known = parts.tables.iter_mut().filter(|it| it.id == table);
                known.for_each(|it| it.default_route = Some(target.clone()));
            }
            routes::RouteStep::Associate { table, subnet, .. } => {
                for it in &mut parts.tables {
                    it.subnets.remove(&subnet);
                    if it.id == table {
                        it.subnets.insert(subnet.clone(), format!("assoc-{subnet}"));
                    }
                }
            }
            routes::RouteStep::AwaitFree(table) => {
                let ours = &parts.subnets;
                let known = parts.tables.iter_mut().filter(|it| it.id == table);
                known.for_each(|it| it.subnets.retain(|id, _| ours.iter().any(|subnet| subnet.id == *id)));
            }
            routes::RouteStep::Unset(table) => {
                parts.tables.iter_mut().filter(|it| it.id == table).for_each(|it| it.default_route = None);
            }
            routes::RouteStep::Remove(id) => {
                assert!(parts.tables.iter().all(|it| it.id != id || it.subnets.is_empty()), "{id} is in use");
                parts.tables.retain(|it| it.id != id);
            }
        },
        Step::Endpoint(step) => match step {
            endpoints::EndpointStep::MakeGroup => {
                let tags = tags(Part::EndpointGroup);
                parts.groups.push(Group { id: "sg-1".into(), tags, door: Door::Closed });
            }
            endpoints::EndpointStep::OpenGroup(_) => parts.groups[0].door = Door::Open,
            endpoints::EndpointStep::RemoveGroup(_) => parts.groups.clear(),
            endpoints::EndpointStep::Make { service, place, .. } => parts.endpoints.push(Endpoint {
                id: format!("vpce-{service}"),
                tags: tags(Part::Endpoint(service.clone())),
                service,
                place,
                progress: Progress::Coming,
            }),
            endpoints::EndpointStep::Move { id, add, remove, .. } => {
                let known = parts.endpoints.iter_mut().filter(|it| it.id == id);
                known.for_each(|it| match &mut it.place {
                    Place::Tables(ids) | Place::Subnets(ids) => {
                        ids.retain(|id| !endpoints::ids(&remove).contains(id));
                        ids.extend(endpoints::ids(&add).iter().cloned());
                    }
                });
            }
            endpoints::EndpointStep::Await(id) => {
                let known = parts.endpoints.iter_mut().filter(|it| it.id == id);
                known.for_each(|it| it.progress = Progress::Ready);
            }
            endpoints::EndpointStep::Remove(id) => {
                let known = parts.endpoints.iter_mut().filter(|it| it.id == id);
                known.for_each(|it| it.progress = Progress::Going);
            }
            endpoints::EndpointStep::AwaitGone(id) => parts.endpoints.retain(|it| it.id != id),
        },
        Step::FlowLog(step) => match step {
            flow_logs::FlowLogStep::Make(settings) => {
                parts.flow_logs.push(FlowLog { id: "fl-1".into(), tags: tags(Part::FlowLog), settings });
            }
            flow_logs::FlowLogStep::Remove(_) => parts.flow_logs.clear(),
        },
        Step::Tag { id, change } => parts.retag(&id, "vpc-1", &change),
    }
}

/// Takes steps until there are none; what they were, in order.
fn check(wanted: &Wanted, parts: &mut Parts) -> Vec<String> {
    let mut taken = Vec::new();
    for _ in 0..100 {
        let steps = next(wanted, parts);
        if steps.is_empty() {
            return taken;
        }
        for step in steps {
            taken.push(step.to_string());
            take(wanted, parts, step);
        }
    }
    panic!("it does not come to an end: {taken:#?}");
}

/// A VPC that is as it is wanted.
fn complete(model: &VpcModel) -> Parts {
    let wanted = wanted(model);
    let mut parts = Parts::default();
    parts.base.tags = wanted.vpc.tags_of(&Part::Vpc).into_iter().collect();
    check(&wanted, &mut parts);
    parts
}

#[test]
fn a_vpc_is_made_from_the_outside_in() {
    let wanted = wanted(&vpc());
    let mut parts = Parts::default();
    parts.base.tags = wanted.vpc.tags_of(&Part::Vpc).into_iter().collect();
    let expected = [
        "turn DNS on",
        "make the internet gateway",
        "attach igw-1",
        "make the subnet of data in us-east-1a",
        "make the subnet of data in us-east-1b",
        "make the subnet of private in us-east-1a",
        "make the subnet of private in us-east-1b",
        "make the subnet of public in us-east-1a",
        "make the subnet of public in us-east-1b",
        "give instances in subnet-public-us-east-1a public addresses",
        "give instances in subnet-public-us-east-1b public addresses",
        "allocate the address of the NAT gateway in us-east-1a",
        "make the NAT gateway in us-east-1a",
        "wait for nat-us-east-1a",
        "make the route table isolated",
        "make the route table private/us-east-1a",
        "make the route table private/us-east-1b",
        "make the route table public",
        "set the default route of private/us-east-1a (rtb-private/us-east-1a)",
        "set the default route of private/us-east-1b (rtb-private/us-east-1b)",
        "set the default route of public (rtb-public)",
        "associate subnet-data-us-east-1a with rtb-isolated",
        "associate subnet-data-us-east-1b with rtb-isolated",
        "associate subnet-private-us-east-1a with rtb-private/us-east-1a",
        "associate subnet-private-us-east-1b with rtb-private/us-east-1b",
        "associate subnet-public-us-east-1a with rtb-public",
        "associate subnet-public-us-east-1b with rtb-public",
        "make the endpoint of s3",
        "wait for vpce-s3",
    ];
    assert_eq!(check(&wanted, &mut parts), expected);
}

#[test]
fn nothing_of_a_vpc_is_left_and_nothing_goes_before_what_needs_it() {
    let model = vpc().endpoints(BTreeSet::from(["s3".to_owned(), "sts".to_owned()]));
    let mut parts = complete(&model);
    let taken = check(&Wanted::nothing(whole(&model)), &mut parts);
    let place = |step: &str| {
        taken.iter().position(|taken| taken == step).unwrap_or_else(|| panic!("{step}: {taken:#?}"))
    };
    let order = [
        "remove vpce-sts",
        "wait until vpce-sts is gone",
        "remove sg-1",
        "remove nat-us-east-1a",
        "wait until nat-us-east-1a is gone",
        "release eipalloc-us-east-1a",
        "remove subnet-public-us-east-1a",
        "remove rtb-public",
        "detach igw-1",
        "remove igw-1",
    ];
    assert!(order.windows(2).all(|two| place(two[0]) < place(two[1])), "{taken:#?}");
    let base = parts.base.clone();
    assert_eq!(parts, Parts { base, ..Parts::default() });
}

#[test]
fn nothing_is_taken_away_before_others_have_left_the_table_that_leads_to_it() {
    let mut parts = complete(&vpc());
    let table = parts.tables.iter_mut().find(|table| table.key == TableKey::Private("us-east-1a".into()));
    table.unwrap().subnets.insert("subnet-others".into(), "assoc-others".into());
    assert_eq!(check(&wanted(&vpc()), &mut parts.clone()), Vec::<String>::new());
    let taken = check(&Wanted::nothing(whole(&vpc())), &mut parts);
    assert_eq!(taken[0], "wait until others do not use rtb-private/us-east-1a");
    assert_eq!(parts.tables, []);
}

#[test]
fn nat_is_switched_without_a_gap() {
    let mut parts = complete(&vpc());
    let taken = check(&wanted(&vpc().nat(Nat::PerZone)), &mut parts);
    assert_eq!(
        taken,
        [
            "allocate the address of the NAT gateway in us-east-1b",
            "make the NAT gateway in us-east-1b",
            "wait for nat-us-east-1b",
            "set the default route of private/us-east-1b (rtb-private/us-east-1b)",
        ]
    );
    let taken = check(&wanted(&vpc().nat(Nat::None)), &mut parts);
    assert_eq!(
        taken[..2],
        [
            "remove the default route of rtb-private/us-east-1a",
            "remove the default route of rtb-private/us-east-1b"
        ]
    );
    assert!(parts.nats.is_empty() && parts.addresses.is_empty());
}

#[test]
fn default_routes_that_others_have_put_there_stay() {
    let mut parts = complete(&vpc());
    let route = |parts: &mut Parts, key: TableKey, target| {
        let table = parts.tables.iter_mut().find(|table| table.key == key);
        table.unwrap().default_route = Some(target);
    };
    route(&mut parts, TableKey::Isolated, Target::Elsewhere);
    route(&mut parts, TableKey::Private("us-east-1b".into()), Target::Elsewhere);
    let without = wanted(&vpc().nat(Nat::None));
    let taken = check(&without, &mut parts);
    assert_eq!(taken[..2], ["remove the default route of rtb-private/us-east-1a", "remove nat-us-east-1a"]);
    assert_eq!(parts.table(&TableKey::Isolated).unwrap().default_route, Some(Target::Elsewhere));
    route(&mut parts, TableKey::Private("us-east-1b".into()), Target::Gone);
    assert_eq!(check(&without, &mut parts), ["remove the default route of rtb-private/us-east-1b"]);
}

#[test]
fn an_endpoint_that_has_failed_is_made_again() {
    let mut parts = complete(&vpc());
    parts.endpoints[0].progress = Progress::Failed;
    assert_eq!(
        check(&wanted(&vpc()), &mut parts),
        ["remove vpce-s3", "wait until vpce-s3 is gone", "make the endpoint of s3", "wait for vpce-s3"]
    );
}

#[test]
fn what_is_missing_is_made_again_and_what_is_spare_goes() {
    let mut parts = complete(&vpc());
    parts.subnets.retain(|subnet| subnet.id != "subnet-private-us-east-1b");
    parts.tables.iter_mut().for_each(|table| drop(table.subnets.remove("subnet-private-us-east-1b")));
    parts.nats.clear();
    let taken = check(&wanted(&vpc()), &mut parts);
    assert_eq!(
        taken,
        [
            "make the subnet of private in us-east-1b",
            "make the NAT gateway in us-east-1a",
            "wait for nat-us-east-1a",
            "associate subnet-private-us-east-1b with rtb-private/us-east-1b",
        ]
    );
    let spare = Address { id: "eipalloc-2".into(), ..parts.addresses[0].clone() };
    parts.addresses.push(spare);
    assert_eq!(check(&wanted(&vpc()), &mut parts), ["release eipalloc-2"]);
}

#[test]
fn tags_reach_every_part_and_those_taken_away_leave_it() {
    let tagged = vpc().tags(BTreeMap::from([("team".to_owned(), "one".to_owned())]));
    let mut parts = complete(&tagged);
    assert!(parts.subnets.iter().all(|subnet| subnet.tags["team"] == "one"));
    let defaults = BTreeMap::new();
    let (mark, tags) = (Nonce::new("m-1"), Tags::new(&defaults));
    let renamed = VpcModel { name: "other".into(), ..vpc() };
    let whole = Whole::new(("vpc-1", &region()), &mark, tags, (&tagged, &renamed));
    let taken = check(&Wanted::of(whole, &renamed), &mut parts);
    assert_eq!(taken.last().map(String::as_str), Some("set the tags of vpc-1"));
    assert!(parts.subnets.iter().all(|subnet| !subnet.tags.contains_key("team")));
    let public = parts.subnet("public", "us-east-1a").unwrap();
    assert_eq!(public.tags["Name"], "other-public-us-east-1a");
    assert_eq!(public.tags["kubernetes.io/role/elb"], "1");
}

#[test]
fn a_flow_log_with_other_settings_is_another_one() {
    let logs = |traffic| FlowLogs::new("arn:aws:s3:::logs").traffic(traffic).aggregation_seconds(600);
    let mut parts = complete(&vpc().flow_logs(logs(Traffic::All)));
    let taken = check(&wanted(&vpc().flow_logs(logs(Traffic::Reject))), &mut parts);
    assert_eq!(taken, ["remove fl-1", "make the flow log"]);
}

#[test]
fn the_endpoints_follow_zones_and_tiers() {
    let both = BTreeSet::from(["s3".to_owned(), "sts".to_owned()]);
    let model = vpc().endpoints(both);
    let mut parts = complete(&model);
    assert_eq!(
        parts.endpoints[0].place,
        Place::Tables(parts.tables.iter().map(|table| table.id.clone()).collect())
    );
    let fewer = VpcModel { availability_zones: zones(["a"]).into(), ..model };
    let taken = check(&wanted(&fewer), &mut parts);
    assert_eq!(
        taken[..2],
        [
            "correct the place of the endpoint of s3 (vpce-s3)",
            "correct the place of the endpoint of sts (vpce-sts)"
        ]
    );
    assert_eq!(parts.subnets.len(), 3);
    assert!(parts.table(&TableKey::Private("us-east-1b".into())).is_none());
}
