//! Looks at promotions that have done nothing yet: whether they may go.

use jiff::Timestamp;

use crate::{
    http::problem::Problem,
    promotion::{
        gate::Enforcement,
        plan::{GateStatus, Plan, Question, Voter, differences, draft, gather},
        process::{
            ask::{self, Inquiry},
            machine::{Event, Status},
            model::{Approved, Cause, Failure, Promotion},
            moves::{Left, POLL, Turn},
            store, waves,
        },
    },
};

/// Looks whether a promotion that waits may go on, or has waited for too long, or is not what it was.
pub(super) async fn look(turn: &mut Turn<'_>) -> Result<Left, Problem> {
    let expires_at: Option<Timestamp> =
        turn.promotion.object.expires_at.as_ref().and_then(|at| at.parse().ok());
    if expires_at.is_some_and(|at| at <= turn.time) {
        return turn.go(Event::Expire).await;
    }
    let workspace_id = turn.promotion.workspace_id.clone();
    let question = question(&turn.promotion.object, &workspace_id, turn.time);
    let facts = match gather(turn.connection, &question).await? {
        Ok(facts) => facts,
        Err(obstacle) => {
            let failure = Failure::new(Cause::Obstacle, obstacle.words());
            return turn.fail(Event::Reject, failure).await;
        }
    };
    let plan = draft(&facts);
    if plan.digest != turn.promotion.object.plan_digest {
        let digest = turn.promotion.object.plan_digest.clone();
        let changes = differences(turn.connection, &digest, &plan).await?;
        let detail = "The world has moved away from the plan. Plan again.".to_owned();
        return turn.fail(Event::Reject, Failure { cause: Cause::PlanStale, detail, changes }).await;
    }
    let refusal = plan.gates.iter().find(|gate| {
        let is_asked =
            turn.promotion.object.answers.iter().any(|answer| Some(answer.gate_id) == gate.gate_id);
        is_asked && gate.enforcement == Enforcement::Blocking && gate.status == GateStatus::Failed
    });
    if let Some(gate) = refusal {
        let failure = Failure::new(Cause::Gate, format!("The gate {} says no: {}", gate.name, gate.detail));
        return turn.fail(Event::Reject, failure).await;
    }
    let inquiries = ask::due(turn, &plan).await?;
    settle(turn, plan, inquiries).await
}

/// Follows from how the gates stand.
async fn settle(turn: &mut Turn<'_>, plan: Plan, inquiries: Vec<Inquiry>) -> Result<Left, Problem> {
    let is_open = plan.freeze.is_none() && !plan.gates.iter().any(|gate| gate.holds());
    let next = next_look(turn, &plan);
    let promotion = &mut turn.promotion.object;
    let has_changed = promotion.gates != plan.gates || promotion.freeze != plan.freeze;
    (promotion.gates, promotion.freeze) = (plan.gates, plan.freeze);
    match (promotion.status, is_open) {
        (Status::Queued, true) => {
            let environment_id = promotion.environment_id.to_string();
            if store::is_taken(turn.connection, &environment_id, &turn.promotion.id).await? {
                return turn.wait_until(next).await;
            }
            waves::start(turn).await
        }
        (_, true) => turn.go(Event::Pass).await,
        (Status::Queued, false) => turn.go(Event::Hold).await,
        (Status::Planned, false) => turn.go(Event::Open).await,
        (_, false) => {
            if has_changed {
                turn.write().await?;
            }
            if !inquiries.is_empty() {
                return Ok(Left::Ask(inquiries));
            }
            turn.wait_until(next).await
        }
    }
}

/// When to look again: when time alone will have changed something, and now and then anyway.
fn next_look(turn: &Turn<'_>, plan: &Plan) -> Timestamp {
    let expires_at = turn.promotion.object.expires_at.as_ref();
    let gates = plan.gates.iter().filter_map(|gate| gate.passes_at.as_ref());
    let freeze = plan.freeze.iter().map(|freeze| &freeze.ends_at);
    let times = gates.chain(freeze).chain(expires_at).filter_map(|at| at.parse::<Timestamp>().ok());
    let latest = turn.time + POLL;
    times.filter(|at| *at > turn.time).min().map_or(latest, |at| at.min(latest))
}

/// What a promotion that waits is planned with.
pub(super) fn question<'a>(promotion: &'a Promotion, workspace_id: &'a str, now: Timestamp) -> Question<'a> {
    let voter = |approval: &Approved| {
        let is_for_this = approval.plan_digest == promotion.plan_digest;
        let user_id = approval.by.id.clone().filter(|_| is_for_this)?;
        Some(Voter { user_id, email: approval.by.name.clone(), standing: approval.standing.clone() })
    };
    Question {
        workspace_id,
        environment_id: promotion.environment_id,
        release_id: promotion.release_id,
        direction: promotion.operation,
        now,
        requester: promotion.requested_by.as_ref().and_then(|actor| actor.id.clone()),
        voters: promotion.approvals.iter().filter_map(voter).collect(),
        answers: &promotion.answers,
    }
}
