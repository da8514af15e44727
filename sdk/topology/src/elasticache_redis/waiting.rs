//! What was asked for earlier and waits for the maintenance window. Pure.

use aws_sdk_elasticache::types::CacheCluster;
use sparki_core::Value;

use super::ElasticacheRedisModel;
use super::answer::effective_version;
use super::look::Described;
use super::parts::Parts;
use crate::elasticache::Version;

/// What waits for the maintenance window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) version: Option<WaitingVersion>,
    pub(super) node_type: Option<String>,
}

/// A version that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WaitingVersion {
    pub(super) version: Version,
    /// The parameter group of the cluster's own that goes along with it; none if the nodes keep the one of somebody else's that
    /// they have.
    pub(super) parameter_group: Option<String>,
    /// What the nodes run until then; none if AWS does not say.
    pub(super) running: Option<Version>,
}

impl Waiting {
    /// What waits of a cluster; none if nothing does.
    pub(super) fn of(described: &Described) -> Option<Self> {
        let node = described.node.as_ref()?;
        let pending = node.pending_modified_values()?;
        let node_type = pending.cache_node_type().map(str::to_owned);
        let version = pending.engine_version().and_then(|_| effective_version(node));
        let version = version.map(|version| WaitingVersion::of(described, node, version));
        (version.is_some() || node_type.is_some()).then_some(Self { version, node_type })
    }

    /// Whether a version waits that is later than what is asked for now: it was taken back, or is about to be let go without
    /// being asked for any more.
    pub(super) fn is_taken_back(
        &self,
        prior: &ElasticacheRedisModel,
        planned: &ElasticacheRedisModel,
    ) -> bool {
        let wanted = planned.engine_version.known().and_then(|wanted| wanted.parse::<Version>().ok());
        let is_later = |waiting: &WaitingVersion| wanted.is_some_and(|it| it.is_before(waiting.version));
        let is_asked = prior.engine_version != planned.engine_version || is_let_go(prior, planned);
        is_asked && self.version.as_ref().is_some_and(is_later)
    }
}

impl WaitingVersion {
    fn of(described: &Described, node: &CacheCluster, version: Version) -> Self {
        let parts = Parts { cluster: described.group.replication_group_id().unwrap_or_default() };
        let parameters = Parts::parameters_of(&described.group, node);
        Self {
            version,
            parameter_group: parameters.filter(|name| parts.is_own(name, version)),
            running: node.engine_version().and_then(|running| running.parse().ok()),
        }
    }
}

/// Whether nothing is to wait any more.
pub(super) fn is_let_go(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel) -> bool {
    prior.apply_immediately.known() == Some(&false) && is_at_once(&planned.apply_immediately)
}

/// Whether changes that may wait do not.
pub(super) fn is_at_once(apply_immediately: &Value<bool>) -> bool {
    apply_immediately.known().copied().unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticache::types::PendingModifiedValues;

    use super::super::steps::Target;
    use super::super::tests::{check_steps, cluster, described};
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    /// The steps where 7.1 and other machines wait for nodes of 7.0.
    fn check(prior: &ElasticacheRedisModel, planned: &ElasticacheRedisModel) -> Vec<String> {
        let waits = WaitingVersion {
            version: version("7.1"),
            parameter_group: Some("sessions-redis7".into()),
            running: Some(version("7.0.7")),
        };
        let waiting = Waiting { version: Some(waits), node_type: Some("cache.r7g.large".into()) };
        check_steps(prior, planned, &Target { waiting: Some(waiting), ..Target::default() })
    }

    #[test]
    fn what_waits_is_let_go_when_nothing_is_to_wait() {
        let check = |from: bool, to: bool| {
            let [prior, planned] =
                [from, to].map(|at_once| cluster().engine_version("7.1").apply_immediately(at_once));
            check(&prior, &planned)
        };
        assert_eq!(
            check(false, true),
            ["engine=redis version=7.1 parameters=sessions-redis7", "nodes=cache.r7g.large"]
        );
        assert_eq!([check(true, true), check(false, false)], [[] as [&str; 0]; 2]);
    }

    #[test]
    fn a_version_that_waits_and_is_not_wanted_any_more_is_taken_back() {
        let asked =
            |version: &str, at_once: bool| cluster().engine_version(version).apply_immediately(at_once);
        let back = ["engine=redis version=7.0", "nodes=cache.r7g.large"];
        assert_eq!(check(&asked("7.1", false), &asked("7.0", true)), back);
        assert_eq!(check(&asked("7.0", false), &asked("7.0", true)), back);
        assert_eq!(check(&asked("7.1", false), &asked("7.0", false)), ["engine=redis version=7.0 later"]);
        // Somebody else may have asked for it; nothing of this plan is about the version.
        assert_eq!(check(&asked("7.0", false), &asked("7.0", false)), [] as [&str; 0]);
        assert_eq!(
            check(&asked("7.1", false), &asked("7.x", true))[0],
            "engine=redis version=7.1 parameters=sessions-redis7"
        );
    }

    #[test]
    fn what_waits_comes_with_parameters_of_its_family() {
        let parameters = |pending: &str, attached: &str| {
            let mut described = described("7.0.7");
            let node = described.node.as_mut().unwrap();
            node.pending_modified_values =
                Some(PendingModifiedValues::builder().engine_version(pending).build());
            node.cache_parameter_group.as_mut().unwrap().cache_parameter_group_name = Some(attached.into());
            let waiting = Waiting::of(&described).unwrap().version.unwrap();
            assert_eq!((waiting.version, waiting.running), (version(pending), Some(version("7.0"))));
            waiting.parameter_group
        };
        let foreign = "default.redis7.cluster.on";
        assert_eq!(parameters("7.1", "sessions-redis7").as_deref(), Some("sessions-redis7"));
        assert_eq!(parameters("7.1", foreign), None);
        assert_eq!(parameters("8.0", "sessions-redis7").as_deref(), Some("sessions-valkey8"));
        assert_eq!(parameters("8.0", foreign).as_deref(), Some("sessions-valkey8"));
    }
}
