use std::collections::{BTreeMap, BTreeSet, HashMap};

use sparki_aws::{DefaultTags, Region, Tags};
use sparki_core::{Config, Dynamic, Erased, Inherited, Model, Path, Plan, Private, State, Value};
use sparki_plan::{Action, Besides, InstancePlan, plan_knowing};

use super::answer::Sight;
use super::found::{Dns, End, Found, Leads, Place, Route, Tables, Target};
use super::side::Side;
use super::steps::{Wanted, places, removals, steps};
use super::{PeeringMember, VpcPeering, VpcPeeringModel};

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

fn texts<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}

/// What a practitioner writes.
fn written() -> VpcPeeringModel {
    let requester = PeeringMember::new("vpc-1", texts(["rtb-1"]));
    let accepter = PeeringMember::new("vpc-2", texts(["rtb-2"])).region(region("us-west-2"));
    VpcPeeringModel::new(requester, accepter)
}

fn through(id: &str, leads: Leads) -> Route {
    Route { target: Target::Peering(id.to_owned()), leads }
}

fn tables(all: &[(&str, &str, Route)]) -> Tables {
    let mut tables = Tables::new();
    for (table, cidr, route) in all {
        tables.entry((*table).to_owned()).or_default().insert((*cidr).to_owned(), route.clone());
    }
    tables
}

/// A peering as it is when everything was done.
fn complete() -> Found {
    let end = |block: &str, table: &str, cidr: &str| End {
        status: "active".into(),
        tags: HashMap::from([("sparki:managed-by".to_owned(), "sparki".to_owned())]),
        dns: Dns::On,
        blocks: texts([block]),
        tables: tables(&[(table, cidr, through("pcx-1", Leads::Somewhere))]),
    };
    Found {
        id: "pcx-1".into(),
        account: Some("123456789012".into()),
        requester: end("10.0.0.0/16", "rtb-1", "10.1.0.0/16"),
        accepter: end("10.1.0.0/16", "rtb-2", "10.0.0.0/16"),
    }
}

fn sight<'a>(
    found: &'a Found,
    own: &'a BTreeSet<Place>,
    defaults: &'a BTreeMap<String, String>,
) -> Sight<'a> {
    Sight { found, regions: [region("us-east-1"), region("us-west-2")], tags: Tags::new(defaults), own }
}

/// What a refresh of a peering makes of what is found.
fn read(found: &Found, reference: &VpcPeeringModel) -> VpcPeeringModel {
    let wanted = Wanted::of(reference, found);
    let own = places(&reference.routes, found).union(&wanted.routes).cloned().collect();
    sight(found, &own, &BTreeMap::new()).model(reference, &wanted)
}

fn in_state() -> VpcPeeringModel {
    read(&complete(), &written().dns_resolution(true).deletion_protection(false))
}

fn plan(prior: Option<&VpcPeeringModel>, config: &VpcPeeringModel) -> InstancePlan {
    let prior = prior.map_or(Dynamic::Null, |prior| State::new(prior.clone()).encode());
    let inherited = Inherited::new().with(Value::Known(DefaultTags::default()));
    let besides = Besides { private: &Private::default(), inherited: &inherited };
    plan_knowing(&Erased::<VpcPeering>::importable(), &Model::encode(config), &prior, besides)
}

fn planned(plan: &InstancePlan) -> VpcPeeringModel {
    assert!(!plan.diagnostics.has_errors(), "{}", plan.diagnostics);
    VpcPeeringModel::decode(&plan.planned, &Path::root()).unwrap()
}

/// The steps to mend what is found, in words.
fn check_steps(found: &Found, reference: &VpcPeeringModel) -> Vec<String> {
    read(found, reference).deviations.known().cloned().unwrap()
}

/// The member of a side, changed.
fn with(side: Side, change: impl Fn(PeeringMember) -> PeeringMember) -> VpcPeeringModel {
    let mut peering = written();
    let member = match side {
        Side::Requester => &mut peering.requester,
        Side::Accepter => &mut peering.accepter,
    };
    *member = change(member.known().cloned().unwrap()).into();
    peering
}

#[test]
fn a_vpc_is_not_peered_with_itself() {
    let config = with(Side::Accepter, |member| PeeringMember { vpc_id: "vpc-1".into(), ..member });
    let told = VpcPeering::validate(&Config::new(config)).to_string();
    assert_eq!(
        told,
        "error: VPC peered with itself\n  at accepter.vpc_id\n  Both sides are vpc-1. Set \"vpc_id\" of one of them to another \
         VPC."
    );
    assert_eq!(VpcPeering::validate(&Config::new(written())).to_string(), "");
}

#[test]
fn addresses_on_both_sides_are_refused() {
    let mut config = with(Side::Requester, |member| member.cidrs(texts(["10.0.0.0/16", "10.2.0.0/16"])));
    let check = |config: &VpcPeeringModel| VpcPeering::validate(&Config::new(config.clone())).to_string();
    let accepter = |cidrs| PeeringMember::new("vpc-2", texts(["rtb-2"])).cidrs(cidrs);
    config.accepter = accepter(texts(["10.2.128.0/20"])).into();
    assert_eq!(
        check(&config),
        "error: Addresses on both sides\n  at accepter.cidrs\n  The requester has 10.2.0.0/16 and the accepter 10.2.128.0/20, \
         which have addresses in common. AWS connects only VPCs whose addresses differ: use another range for one of them."
    );
    config.accepter = accepter(texts(["10.3.0.0/16"])).into();
    assert_eq!(check(&config), "");
    config.accepter = PeeringMember { cidrs: Value::unknown(), ..accepter(texts([])) }.into();
    assert_eq!(check(&config), "");
}

#[test]
fn what_is_as_it_was_left_plans_nothing() {
    assert_eq!(in_state().deviations, Vec::new().into());
    assert_eq!(plan(Some(&in_state()), &written()).action, Action::NoOp);
}

#[test]
fn another_vpc_or_region_makes_a_new_peering_and_the_rest_changes_in_place() {
    let check = |config: &VpcPeeringModel| plan(Some(&in_state()), config).action;
    let replaced = [
        with(Side::Requester, |member| PeeringMember { vpc_id: "vpc-3".into(), ..member }),
        with(Side::Accepter, |member| PeeringMember { vpc_id: Value::unknown(), ..member }),
        with(Side::Accepter, |member| member.region(region("eu-west-1"))),
    ];
    assert!(replaced.iter().all(|config| check(config) == Action::Replace));
    let tables = |member: PeeringMember| PeeringMember { route_table_ids: texts(["rtb-3"]).into(), ..member };
    let changed = [
        with(Side::Requester, tables),
        with(Side::Accepter, |member| member.cidrs(texts(["10.1.0.0/18"]))),
        written().dns_resolution(false),
        written().name("main"),
        written().tags(BTreeMap::from([("team".to_owned(), "edge".to_owned())])),
    ];
    assert!(changed.iter().all(|config| check(config) == Action::Update));
}

#[test]
fn routes_are_part_of_the_plan_as_soon_as_they_are_decided() {
    assert!(planned(&plan(None, &written())).routes.is_unknown());
    let mut config = with(Side::Requester, |member| member.cidrs(texts(["10.0.0.0/18"])));
    config.accepter = PeeringMember::new("vpc-2", texts(["rtb-2"])).cidrs(texts(["10.1.0.0/18"])).into();
    let expected = BTreeMap::from([
        ("rtb-1".to_owned(), texts(["10.1.0.0/18"])),
        ("rtb-2".to_owned(), texts(["10.0.0.0/18"])),
    ]);
    assert_eq!(planned(&plan(None, &config)).routes, expected.into());
    let renamed = plan(Some(&in_state()), &written().name("main"));
    assert_eq!(planned(&renamed).routes, in_state().routes);
}

#[test]
fn what_something_else_has_undone_is_mended() {
    let reference = written().dns_resolution(true);
    assert!(check_steps(&complete(), &reference).is_empty());
    let mut found = complete();
    found.requester.tables = tables(&[("rtb-1", "0.0.0.0/0", through("pcx-9", Leads::Somewhere))]);
    found.accepter.tables = tables(&[("rtb-2", "10.0.0.0/16", through("pcx-1", Leads::Nowhere))]);
    found.accepter.dns = Dns::Off;
    assert_eq!(
        check_steps(&found, &reference),
        [
            "turn DNS resolution on for names of the accepter",
            "add the route to 10.1.0.0/16 to rtb-1 of the requester",
            "renew the route to 10.0.0.0/16 in rtb-2 of the accepter",
        ]
    );
    let drifted = read(&found, &in_state());
    assert_eq!(drifted.routes, BTreeMap::from([("rtb-2".to_owned(), texts(["10.0.0.0/16"]))]).into());
    let mended = plan(Some(&drifted), &written());
    assert_eq!((mended.action, planned(&mended).deviations), (Action::Update, Vec::new().into()));
    assert!(planned(&mended).routes.is_unknown());
}

#[test]
fn ranges_that_a_vpc_gets_later_are_routed_and_those_it_loses_are_not() {
    let mut found = complete();
    found.accepter.blocks = texts(["10.1.0.0/16", "10.5.0.0/16"]);
    found.requester.blocks = texts(["10.7.0.0/16"]);
    assert_eq!(
        check_steps(&found, &in_state()),
        [
            "add the route to 10.5.0.0/16 to rtb-1 of the requester",
            "add the route to 10.7.0.0/16 to rtb-2 of the accepter",
            "remove the route to 10.0.0.0/16 from rtb-2 of the accepter",
        ]
    );
    let fixed = with(Side::Accepter, |member| member.cidrs(texts(["10.1.0.0/16"])));
    let prior = VpcPeeringModel { routes: in_state().routes, ..fixed };
    found.requester.blocks = complete().requester.blocks;
    assert!(check_steps(&found, &prior).is_empty());
}

#[test]
fn a_peering_that_was_never_accepted_is() {
    let mut found = complete();
    found.requester.status = "pending-acceptance".into();
    found.accepter.status = "pending-acceptance".into();
    let prior = read(&found, &in_state());
    assert_eq!(prior.deviations, vec!["have the peering accepted".to_owned()].into());
    let plan = plan(Some(&prior), &written());
    assert_eq!((plan.action, planned(&plan).status), (Action::Update, "active".into()));
}

#[test]
fn a_peering_that_has_ended_is_replaced_and_its_routes_go_first() {
    let mut found = complete();
    found.requester.status = "deleted".into();
    let prior = read(&found, &in_state());
    assert_eq!((&prior.status, &prior.deviations), (&"deleted".into(), &Vec::new().into()));
    assert_eq!(prior.routes, in_state().routes);
    assert_eq!(plan(Some(&prior), &written()).action, Action::Replace);
    let own = places(&prior.routes, &found);
    assert_eq!(removals(&Wanted::nothing(), &found, &own).count(), 2);
}

#[test]
fn routes_of_others_are_left_alone() {
    let mut found = complete();
    let elsewhere = Route { target: Target::Elsewhere("tgw-1".into()), leads: Leads::Somewhere };
    found.requester.tables = tables(&[
        ("rtb-1", "10.1.0.0/16", elsewhere),
        ("rtb-1", "10.1.64.0/18", through("pcx-1", Leads::Somewhere)),
        ("rtb-9", "10.1.0.0/16", through("pcx-1", Leads::Somewhere)),
    ]);
    let own = places(&in_state().routes, &found);
    let left = steps(&Wanted::nothing(), &found, &own);
    let removed: Vec<_> =
        left.iter().map(ToString::to_string).filter(|it| it.starts_with("remove")).collect();
    assert_eq!(removed, ["remove the route to 10.0.0.0/16 from rtb-2 of the accepter"]);
    let routes = read(&found, &in_state()).routes;
    assert_eq!(routes, BTreeMap::from([("rtb-2".to_owned(), texts(["10.0.0.0/16"]))]).into());
}

#[test]
fn a_side_whose_tags_differ_shows() {
    let reference = VpcPeeringModel { name: "main".into(), ..in_state() };
    let mut found = complete();
    for side in Side::BOTH {
        found.end_mut(side).tags.insert("Name".into(), "main".into());
    }
    assert_eq!((read(&found, &reference).name, read(&found, &reference).tags), ("main".into(), Value::Null));
    found.accepter.tags.insert("team".into(), "edge".into());
    found.accepter.tags.remove("Name");
    let read = read(&found, &reference);
    let tags = BTreeMap::from([("team".to_owned(), "edge".to_owned())]);
    assert_eq!((read.name, read.tags), (Value::Null, tags.into()));
}

#[test]
fn an_imported_peering_has_the_settings_that_lead_to_it() {
    let found = complete();
    let own = found.through();
    let defaults = BTreeMap::new();
    let sight = sight(&found, &own, &defaults);
    let settings = sight.settings(["vpc-1", "vpc-2"]);
    let imported = sight.model(&settings, &Wanted::of(&settings, &found));
    assert_eq!(imported.deletion_protection(false), in_state());
    let mut partly = complete();
    partly.accepter.tables = tables(&[("rtb-2", "10.0.0.0/18", through("pcx-1", Leads::Somewhere))]);
    let own = partly.through();
    let sight = super::tests::sight(&partly, &own, &defaults);
    let settings = sight.settings(["vpc-1", "vpc-2"]);
    let cidrs = |side: Side| side.member(&settings).unwrap().cidrs.clone();
    assert_eq!((cidrs(Side::Requester), cidrs(Side::Accepter)), (texts(["10.0.0.0/18"]).into(), Value::Null));
}
