//! What an environment lets in.

use jiff::Timestamp;
use serde_json::json;

use crate::{
    database::Connection,
    delivery::environment::{Environment, Lock},
    http::problem::{Code, Problem},
    object::id::Id,
    promotion::{
        direction::Direction,
        freeze::{Where, refuse_frozen},
    },
};

/// Why nothing may be deployed to the environment now; `None` if it may.
pub(super) fn lock_reason(environment: &Environment, now: Timestamp) -> Option<&str> {
    standing_lock(environment, now).map(|lock| lock.reason.as_str())
}

/// The lock of the environment; one whose time is over is none.
pub(crate) fn standing_lock(environment: &Environment, now: Timestamp) -> Option<&Lock> {
    let lock = environment.locked.as_ref()?;
    let until = lock.until.as_ref().and_then(|until| until.parse::<Timestamp>().ok());
    until.is_none_or(|until| now < until).then_some(lock)
}

/// Refuses to deploy to an environment that is locked.
pub(super) fn refuse_locked(environment: &Environment, now: Timestamp) -> Result<(), Problem> {
    let Some(reason) = lock_reason(environment, now) else { return Ok(()) };
    let until = environment.locked.as_ref().and_then(|lock| lock.until.clone());
    Err(Problem::new(Code::Locked, format!("The environment is locked: {reason}"))
        .with("reason", reason)
        .with("until", json!(until)))
}

/// Refuses to deploy to an environment, or to roll back there, while a freeze window holds that up.
pub(super) async fn refuse_frozen_place(
    connection: &mut Connection,
    place: (Id<Environment>, &Environment),
    direction: Direction,
    now: Timestamp,
) -> Result<(), Problem> {
    let (environment_id, environment) = place;
    let workspace_id: Option<String> = sqlx::query_scalar("SELECT workspace_id FROM projects WHERE id = $1")
        .bind(environment.project_id.to_string())
        .fetch_optional(&mut *connection)
        .await?;
    let place = Where {
        workspace_id: &workspace_id.unwrap_or_default(),
        project_id: environment.project_id,
        environment_id,
        tier: environment.tier,
        direction,
    };
    refuse_frozen(connection, &place, now).await
}

/// Whether the environment takes what comes from a branch. `*` in its list stands for any characters.
pub(crate) fn admits_branch(environment: &Environment, branch: Option<&str>) -> bool {
    let allowed = &environment.allowed_branches;
    allowed.is_empty() || branch.is_some_and(|branch| allowed.iter().any(|pattern| matches(pattern, branch)))
}

/// Matches the pieces between stars from left to right, each as early as it can be.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = text.find(piece) else { return false };
        text = &text[at + piece.len()..];
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        for (pattern, text) in [
            ("main", "main"),
            ("release/*", "release/1.2"),
            ("*", "x"),
            ("a*b*c", "a-b-b-c"),
            ("*-rc", "v1-rc"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("main", "mainly"), ("release/*", "feature/release/1"), ("a*b*c", "a-c"), ("ab*b", "ab")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
