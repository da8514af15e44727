//! Whether something is held up now, by which freeze window, and until when.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    clock::stamp,
    database::Connection,
    delivery::{
        environment::{Environment, Tier},
        project::Project,
    },
    http::problem::{Code, Problem},
    object::id::Id,
    promotion::{direction::Direction, freeze::FreezeWindow},
};

/// A freeze that there is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PromotionFreeze")]
pub(crate) struct Frozen {
    /// Name of the freeze window.
    pub(crate) window: String,
    /// Reason, for whoever has to wait; null if none was given.
    pub(crate) reason: Option<String>,
    /// When it ends.
    pub(crate) ends_at: String,
}

/// What is about to change, and which way.
#[derive(Debug, Clone)]
pub(crate) struct Where<'a> {
    pub(crate) workspace_id: &'a str,
    pub(crate) project_id: Id<Project>,
    pub(crate) environment_id: Id<Environment>,
    pub(crate) tier: Tier,
    pub(crate) direction: Direction,
}

impl FreezeWindow {
    fn holds(&self, place: &Where<'_>) -> bool {
        let scope = &self.scope;
        self.applies_to.contains(&place.direction)
            && (scope.project_ids.is_empty() || scope.project_ids.contains(&place.project_id))
            && (scope.environment_ids.is_empty() || scope.environment_ids.contains(&place.environment_id))
            && (scope.tiers.is_empty() || scope.tiers.contains(&place.tier))
    }
}

/// The freeze that ends last of those there are now.
pub(crate) async fn the_freeze(
    connection: &mut Connection,
    place: &Where<'_>,
    now: Timestamp,
) -> Result<Option<Frozen>, Problem> {
    let texts: Vec<String> =
        sqlx::query_scalar("SELECT document FROM freeze_windows WHERE workspace_id = $1 ORDER BY name")
            .bind(place.workspace_id)
            .fetch_all(connection)
            .await?;
    let parsed: Result<Vec<FreezeWindow>, _> = texts.iter().map(|text| serde_json::from_str(text)).collect();
    let windows = parsed.map_err(|error| sqlx::Error::Decode(error.into()))?;
    let frozen = windows.into_iter().filter(|window| window.holds(place)).filter_map(|window| {
        let end = window.frozen_until(now)?;
        Some((end, Frozen { window: window.name, reason: window.reason, ends_at: stamp(end) }))
    });
    Ok(frozen.max_by_key(|(end, _)| *end).map(|(_, frozen)| frozen))
}

impl Frozen {
    /// The refusal of something that was to happen at once.
    pub(crate) fn problem(&self) -> Problem {
        let detail = match &self.reason {
            Some(reason) => format!("Nothing may change here before {}: {reason}", self.ends_at),
            None => format!("Nothing may change here before {}.", self.ends_at),
        };
        Problem::new(Code::Frozen, detail)
            .with("window", self.window.as_str())
            .with("ends_at", self.ends_at.as_str())
    }
}

/// Refuses to change something at once while it is frozen.
pub(crate) async fn refuse_frozen(
    connection: &mut Connection,
    place: &Where<'_>,
    now: Timestamp,
) -> Result<(), Problem> {
    match the_freeze(connection, place, now).await? {
        Some(frozen) => Err(frozen.problem().in_workspace(place.workspace_id)),
        None => Ok(()),
    }
}
