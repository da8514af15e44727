//! What a release is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    delivery::{
        artifact::{Artifact, COMMIT},
        build::Build,
        project::{PROJECT, Project},
        release_block::RELEASE_BLOCK,
    },
    document::{Fields, canonical, form::Form},
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
};

pub(crate) static RELEASE: Shape = Shape {
    kind: "release",
    collection: "releases",
    table: "releases",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &PROJECT, field: "project_id" }],
    key: "version",
    filters: &["project_id", "version", "build_id", "commit_sha", "digest"],
    immutable: &[
        "project_id",
        "version",
        "build_id",
        "artifacts",
        "commit_sha",
        "branch",
        "irreversible_migrations",
    ],
    computed: &["digest"],
    children: &[&RELEASE_BLOCK],
    roles: Roles::MEMBERS,
};

static VERSION: Form = Form::new("^[^\\s/]+$", "A version has no spaces and no slashes.");

/// A version of a project, ready to be deployed. Only its labels change.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Release {
    /// Project the release is of.
    pub(crate) project_id: Id<Project>,
    /// Version, unique in the project.
    pub(crate) version: String,
    /// Build it is made of; null if its artifacts were given.
    pub(super) build_id: Option<Id<Build>>,
    /// What is deployed, in the order of names.
    pub(crate) artifacts: Vec<Artifact>,
    /// Commit it is made from.
    pub(crate) commit_sha: String,
    /// Branch of the commit; null if nobody has said it.
    pub(crate) branch: Option<String>,
    /// Whether there is no way back to the release before: it migrates data for good.
    pub(crate) irreversible_migrations: bool,
    /// Digest of the version, the commit, the migrations and the names and digests of the artifacts.
    pub(crate) digest: String,
}

impl Release {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let has_build = fields.is_present("build_id");
        // A release that is changed has both: its artifacts were taken from the build.
        if earlier.is_none() {
            fields.require_one_of(&["build_id", "artifacts"]);
        }
        let commit_sha = fields.text_in("commit_sha", 40, &COMMIT);
        if !has_build && commit_sha.is_none() {
            fields.error("commit_sha", "required", "\"commit_sha\" is required without a build.");
        }
        Self {
            project_id: fields.required_id("project_id"),
            version: fields.required_text_in("version", 255, &VERSION),
            build_id: fields.id("build_id"),
            artifacts: Artifact::list(fields),
            commit_sha: commit_sha.unwrap_or_default(),
            branch: fields.text("branch", 255),
            irreversible_migrations: fields.flag_or("irreversible_migrations", false),
            digest: String::new(),
        }
    }

    /// What the release is known by. Where its artifacts can be fetched is no part of it: mirrors may come and go.
    pub(super) fn content_digest(&self) -> String {
        let artifacts: Vec<Value> = self
            .artifacts
            .iter()
            .map(|artifact| json!({"name": artifact.name, "digest": artifact.digest}))
            .collect();
        canonical::digest(&json!({
            "version": self.version,
            "commit_sha": self.commit_sha,
            "irreversible_migrations": self.irreversible_migrations,
            "artifacts": artifacts,
        }))
    }
}
