//! Taking the snapshot of facts that a plan is made of.

use jiff::Timestamp;

use crate::{
    database::Connection,
    delivery::{
        deployment::{WayBack, admits_branch, target_digest, targets, way_back},
        environment::{CurrentDeployment, Environment},
        release::Release,
        release_block,
    },
    http::problem::Problem,
    object::{id::Id, standing::read_document},
    promotion::{
        direction::Direction,
        freeze::{Where, the_freeze},
        plan::{
            facts::{Answered, Facts, FlowFacts, GivenFacts, ReleaseFacts, TargetFacts, Voter},
            model::Version,
            obstacle::Obstacle,
            store,
            ways::Ways,
        },
    },
    variables::given::{Configuration, configuration_of, ran_with},
};

/// What is planned, and what a promotion that waits brings along.
#[derive(Debug, Clone)]
pub(crate) struct Question<'a> {
    pub(crate) workspace_id: &'a str,
    pub(crate) environment_id: Id<Environment>,
    pub(crate) release_id: Id<Release>,
    pub(crate) direction: Direction,
    pub(crate) now: Timestamp,
    pub(crate) requester: Option<String>,
    pub(crate) voters: Vec<Voter>,
    pub(crate) answers: &'a [Answered],
}

/// Takes the snapshot, or says what is in the way for good.
pub(crate) async fn gather(
    connection: &mut Connection,
    question: &Question<'_>,
) -> Result<Result<Facts, Obstacle>, Problem> {
    let environment_id = question.environment_id.to_string();
    let release_id = question.release_id.to_string();
    let environment: Option<Environment> = read_document(connection, "environments", &environment_id).await?;
    let Some(environment) = environment else { return Ok(Err(Obstacle::NoEnvironment)) };
    let release: Option<Release> = read_document(connection, "releases", &release_id).await?;
    let Some(release) = release.filter(|release| release.project_id == environment.project_id) else {
        return Ok(Err(Obstacle::NoRelease));
    };
    if !admits_branch(&environment, release.branch.as_deref()) {
        return Ok(Err(Obstacle::Branch(environment.allowed_branches.join(", "))));
    }
    if let Some(reason) = release_block::reason(connection, &release_id, &environment_id).await? {
        return Ok(Err(Obstacle::Blocked(reason)));
    }
    let way_back = way_back(connection, &environment_id, question.release_id).await?;
    match (way_back, question.direction) {
        (WayBack::Open, _) | (WayBack::NeverThere | WayBack::Undone, Direction::Promote) => {}
        (WayBack::NeverThere, Direction::Rollback) => return Ok(Err(Obstacle::NeverThere)),
        (WayBack::Undone, Direction::Rollback) => return Ok(Err(Obstacle::Undone)),
        // Whatever it is called: what knows nothing of the migration would come again.
        (WayBack::Irreversible, _) => return Ok(Err(Obstacle::Irreversible)),
    }
    let there = targets(connection, &environment_id).await?;
    if there.is_empty() {
        return Ok(Err(Obstacle::NoTargets));
    }
    let from = match environment.current_deployment.clone() {
        None => None,
        Some(current) => Some(running(connection, environment.current_release, current).await?),
    };

    let project_id = environment.project_id.to_string();
    let flow = store::flow(connection, question.workspace_id, &project_id).await?;
    let place = flow.and_then(|flow| {
        let index = flow.stages.iter().position(|stage| stage.environment == environment.slug)?;
        let before = index.checked_sub(1).map(|index| flow.stages[index].environment.clone());
        let stage = flow.stages[index].clone();
        Some((FlowFacts { name: flow.name, version: flow.version, stage }, before))
    });
    let (flow, before) = place.map_or((None, None), |(flow, before)| (Some(flow), before));
    let ways = Ways { environment: &environment, release: &release, before, question };
    let gates = ways.gates(connection).await?;
    let place = Where {
        workspace_id: question.workspace_id,
        project_id: environment.project_id,
        environment_id: question.environment_id,
        tier: environment.tier,
        direction: question.direction,
    };
    let freeze = the_freeze(connection, &place, question.now).await?;
    let given = GivenFacts {
        before: match &environment.current_deployment {
            None => Some(Configuration::new()),
            Some(current) => ran_with(connection, &current.id.to_string()).await?,
        },
        after: configuration_of(connection, question.workspace_id, question.environment_id).await?,
    };
    let pipelines = store::pipelines(connection, &project_id).await?;
    Ok(Ok(Facts {
        now: question.now,
        direction: question.direction,
        environment_id: question.environment_id,
        tier: environment.tier,
        release_id: question.release_id,
        from,
        to: of_release(&release_id, release),
        targets: there
            .iter()
            .map(|target| TargetFacts {
                id: target.id,
                name: target.name.clone(),
                platform: target.platform,
                strategy: target.strategy.kind,
                digest: target_digest(target),
            })
            .collect(),
        pipelines,
        given,
        flow,
        gates,
        freeze,
    }))
}

/// What an environment runs: the release with its artifacts, or what is known of it if the release is gone or never was.
async fn running(
    connection: &mut Connection,
    release_id: Option<Id<Release>>,
    current: CurrentDeployment,
) -> Result<ReleaseFacts, Problem> {
    if let Some(release_id) = release_id.map(|id| id.to_string()) {
        let release: Option<Release> = read_document(connection, "releases", &release_id).await?;
        if let Some(release) = release {
            return Ok(of_release(&release_id, release));
        }
    }
    let shown =
        Version { release_id: None, version: current.version, digest: current.digest, commit_sha: None };
    Ok(ReleaseFacts { shown, artifacts: Vec::new(), irreversible_migrations: false })
}

fn of_release(id: &str, release: Release) -> ReleaseFacts {
    ReleaseFacts {
        shown: Version {
            release_id: Some(id.to_owned()),
            version: release.version,
            digest: release.digest,
            commit_sha: Some(release.commit_sha),
        },
        artifacts: release.artifacts,
        irreversible_migrations: release.irreversible_migrations,
    }
}
