//! How a promotion begins: by a request of its own, or by a pin.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    audit::{self, Actor, Entry},
    clock::stamp,
    database::Connection,
    document::Document,
    http::problem::{Code, Problem},
    object::{
        ParentId,
        id::Id,
        standing::Standing,
        store::{self as objects, Record},
        write::{Stamps, assemble, render},
    },
    operation::{self, Opening},
    promotion::{
        plan::{GateState, Plan, Question, draft, gather, keep},
        process::{OnPending, Promotion, machine::Event, model::PROMOTION, record::record, store},
    },
};

/// Who asks for a promotion, where, and when.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'a> {
    pub(crate) workspace_id: &'a str,
    pub(crate) actor: Actor,
    pub(crate) now: Timestamp,
}

/// Plans what is asked for, and refuses what cannot be.
pub(crate) async fn plan_for(
    connection: &mut Connection,
    promotion: &Promotion,
    asked: &Asked<'_>,
) -> Result<Plan, Problem> {
    let question = Question {
        workspace_id: asked.workspace_id,
        environment_id: promotion.environment_id,
        release_id: promotion.release_id,
        direction: promotion.operation,
        now: asked.now,
        requester: asked.actor.id.clone(),
        voters: Vec::new(),
        answers: &[],
    };
    let facts = gather(connection, &question).await?;
    Ok(draft(&facts.map_err(|obstacle| obstacle.problem())?))
}

impl Promotion {
    /// Takes over a plan; refuses what does not wait for what has to be waited for.
    pub(crate) fn take(&mut self, plan: Plan, asked: &Asked<'_>) -> Result<(), Problem> {
        if self.on_pending_gates == OnPending::Fail {
            refuse_pending(&plan)?;
        }
        self.plan_digest.clone_from(&plan.digest);
        self.gates.clone_from(&plan.gates);
        self.freeze.clone_from(&plan.freeze);
        self.plan = Some(plan);
        self.requested_by = Some(asked.actor.clone());
        self.expires_at = Some(stamp(asked.now + SignedDuration::from_secs(self.expires_in_seconds)));
        self.operation_id = Some(Id::generate());
        Ok(())
    }

    /// Starts the work on a promotion that was just stored, in the place of those that still wait.
    pub(super) async fn launch(
        &self,
        connection: &mut Connection,
        id: &str,
        now: &str,
    ) -> Result<(), Problem> {
        if let Some(plan) = &self.plan {
            keep(connection, plan, now.parse().expect("the server writes times that can be read")).await?;
        }
        if let Some(operation) = self.operation_id.map(|id| id.to_string()) {
            let opening = Opening { id: &operation, resource: (&PROMOTION, id), stage: "planned", now };
            operation::open(connection, &opening).await?;
        }
        for other in store::waiting(connection, &self.environment_id.to_string(), id).await? {
            let Some(mut other) = Standing::<Promotion>::find(connection, &other).await? else { continue };
            if other.object.move_by(Event::Supersede) {
                other.object.superseded_by = Id::parse(id);
                record(connection, &mut other, &self.actor(), now).await?;
            }
        }
        store::call(connection, id, now).await
    }
}

/// Refuses a plan that would have to wait.
fn refuse_pending(plan: &Plan) -> Result<(), Problem> {
    if let Some(frozen) = &plan.freeze {
        return Err(frozen.problem());
    }
    let held: Vec<&str> =
        plan.gates.iter().filter(|gate| gate.holds()).map(|gate: &GateState| gate.name.as_str()).collect();
    if held.is_empty() {
        return Ok(());
    }
    let detail = format!("These gates are not open: {}.", held.join(", "));
    Err(Problem::new(Code::InvalidState, detail).with("state", "gates_pending").with("allowed", json!([])))
}

/// Stores a promotion that no request has brought along, and starts the work on it; has to run in a turn.
pub(crate) async fn create(
    connection: &mut Connection,
    id: &str,
    promotion: &Promotion,
    asked: &Asked<'_>,
) -> Result<(), Problem> {
    let now = stamp(asked.now);
    let stamps = Stamps { id, created_at: &now, updated_at: &now };
    let document = assemble(promotion, Document::new(), &stamps)?;
    let (text, etag) = render(&document, 1);
    let workspace_id = asked.workspace_id;
    let record =
        Record { id, workspace_id, key: id, document: &text, etag: &etag, version: 1, updated_at: &now };
    let environment_id = promotion.environment_id.to_string();
    let parent = ParentId { field: "environment_id", id: &environment_id };
    objects::insert(connection, &PROMOTION, Some(parent), &record).await?;
    let entry = Entry::event(PROMOTION.kind, "create", "success")
        .by_actor(&asked.actor)
        .of(workspace_id, id, 1)
        .with_diff(&Document::new(), &document);
    audit::append(connection, entry, &now).await?;
    promotion.launch(connection, id, &now).await
}
