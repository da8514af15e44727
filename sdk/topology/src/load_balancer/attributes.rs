//! The attributes of a load balancer, which AWS names by text. Pure.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute;
use sparki_core::Value;

use super::model::{AccessLogs, BalancerType, LoadBalancerModel};

const PROTECTION: &str = "deletion_protection.enabled";
const LOGS: &str = "access_logs.s3.enabled";
const LOGS_BUCKET: &str = "access_logs.s3.bucket";
const LOGS_PREFIX: &str = "access_logs.s3.prefix";
const IDLE: &str = "idle_timeout.timeout_seconds";
const HTTP2: &str = "routing.http2.enabled";
const DROP: &str = "routing.http.drop_invalid_header_fields.enabled";
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

/// The attributes that a load balancer is to have.
pub(super) fn wanted(balancer: &LoadBalancerModel) -> BTreeMap<String, String> {
    let flag = |value: &Value<bool>, usual: Usual| {
        value.known().copied().unwrap_or(matches!(usual, Usual::On)).to_string()
    };
    let logs = balancer.access_logs.known();
    let mut wanted = vec![
        (PROTECTION, flag(&balancer.deletion_protection, Usual::On)),
        (LOGS, logs.is_some().to_string()),
    ];
    if let Some(logs) = logs {
        wanted.push((LOGS_BUCKET, logs.bucket.known().cloned().unwrap_or_default()));
        wanted.push((LOGS_PREFIX, logs.prefix.known().cloned().unwrap_or_default()));
    }
    match balancer.kind() {
        BalancerType::Application => {
            let idle = balancer.idle_timeout_seconds.known().copied().unwrap_or(60);
            wanted.push((IDLE, idle.to_string()));
            wanted.push((HTTP2, flag(&balancer.http2, Usual::On)));
            wanted.push((DROP, flag(&balancer.drop_invalid_headers, Usual::On)));
        }
        BalancerType::Network => wanted.push((CROSS_ZONE, flag(&balancer.cross_zone, Usual::Off))),
    }
    wanted.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Whether this is what protects a load balancer from removal.
pub(super) fn protects(attribute: &LoadBalancerAttribute) -> bool {
    attribute.key() == Some(PROTECTION) && attribute.value() == Some("true")
}

/// What holds where nothing is said.
#[derive(Clone, Copy, Debug)]
enum Usual {
    On,
    Off,
}

/// Those of the wanted attributes that a load balancer, or a target group, does not have yet. What an endpoint does not tell
/// is sent.
pub(super) fn missing(
    there: &BTreeMap<String, String>,
    wanted: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let is_there = |key: &str, value: &str| {
        let there = there.get(key).map(String::as_str);
        there == Some(value) || (value.is_empty() && there.is_none())
    };
    wanted.into_iter().filter(|(key, value)| !is_there(key, value)).collect()
}

/// The model with the attributes that AWS tells; the others stay as they are in it.
pub(super) fn read(balancer: LoadBalancerModel, there: &BTreeMap<String, String>) -> LoadBalancerModel {
    let flag = |key: &str, known: Value<bool>| match there.get(key) {
        Some(value) => (value == "true").into(),
        None => known,
    };
    let idle = there.get(IDLE).and_then(|idle| idle.parse().ok());
    let logs = there.get(LOGS).is_some_and(|enabled| enabled == "true").then(|| AccessLogs {
        bucket: there.get(LOGS_BUCKET).cloned().into(),
        prefix: there.get(LOGS_PREFIX).filter(|prefix| !prefix.is_empty()).cloned().into(),
    });
    let is_application = balancer.kind() == BalancerType::Application;
    let cross_zone = balancer.cross_zone.clone();
    LoadBalancerModel {
        idle_timeout_seconds: idle.map_or(balancer.idle_timeout_seconds, Value::Known),
        http2: flag(HTTP2, balancer.http2),
        drop_invalid_headers: flag(DROP, balancer.drop_invalid_headers),
        cross_zone: if is_application { cross_zone } else { flag(CROSS_ZONE, cross_zone) },
        access_logs: logs.into(),
        deletion_protection: flag(PROTECTION, balancer.deletion_protection),
        ..balancer
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn balancer(kind: BalancerType) -> LoadBalancerModel {
        LoadBalancerModel::new("shop", BTreeSet::new())
            .r#type(kind)
            .idle_timeout_seconds(90)
            .http2(false)
            .drop_invalid_headers(true)
            .cross_zone(true)
            .deletion_protection(true)
    }

    #[test]
    fn attributes_read_as_they_were_sent() {
        let logs = AccessLogs::new("logs").prefix("shop");
        for balancer in [
            balancer(BalancerType::Application),
            balancer(BalancerType::Network),
            balancer(BalancerType::Network).access_logs(logs),
        ] {
            assert_eq!(read(balancer.clone(), &wanted(&balancer)), balancer);
        }
    }

    #[test]
    fn each_type_has_its_own_attributes() {
        let keys = |kind| wanted(&balancer(kind)).into_keys().collect::<Vec<_>>();
        assert!(keys(BalancerType::Application).contains(&HTTP2.to_owned()));
        assert!(!keys(BalancerType::Network).contains(&HTTP2.to_owned()));
    }

    #[test]
    fn only_what_differs_is_sent() {
        let there = wanted(&balancer(BalancerType::Application));
        let other = wanted(&balancer(BalancerType::Application).http2(true));
        assert_eq!(missing(&there, other).into_keys().collect::<Vec<_>>(), [HTTP2]);
    }
}
