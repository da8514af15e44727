//! What builds and deployments say, line by line: written as it is said, read page by page.

use axum::{handler::Handler, http::StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::{
    app::App,
    database::{Connection, Database},
    http::{
        answer::Answer,
        page::Page,
        problem::{Code, Problem},
    },
    object::{
        Call, Shape,
        read::{known_form, present},
        store,
        write::authorise,
    },
    openapi::{Heading, Operation, Parameter, Place, Reply, Verb},
};

/// Longest line that is kept, in characters.
const LONGEST_LINE: usize = 2000;

/// The lines of the objects of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log {
    pub(crate) shape: &'static Shape,
    pub(crate) table: &'static str,
}

/// Something that was said, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The step it comes from.
    pub(crate) source: String,
    pub(crate) text: String,
}

impl Line {
    pub(crate) fn new(source: &str, text: impl Into<String>) -> Self {
        Self { source: source.to_owned(), text: text.into() }
    }
}

/// A line as it is answered.
#[derive(Debug, Serialize, JsonSchema, sqlx::FromRow)]
#[schemars(rename = "LogLine")]
struct Said {
    /// Number of the line, counted from 1.
    seq: i64,
    /// Step it comes from.
    source: String,
    /// What was said.
    line: String,
    /// When it was written down.
    created_at: String,
}

/// A page of lines.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LogPage")]
struct Lines {
    /// The lines, in order.
    data: Vec<Said>,
    /// Where the next page begins; null if this is the last one.
    next_cursor: Option<String>,
}

impl Log {
    /// The route of a log.
    pub(crate) fn operation<H, T>(self, handler: H) -> Operation
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let kind = self.shape.kind;
        let heading = Heading {
            place: Place::Guarded,
            method: Verb::Get,
            path: format!("/{}/{{id}}/logs", self.shape.collection),
            id: format!("read{}{}Log", kind[..1].to_ascii_uppercase(), &kind[1..]),
            tag: self.shape.collection,
            summary: format!("Reads what a {kind} has said"),
            about: "Takes any role in its workspace. Shows the lines in order, page by page.".into(),
        };
        Operation::new(heading, handler)
            .takes(Parameter::limit())
            .takes(Parameter::cursor())
            .answers(Reply::json::<Lines>(StatusCode::OK, "A page of lines."))
            .refuses(&[Code::PermissionDenied, Code::NotFound, Code::Gone])
    }

    /// Adds lines after those there are; has to run in a turn.
    pub(crate) async fn append(
        self,
        connection: &mut Connection,
        subject: &str,
        lines: &[Line],
        now: &str,
    ) -> Result<(), sqlx::Error> {
        let newest = format!("SELECT COALESCE(MAX(seq), 0) FROM {} WHERE subject_id = $1", self.table);
        let newest: i64 =
            sqlx::query_scalar(AssertSqlSafe(newest)).bind(subject).fetch_one(&mut *connection).await?;
        let insert = format!(
            "INSERT INTO {} (subject_id, seq, source, line, created_at) VALUES ($1, $2, $3, $4, $5)",
            self.table
        );
        for (seq, line) in (newest + 1..).zip(lines) {
            // No database keeps a NUL character.
            let text: String =
                line.text.chars().filter(|character| *character != '\0').take(LONGEST_LINE).collect();
            sqlx::query(AssertSqlSafe(insert.clone()))
                .bind(subject)
                .bind(seq)
                .bind(&line.source)
                .bind(text)
                .bind(now)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }

    /// Answers with a page of the lines of an object the caller may read.
    pub(crate) async fn read(self, call: Call, id: &str) -> Result<Answer, Problem> {
        let Call { app, caller, mut query, .. } = call;
        let limit = Page::take_limit(&mut query, app.settings.page_size_max)?;
        let after: i64 = match query.take("cursor")? {
            None => 0,
            Some(text) => text.parse().ok().filter(|after| *after >= 0).ok_or_else(|| {
                Problem::malformed("\"cursor\" is not one of ours. Use the next_cursor of a page, unchanged.")
            })?,
        };
        query.finish()?;
        let id = known_form(self.shape, id)?;
        let row = store::find(app.database.reader(), self.shape, &caller, &id).await?;
        let row = present(self.shape, row)?;
        authorise(&caller, &row, &self.shape.permission("read"))?;
        let mut lines = self.page(&app.database, &id, after, limit).await?;
        let there_are_more = lines.len() > limit as usize;
        lines.truncate(limit as usize);
        let next_cursor = lines.last().filter(|_| there_are_more).map(|last| last.seq.to_string());
        Ok(Answer::json(json!(Lines { data: lines, next_cursor }).to_string()))
    }

    async fn page(
        self,
        database: &Database,
        subject: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Said>, sqlx::Error> {
        let sql = format!(
            "SELECT seq, source, line, created_at FROM {} WHERE subject_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            self.table
        );
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(subject)
            .bind(after)
            .bind(i64::from(limit) + 1)
            .fetch_all(database.reader())
            .await
    }
}
