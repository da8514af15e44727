//! What stands in front of an environment: nothing that is deployed to it directly goes around that.

use serde_json::json;

use crate::{
    database::Connection,
    delivery::{
        deployment::{Deployment, Kin, crosses_from},
        environment::Environment,
        release_block,
    },
    http::problem::{Code, Problem},
    object::Subject,
    promotion::{
        direction::Direction,
        plan::{Obstacle, Question, draft, gather, is_guarded},
    },
};

/// Refuses a release that is blocked in the environment, and a build that such a release was made of. A build is refused
/// also if it cannot come again; for releases, the plan sees to that.
pub(super) async fn refuse_blocked(
    connection: &mut Connection,
    deployment: &Deployment,
) -> Result<(), Problem> {
    let environment_id = deployment.environment_id.to_string();
    let (kin, releases) = match (deployment.release_id, deployment.build_id) {
        (Some(id), _) => (None, vec![id]),
        (None, Some(id)) => {
            let kin = Kin::of_build(connection, id).await?;
            let releases = kin.releases.clone();
            (Some(kin), releases)
        }
        (None, None) => (None, Vec::new()),
    };
    for id in &releases {
        if let Some(reason) = release_block::reason(connection, &id.to_string(), &environment_id).await? {
            return Err(Problem::new(Code::InvalidState, format!("The release is blocked: {reason}"))
                .with("state", "blocked")
                .with("allowed", json!([])));
        }
    }
    if let Some(kin) = kin
        && crosses_from(connection, &environment_id, &kin).await?
    {
        return Err(Obstacle::Irreversible.problem());
    }
    Ok(())
}

/// Refuses what the gates of the environment would not let through now. A promotion waits for them.
pub(super) async fn refuse_gated(
    connection: &mut Connection,
    deployment: &Deployment,
    environment: &Environment,
    subject: &Subject<'_>,
) -> Result<(), Problem> {
    let Some(release_id) = deployment.release_id else {
        if is_guarded(connection, subject.workspace_id, (deployment.environment_id, environment)).await? {
            let detail = "The environment has gates, which only releases can pass. Make a release of the build and \
                          promote it.";
            return Err(closed(detail.to_owned(), &[]));
        }
        return Ok(());
    };
    let question = Question {
        workspace_id: subject.workspace_id,
        environment_id: deployment.environment_id,
        release_id,
        direction: Direction::Promote,
        now: subject.time(),
        requester: Some(subject.caller.user_id.clone()),
        voters: Vec::new(),
        answers: &[],
    };
    let facts = gather(connection, &question).await?.map_err(|obstacle| obstacle.problem())?;
    let gates = draft(&facts).gates;
    let names: Vec<String> = gates.iter().filter(|gate| gate.holds()).map(|gate| gate.name.clone()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let detail =
        format!("Gates of the environment are closed: {}. Promote the release instead.", names.join(", "));
    Err(closed(detail, &names))
}

fn closed(detail: String, gates: &[String]) -> Problem {
    Problem::new(Code::InvalidState, detail)
        .with("state", "gates_closed")
        .with("allowed", json!([]))
        .with("gates", json!(gates))
}
