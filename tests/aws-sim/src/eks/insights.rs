//! What EKS finds about clusters before an upgrade.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    lookup::{cluster, name},
    pages::paged,
    versions::Version,
};
use crate::{calls::Call, document::Document, refusal::Refusal, region::Region, world::World};

const CATEGORY: &str = "UPGRADE_READINESS";

/// What is found about clusters, as whoever tests has ordered it. There is nothing behind a cluster that it could be found in.
#[derive(Debug, Default)]
pub(crate) struct Insights(Vec<Finding>);

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Finding {
    cluster: String,
    /// Where the cluster is; everywhere if no region is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    name: String,
    status: Status,
    /// The version that it is about: the next one of the cluster if none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    recommendation: String,
}

/// How well a cluster is prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Passing,
    Warning,
    Error,
    Unknown,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Passing => "PASSING",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
            Self::Unknown => "UNKNOWN",
        }
    }
}

impl Insights {
    /// Replaces all findings.
    pub(crate) fn replace(&mut self, findings: Vec<Finding>) {
        self.0 = findings;
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// What is found about a cluster, by id: all clusters are looked at for one thing, and with that all is well unless it was
    /// ordered otherwise.
    fn about(&self, region: &Region, cluster: &str, version: Version) -> Vec<(String, Insight)> {
        let next = Version(version.0 + 1).to_string();
        let usual = Finding {
            cluster: cluster.to_owned(),
            region: None,
            name: "Kubelet version skew".to_owned(),
            status: Status::Passing,
            version: None,
            reason: "Node kubelet versions match the cluster control plane version.".to_owned(),
            recommendation: String::new(),
        };
        let is_here = |it: &&Finding| {
            it.cluster == cluster && it.region.as_deref().is_none_or(|wanted| wanted == region.as_str())
        };
        let ordered = self.0.iter().filter(is_here).cloned();
        let all = std::iter::once(usual).chain(ordered).enumerate().map(|(at, finding)| {
            let version = finding.version.clone().unwrap_or_else(|| next.clone());
            let id = format!("00000000-0000-4000-8000-{at:012}");
            (id.clone(), Insight { id, version, finding })
        });
        all.collect()
    }

    /// The names of what keeps a cluster from a version.
    pub(super) fn blocking(
        &self,
        region: &Region,
        cluster: &str,
        (from, to): (Version, Version),
    ) -> Vec<String> {
        let about = self.about(region, cluster, from).into_iter().map(|(_, insight)| insight);
        let blocking = about.filter(|it| it.version == to.to_string() && it.finding.status == Status::Error);
        blocking.map(|it| it.finding.name).collect()
    }
}

/// A finding as it is shown.
struct Insight {
    id: String,
    version: String,
    finding: Finding,
}

impl Insight {
    fn summary(&self, now: &str) -> Value {
        json!({
            "id": self.id,
            "name": self.finding.name,
            "category": CATEGORY,
            "kubernetesVersion": self.version,
            "lastRefreshTime": now,
            "lastTransitionTime": now,
            "description": self.finding.name,
            "insightStatus": { "status": self.finding.status.as_str(), "reason": self.finding.reason },
        })
    }
}

fn found(world: &World, call: &Call) -> Result<Vec<(String, Insight)>, Refusal> {
    let version = Version::of(&cluster(world, call)?.object.document);
    Ok(world.insights.about(&call.region, name(call), version))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let now = world.now_text();
    let filter = call.input.inner("filter");
    let is = |member: &str, value: &str| {
        let wanted = filter.texts(member);
        wanted.is_empty() || wanted.iter().any(|it| it == value)
    };
    let shown = found(world, call)?.into_iter().filter(|(_, insight)| {
        is("categories", CATEGORY)
            && is("kubernetesVersions", &insight.version)
            && is("statuses", insight.finding.status.as_str())
    });
    Ok(paged(call, "insights", shown.map(|(id, insight)| (id, insight.summary(&now)))))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let now = world.now_text();
    let wanted = call.input.given("id");
    let found = found(world, call)?.into_iter().find(|(id, _)| id == wanted);
    let Some((_, insight)) = found else {
        let message = format!("No insight found for id: {wanted}.");
        return Err(Refusal::new("ResourceNotFoundException", message).with("clusterName", name(call)));
    };
    let mut described = insight.summary(&now);
    described["recommendation"] = insight.finding.recommendation.clone().into();
    Ok(Document::new().with("insight", described))
}
