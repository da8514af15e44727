//! Looks at promotions that are watched: whether what was deployed stays.
//!
//! The deployments look at their own health, for as long as their targets say, and roll back what goes bad; here it is only seen
//! what becomes of them.

use jiff::Timestamp;

use crate::{
    delivery::{
        deployment::{Reached, look_at},
        environment::Environment,
    },
    http::problem::Problem,
    object::standing::read_document,
    promotion::process::{
        machine::Event,
        model::{Cause, Failure},
        moves::{Left, POLL, Turn},
    },
};

/// Looks whether what was deployed is still there, and whether it was watched for long enough.
pub(super) async fn look(turn: &mut Turn<'_>) -> Result<Left, Problem> {
    for id in turn.promotion.object.deployment_ids.clone() {
        let looked = look_at(turn.connection, id).await?;
        match looked.map(|looked| looked.reached) {
            Some(Reached::PuttingBack(why) | Reached::PutBack(why) | Reached::Broken(why)) => {
                return turn.fail(Event::Fail, Failure::new(Cause::Deployment, why)).await;
            }
            Some(
                Reached::Validating | Reached::Deploying | Reached::Succeeded(_) | Reached::Untouched(_),
            )
            | None => {}
        }
    }
    let until = turn.promotion.object.watched_until.as_ref().and_then(|until| until.parse().ok());
    let until = until.unwrap_or(Timestamp::MIN);
    if until <= turn.time || was_replaced(turn).await? {
        return turn.go(Event::Verified).await;
    }
    turn.wait_until(until.min(turn.time + POLL)).await
}

/// Whether something else was deployed since, which is then not this promotion's to watch.
async fn was_replaced(turn: &mut Turn<'_>) -> Result<bool, Problem> {
    let promotion = &turn.promotion.object;
    let environment: Option<Environment> =
        read_document(turn.connection, "environments", &promotion.environment_id.to_string()).await?;
    let current = environment.and_then(|environment| environment.current_deployment);
    Ok(!current.is_some_and(|current| promotion.deployment_ids.contains(&current.id)))
}
