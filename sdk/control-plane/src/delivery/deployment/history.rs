//! What has come to an environment, and whether there is a way back.

use jiff::Timestamp;

use crate::{
    database::Connection,
    delivery::{
        build::Build,
        deployment::{machine::Status, model::Deployment, rollback::crosses_migrations, step::StepKind},
        health::Health,
        release::Release,
    },
    http::problem::Problem,
    object::id::Id,
};

/// How far back history goes: so many deployments of one environment.
const KEPT: i64 = 500;

/// Something that has happened to what an environment runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Past {
    pub(crate) at: Timestamp,
    /// `None` for a build that is no release.
    pub(crate) release_id: Option<String>,
    pub(crate) arrival: Arrival,
}

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It came, and was so when it did.
    Came(Health),
    /// It was tried, and has touched what was there.
    Failed,
}

/// Whether there is a way back to a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayBack {
    Open,
    NeverThere,
    /// It was there, and was put back in favour of something older.
    Undone,
    Irreversible,
}

/// What has come to an environment, oldest first.
pub(crate) async fn history(connection: &mut Connection, environment_id: &str) -> Result<Vec<Past>, Problem> {
    let mut past: Vec<Past> = ended(connection, environment_id).await?.iter().filter_map(past).collect();
    past.reverse();
    past.sort_by_key(|past| past.at);
    Ok(past)
}

/// Whether an environment can go back to a release that it had.
pub(crate) async fn way_back(
    connection: &mut Connection,
    environment_id: &str,
    release_id: Id<Release>,
) -> Result<WayBack, Problem> {
    let ended = ended(connection, environment_id).await?;
    let is_goal =
        |deployment: &&Deployment| deployment.release_id == Some(release_id) && has_arrived(deployment);
    let kin = Kin::of_release(connection, release_id).await?;
    if crosses_from(connection, environment_id, &kin).await? {
        return Ok(WayBack::Irreversible);
    }
    let Some(goal) = ended.iter().find(is_goal) else { return Ok(WayBack::NeverThere) };
    let behind = behind(&ended);
    let is_behind = goal.subject.as_ref().is_some_and(|subject| behind.contains(&subject.digest));
    Ok(if is_behind { WayBack::Open } else { WayBack::Undone })
}

/// What is the same under several names: a build, and all releases that are made of it.
pub(super) struct Kin {
    builds: Vec<Id<Build>>,
    pub(super) releases: Vec<Id<Release>>,
}

impl Kin {
    pub(super) async fn of_build(
        connection: &mut Connection,
        build_id: Id<Build>,
    ) -> Result<Self, sqlx::Error> {
        let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM releases WHERE build_id = $1 ORDER BY id")
            .bind(build_id.to_string())
            .fetch_all(connection)
            .await?;
        Ok(Self { builds: vec![build_id], releases: ids.iter().filter_map(|id| Id::parse(id)).collect() })
    }

    /// A release with the build that it is made of, if it is made of one.
    pub(super) async fn of_release(
        connection: &mut Connection,
        release_id: Id<Release>,
    ) -> Result<Self, sqlx::Error> {
        let build: Option<Option<String>> = sqlx::query_scalar("SELECT build_id FROM releases WHERE id = $1")
            .bind(release_id.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        match build.flatten().and_then(|id| Id::parse(&id)) {
            Some(build_id) => Self::of_build(connection, build_id).await,
            None => Ok(Self { builds: Vec::new(), releases: vec![release_id] }),
        }
    }

    fn has(&self, deployment: &Deployment) -> bool {
        deployment.build_id.is_some_and(|id| self.builds.contains(&id))
            || deployment.release_id.is_some_and(|id| self.releases.contains(&id))
    }
}

/// Whether something else that migrates data for good has come since one of these was there last, however it came. What one
/// of them has migrated itself, the others know of.
pub(super) async fn crosses_from(
    connection: &mut Connection,
    environment_id: &str,
    kin: &Kin,
) -> Result<bool, Problem> {
    let ended = ended(connection, environment_id).await?;
    match ended.iter().find(|deployment| kin.has(deployment) && has_arrived(deployment)) {
        Some(goal) => crosses_migrations(connection, environment_id, goal, |other| kin.has(other)).await,
        None => Ok(false),
    }
}

/// Digests of what an environment has come from: what it runs, what it ran before that, and so on. What was put back is
/// not among them any more, so that going there is going forward again.
pub(super) async fn ways_back(
    connection: &mut Connection,
    environment_id: &str,
) -> Result<Vec<String>, Problem> {
    Ok(behind(&ended(connection, environment_id).await?))
}

/// The same of deployments that are there, newest first.
fn behind(ended: &[Deployment]) -> Vec<String> {
    let arrived = ended.iter().rev().filter(|deployment| has_arrived(deployment));
    let mut behind: Vec<String> = Vec::new();
    for digest in arrived.filter_map(|deployment| Some(&deployment.subject.as_ref()?.digest)) {
        // What is there again has undone everything since.
        match behind.iter().position(|earlier| earlier == digest) {
            Some(place) => behind.truncate(place + 1),
            None => behind.push(digest.clone()),
        }
    }
    behind
}

fn has_arrived(deployment: &Deployment) -> bool {
    past(deployment).is_some_and(|past| past.arrival != Arrival::Failed)
}

/// The deployments of an environment that have ended, newest first.
async fn ended(connection: &mut Connection, environment_id: &str) -> Result<Vec<Deployment>, Problem> {
    let texts: Vec<String> = sqlx::query_scalar(
        "SELECT document FROM deployments WHERE environment_id = $1 AND completed_at IS NOT NULL \
         ORDER BY completed_at DESC, id DESC LIMIT $2",
    )
    .bind(environment_id)
    .bind(KEPT)
    .fetch_all(connection)
    .await?;
    let parsed: Result<Vec<Deployment>, _> = texts.iter().map(|text| serde_json::from_str(text)).collect();
    Ok(parsed.map_err(|error| sqlx::Error::Decode(error.into()))?)
}

/// What a deployment that has ended was for its environment; `None` if nothing.
fn past(deployment: &Deployment) -> Option<Past> {
    let has_failed = deployment.failure.is_some();
    let arrival = match deployment.status {
        Status::Success => Arrival::Came(deployment.health),
        // It was fine when it came, and was undone later.
        Status::RolledBack if !has_failed => Arrival::Came(deployment.health),
        Status::Failed | Status::RolledBack | Status::Canceled if deployment.has_touched() => Arrival::Failed,
        Status::Failed
        | Status::RolledBack
        | Status::Canceled
        | Status::Pending
        | Status::Validating
        | Status::Deploying
        | Status::HealthCheck => return None,
    };
    let touched = deployment.steps.iter().find(|step| step.kind == StepKind::Deploy);
    let at = match arrival {
        Arrival::Came(_) => deployment.completed_at.as_ref(),
        // From then on, what was there before was not what it had been.
        Arrival::Failed => touched.and_then(|step| step.started_at.as_ref()),
    };
    Some(Past { at: at?.parse().ok()?, release_id: deployment.release_id.map(|id| id.to_string()), arrival })
}
