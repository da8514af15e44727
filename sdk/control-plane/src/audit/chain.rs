//! The chain of hashes, and the check that it is whole.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    database::{Database, OpenError},
    document::canonical,
};

/// What the first line carries in place of the hash before it.
pub(crate) const GENESIS: &str = "sparki-audit-genesis";
const PAGE: i64 = 1000;

/// A line as it is stored; everything but `hash` goes into the hash.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) user_id: Option<String>,
    pub(crate) actor: Option<String>,
    pub(crate) workspace_id: Option<String>,
    pub(crate) event_type: String,
    pub(crate) resource_type: String,
    pub(crate) resource_id: Option<String>,
    pub(crate) resource_version: Option<i64>,
    pub(crate) action: String,
    pub(crate) result: String,
    pub(crate) ip_address: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) correlation_id: String,
    pub(crate) details: String,
    pub(crate) created_at: String,
    pub(crate) previous_hash: String,
    #[serde(skip)]
    pub(crate) hash: String,
}

impl Line {
    pub(crate) fn digest(&self) -> String {
        let content = serde_json::to_vec(self).expect("a line holds only texts and numbers");
        canonical::hex(&Sha256::digest(content))
    }
}

/// What a check of the audit log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every line follows from the one before.
    Whole {
        /// How many lines there are.
        lines: u64,
    },
    /// The log was altered.
    Broken {
        /// Id of the first line that does not follow from the one before.
        line: String,
    },
}

/// Checks the audit log of a database from its first line to its last.
///
/// # Errors
///
/// Fails if the database cannot be opened or read.
pub async fn verify(database_url: &str) -> Result<Verdict, VerifyError> {
    let database = Database::open(database_url).await?;
    let checked = check(&database).await;
    database.close().await;
    Ok(checked?.verdict)
}

/// What a check found, for whoever may know only some of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) verdict: Verdict,
    /// How many lines were read about each workspace.
    pub(super) lines: BTreeMap<String, i64>,
    /// The workspace that the line is about at which the log is broken.
    pub(super) broken_in: Option<String>,
}

/// Checks the audit log from its first line to its last, page by page.
pub(super) async fn check(database: &Database) -> Result<Checked, sqlx::Error> {
    let mut previous = GENESIS.to_owned();
    let mut of_workspaces: BTreeMap<String, i64> = BTreeMap::new();
    let (mut lines, mut after) = (0_u64, 0_i64);
    loop {
        let seqs: Vec<i64> =
            sqlx::query_scalar("SELECT seq FROM audit_logs WHERE seq > $1 ORDER BY seq LIMIT $2")
                .bind(after)
                .bind(PAGE)
                .fetch_all(database.reader())
                .await?;
        let Some(last) = seqs.last().copied() else {
            let verdict = Verdict::Whole { lines };
            return Ok(Checked { verdict, lines: of_workspaces, broken_in: None });
        };
        let page: Vec<Line> = sqlx::query_as(
            "SELECT id, user_id, actor, workspace_id, event_type, resource_type, resource_id, resource_version, \
             action, result, ip_address, user_agent, correlation_id, details, created_at, previous_hash, hash \
             FROM audit_logs WHERE seq > $1 AND seq <= $2 ORDER BY seq",
        )
        .bind(after)
        .bind(last)
        .fetch_all(database.reader())
        .await?;
        let broken = page.into_iter().find_map(|line| {
            let follows = line.previous_hash == previous && line.digest() == line.hash;
            lines += 1;
            if let Some(workspace_id) = &line.workspace_id {
                *of_workspaces.entry(workspace_id.clone()).or_default() += 1;
            }
            previous = line.hash;
            (!follows).then_some((line.id, line.workspace_id))
        });
        if let Some((line, broken_in)) = broken {
            return Ok(Checked { verdict: Verdict::Broken { line }, lines: of_workspaces, broken_in });
        }
        after = last;
    }
}

/// Why the audit log could not be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The database could not be opened.
    #[error("failed to open the database of the audit log")]
    Open(#[from] OpenError),
    /// The database could not be read.
    #[error("failed to read the audit log")]
    Read(#[from] sqlx::Error),
}
