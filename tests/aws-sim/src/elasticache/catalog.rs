//! Versions and machines that there are.

use serde_json::json;

use crate::{calls::Call, document::Document, marked::marked, refusal::Refusal, world::World};

/// Engine, version, and family of parameters, oldest first.
const VERSIONS: [(&str, &str, &str); 8] = [
    ("redis", "6.2", "redis6.x"),
    ("redis", "7.0", "redis7"),
    ("redis", "7.1", "redis7"),
    ("valkey", "7.2", "valkey7"),
    ("valkey", "8.0", "valkey8"),
    ("valkey", "8.1", "valkey8"),
    ("valkey", "8.2", "valkey8"),
    ("valkey", "9.0", "valkey9"),
];

/// Machines: enough of them to choose wrongly from.
const NODE_TYPES: [&str; 14] = [
    "cache.t3.micro",
    "cache.t3.small",
    "cache.t4g.micro",
    "cache.t4g.small",
    "cache.t4g.medium",
    "cache.m6g.large",
    "cache.m6g.xlarge",
    "cache.m7g.large",
    "cache.r6g.large",
    "cache.r6g.xlarge",
    "cache.r6g.2xlarge",
    "cache.r7g.large",
    "cache.r7g.xlarge",
    "cache.r7g.2xlarge",
];

/// A version of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) engine: &'static str,
    pub(super) version: &'static str,
    pub(super) family: &'static str,
}

fn all() -> impl Iterator<Item = Version> {
    VERSIONS.into_iter().map(|(engine, version, family)| Version { engine, version, family })
}

impl Version {
    /// The version that a request means: an exact one, a major one with or without `.x` for its newest, or the newest of
    /// all if none is named. A patch level is left out of account.
    pub(super) fn wanted(engine: &str, version: Option<&str>) -> Option<Self> {
        let of_engine = all().filter(|it| it.engine == engine);
        let Some(version) = version else { return of_engine.last() };
        let major = version.strip_suffix(".x").unwrap_or(version);
        let minor = version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        let beginning = format!("{major}.");
        of_engine.filter(|it| it.version == minor || it.version.starts_with(&beginning)).last()
    }

    /// The version of this number: no two engines have one in common.
    pub(super) fn numbered(number: &str) -> Option<Self> {
        let minor = number.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        all().find(|it| it.version == minor)
    }

    /// The number as clusters show it, with a patch level.
    pub(super) fn actual(self) -> String {
        let patch = match self.version {
            "6.2" => 6,
            "7.0" => 7,
            _ => 0,
        };
        format!("{}.{patch}", self.version)
    }

    /// Versions by which a group can only go up. Valkey comes after Redis.
    pub(super) fn rank(self) -> usize {
        all().position(|it| it == self).expect("versions are of the catalog")
    }
}

pub(super) fn is_family(family: &str) -> bool {
    all().any(|it| it.family == family)
}

/// The machines that there are.
pub(super) fn node_types() -> impl Iterator<Item = &'static str> {
    NODE_TYPES.into_iter()
}

pub(super) fn is_node_type(node_type: &str) -> bool {
    NODE_TYPES.contains(&node_type)
}

/// Global groups are of large machines only.
pub(super) fn is_global_type(node_type: &str) -> bool {
    is_node_type(node_type) && !node_type.starts_with("cache.t")
}

pub(super) fn describe_versions(_: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let is = |member: &str, value: &str| input.text(member).is_none_or(|wanted| wanted == value);
    let shown = all().filter(|it| {
        is("Engine", it.engine)
            && is("EngineVersion", it.version)
            && is("CacheParameterGroupFamily", it.family)
            && (input.flag("DefaultOnly") != Some(true) || Version::wanted(it.engine, None) == Some(*it))
    });
    let described = shown.map(|it| {
        let Version { engine, version, family } = it;
        let described = json!({
            "Engine": engine,
            "EngineVersion": version,
            "CacheParameterGroupFamily": family,
            "CacheEngineDescription": engine,
            "CacheEngineVersionDescription": format!("{engine} version {version}"),
        });
        (format!("{engine}/{version}"), described)
    });
    Ok(marked(call, "CacheEngineVersions", described))
}
