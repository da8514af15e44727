//! Peerings of VPCs, which moto plays.

use std::sync::Arc;

use aws_sdk_ec2::Client;
use serde_json::json;
use sparki_aws::{Aws, Region};
use sparki_core::{Change, Dynamic, Model, Planned, Reconcile, RemoteErrorKind, State};
use sparki_plan::Action;
use sparki_topology::VpcPeering;
use sparki_topology::vpc_peering::VpcPeeringModel;

use super::stand_in::StandIn;
use crate::Moto;
use crate::planned::{Instance, configuration, map};
use crate::support::operation;

/// A VPC with two route tables, none of them its main one.
struct Network {
    region: &'static str,
    vpc: String,
    tables: [String; 2],
}

impl Network {
    async fn new(aws: &Arc<Aws>, region: &'static str, cidr: &str) -> Self {
        let client = client(aws, region).await;
        let made = client.create_vpc().cidr_block(cidr).send().await.expect("moto makes VPCs");
        let vpc = made.vpc().and_then(|vpc| vpc.vpc_id()).expect("a VPC has an id").to_owned();
        let mut tables = Vec::new();
        for _ in 0..2 {
            let made = client.create_route_table().vpc_id(&vpc).send().await.expect("moto makes tables");
            let table = made.route_table().and_then(|table| table.route_table_id());
            tables.push(table.expect("a table has an id").to_owned());
        }
        Self { region, vpc, tables: tables.try_into().expect("there are two") }
    }

    /// A side of a peering with the first so many route tables.
    fn member(&self, tables: usize, cidrs: Option<&[&str]>) -> Dynamic {
        let tables = self.tables[..tables].iter().map(|table| table.as_str().into()).collect();
        let cidrs = cidrs.map(|cidrs| Dynamic::set(cidrs.iter().map(|cidr| Dynamic::from(*cidr)).collect()));
        Dynamic::object([
            ("region", self.region.into()),
            ("vpc_id", self.vpc.as_str().into()),
            ("route_table_ids", Dynamic::set(tables)),
            ("cidrs", cidrs.unwrap_or(Dynamic::Null)),
        ])
    }

    /// The routes of the first table that lead through a peering, by destination.
    async fn routes(&self, aws: &Arc<Aws>) -> Vec<(String, String)> {
        let request = client(aws, self.region).await.describe_route_tables();
        let shown = request.route_table_ids(&self.tables[0]).send().await.expect("moto shows tables");
        let routes = shown.route_tables().iter().flat_map(|table| table.routes());
        let through = routes.filter_map(|it| {
            Some((it.destination_cidr_block()?.to_owned(), it.vpc_peering_connection_id()?.to_owned()))
        });
        through.collect()
    }
}

async fn client(aws: &Arc<Aws>, region: &str) -> Client {
    let region: Region = region.parse().expect("it is a region");
    aws.client(&region).await.expect("there are keys")
}

async fn networks(aws: &Arc<Aws>) -> (Network, Network) {
    let east = Network::new(aws, "us-east-1", "10.20.0.0/16").await;
    (east, Network::new(aws, "us-west-2", "10.21.0.0/16").await)
}

fn config((east, west): (&Network, &Network)) -> Vec<(&'static str, Dynamic)> {
    vec![("requester", east.member(1, None)), ("accepter", west.member(1, None))]
}

/// What a practitioner writes of a peering of two VPCs that there are then.
pub(super) async fn written(stand_in: &StandIn) -> Vec<(&'static str, Dynamic)> {
    let (east, west) = networks(&stand_in.aws).await;
    config((&east, &west))
}

fn state(instance: &Instance) -> State<VpcPeeringModel> {
    let state = VpcPeeringModel::decode(&instance.state, &sparki_core::Path::root());
    State::new(state.expect("a state is a model"))
}

fn id(instance: &Instance) -> String {
    instance.state.attribute("vpc_peering_connection_id").as_str().expect("it has an id").to_owned()
}

/// What comes of creating this, in words.
async fn refusal(instance: &Instance, config: &[(&str, Dynamic)]) -> String {
    let config = configuration(&instance.resource.schema().object, config);
    let plan = instance.plan(&config, &Dynamic::Null);
    let outcome = instance.resource.create(instance.call(), config, plan.planned).await;
    assert!(outcome.state.is_none_or(|state| state.is_null()), "nothing was to be made");
    outcome.diagnostics.to_string()
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_peering() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (east, west) = networks(&stand_in.aws).await;
    let lost = [
        "CreateVpcPeeringConnection",
        "AcceptVpcPeeringConnection",
        "ModifyVpcPeeringConnectionOptions",
        "CreateRoute",
        "DeleteRoute",
        "CreateTags",
        "DeleteVpcPeeringConnection",
    ];
    let lost = lost.map(|name| json!({"kind": "lost_answer", "operation": name, "count": 1}));
    stand_in.misbehave(lost.into_iter().collect()).await;
    let mut instance = Instance::new("sparki_vpc_peering", &stand_in.aws);
    let mut config = config((&east, &west));
    assert_eq!(instance.apply(&config).await, Action::Create);
    let changes = [
        ("tags", map([("team", "edge")])),
        ("name", "main".into()),
        ("requester", east.member(2, None)),
        ("accepter", west.member(2, Some(&["10.21.0.0/18", "10.21.64.0/18"]))),
        ("accepter", west.member(1, Some(&["10.21.64.0/18"]))),
        ("dns_resolution", false.into()),
        ("tags", Dynamic::Null),
        ("name", Dynamic::Null),
        ("dns_resolution", true.into()),
        ("requester", east.member(0, None)),
        ("requester", east.member(1, None)),
    ];
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        assert_eq!(instance.apply(&config).await, Action::Update, "{name}");
    }
    assert_eq!(east.routes(&stand_in.aws).await, [("10.21.64.0/18".to_owned(), id(&instance))]);
    assert_eq!(west.routes(&stand_in.aws).await, [("10.20.0.0/16".to_owned(), id(&instance))]);
    for region in ["us-east-1", "us-west-2"] {
        let path = format!("{region}/{}", id(&instance));
        assert_eq!(instance.imported(&path).await, instance.state, "{region}");
    }
    let shown = client(&stand_in.aws, "us-east-1").await.describe_vpc_peering_connections().send().await;
    assert_eq!(shown.unwrap().vpc_peering_connections().len(), 1);

    let (ctx, _) = operation(&stand_in.aws);
    let prior = state(&instance);
    VpcPeering::delete(&ctx, prior.clone()).await.unwrap();
    VpcPeering::delete(&ctx, prior.clone()).await.unwrap();
    assert!(east.routes(&stand_in.aws).await.is_empty() && west.routes(&stand_in.aws).await.is_empty());
    assert_eq!(VpcPeering::read(&ctx, prior.clone()).await.unwrap(), None);
    let change = Change { prior: prior.clone(), planned: Planned::new((*prior).clone()) };
    assert_eq!(VpcPeering::update(&ctx, change).await.unwrap_err().kind(), RemoteErrorKind::NotFound);
    let missing = instance.resource.import(instance.call(), id(&instance)).await;
    assert!(missing.diagnostics.to_string().contains("it has ended"), "{}", missing.diagnostics);
}

#[tokio::test]
async fn two_vpcs_of_one_region_are_peered_and_a_new_range_is_routed() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let east = Network::new(&stand_in.aws, "us-east-1", "10.20.0.0/16").await;
    let near = Network::new(&stand_in.aws, "us-east-1", "10.22.0.0/16").await;
    let mut instance = Instance::new("sparki_vpc_peering", &stand_in.aws);
    let config = config((&east, &near));
    assert_eq!(instance.apply(&config).await, Action::Create);
    let request = client(&stand_in.aws, "us-east-1").await.associate_vpc_cidr_block().vpc_id(&near.vpc);
    request.cidr_block("10.30.0.0/16").send().await.expect("moto associates ranges");
    instance.refresh().await;
    assert_eq!(instance.apply(&config).await, Action::Update);
    let destinations: Vec<_> = east.routes(&stand_in.aws).await.into_iter().map(|(cidr, _)| cidr).collect();
    assert_eq!(destinations, ["10.22.0.0/16", "10.30.0.0/16"]);
}

#[tokio::test]
async fn a_route_of_somebody_elses_is_neither_replaced_nor_removed() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (east, west) = networks(&stand_in.aws).await;
    let ec2 = client(&stand_in.aws, "us-east-1").await;
    let gateway = ec2.create_internet_gateway().send().await.unwrap();
    let gateway = gateway.internet_gateway().and_then(|it| it.internet_gateway_id()).unwrap().to_owned();
    let theirs = |table: &str| {
        ec2.create_route().route_table_id(table).destination_cidr_block("10.21.0.0/16").gateway_id(&gateway)
    };
    theirs(&east.tables[1]).send().await.unwrap();
    let mut instance = Instance::new("sparki_vpc_peering", &stand_in.aws);
    let wide = [("requester", east.member(2, None)), ("accepter", west.member(1, None))];
    let told = refusal(&instance, &wide).await;
    assert!(told.contains("at requester.route_table_ids"), "{told}");
    let [_, table] = &east.tables;
    assert!(
        told.contains(&format!("{table} has a route to 10.21.0.0/16 already, which leads to {gateway}")),
        "{told}"
    );
    let shown = ec2.describe_vpc_peering_connections().send().await.unwrap();
    assert!(shown.vpc_peering_connections().is_empty(), "nothing is made in vain");

    let config = config((&east, &west));
    instance.apply(&config).await;
    // Ours is gone, and theirs is in its place.
    let [table, _] = &east.tables;
    ec2.delete_route().route_table_id(table).destination_cidr_block("10.21.0.0/16").send().await.unwrap();
    theirs(table).send().await.unwrap();
    instance.refresh().await;
    let schema = &instance.resource.schema().object;
    let config = configuration(schema, &config);
    let plan = instance.plan(&config, &instance.state);
    assert_eq!(plan.action, Action::Update);
    let prior = instance.state.clone();
    let outcome = instance.resource.update(instance.call(), config, prior, plan.planned).await;
    let told = outcome.diagnostics.to_string();
    assert!(told.contains("at requester.route_table_ids") && told.contains(&gateway), "{told}");
    let (ctx, _) = operation(&stand_in.aws);
    VpcPeering::delete(&ctx, state(&instance)).await.unwrap();
    let left = ec2.describe_route_tables().route_table_ids(table).send().await.unwrap();
    let mut left = left.route_tables().iter().flat_map(|table| table.routes());
    assert!(left.any(|route| route.gateway_id() == Some(&gateway)), "it is not ours to remove");
}

#[tokio::test]
async fn a_peering_that_something_else_has_removed_is_replaced_with_its_routes() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (east, west) = networks(&stand_in.aws).await;
    let config = config((&east, &west));
    let mut former = Instance::new("sparki_vpc_peering", &stand_in.aws);
    former.apply(&config).await;
    let ec2 = client(&stand_in.aws, "us-east-1").await;
    ec2.delete_vpc_peering_connection().vpc_peering_connection_id(id(&former)).send().await.unwrap();
    former.refresh().await;
    let whole = configuration(&former.resource.schema().object, &config);
    assert_eq!(former.plan(&whole, &former.state).action, Action::Replace);
    // The new one is made first, and takes over the routes that lead nowhere.
    let mut next = Instance::new("sparki_vpc_peering", &stand_in.aws);
    next.apply(&config).await;
    let (ctx, _) = operation(&stand_in.aws);
    VpcPeering::delete(&ctx, state(&former)).await.unwrap();
    assert_eq!(east.routes(&stand_in.aws).await, [("10.21.0.0/16".to_owned(), id(&next))]);
    next.refresh().await;
    assert_eq!(next.apply(&config).await, Action::NoOp);
    former.state = Dynamic::Null;
    let told = refusal(&former, &config).await;
    assert!(told.contains(&format!("terraform import <address> us-east-1/{}", id(&next))), "{told}");
}

#[tokio::test]
async fn vpcs_that_cannot_be_connected_are_told_while_planning() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (east, west) = networks(&stand_in.aws).await;
    let instance = Instance::new("sparki_vpc_peering", &stand_in.aws);
    assert_eq!(instance.preflight(&config((&east, &west))).await, "");
    let same = Network::new(&stand_in.aws, "us-west-2", "10.20.128.0/20").await;
    assert_eq!(
        instance.preflight(&config((&east, &same))).await,
        "error: Addresses on both sides\n  at accepter.vpc_id\n  The requester has 10.20.0.0/16 and the accepter 10.20.128.0/20, \
         which have addresses in common. AWS connects only VPCs whose addresses differ: use another range for one of them."
    );
    let told = refusal(&instance, &config((&east, &same))).await;
    assert!(told.contains("at accepter.vpc_id") && told.contains("10.20.128.0/20"), "{told}");
    let elsewhere = Network { region: "us-east-1", ..west };
    let told = instance.preflight(&config((&east, &elsewhere))).await;
    assert!(told.starts_with("error: VPC not found\n  at accepter.vpc_id\n"), "{told}");
    let outside =
        [("requester", east.member(1, Some(&["10.99.0.0/16"]))), ("accepter", same.member(1, None))];
    let told = instance.preflight(&outside).await;
    assert!(
        told.starts_with("warning: Addresses that the VPC does not have\n  at requester.cidrs\n"),
        "{told}"
    );
    let unknown = Dynamic::object([
        ("region", Dynamic::Null),
        ("vpc_id", Dynamic::unknown()),
        ("route_table_ids", Dynamic::unknown()),
        ("cidrs", Dynamic::Null),
    ]);
    assert_eq!(instance.preflight(&[("requester", east.member(1, None)), ("accepter", unknown)]).await, "");
}

#[tokio::test]
async fn a_route_table_of_another_vpc_is_refused() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (east, west) = networks(&stand_in.aws).await;
    let near = Network::new(&stand_in.aws, "us-east-1", "10.22.0.0/16").await;
    let mixed = Network { tables: near.tables.clone(), ..east };
    let instance = Instance::new("sparki_vpc_peering", &stand_in.aws);
    let told = refusal(&instance, &config((&mixed, &west))).await;
    assert!(told.contains("at requester.route_table_ids") && told.contains(&near.vpc), "{told}");
}

#[tokio::test]
async fn a_default_tag_of_that_key_is_no_name_of_a_peering() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (east, west) = networks(&stand_in.aws).await;
    let aws = stand_in.tagging([("Name", "everything"), ("team", "core")]);
    let mut instance = Instance::new("sparki_vpc_peering", &aws);
    let mut config = config((&east, &west));
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(instance.state.attribute("tags_all"), &map([("team", "core")]));
    config.push(("name", "main".into()));
    assert_eq!(instance.apply(&config).await, Action::Update);
    config.pop();
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("name"), &Dynamic::Null);
}
