//! Parameters that groups know.

/// A parameter that groups know.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) default: &'static str,
    pub(super) data_type: &'static str,
    pub(super) allowed: &'static str,
}

const fn parameter(
    name: &'static str,
    default: &'static str,
    data_type: &'static str,
    allowed: &'static str,
) -> Parameter {
    Parameter { name, default, data_type, allowed }
}

/// Whether a group is for clusters of several shards.
pub(super) const CLUSTER_ENABLED: &str = "cluster-enabled";

/// Names, kinds and defaults are Redis' and ElastiCache's; there are more.
pub(super) const CATALOG: [Parameter; 10] = [
    parameter("activedefrag", "no", "string", "yes,no"),
    parameter("activerehashing", "yes", "string", "yes,no"),
    parameter("appendonly", "no", "string", "yes,no"),
    parameter(CLUSTER_ENABLED, "no", "string", "yes,no"),
    parameter(
        "maxmemory-policy",
        "volatile-lru",
        "string",
        "volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction",
    ),
    parameter("maxmemory-samples", "3", "integer", "1-"),
    parameter("notify-keyspace-events", "", "string", ""),
    parameter("reserved-memory-percent", "25", "integer", "0-100"),
    parameter("slowlog-log-slower-than", "10000", "integer", "-"),
    parameter("timeout", "0", "integer", "0,20-"),
];

pub(super) fn known(name: &str) -> Option<&'static Parameter> {
    CATALOG.iter().find(|it| it.name == name)
}
