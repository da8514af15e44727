//! Looks at promotions that have gone wrong: whether what was there before is there again.

use crate::{
    delivery::{
        deployment::{Reached, look_at, put_back},
        release_block::{self, Bad},
    },
    document::choice::word_of,
    http::problem::Problem,
    promotion::process::{
        machine::Event,
        model::Cause,
        moves::{Left, POLL, Turn},
    },
};

/// What was found of the waves.
#[derive(Debug, Default)]
struct Found {
    is_under_way: bool,
    /// Why something stays as it is.
    stuck: Vec<String>,
}

/// Starts to put back every wave that is there, the newest first, and looks how far that is.
///
/// A wave whose deployment failed was put back by what its deployment targets say, or is left to people.
pub(super) async fn look(turn: &mut Turn<'_>) -> Result<Left, Problem> {
    let mut found = Found::default();
    let mut has_begun = false;
    for id in turn.promotion.object.deployment_ids.clone().into_iter().rev() {
        let Some(looked) = look_at(turn.connection, id).await? else { continue };
        match looked.reached {
            Reached::Validating | Reached::Deploying | Reached::PuttingBack(_) => found.is_under_way = true,
            Reached::PutBack(_) | Reached::Untouched(_) => {}
            Reached::Broken(why) => found.stuck.push(why),
            Reached::Succeeded(_) if turn.promotion.object.undone_ids.contains(&id) => {
                found.stuck.push("Putting back what was there did not succeed.".to_owned());
            }
            Reached::Succeeded(_) => {
                let reason = "The promotion it belongs to was not successful.";
                let now = turn.now();
                turn.promotion.object.undone_ids.push(id);
                has_begun = true;
                match put_back(turn.connection, id, reason, &now).await? {
                    None => found.is_under_way = true,
                    Some(obstacle) => found.stuck.push(format!("There is no rollback: {obstacle}")),
                }
            }
        }
    }
    if !found.is_under_way {
        return end(turn, found).await;
    }
    if has_begun {
        turn.write().await?;
    }
    turn.wait_until(turn.time + POLL).await
}

async fn end(turn: &mut Turn<'_>, found: Found) -> Result<Left, Problem> {
    block(turn).await?;
    if found.stuck.is_empty() {
        return turn.go(Event::Undone).await;
    }
    if let Some(failure) = &mut turn.promotion.object.failure {
        for why in found.stuck {
            if failure.detail != why {
                failure.detail.push(' ');
                failure.detail.push_str(&why);
            }
        }
    }
    turn.go(Event::Stuck).await
}

/// Keeps a release that turned out bad from coming back before somebody has dealt with it.
async fn block(turn: &mut Turn<'_>) -> Result<(), Problem> {
    let cause = turn.promotion.object.failure.as_ref().map(|failure| failure.cause);
    if cause == Some(Cause::Cancelled) {
        return Ok(());
    }
    let promotion = &turn.promotion.object;
    let bad = Bad {
        workspace_id: &turn.promotion.workspace_id,
        release_id: &promotion.release_id.to_string(),
        environment_id: &promotion.environment_id.to_string(),
        reason: &format!(
            "The promotion {} did not hold: {}.",
            turn.promotion.id,
            cause.map(word_of).unwrap_or_default()
        ),
    };
    let now = turn.now();
    release_block::block(turn.connection, &bad, &now).await
}
