//! `POST /promotions/{id}:approve` and `:reject`.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{
    access::Source,
    audit::Actor,
    clock::stamp,
    document::{Document, Fields},
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::Call,
    promotion::{
        plan::{Difference, Question, Voter, Votes, gather, stale, votes},
        process::{
            change::{Changing, read},
            machine::{Event, Phase, Status},
            model::{Approved, Cause, Failure},
            waiting::question,
        },
    },
};

/// States in which there is something to say yes or no to.
const WAITING: [Status; 3] = [Status::Planned, Status::AwaitingGates, Status::Queued];

/// What somebody approves.
pub(super) struct Approval {
    plan_digest: String,
    comment: Option<String>,
}

pub(super) fn read_approval(fields: &mut Fields<'_>) -> Approval {
    fields.explain("plan_digest", "Digest of the plan that is approved: that of the promotion.");
    fields.explain("comment", "What there is to say about it.");
    Approval { plan_digest: fields.required_text("plan_digest", 71), comment: fields.text("comment", 1000) }
}

pub(super) fn read_rejection(fields: &mut Fields<'_>) -> Option<String> {
    fields.explain("reason", "Why, for whoever asked for the promotion.");
    fields.text("reason", 1000)
}

/// Approves the plan of a promotion. Who has approved already has done so.
pub(super) async fn approve(call: Call, id: &str, body: Document) -> Result<Answer, Problem> {
    let mut changing = Changing::begin(call, id, "promotion:approve").await?;
    let approval = read(body, read_approval)?;
    let object = &changing.promotion.object;
    if object.plan_digest != approval.plan_digest {
        let (before, after) = (Some(approval.plan_digest), Some(object.plan_digest.clone()));
        let difference = Difference { what: "plan".to_owned(), before, after };
        return Err(changing.refuse(stale(&[difference])));
    }
    if object.status.phase() != Phase::Waiting {
        return Err(changing.refuse_state(&WAITING));
    }
    let by = Actor::from(&changing.caller);
    if object.approvals.iter().any(|earlier| earlier.by.id == by.id) {
        return Ok(changing.leave());
    }
    refuse_without_vote(&mut changing).await?;
    let approved = Approved {
        by,
        standing: standing(&changing),
        comment: approval.comment,
        plan_digest: approval.plan_digest,
        approved_at: stamp(changing.time),
    };
    changing.promotion.object.approvals.push(approved);
    changing.finish("approved").await
}

/// What the caller may approve by: roles, and teams that have them.
fn standing(changing: &Changing) -> Vec<String> {
    let scope = changing.row.scope();
    let grants = changing.caller.access.grants("promotion:approve", &scope);
    let names = grants.flat_map(|grant| {
        let team = match &grant.source {
            Source::Binding { principal_type, principal_id, .. } if principal_type == "team" => {
                Some(principal_id.clone())
            }
            Source::Binding { .. } | Source::Membership => None,
        };
        team.into_iter().chain([grant.role_id.clone()])
    });
    names.collect::<BTreeSet<String>>().into_iter().collect()
}

/// Refuses an approval that counts nowhere.
async fn refuse_without_vote(changing: &mut Changing) -> Result<(), Problem> {
    let caller = &changing.caller;
    let voter =
        Voter { user_id: caller.user_id.clone(), email: caller.email.clone(), standing: standing(changing) };
    let (promotion, workspace_id) = (&changing.promotion.object, changing.row.workspace_id.clone());
    let question = Question { voters: vec![voter], ..question(promotion, &workspace_id, changing.time) };
    let facts = gather(&mut changing.transaction, &question).await?;
    let facts = facts.map_err(|obstacle| obstacle.problem().in_workspace(&workspace_id))?;
    let problem = match votes(&facts) {
        Votes::Count => return Ok(()),
        Votes::Excluded => Problem::new(
            Code::PermissionDenied,
            "No gate of this promotion counts your approval. Whoever asks for a promotion or made its release may be \
             excluded.",
        )
        .with("permission", "promotion:approve")
        .with("scope", changing.row.scope().id()),
        Votes::NotAsked => Problem::new(Code::InvalidState, "No gate of this promotion asks for approvals.")
            .with("state", "no_approvals_wanted")
            .with("allowed", json!([])),
    };
    Err(problem.in_workspace(&workspace_id))
}

/// Ends a promotion that waits, by a no.
pub(super) async fn reject(call: Call, id: &str, body: Document) -> Result<Answer, Problem> {
    let mut changing = Changing::begin(call, id, "promotion:reject").await?;
    let reason = read(body, read_rejection)?;
    if changing.promotion.object.status.phase() != Phase::Waiting {
        return Err(changing.refuse_state(&WAITING));
    }
    let who = &changing.caller.email;
    let detail = match reason {
        Some(reason) => format!("{who} said no: {reason}"),
        None => format!("{who} said no."),
    };
    changing.promotion.object.failure = Some(Failure::new(Cause::Person, detail));
    changing.promotion.object.move_by(Event::Reject);
    changing.finish("rejected").await
}
