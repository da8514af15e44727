//! The SQL only plans need.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    database::Connection,
    delivery::build::BuildStatus,
    http::problem::Problem,
    object::id::Id,
    promotion::{
        drift_report::{DriftReport, Found},
        flow::PromotionFlow,
        gate::EnvironmentGate,
    },
};

/// The part of a workspace that has a say in promotions.
#[derive(Debug, Deserialize)]
pub(super) struct Policies {
    pub(super) promotion_policy: Policy,
}

/// What every promotion in a workspace takes.
#[derive(Debug, Deserialize)]
pub(super) struct Policy {
    pub(super) min_approvals: i64,
    pub(super) separation_of_duties: bool,
    pub(super) require_signed_artifacts: bool,
    #[serde(default)]
    pub(super) signing_keys: Vec<String>,
}

/// The slugs of a project's environments, by id.
pub(super) async fn slugs(
    connection: &mut Connection,
    project_id: &str,
) -> Result<BTreeMap<String, String>, Problem> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, slug FROM environments WHERE project_id = $1")
            .bind(project_id)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().collect())
}

/// The gates of an environment, with their ids, by name.
pub(super) async fn gates(
    connection: &mut Connection,
    environment_id: &str,
) -> Result<Vec<(Option<Id<EnvironmentGate>>, EnvironmentGate)>, Problem> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, document FROM environment_gates WHERE environment_id = $1 ORDER BY name")
            .bind(environment_id)
            .fetch_all(connection)
            .await?;
    rows.iter().map(|(id, text)| Ok((Id::parse(id), parse(text)?))).collect()
}

/// The flow of a project: its own, or that of the workspace.
pub(super) async fn flow(
    connection: &mut Connection,
    workspace_id: &str,
    project_id: &str,
) -> Result<Option<PromotionFlow>, Problem> {
    let text: Option<String> = sqlx::query_scalar(
        "SELECT document FROM promotion_flows WHERE workspace_id = $1 AND (project_id = $2 OR project_id IS NULL) \
         ORDER BY CASE WHEN project_id IS NULL THEN 1 ELSE 0 END LIMIT 1",
    )
    .bind(workspace_id)
    .bind(project_id)
    .fetch_optional(connection)
    .await?;
    text.map(|text| parse(&text)).transpose()
}

/// Digests of the configurations of a project's pipelines, by name.
pub(super) async fn pipelines(
    connection: &mut Connection,
    project_id: &str,
) -> Result<BTreeMap<String, String>, Problem> {
    #[derive(Deserialize)]
    struct Configured {
        configuration_digest: String,
    }
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT name, document FROM pipelines WHERE project_id = $1 AND archived_at IS NULL")
            .bind(project_id)
            .fetch_all(connection)
            .await?;
    let named =
        |(name, text): &(String, String)| Ok((name.clone(), parse::<Configured>(text)?.configuration_digest));
    rows.iter().map(named).collect()
}

/// The name of a pipeline, and how its newest build of a commit stands.
pub(super) async fn newest_build(
    connection: &mut Connection,
    pipeline_id: &str,
    commit_sha: &str,
) -> Result<(String, Option<BuildStatus>), Problem> {
    #[derive(Deserialize)]
    struct Standing {
        status: BuildStatus,
    }
    let name: Option<String> = sqlx::query_scalar("SELECT name FROM pipelines WHERE id = $1")
        .bind(pipeline_id)
        .fetch_optional(&mut *connection)
        .await?;
    let text: Option<String> = sqlx::query_scalar(
        "SELECT document FROM builds WHERE pipeline_id = $1 AND commit_sha = $2 ORDER BY created_at DESC, id DESC \
         LIMIT 1",
    )
    .bind(pipeline_id)
    .bind(commit_sha)
    .fetch_optional(connection)
    .await?;
    let status = text.map(|text| parse::<Standing>(&text)).transpose()?.map(|build| build.status);
    Ok((name.unwrap_or_else(|| "A pipeline that is gone".to_owned()), status))
}

/// The newest drift report of an environment.
pub(super) async fn newest_report(
    connection: &mut Connection,
    environment_id: &str,
) -> Result<Option<(Found, Timestamp)>, Problem> {
    let row: Option<(String, String)> = sqlx::query_as(
        "SELECT document, created_at FROM drift_reports WHERE environment_id = $1 ORDER BY created_at DESC, id DESC \
         LIMIT 1",
    )
    .bind(environment_id)
    .fetch_optional(connection)
    .await?;
    let Some((text, created_at)) = row else { return Ok(None) };
    let at = created_at.parse().map_err(|_| sqlx::Error::Decode("a time cannot be read".into()))?;
    Ok(Some((parse::<DriftReport>(&text)?.status, at)))
}

/// Whoever made an object, by the audit log.
pub(super) async fn author(connection: &mut Connection, id: &str) -> Result<Option<String>, Problem> {
    let user: Option<Option<String>> = sqlx::query_scalar(
        "SELECT user_id FROM audit_logs WHERE resource_id = $1 AND action = 'create' AND result = 'success' \
         ORDER BY seq LIMIT 1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(user.flatten())
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    Ok(serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))?)
}
