use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AuthenticateOidcActionConfig, AvailabilityZone, Listener as WireListener,
    LoadBalancer as Wire, LoadBalancerState, LoadBalancerStateEnum, ProtocolEnum, TargetGroup as WireGroup,
};
use sparki_aws::{Seen, Tags};
use sparki_core::{Config, Draft, Plan, State, Value};

use super::listener_requests::{self, Step, certificate_steps, steps};
use super::look::{Group, There};
use super::{
    BalancerType, FixedResponse, HealthCheck, HealthProtocol, Listener, ListenerProtocol, LoadBalancer,
    LoadBalancerModel, ProtocolVersion, Redirect, RedirectStatus, Stickiness, StickinessType, TargetGroup,
    TargetProtocol, TargetType, action, answer, attributes, group_requests,
};

const ARN: &str = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/1";
const CERTIFICATE: &str = "arn:aws:acm:us-east-1:123456789012:certificate/1";

fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}

fn forward(key: &str) -> BTreeMap<String, u16> {
    BTreeMap::from([(key.to_owned(), 1)])
}

fn listener(port: u16) -> Listener {
    Listener::new(port, ListenerProtocol::Http).forward(forward("web"))
}

fn group() -> TargetGroup {
    TargetGroup::new(8080_u16, TargetProtocol::Http)
        .target_type(TargetType::Ip)
        .health_check(HealthCheck::standard())
        .deregistration_delay_seconds(300)
}

fn listeners<const N: usize>(listeners: [(&str, Listener); N]) -> BTreeMap<String, Listener> {
    listeners.map(|(name, listener)| (name.to_owned(), listener)).into()
}

fn balancer() -> LoadBalancerModel {
    LoadBalancerModel::new("shop", set(["subnet-1", "subnet-2"]))
        .listeners(listeners([("http", listener(80))]))
        .target_groups(BTreeMap::from([("web".to_owned(), group())]))
}

fn check_validate(config: LoadBalancerModel) -> String {
    LoadBalancer::validate(&Config::new(config)).to_string()
}

fn there(key: &str, port: i32) -> listener_requests::There {
    let wire = WireListener::builder()
        .listener_arn(format!("arn:{key}"))
        .port(port)
        .protocol(ProtocolEnum::Http)
        .default_actions(action::wire(&listener(80), &BTreeMap::from([("web".into(), "arn:web".into())])));
    listener_requests::There { key: key.into(), wire: wire.build(), certificates: Vec::new() }
}

#[test]
fn what_fits_no_load_balancer_of_the_type_is_refused() {
    assert_eq!(check_validate(balancer()), "");
    let one = LoadBalancerModel { subnet_ids: set(["subnet-1"]).into(), ..balancer() };
    assert!(check_validate(one.clone()).starts_with("error: Too few subnets\n"));
    let network = check_validate(one.r#type(BalancerType::Network));
    assert_eq!(network.matches("error: Protocol of another type").count(), 2, "{network}");
    let tcp = Listener::new(443_u16, ListenerProtocol::Tcp).redirect(Redirect::new());
    let network = LoadBalancerModel::new("shop", set(["subnet-1"]))
        .r#type(BalancerType::Network)
        .listeners(listeners([("tcp", tcp)]));
    assert!(check_validate(network).starts_with("error: Listener that can only forward\n"));
}

#[test]
fn certificates_and_tls_come_together() {
    let check = |listener| check_validate(balancer().listeners(listeners([("it", listener)])));
    let https = || Listener::new(443_u16, ListenerProtocol::Https).forward(forward("web"));
    assert!(check(https()).starts_with("error: Listener without a certificate\n"));
    assert_eq!(check(https().certificate_arns(vec![CERTIFICATE.to_owned()])), "");
    let found = check(listener(80).certificate_arns(vec![CERTIFICATE.to_owned()]));
    assert!(found.starts_with("error: Certificate without TLS\n"), "{found}");
}

#[test]
fn a_listener_forwards_to_what_there_is() {
    let check = |key: &str| {
        let listener = Listener::new(80_u16, ListenerProtocol::Http).forward(forward(key));
        check_validate(balancer().listeners(listeners([("it", listener)])))
    };
    assert_eq!(check("arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/1"), "");
    assert!(
        check("wbe").starts_with("error: Unknown target group\n  at listeners[\"it\"].forward\n"),
        "{}",
        check("wbe")
    );
    let twice = listeners([("one", listener(80)), ("two", listener(80))]);
    assert!(check_validate(balancer().listeners(twice)).starts_with("error: Port taken twice\n"));
}

#[test]
fn security_groups_are_given_to_a_network_load_balancer_once() {
    let check = |kind: BalancerType, groups: Value<BTreeSet<String>>| {
        let prior = LoadBalancerModel { security_group_ids: Value::Null, ..balancer().r#type(kind) };
        let mut planned = LoadBalancerModel { security_group_ids: groups, ..prior.clone() };
        let (config, prior, mut replace) = (Config::new(planned.clone()), State::new(prior), Vec::new());
        let told = LoadBalancer::plan(&mut Draft::new(&config, Some(&prior), &mut planned, &mut replace));
        assert_eq!(told.to_string(), "");
        replace.len()
    };
    assert_eq!(check(BalancerType::Network, set(["sg-1"]).into()), 1);
    assert_eq!(check(BalancerType::Network, Value::Null), 0);
    assert_eq!(check(BalancerType::Application, set(["sg-1"]).into()), 0);
}

#[test]
fn a_listener_is_known_by_its_name_and_else_by_its_port() {
    let there = [there("http", 80), there("old", 81), there("port-82", 82)];
    let wanted = listeners([("http", listener(8080)), ("named", listener(82))]);
    assert_eq!(
        steps(&there, &wanted),
        [
            Step::Remove(1),
            Step::Change(0, "http", &wanted["http"]),
            Step::Change(2, "named", &wanted["named"]),
        ]
    );
}

#[test]
fn listeners_that_change_places_are_made_anew() {
    let there = [there("a", 80), there("b", 81)];
    let wanted = listeners([("a", listener(81)), ("b", listener(80))]);
    assert_eq!(
        steps(&there, &wanted),
        [Step::Remove(0), Step::Remove(1), Step::Make("a", &wanted["a"]), Step::Make("b", &wanted["b"])]
    );
}

#[test]
fn only_a_listener_that_differs_is_changed() {
    let groups = BTreeMap::from([("web".to_owned(), "arn:web".to_owned())]);
    assert_eq!(listener_requests::modify(&there("http", 80), &listener(80), &groups), None);
    let other = Listener::new(80_u16, ListenerProtocol::Http)
        .fixed_response(FixedResponse::new(503_u16).content_type("text/plain").message_body("closed"));
    let request = listener_requests::modify(&there("http", 80), &other, &groups).unwrap();
    assert_eq!(request.get_default_actions().as_ref().unwrap().len(), 1);
}

#[test]
fn what_a_listener_does_reads_as_it_was_sent() {
    let groups =
        BTreeMap::from([("web".to_owned(), "arn:1".to_owned()), ("api".to_owned(), "arn:2".to_owned())]);
    let keys = groups.iter().map(|(key, arn)| (arn.clone(), key.clone())).collect();
    let redirect = Redirect::new()
        .protocol("HTTPS")
        .port("443")
        .host("#{host}")
        .path("/#{path}")
        .query("#{query}")
        .status_code(RedirectStatus::Moved);
    let plain = Listener::new(80_u16, ListenerProtocol::Http);
    for listener in [
        plain.clone().forward(forward("web")),
        plain.clone().forward(BTreeMap::from([("web".to_owned(), 90), ("api".to_owned(), 10)])),
        plain.clone().redirect(redirect),
        plain.fixed_response(FixedResponse::new(404_u16).content_type("text/html")),
    ] {
        let does = action::of(&[action::wire(&listener, &groups)], &keys);
        let read = (does.forward, does.redirect, does.fixed_response);
        assert_eq!(read, (listener.forward, listener.redirect, listener.fixed_response));
    }
}

#[test]
fn certificates_are_added_before_others_go() {
    let listener = |arns: &[&str]| {
        let arns: Vec<_> = arns.iter().map(|arn| (*arn).to_owned()).collect();
        Listener::new(443_u16, ListenerProtocol::Https).certificate_arns(arns)
    };
    let there = ["one".to_owned(), "two".to_owned()];
    assert_eq!(certificate_steps(&there, &listener(&["one", "two"])), (vec![], vec![]));
    assert_eq!(
        certificate_steps(&there, &listener(&["one", "three"])),
        (vec!["three".to_owned()], vec!["two".to_owned()])
    );
    assert_eq!(certificate_steps(&there, &listener(&["two"])), (vec![], vec![]));
    // The first is forgotten as soon as another one takes its place, and that one stays in the list.
    assert_eq!(certificate_steps(&there, &listener(&["two", "one"])), (vec!["one".to_owned()], vec![]));
    let there = ["two".to_owned(), "two".to_owned(), "one".to_owned()];
    assert_eq!(certificate_steps(&there, &listener(&["two", "one"])), (vec![], vec![]));
    assert_eq!(certificate_steps(&there, &listener(&["one"])), (vec![], vec!["two".to_owned()]));
}

#[test]
fn a_certificate_that_a_listener_has_twice_shows_once() {
    let mut there = there("https", 443);
    there.certificates = ["two", "two", "one"].map(str::to_owned).to_vec();
    let shown = listener_requests::model(&there, &BTreeMap::new(), None).certificate_arns;
    assert_eq!(shown, vec!["two".to_owned(), "one".to_owned()].into());
}

#[test]
fn what_a_listener_does_before_the_last_action_stays() {
    let sign_in = AuthenticateOidcActionConfig::builder()
        .issuer("https://id.example.com")
        .authorization_endpoint("https://id.example.com/authorize")
        .token_endpoint("https://id.example.com/token")
        .user_info_endpoint("https://id.example.com/user")
        .client_id("shop");
    let sign_in = Action::builder()
        .r#type(ActionTypeEnum::AuthenticateOidc)
        .order(1)
        .authenticate_oidc_config(sign_in.build())
        .build();
    let groups = BTreeMap::from([("web".to_owned(), "arn:web".to_owned())]);
    let mut forwards = action::wire(&listener(80), &groups);
    forwards.order = Some(2);
    let mut there = there("https", 443);
    there.wire.protocol = Some(ProtocolEnum::Https);
    there.wire.default_actions = Some(vec![forwards, sign_in]);
    there.certificates = vec![CERTIFICATE.to_owned()];
    let actions_of = |listener: &Listener| {
        let request = listener_requests::modify(&there, listener, &groups).unwrap();
        request.get_default_actions().clone().unwrap()
    };
    let other = |protocol| Listener::new(443_u16, protocol).fixed_response(FixedResponse::new(503_u16));
    let actions = actions_of(&other(ListenerProtocol::Https).certificate_arns(vec![CERTIFICATE.to_owned()]));
    let orders: Vec<_> = actions.iter().map(|action| action.order()).collect();
    assert_eq!(orders, [Some(1), Some(2)]);
    let oidc = actions[0].authenticate_oidc_config().unwrap();
    assert_eq!((oidc.client_id(), oidc.use_existing_client_secret()), (Some("shop"), Some(true)));
    assert!(actions[1].fixed_response_config().is_some());
    // Signing in needs TLS.
    assert_eq!(actions_of(&other(ListenerProtocol::Http)).len(), 1);
}

#[test]
fn what_aws_would_ignore_or_refuse_is_refused() {
    let check = |config: LoadBalancerModel| {
        let found = check_validate(config);
        found.lines().take(2).map(str::trim).collect::<Vec<_>>().join(" ")
    };
    let network = |group: TargetGroup| {
        LoadBalancerModel::new("shop", set(["subnet-1"]))
            .r#type(BalancerType::Network)
            .target_groups(BTreeMap::from([("web".to_owned(), group)]))
    };
    let tcp = || TargetGroup::new(8080_u16, TargetProtocol::Tcp);
    let sticky = |stickiness: Stickiness| {
        let http = BTreeMap::from([("web".to_owned(), group().stickiness(stickiness.clone()))]);
        [check(network(tcp().stickiness(stickiness))), check(balancer().target_groups(http))]
    };
    let named = LoadBalancerModel { name: "internal-shop".into(), ..balancer() };
    assert_eq!(check(named), "error: Reserved name at name");
    assert_eq!(
        check(network(tcp().health_check(HealthCheck::new().path("/ready")))),
        "error: Health check that asks for nothing at target_groups[\"web\"].health_check"
    );
    let http = HealthCheck::new().protocol(HealthProtocol::Http).path("/ready").matcher("200");
    assert_eq!(check(network(tcp().health_check(http))), "");
    assert_eq!(
        check(network(tcp().protocol_version(ProtocolVersion::Http1))),
        "error: Version of HTTP without HTTP at target_groups[\"web\"].protocol_version"
    );
    let other = "error: Stickiness of another kind at target_groups[\"web\"].stickiness";
    assert_eq!(sticky(Stickiness::new(StickinessType::SourceIp)), ["", other]);
    assert_eq!(sticky(Stickiness::new(StickinessType::SourceIp).duration_seconds(60)), [other; 2]);
    assert_eq!(sticky(Stickiness::new(StickinessType::LbCookie).duration_seconds(60)), [other, ""]);
    assert_eq!(sticky(Stickiness::new(StickinessType::LbCookie).cookie_name("session")), [other; 2]);
    assert_eq!(sticky(Stickiness::new(StickinessType::AppCookie).cookie_name("session")), [other, ""]);
    assert_eq!(sticky(Stickiness::new(StickinessType::AppCookie)), [other; 2]);
    let plain = listener(80).ssl_policy("ELBSecurityPolicy-TLS13-1-2-2021-06");
    assert_eq!(
        check(balancer().listeners(listeners([("http", plain)]))),
        "error: Policy without TLS at listeners[\"http\"].ssl_policy"
    );
}

#[test]
fn a_load_balancer_reads_as_it_was_planned() {
    let reference = balancer()
        .region("us-east-1".parse::<sparki_aws::Region>().unwrap())
        .r#type(BalancerType::Application)
        .idle_timeout_seconds(60)
        .http2(true)
        .drop_invalid_headers(true)
        .cross_zone(false)
        .deletion_protection(true);
    let zone = |subnet: &str| AvailabilityZone::builder().subnet_id(subnet).build();
    let wire = Wire::builder()
        .load_balancer_arn(ARN)
        .load_balancer_name("shop")
        .r#type("application".into())
        .scheme("internal".into())
        .ip_address_type("ipv4".into())
        .availability_zones(zone("subnet-1"))
        .availability_zones(zone("subnet-2"))
        .build();
    let request = group_requests::create(&group(), ("x", None), Vec::new());
    let made = WireGroup::builder()
        .target_group_arn("arn:web")
        .target_group_name(group_requests::name("shop", "web", &group()))
        .port(8080)
        .protocol(ProtocolEnum::Http)
        .target_type("ip".into())
        .set_health_check_protocol(request.get_health_check_protocol().clone())
        .health_check_port("traffic-port")
        .health_check_path("/")
        .set_matcher(request.get_matcher().clone())
        .health_check_interval_seconds(30)
        .health_check_timeout_seconds(5)
        .healthy_threshold_count(3)
        .unhealthy_threshold_count(3);
    let made = Group {
        key: "web".into(),
        wire: made.build(),
        attributes: group_requests::attributes(&group()),
        tags: HashMap::new(),
    };
    let there = There {
        wire,
        attributes: attributes::wanted(&reference),
        tags: HashMap::new(),
        listeners: vec![there("http", 80)],
        listener_tags: BTreeMap::new(),
        groups: vec![
            made.clone(),
            Group {
                wire: WireGroup::builder().target_group_arn("arn:old").target_group_name("old").build(),
                ..made
            },
        ],
    };
    let defaults = BTreeMap::new();
    let read = answer::model(&there, &"us-east-1".parse().unwrap(), Tags::new(&defaults), &reference);
    assert_eq!(read.listeners, reference.listeners);
    assert_eq!(read.subnet_ids, reference.subnet_ids);
    // One that was not removed yet shows under its own name, so that the next apply removes it.
    let groups = read.target_groups.known().unwrap();
    assert_eq!(groups.keys().map(String::as_str).collect::<Vec<_>>(), ["old", "web"]);
    assert_eq!(groups["web"], group());
}

#[test]
fn a_failed_load_balancer_is_told_with_awss_reason() {
    let with = |code, reason: &str| {
        let state = LoadBalancerState::builder().code(code).reason(reason).build();
        answer::seen(Some(Wire::builder().state(state).build()))
    };
    let reason = "The load balancer has the status failed. AWS's reason: No address left.";
    assert_eq!(with(LoadBalancerStateEnum::Failed, "No address left."), Seen::Failed(reason.into()));
    assert_eq!(with(LoadBalancerStateEnum::Provisioning, ""), Seen::Pending("provisioning".into()));
    assert_eq!(answer::seen(None), Seen::Missing);
}

#[test]
fn a_protected_load_balancer_is_not_removed() {
    let destroy = |balancer| LoadBalancer::plan_destroy(&State::new(balancer)).to_string();
    let found = destroy(balancer().deletion_protection(true));
    assert!(found.starts_with("error: Load balancer is protected from removal\n"), "{found}");
    assert_eq!(destroy(balancer().deletion_protection(false)), "");
}
