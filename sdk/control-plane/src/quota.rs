//! How many objects of a kind a workspace may have.

use std::{fmt, str::FromStr};

use sqlx::AssertSqlSafe;

use crate::{
    database::Connection,
    http::problem::{Code, Problem},
    kinds::KINDS,
    object::Shape,
};

/// Most objects of one kind that a workspace may have by requests for them.
///
/// What the server makes by itself, such as the builds of a schedule, is counted and not refused.
///
/// ```
/// use sparki_control_plane::Quota;
/// let quota: Quota = "projects=100".parse().unwrap();
/// assert_eq!(quota.to_string(), "projects=100");
/// assert!("moons=1".parse::<Quota>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Name of the kind in paths, such as `projects`.
    collection: &'static str,
    most: u32,
}

/// The text is no quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not the name that a kind of object in workspaces has in paths, and a number: projects=100")]
pub struct NotAQuota;

impl FromStr for Quota {
    type Err = NotAQuota;

    fn from_str(text: &str) -> Result<Self, NotAQuota> {
        let (name, most) = text.split_once('=').ok_or(NotAQuota)?;
        let mut shapes = KINDS.iter().map(|kind| kind.shape).filter(|shape| !shape.parents.is_empty());
        let shape = shapes.find(|shape| shape.collection == name.trim()).ok_or(NotAQuota)?;
        Ok(Self { collection: shape.collection, most: most.trim().parse().map_err(|_| NotAQuota)? })
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", self.collection, self.most)
    }
}

/// Refuses another object of a kind in a workspace that has as many as it may have; has to run in a turn. Of several quotas
/// for one kind the last holds.
pub(crate) async fn refuse_full(
    connection: &mut Connection,
    shape: &Shape,
    workspace_id: &str,
    quotas: &[Quota],
) -> Result<(), Problem> {
    let Some(quota) = quotas.iter().rfind(|quota| quota.collection == shape.collection) else {
        return Ok(());
    };
    let sql = format!(
        "SELECT COUNT(*) FROM {} WHERE {} = $1 AND archived_at IS NULL",
        shape.table, shape.workspace_column
    );
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).bind(workspace_id).fetch_one(connection).await?;
    if count < i64::from(quota.most) {
        return Ok(());
    }
    let Quota { collection, most } = quota;
    let detail = format!("The workspace may have {most} {}, and has {count}.", collection.replace('-', " "));
    Err(Problem::new(Code::QuotaExceeded, detail).with("quota", *collection).with("limit", *most))
}
