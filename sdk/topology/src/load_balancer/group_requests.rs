//! Target groups on the wire. Pure.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::operation::create_target_group::builders::CreateTargetGroupInputBuilder;
use aws_sdk_elasticloadbalancingv2::operation::modify_target_group::builders::ModifyTargetGroupInputBuilder;
use aws_sdk_elasticloadbalancingv2::types::{
    Matcher, ProtocolEnum, Tag, TargetGroup as WireGroup, TargetTypeEnum,
};
use sha2::{Digest, Sha256};
use sparki_core::Value;

use super::group::{HealthCheck, HealthProtocol, Stickiness, StickinessType, TargetGroup, TargetType};

/// Seconds for which a cookie is known if nothing else is said.
const DAY: u32 = 86_400;

/// AWS's name of a target group: of the load balancer, of the group, and of all that AWS cannot change about it. So a group
/// that has to be made anew has another name than the one it takes over from, and an attempt that is taken up finds it.
pub(super) fn name(balancer: &str, key: &str, group: &TargetGroup) -> String {
    const LONGEST: usize = 32;
    const DIGITS: usize = 8;
    // As it is on the wire, so that a default that is said outright gives no other name.
    let port = group.port.known().copied().unwrap_or_default();
    let protocol = group.protocol.known().map_or("", |protocol| protocol.as_str());
    let fixed =
        format!("{balancer} {key} {port} {protocol} {} {}", version(group).unwrap_or(""), target_type(group));
    let digest = Sha256::digest(fixed.as_bytes());
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let words = format!("{balancer}-{key}");
    let words = words.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join("-");
    let words: String = words.chars().take(LONGEST - DIGITS - 1).collect();
    format!("{}-{}", words.trim_end_matches('-'), &digits[..DIGITS])
}

/// The request that makes a group.
pub(super) fn create(
    group: &TargetGroup,
    (name, vpc): (&str, Option<&str>),
    tags: Vec<Tag>,
) -> CreateTargetGroupInputBuilder {
    let check = Check::of(group);
    CreateTargetGroupInputBuilder::default()
        .name(name)
        .set_vpc_id(vpc.map(str::to_owned))
        .set_port(group.port.known().map(|port| i32::from(*port)))
        .set_protocol(group.protocol.known().map(|protocol| ProtocolEnum::from(protocol.as_str())))
        .set_protocol_version(version(group).map(str::to_owned))
        .target_type(TargetTypeEnum::from(target_type(group)))
        .health_check_enabled(true)
        .health_check_protocol(check.protocol)
        .health_check_port(check.port)
        .set_health_check_path(check.path)
        .set_matcher(check.matcher)
        .health_check_interval_seconds(check.interval)
        .health_check_timeout_seconds(check.timeout)
        .healthy_threshold_count(check.healthy)
        .unhealthy_threshold_count(check.unhealthy)
        .set_tags(Some(tags))
}

/// The request that changes how a group is asked; none if it is asked like that already.
pub(super) fn modify(there: &WireGroup, group: &TargetGroup) -> Option<ModifyTargetGroupInputBuilder> {
    let check = Check::of(group);
    let is_same = there.health_check_protocol() == Some(&check.protocol)
        && there.health_check_port() == Some(&check.port)
        && (check.path.is_none() || there.health_check_path() == check.path.as_deref())
        && (check.matcher.is_none() || there.matcher() == check.matcher.as_ref())
        && there.health_check_interval_seconds() == Some(check.interval)
        && there.health_check_timeout_seconds() == Some(check.timeout)
        && there.healthy_threshold_count() == Some(check.healthy)
        && there.unhealthy_threshold_count() == Some(check.unhealthy);
    if is_same {
        return None;
    }
    let request = ModifyTargetGroupInputBuilder::default()
        .set_target_group_arn(there.target_group_arn().map(str::to_owned))
        .health_check_enabled(true)
        .health_check_protocol(check.protocol)
        .health_check_port(check.port)
        .set_health_check_path(check.path)
        .set_matcher(check.matcher)
        .health_check_interval_seconds(check.interval)
        .health_check_timeout_seconds(check.timeout)
        .healthy_threshold_count(check.healthy)
        .unhealthy_threshold_count(check.unhealthy);
    Some(request)
}

/// How a group is asked, on the wire.
struct Check {
    protocol: ProtocolEnum,
    port: String,
    path: Option<String>,
    matcher: Option<Matcher>,
    interval: i32,
    timeout: i32,
    healthy: i32,
    unhealthy: i32,
}

impl Check {
    fn of(group: &TargetGroup) -> Self {
        let check = group.health_check.known().cloned().unwrap_or_else(HealthCheck::standard);
        let protocol = group.health_protocol();
        let is_http = protocol != HealthProtocol::Tcp;
        let codes = check.matcher.known().map_or(group.usual_matcher(), String::as_str);
        let matcher = if group.is_grpc() {
            Matcher::builder().grpc_code(codes)
        } else {
            Matcher::builder().http_code(codes)
        };
        let number = |value: &Value<u32>, usual: u32| {
            i32::try_from(value.known().copied().unwrap_or(usual)).unwrap_or(i32::MAX)
        };
        Self {
            protocol: ProtocolEnum::from(protocol.as_str()),
            port: check.port.known().cloned().unwrap_or_else(|| "traffic-port".into()),
            path: is_http.then(|| check.path.known().map_or(group.usual_path(), String::as_str).to_owned()),
            matcher: is_http.then(|| matcher.build()),
            interval: number(&check.interval_seconds, 30),
            timeout: number(&check.timeout_seconds, 5),
            healthy: number(&check.healthy_threshold, 3),
            unhealthy: number(&check.unhealthy_threshold, 3),
        }
    }
}

fn target_type(group: &TargetGroup) -> &'static str {
    group.target_type.known().copied().unwrap_or(TargetType::Ip).as_str()
}

/// The version of HTTP; none for what is not HTTP.
fn version(group: &TargetGroup) -> Option<&'static str> {
    let is_http = group.protocol.known().is_some_and(|protocol| protocol.is_http());
    is_http.then(|| group.protocol_version.known().map_or("HTTP1", |version| version.as_str()))
}

/// The attributes of a group, as AWS names them.
pub(super) fn attributes(group: &TargetGroup) -> BTreeMap<String, String> {
    let delay = group.deregistration_delay_seconds.known().copied().unwrap_or(300);
    let mut attributes = vec![
        ("deregistration_delay.timeout_seconds", delay.to_string()),
        ("stickiness.enabled", group.stickiness.known().is_some().to_string()),
    ];
    if let Some(stickiness) = group.stickiness.known() {
        let kind = stickiness.r#type.known().copied().unwrap_or(StickinessType::LbCookie);
        attributes.push(("stickiness.type", kind.as_str().to_owned()));
        let duration = stickiness.duration_seconds.known().copied().unwrap_or(DAY).to_string();
        match kind {
            StickinessType::LbCookie => attributes.push(("stickiness.lb_cookie.duration_seconds", duration)),
            StickinessType::AppCookie => {
                attributes.push(("stickiness.app_cookie.duration_seconds", duration));
                let name = stickiness.cookie_name.known().cloned().unwrap_or_default();
                attributes.push(("stickiness.app_cookie.cookie_name", name));
            }
            StickinessType::SourceIp => {}
        }
    }
    attributes.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The model of a group. `known` is what was planned, or what the state has: what it leaves out is left out here as well, as
/// long as it is what AWS is told then.
pub(super) fn model(
    group: &WireGroup,
    attributes: &BTreeMap<String, String>,
    known: Option<&TargetGroup>,
) -> TargetGroup {
    let known_check = known.and_then(|known| known.health_check.known());
    let text = |text: Option<&str>| text.map(str::to_owned);
    let plain = TargetGroup {
        port: group.port().and_then(|port| u16::try_from(port).ok()).into(),
        protocol: group.protocol().and_then(|protocol| protocol.as_str().parse().ok()).into(),
        protocol_version: group.protocol_version().and_then(|version| version.parse().ok()).into(),
        target_type: group.target_type().and_then(|kind| kind.as_str().parse().ok()).into(),
        health_check: Value::Null,
        stickiness: stickiness(attributes, known.and_then(|known| known.stickiness.known())),
        deregistration_delay_seconds: attributes
            .get("deregistration_delay.timeout_seconds")
            .and_then(|delay| delay.parse().ok())
            .into(),
    };
    let protocol: Option<HealthProtocol> =
        group.health_check_protocol().and_then(|protocol| protocol.as_str().parse().ok());
    let is_http = protocol != Some(HealthProtocol::Tcp);
    let codes = group.matcher().and_then(|it| it.grpc_code().or(it.http_code())).filter(|_| is_http);
    let path = group.health_check_path().filter(|_| is_http);
    let number = |number: Option<i32>| Value::from(number.and_then(|number| u32::try_from(number).ok()));
    let check = HealthCheck {
        protocol: shown(protocol, &plain.usual_health_protocol(), known_check.map(|it| &it.protocol)),
        port: text(group.health_check_port()).into(),
        path: shown(text(path), &plain.usual_path().to_owned(), known_check.map(|it| &it.path)),
        matcher: shown(text(codes), &plain.usual_matcher().to_owned(), known_check.map(|it| &it.matcher)),
        interval_seconds: number(group.health_check_interval_seconds()),
        timeout_seconds: number(group.health_check_timeout_seconds()),
        healthy_threshold: number(group.healthy_threshold_count()),
        unhealthy_threshold: number(group.unhealthy_threshold_count()),
    };
    let usual_version = super::ProtocolVersion::Http1;
    let version =
        shown(plain.protocol_version.known().copied(), &usual_version, known.map(|it| &it.protocol_version));
    TargetGroup { protocol_version: version, health_check: check.into(), ..plain }
}

/// What was answered; nothing if it is the usual and was not asked for.
fn shown<T: Clone + PartialEq>(answer: Option<T>, usual: &T, known: Option<&Value<T>>) -> Value<T> {
    let is_said = known.is_some_and(|known| known.known().is_some());
    answer.filter(|answer| is_said || answer != usual).into()
}

fn stickiness(attributes: &BTreeMap<String, String>, known: Option<&Stickiness>) -> Value<Stickiness> {
    let get = |key: &str| attributes.get(key).cloned();
    if get("stickiness.enabled").as_deref() != Some("true") {
        return Value::Null;
    }
    let kind: Option<StickinessType> = get("stickiness.type").and_then(|kind| kind.parse().ok());
    let (duration, cookie) = match kind {
        Some(StickinessType::LbCookie) => (get("stickiness.lb_cookie.duration_seconds"), None),
        Some(StickinessType::AppCookie) => {
            (get("stickiness.app_cookie.duration_seconds"), get("stickiness.app_cookie.cookie_name"))
        }
        Some(StickinessType::SourceIp) | None => (None, None),
    };
    let duration = duration.and_then(|duration| duration.parse().ok());
    Stickiness {
        r#type: kind.into(),
        duration_seconds: shown(duration, &DAY, known.map(|known| &known.duration_seconds)),
        cookie_name: cookie.into(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load_balancer::{ProtocolVersion, TargetProtocol};

    fn group(protocol: TargetProtocol) -> TargetGroup {
        TargetGroup::new(8080_u16, protocol)
            .target_type(TargetType::Ip)
            .health_check(HealthCheck::standard())
            .deregistration_delay_seconds(300)
    }

    /// What AWS answers about a group that was just made.
    fn made(group: &TargetGroup) -> WireGroup {
        let request = create(group, ("web", Some("vpc-1")), Vec::new());
        WireGroup::builder()
            .set_port(*request.get_port())
            .set_protocol(request.get_protocol().clone())
            .set_protocol_version(request.get_protocol_version().clone())
            .set_target_type(request.get_target_type().clone())
            .set_health_check_protocol(request.get_health_check_protocol().clone())
            .set_health_check_port(request.get_health_check_port().clone())
            .set_health_check_path(request.get_health_check_path().clone())
            .set_matcher(request.get_matcher().clone())
            .set_health_check_interval_seconds(*request.get_health_check_interval_seconds())
            .set_health_check_timeout_seconds(*request.get_health_check_timeout_seconds())
            .set_healthy_threshold_count(*request.get_healthy_threshold_count())
            .set_unhealthy_threshold_count(*request.get_unhealthy_threshold_count())
            .build()
    }

    #[test]
    fn a_group_reads_as_it_was_made() {
        let check = |group: TargetGroup| {
            let (made, attributes) = (made(&group), attributes(&group));
            assert_eq!(model(&made, &attributes, Some(&group)), group);
            assert_eq!(modify(&made, &group), None);
        };
        check(group(TargetProtocol::Http));
        check(group(TargetProtocol::Http).protocol_version(ProtocolVersion::Http1));
        check(group(TargetProtocol::Https).protocol_version(ProtocolVersion::Grpc));
        check(group(TargetProtocol::Tcp));
        check(group(TargetProtocol::TcpUdp).stickiness(Stickiness::new(StickinessType::SourceIp)));
        let cookie = Stickiness::new(StickinessType::AppCookie).cookie_name("session").duration_seconds(60);
        let said = HealthCheck::standard().protocol(HealthProtocol::Http).path("/").matcher("200");
        check(group(TargetProtocol::Http).stickiness(cookie).health_check(said));
    }

    #[test]
    fn a_group_that_is_made_anew_has_another_name() {
        let http = group(TargetProtocol::Http);
        let named = |group: &TargetGroup| name("shop", "web", group);
        assert!(named(&http).starts_with("shop-web-"), "{}", named(&http));
        assert_ne!(named(&http), named(&group(TargetProtocol::Https)));
        assert_eq!(named(&http), named(&http.clone().deregistration_delay_seconds(1)));
        let long = name(&"a".repeat(32), "b_c", &http);
        assert_eq!(long.len(), 32);
        assert!(!name("a", "b_-c.", &http).contains("--"));
    }

    #[test]
    fn a_default_that_is_said_outright_makes_no_other_group() {
        let named = |group: &TargetGroup| name("shop", "web", group);
        let http = group(TargetProtocol::Http);
        assert_eq!(named(&http), named(&http.clone().protocol_version(ProtocolVersion::Http1)));
        assert_ne!(named(&http), named(&http.clone().protocol_version(ProtocolVersion::Http2)));
        let silent = TargetGroup { target_type: Value::Null, ..http.clone() };
        assert_eq!(named(&http), named(&silent));
    }

    #[test]
    fn only_another_question_is_sent() {
        let there = made(&group(TargetProtocol::Http));
        let other = HealthCheck::standard().path("/ready");
        let request = modify(&there, &group(TargetProtocol::Http).health_check(other)).unwrap();
        assert_eq!(request.get_health_check_path().as_deref(), Some("/ready"));
    }
}
