//! Rules of `sparki_load_balancer`.

use std::collections::BTreeMap;

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{
    BalancerType, HealthProtocol, Listener, LoadBalancer, LoadBalancerModel, StickinessType, TargetGroup,
};
use crate::operation::{Further, Protected, inherit_tags};

impl Plan for LoadBalancer {
    fn validate(config: &Config<LoadBalancerModel>) -> Diagnostics {
        let kind = match &config.r#type {
            Value::Known(kind) => Some(*kind),
            Value::Null => Some(BalancerType::Application),
            Value::Unknown(_) => None,
        };
        let mut found: Vec<_> = kind.and_then(|kind| check_subnets(config, kind)).into_iter().collect();
        found.extend(check_name(config));
        let groups = config.target_groups.known();
        for (name, listener) in config.listeners.known().into_iter().flatten() {
            let path = || Path::attribute("listeners").key(name);
            found.extend(kind.and_then(|kind| check_kind(listener, kind)).map(|it| it.at(path())));
            found.extend(check_certificates(listener).map(|it| it.at(path().then("certificate_arns"))));
            found.extend(check_ssl_policy(listener).map(|it| it.at(path().then("ssl_policy"))));
            if !config.target_groups.is_unknown() {
                found.extend(check_forward(listener, groups).map(|it| it.at(path().then("forward"))));
            }
        }
        found.extend(check_ports(config));
        for (name, group) in groups.into_iter().flatten() {
            let path = || Path::attribute("target_groups").key(name);
            found.extend(kind.and_then(|kind| check_group(group, kind)).map(|it| it.at(path())));
            found.extend(check_version(group).map(|it| it.at(path().then("protocol_version"))));
            found.extend(check_health(group).map(|it| it.at(path().then("health_check"))));
            found.extend(check_times(group).map(|it| it.at(path().then("health_check"))));
            found.extend(check_stickiness(group, kind).map(|it| it.at(path().then("stickiness"))));
        }
        found.into_iter().collect()
    }

    fn plan(draft: &mut Draft<'_, LoadBalancerModel>) -> Diagnostics {
        inherit_tags(draft, Further { keys: &[], count: 2 }, |it| (&it.tags, &mut it.tags_all));
        let Some(prior) = draft.prior() else { return Diagnostics::new() };
        let has = |balancer: &LoadBalancerModel| match &balancer.security_group_ids {
            Value::Known(ids) => Some(!ids.is_empty()),
            Value::Null => Some(false),
            Value::Unknown(_) => None,
        };
        let is_given_or_taken = has(prior).zip(has(draft.planned())).is_some_and(|(now, then)| now != then);
        if draft.planned().kind() == BalancerType::Network && is_given_or_taken {
            draft.require_replace(Path::attribute("security_group_ids"));
        }
        Diagnostics::new()
    }

    fn plan_destroy(prior: &State<LoadBalancerModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

fn check_subnets(config: &LoadBalancerModel, kind: BalancerType) -> Option<Diagnostic> {
    let subnets = config.subnet_ids.known()?;
    (kind == BalancerType::Application && subnets.len() < 2).then(|| {
        Diagnostic::error(
            "Too few subnets",
            "A load balancer of the type \"application\" needs subnets in at least two availability zones. Add one to \
             \"subnet_ids\".",
        )
        .at(Path::attribute("subnet_ids"))
    })
}

/// AWS begins host names of its own like this, and refuses such names.
fn check_name(config: &LoadBalancerModel) -> Option<Diagnostic> {
    let name = config.name.known().filter(|name| name.starts_with("internal-"))?;
    Some(
        Diagnostic::error(
            "Reserved name",
            format!("\"name\" is {name:?}, and AWS takes no name that begins with \"internal-\". Choose another one."),
        )
        .at(Path::attribute("name")),
    )
}

/// Each type has its own protocols, and only one of them answers by itself.
fn check_kind(listener: &Listener, kind: BalancerType) -> Option<Diagnostic> {
    let protocol = *listener.protocol.known()?;
    let is_application = kind == BalancerType::Application;
    if protocol.is_http() != is_application {
        return Some(wrong_protocol("listener", protocol.as_str(), kind));
    }
    let answers = listener.redirect.is_set() || listener.fixed_response.is_set();
    (answers && !is_application).then(|| {
        Diagnostic::error(
            "Listener that can only forward",
            "Only load balancers of the type \"application\" redirect or answer by themselves. Set \"forward\" instead.",
        )
    })
}

fn check_group(group: &TargetGroup, kind: BalancerType) -> Option<Diagnostic> {
    let protocol = *group.protocol.known()?;
    let is_application = kind == BalancerType::Application;
    (protocol.is_http() != is_application).then(|| wrong_protocol("target group", protocol.as_str(), kind))
}

fn wrong_protocol(of: &str, protocol: &str, kind: BalancerType) -> Diagnostic {
    let choices = match kind {
        BalancerType::Application => "HTTP or HTTPS",
        BalancerType::Network => "TCP, TLS, UDP or TCP_UDP",
    };
    Diagnostic::error(
        "Protocol of another type",
        format!(
            "The {of} has the protocol {protocol}, and a load balancer of the type \"{kind}\" understands {choices}."
        ),
    )
}

fn check_certificates(listener: &Listener) -> Option<Diagnostic> {
    let protocol = *listener.protocol.known()?;
    match (protocol.is_encrypted(), listener.certificate_arns.is_set()) {
        (true, false) => Some(Diagnostic::error(
            "Listener without a certificate",
            format!("The protocol is {protocol}, which needs a certificate. Set \"certificate_arns\"."),
        )),
        (false, true) => Some(Diagnostic::error(
            "Certificate without TLS",
            format!(
                "The protocol is {protocol}, which has no TLS. Set HTTPS or TLS, or leave out the certificates."
            ),
        )),
        (true, true) | (false, false) => None,
    }
}

fn check_ssl_policy(listener: &Listener) -> Option<Diagnostic> {
    let protocol = *listener.protocol.known()?;
    (!protocol.is_encrypted() && listener.ssl_policy.is_set()).then(|| {
        Diagnostic::error(
            "Policy without TLS",
            format!(
                "The protocol is {protocol}, which has no TLS. Set HTTPS or TLS, or leave out \"ssl_policy\"."
            ),
        )
    })
}

fn check_forward(listener: &Listener, groups: Option<&BTreeMap<String, TargetGroup>>) -> Option<Diagnostic> {
    let is_known =
        |key: &str| key.starts_with("arn:") || groups.is_some_and(|groups| groups.contains_key(key));
    let stray = listener.forward.known()?.keys().find(|key| !is_known(key))?;
    Some(Diagnostic::error(
        "Unknown target group",
        format!("There is no target group {stray:?}. Add it to \"target_groups\", or give the ARN of one."),
    ))
}

/// Of two listeners on the same port AWS takes one.
fn check_ports(config: &LoadBalancerModel) -> Option<Diagnostic> {
    let mut taken = BTreeMap::new();
    let listeners = config.listeners.known().into_iter().flatten();
    let (name, other, port) = listeners
        .filter_map(|(name, it)| Some((name, it.port.known()?)))
        .find_map(|(name, port)| taken.insert(port, name).map(|other| (name, other, port)))?;
    Some(
        Diagnostic::error(
            "Port taken twice",
            format!(
                "The listeners {other:?} and {name:?} are both on port {port}. Give one of them another port."
            ),
        )
        .at(Path::attribute("listeners").key(name).then("port")),
    )
}

fn check_version(group: &TargetGroup) -> Option<Diagnostic> {
    let protocol = *group.protocol.known()?;
    (!protocol.is_http() && group.protocol_version.is_set()).then(|| {
        Diagnostic::error(
            "Version of HTTP without HTTP",
            format!("The protocol is {protocol}, which is not HTTP. Leave out \"protocol_version\"."),
        )
    })
}

/// Whether a connection comes about is all that is found out in TCP.
fn check_health(group: &TargetGroup) -> Option<Diagnostic> {
    let check = group.health_check.known()?;
    let is_open =
        group.protocol.known().is_none() || group.target_type.is_unknown() || check.protocol.is_unknown();
    let asks = check.path.is_set() || check.matcher.is_set();
    (!is_open && asks && group.health_protocol() == HealthProtocol::Tcp).then(|| {
        Diagnostic::error(
            "Health check that asks for nothing",
            "\"path\" and \"matcher\" count only where HTTP is spoken, and this health check is in TCP. Set its \
             \"protocol\" to HTTP or HTTPS, or leave them out.",
        )
    })
}

/// Each type has its own ways to know a client again, and each of them its own settings.
fn check_stickiness(group: &TargetGroup, kind: Option<BalancerType>) -> Option<Diagnostic> {
    let stickiness = group.stickiness.known()?;
    let way = *stickiness.r#type.known()?;
    let (has_name, has_duration) = (stickiness.cookie_name.is_set(), stickiness.duration_seconds.is_set());
    let problem = match way {
        StickinessType::LbCookie | StickinessType::AppCookie if kind == Some(BalancerType::Network) => {
            "A load balancer of the type \"network\" sees no cookies. Set \"type\" to \"source_ip\"."
        }
        StickinessType::SourceIp if kind == Some(BalancerType::Application) => {
            "A load balancer of the type \"application\" knows clients by cookies. Set \"type\" to \"lb_cookie\" or \
             \"app_cookie\"."
        }
        StickinessType::AppCookie if !has_name => {
            "The application's cookie is known by its name. Set \"cookie_name\"."
        }
        StickinessType::AppCookie => return None,
        StickinessType::LbCookie | StickinessType::SourceIp if has_name => {
            "Only a cookie of the application has a name of your own. Leave out \"cookie_name\", or set \"type\" to \
             \"app_cookie\"."
        }
        StickinessType::SourceIp if has_duration => {
            "Only cookies have a duration. Leave out \"duration_seconds\", or set \"type\" to one of the cookies."
        }
        StickinessType::LbCookie | StickinessType::SourceIp => return None,
    };
    Some(Diagnostic::error("Stickiness of another kind", problem))
}

fn check_times(group: &TargetGroup) -> Option<Diagnostic> {
    let check = group.health_check.known()?;
    let interval = check.interval_seconds.known().copied().unwrap_or(30);
    let timeout = check.timeout_seconds.known().copied().unwrap_or(5);
    let is_open = check.interval_seconds.is_unknown() || check.timeout_seconds.is_unknown();
    (!is_open && timeout >= interval).then(|| {
        Diagnostic::error(
            "Health check that never ends",
            format!(
                "\"timeout_seconds\" is {timeout} and \"interval_seconds\" is {interval}. Set the timeout below the interval."
            ),
        )
    })
}

/// What the load balancer is while it must not be removed.
pub(super) fn protection(balancer: &LoadBalancerModel) -> Option<Protected> {
    Protected::by_default("load balancer").by(&balancer.deletion_protection)
}
