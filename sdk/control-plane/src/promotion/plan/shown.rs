//! Plans that were shown: what they were made of is kept, so that it can be said what has changed since.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    clock::stamp,
    database::Connection,
    http::problem::{Code, Problem},
    promotion::plan::model::Plan,
};

/// How long it can be said what has changed since a plan; longer than any promotion waits.
const KEPT: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Something that is not any more as a plan has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PlanDifference")]
pub(crate) struct Difference {
    /// What has changed, by its name in the inputs of the plan.
    pub(crate) what: String,
    /// As the plan has it; null if it had none.
    pub(crate) before: Option<String>,
    /// As it is; null if there is none.
    pub(crate) after: Option<String>,
}

/// Keeps what a plan was made of, and forgets what is too old. Needs no turn.
pub(crate) async fn keep(connection: &mut Connection, plan: &Plan, now: Timestamp) -> Result<(), Problem> {
    sqlx::query("DELETE FROM promotion_plans WHERE created_at < $1")
        .bind(stamp(now - KEPT))
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO promotion_plans (environment_id, digest, inputs, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (environment_id, digest) DO UPDATE SET created_at = excluded.created_at",
    )
    .bind(plan.environment_id.to_string())
    .bind(&plan.digest)
    .bind(json!(plan.inputs).to_string())
    .bind(stamp(now))
    .execute(connection)
    .await?;
    Ok(())
}

/// What has changed since the plan with this digest was made.
pub(crate) async fn differences(
    connection: &mut Connection,
    digest: &str,
    plan: &Plan,
) -> Result<Vec<Difference>, Problem> {
    let text: Option<String> =
        sqlx::query_scalar("SELECT inputs FROM promotion_plans WHERE environment_id = $1 AND digest = $2")
            .bind(plan.environment_id.to_string())
            .bind(digest)
            .fetch_optional(connection)
            .await?;
    let unknown = || {
        let (before, after) = (Some(digest.to_owned()), Some(plan.digest.clone()));
        vec![Difference { what: "plan".to_owned(), before, after }]
    };
    let Some(text) = text else { return Ok(unknown()) };
    let before: BTreeMap<String, String> =
        serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let names: BTreeSet<&String> = before.keys().chain(plan.inputs.keys()).collect();
    let difference = |name: &String| Difference {
        what: name.clone(),
        before: before.get(name).cloned(),
        after: plan.inputs.get(name).cloned(),
    };
    Ok(names.into_iter().map(difference).filter(|found| found.before != found.after).collect())
}

/// The refusal of a plan that the world has moved away from.
pub(crate) fn stale(differences: &[Difference]) -> Problem {
    let names: Vec<&str> = differences.iter().map(|difference| difference.what.as_str()).collect();
    let detail = format!("The world has moved away from the plan: {}. Plan again.", names.join(", "));
    Problem::new(Code::PlanStale, detail).with("changes", json!(differences))
}
