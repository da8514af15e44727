//! Security groups, which moto plays.

use serde_json::json;
use sparki_core::{Dynamic, Model, Reconcile, RemoteErrorKind, State};
use sparki_plan::Action;
use sparki_topology::SecurityGroup;
use sparki_topology::security_group::SecurityGroupModel;

use super::stand_in::StandIn;
use crate::planned::{Instance, map};
use crate::support::operation;

fn rule(set: &[(&str, Dynamic)]) -> Dynamic {
    let names = [
        "direction",
        "protocol",
        "from_port",
        "to_port",
        "cidr_ipv4",
        "cidr_ipv6",
        "prefix_list_id",
        "security_group_id",
        "self_referencing",
        "description",
    ];
    let value = |name: &str| set.iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone());
    Dynamic::object(names.map(|name| (name, value(name).unwrap_or(Dynamic::Null))))
}

fn tls(cidr: &str) -> Dynamic {
    rule(&[
        ("direction", "ingress".into()),
        ("from_port", 443.into()),
        ("to_port", 443.into()),
        ("cidr_ipv4", cidr.into()),
    ])
}

fn rules(rules: &[(&str, Dynamic)]) -> Dynamic {
    Dynamic::Map(rules.iter().map(|(name, rule)| ((*name).to_owned(), rule.clone())).collect())
}

fn everything() -> Dynamic {
    rule(&[("direction", "egress".into()), ("protocol", "all".into()), ("cidr_ipv4", "0.0.0.0/0".into())])
}

fn peers() -> Dynamic {
    rule(&[("direction", "ingress".into()), ("protocol", "all".into()), ("self_referencing", true.into())])
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_security_group() {
    let moto = crate::Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let mut network = Instance::new("sparki_vpc", &stand_in.aws);
    let config = vec![("name", "main".into()), ("cidr", "10.20.0.0/16".into()), ("nat", "none".into())];
    network.apply(&config).await;
    let vpc_id = network.state.attribute("vpc_id").clone();

    let lost = ["CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupEgress"];
    let lost = lost.map(|name| json!({"kind": "lost_answer", "operation": name, "count": 1}));
    stand_in.misbehave(lost.into_iter().collect()).await;
    let mut instance = Instance::new("sparki_security_group", &stand_in.aws);
    let mut config = vec![
        ("name", "web".into()),
        ("vpc_id", vpc_id),
        ("rules", rules(&[("tls", tls("10.0.0.0/8")), ("peers", peers())])),
    ];
    assert_eq!(instance.apply(&config).await, Action::Create);
    let changes = [
        ("rules", rules(&[("tls", tls("10.1.0.0/16")), ("peers", peers())])),
        ("rules", rules(&[("https", tls("10.1.0.0/16")), ("peers", peers()), ("everything", everything())])),
        ("tags", map([("team", "edge")])),
        ("tags", Dynamic::Null),
        ("rules", Dynamic::Null),
        ("rules", rules(&[("tls", tls("10.0.0.0/8"))])),
    ];
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        assert_eq!(instance.apply(&config).await, Action::Update, "{name}");
    }
    let id = instance.state.attribute("id").as_str().expect("it has an id").to_owned();
    assert_eq!(instance.imported(&id).await, instance.state);
    instance.go_on_with(&stand_in.tagging([("Name", "everything"), ("team", "core")]));
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(instance.state.attribute("tags_all"), &map([("team", "core")]));
    instance.go_on_with(&stand_in.aws);
    assert_eq!(instance.apply(&config).await, Action::Update);

    let (ctx, _) = operation(&stand_in.aws);
    let state = SecurityGroupModel::decode(&instance.state, &sparki_core::Path::root());
    let state = State::new(state.expect("a state is a model"));
    let second = Instance::new("sparki_security_group", &stand_in.aws);
    let config = crate::planned::configuration(&second.resource.schema().object, &config);
    let plan = second.plan(&config, &Dynamic::Null);
    let taken = second.resource.create(second.call(), config, plan.planned).await;
    assert!(taken.diagnostics.to_string().contains("terraform import"), "{}", taken.diagnostics);

    SecurityGroup::delete(&ctx, state.clone()).await.unwrap();
    SecurityGroup::delete(&ctx, state.clone()).await.unwrap();
    assert_eq!(SecurityGroup::read(&ctx, state.clone()).await.unwrap(), None);
    let change =
        sparki_core::Change { prior: state.clone(), planned: sparki_core::Planned::new((*state).clone()) };
    let gone = SecurityGroup::update(&ctx, change).await.unwrap_err();
    assert_eq!(gone.kind(), RemoteErrorKind::NotFound);
}
