//! What is deployed: a release, or what a build has made.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    database::Connection,
    delivery::{
        artifact::Artifact,
        build::{Build, BuildStatus},
        project::Project,
        release::Release,
    },
    document::{canonical, choice::word_of},
    http::problem::Problem,
    object::{id::Id, standing::read_document},
};

/// How much of a commit names a build that is no release.
const SHORT_COMMIT: usize = 12;

/// What a deployment brings to its targets, as it was when the deployment was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeploymentSubject")]
pub(crate) struct Subject {
    /// Version of the release; the begin of the commit if a build is deployed.
    pub(crate) version: String,
    /// Digest of what is deployed.
    pub(crate) digest: String,
    /// Commit it is made from.
    pub(crate) commit_sha: String,
    /// Branch of the commit; null if nobody has said it.
    pub(crate) branch: Option<String>,
    /// What is deployed.
    pub(crate) artifacts: Vec<Artifact>,
    /// Whether there is no way back to what was deployed before.
    pub(crate) irreversible_migrations: bool,
}

impl Subject {
    /// A release of the project.
    pub(super) async fn of_release(
        connection: &mut Connection,
        id: Id<Release>,
        project_id: Id<Project>,
    ) -> Result<Self, Problem> {
        let release: Option<Release> = read_document(connection, "releases", &id.to_string()).await?;
        let release = release.filter(|release| release.project_id == project_id).ok_or_else(|| {
            let detail = "There is no such release of the environment's project.";
            Problem::invalid("/release_id", "not_found", detail)
        })?;
        Ok(Self {
            version: release.version,
            digest: release.digest,
            commit_sha: release.commit_sha,
            branch: release.branch,
            artifacts: release.artifacts,
            irreversible_migrations: release.irreversible_migrations,
        })
    }

    /// What a build of the project has made.
    pub(super) async fn of_build(
        connection: &mut Connection,
        id: Id<Build>,
        project_id: Id<Project>,
    ) -> Result<Self, Problem> {
        let build: Option<Build> = read_document(connection, "builds", &id.to_string()).await?;
        let build = build.filter(|build| build.project_id == project_id).ok_or_else(|| {
            let detail = "There is no such build of the environment's project.";
            Problem::invalid("/build_id", "not_found", detail)
        })?;
        if build.status != BuildStatus::Success {
            let detail = format!("Only a build that succeeded is deployed; it is {}.", word_of(build.status));
            return Err(Problem::invalid("/build_id", "not_successful", detail));
        }
        // Whoever signs an artifact does not change it.
        let content = |artifact: &Artifact| json!({"name": artifact.name, "uri": artifact.uri, "digest": artifact.digest});
        let contents: Vec<Value> = build.artifacts.iter().map(content).collect();
        Ok(Self {
            version: build.commit_sha.chars().take(SHORT_COMMIT).collect(),
            digest: canonical::digest(&json!(contents)),
            commit_sha: build.commit_sha,
            branch: build.branch,
            artifacts: build.artifacts,
            irreversible_migrations: false,
        })
    }
}
