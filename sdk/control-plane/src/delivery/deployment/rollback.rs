//! Putting back what was there before: a deployment of its own that undoes another.

use serde_json::json;

use crate::{
    app::API,
    audit::{self, Actor, Entry},
    database::Connection,
    delivery::{
        deployment::{
            history::ways_back,
            model::{DEPLOYMENT, Deployment},
            step::StepKind,
            store,
            target::Target,
        },
        deployment_target::RollbackTo,
    },
    document::Document,
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::{
        ParentId,
        id::Id,
        standing::Standing,
        store::{self as objects, Record},
        write::{Stamps, assemble, render},
    },
};

/// Why nothing can be put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    Nothing,
    Irreversible,
}

impl Obstacle {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Nothing => "there is nothing to go back to.",
            Self::Irreversible => "a release in between migrates data for good.",
        }
    }

    pub(super) fn problem(self) -> Problem {
        let state = match self {
            Self::Nothing => "nothing_to_roll_back_to",
            Self::Irreversible => "irreversible_migrations",
        };
        Problem::new(Code::InvalidState, format!("The deployment cannot be rolled back: {}", self.words()))
            .with("state", state)
            .with("allowed", json!([]))
    }
}

/// A rollback that is to start.
#[derive(Debug)]
pub(super) struct Undoing {
    /// The deployment that is put back.
    pub(super) goal: Deployment,
    /// Who asks; `None` if the deployment target's settings do.
    pub(super) actor: Option<Actor>,
    pub(super) reason: Option<String>,
}

/// The deployment to put back in place of another, or why there is none.
pub(super) async fn goal(
    connection: &mut Connection,
    undone: &Standing<Deployment>,
    to: RollbackTo,
) -> Result<Result<Deployment, Obstacle>, Problem> {
    let environment_id = undone.object.environment_id.to_string();
    // What was put back once is ahead, and no way back leads there.
    let behind = ways_back(connection, &environment_id).await?;
    let is_behind =
        |goal: &Deployment| goal.subject.as_ref().is_some_and(|what| behind.contains(&what.digest));
    let goal = match to {
        RollbackTo::Previous => match undone.object.previous_deployment_id {
            None => None,
            Some(id) => store::load(connection, &id.to_string()).await?.map(|earlier| earlier.object),
        },
        RollbackTo::LastVerified => {
            let digest = undone.object.subject.as_ref().map(|subject| &subject.digest);
            let verified = store::verified(connection, &environment_id).await?;
            // What has just turned out bad was fine once, maybe; it is no way out.
            let other = |(id, earlier): &(String, Deployment)| {
                *id != undone.id && earlier.subject.as_ref().map(|subject| &subject.digest) != digest
            };
            verified.into_iter().filter(other).map(|(_, earlier)| earlier).find(is_behind)
        }
    };
    let Some(goal) = goal.filter(is_behind) else { return Ok(Err(Obstacle::Nothing)) };
    if crosses_migrations(connection, &environment_id, &goal, |_| false).await? {
        return Ok(Err(Obstacle::Irreversible));
    }
    Ok(Ok(goal))
}

/// Whether something has come to the environment since a deployment that migrates data for good, and is neither the same nor
/// its kin.
pub(super) async fn crosses_migrations(
    connection: &mut Connection,
    environment_id: &str,
    goal: &Deployment,
    is_kin: impl Fn(&Deployment) -> bool,
) -> Result<bool, Problem> {
    let time = goal.completed_at.clone().unwrap_or_default();
    let crossed = store::since(connection, environment_id, &time).await?;
    let irreversible = |deployment: &Deployment| {
        deployment.has_touched()
            && deployment.subject.as_ref().is_some_and(|subject| subject.irreversible_migrations)
            && deployment.subject != goal.subject
            && !is_kin(deployment)
    };
    Ok(crossed.iter().any(irreversible))
}

/// Starts a rollback, and notes it in what it undoes, which is written by whoever asks; has to run in a turn.
pub(super) async fn undo(
    connection: &mut Connection,
    undone: &mut Standing<Deployment>,
    undoing: Undoing,
    now: &str,
) -> Result<Answer, Problem> {
    let Undoing { goal, actor, reason } = undoing;
    let mut rollback = Deployment {
        release_id: goal.release_id,
        build_id: goal.build_id,
        reason,
        rollback_of: Id::parse(&undone.id),
        promotion_id: undone.object.promotion_id,
        requested_by: actor,
        ..Deployment::waiting(undone.object.environment_id)
    };
    let subject = goal.subject.ok_or_else(|| Obstacle::Nothing.problem())?;
    rollback.prepare(subject, touched(&undone.object));
    let id = Id::<Deployment>::generate();
    undone.object.rolled_back_by = Some(id);

    rollback.store(connection, (&undone.workspace_id, &id.to_string()), now).await
}

impl Deployment {
    /// Stores a deployment that no request has brought along, and starts the work on it; has to run in a turn.
    pub(super) async fn store(
        &self,
        connection: &mut Connection,
        place: (&str, &str),
        now: &str,
    ) -> Result<Answer, Problem> {
        let (workspace_id, id) = place;
        let stamps = Stamps { id, created_at: now, updated_at: now };
        let document = assemble(self, Document::new(), &stamps)?;
        let (text, etag) = render(&document, 1);
        let record =
            Record { id, workspace_id, key: id, document: &text, etag: &etag, version: 1, updated_at: now };
        let environment_id = self.environment_id.to_string();
        let parent = ParentId { field: "environment_id", id: &environment_id };
        objects::insert(connection, &DEPLOYMENT, Some(parent), &record).await?;
        let entry = Entry::event(DEPLOYMENT.kind, "create", "success")
            .by_actor(&self.actor())
            .of(workspace_id, id, 1)
            .with_diff(&Document::new(), &document);
        let revision = audit::append(connection, entry, now).await?;
        self.launch(connection, id, now).await?;
        let operation = self.operation_id.map(|id| format!("{API}/operations/{id}"));
        Ok(Answer {
            status: axum::http::StatusCode::ACCEPTED,
            etag: Some(etag),
            revision: Some(revision),
            location: operation,
            ..Answer::json(text)
        })
    }
}

/// The targets a deployment has got to.
fn touched(deployment: &Deployment) -> Vec<Target> {
    let started = |target: &&Target| {
        deployment.steps.iter().any(|step| {
            step.kind == StepKind::Deploy
                && step.started_at.is_some()
                && step.deployment_target_id == Some(target.id)
        })
    };
    deployment.targets.iter().filter(started).cloned().collect()
}
