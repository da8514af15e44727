//! What the requests share that change a promotion.

use jiff::Timestamp;
use sqlx::{Any, Transaction};

use crate::{
    audit::Actor,
    auth::Caller,
    clock::stamp,
    document::{Document, Fields, choice::word_of, fields::Errors},
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::{
        Call,
        read::{known_form, present},
        standing::{Revision, Standing},
        store::{self, Row},
        write::authorise,
    },
    promotion::process::{Promotion, machine::Status, model::PROMOTION, record::record_as, store::call},
};

/// A promotion that somebody is about to change.
pub(super) struct Changing {
    pub(super) transaction: Transaction<'static, Any>,
    pub(super) caller: Caller,
    pub(super) row: Row,
    pub(super) promotion: Standing<Promotion>,
    pub(super) time: Timestamp,
}

impl Changing {
    /// Finds the promotion, and refuses whoever may not do this to it.
    pub(super) async fn begin(call: Call, id: &str, permission: &str) -> Result<Self, Problem> {
        let Call { app, caller, query, .. } = call;
        query.finish()?;
        let id = known_form(&PROMOTION, id)?;
        let time = app.settings.clock.now();
        let mut transaction = app.database.write().await?;
        let row = store::find(&mut *transaction, &PROMOTION, &caller, &id).await?;
        let row = present(&PROMOTION, row)?;
        authorise(&caller, &row, permission)?;
        let promotion = Standing::<Promotion>::find(&mut transaction, &id).await?;
        let promotion = promotion.ok_or_else(|| Problem::not_found(PROMOTION.kind))?;
        Ok(Self { transaction, caller, row, promotion, time })
    }

    /// Refuses to do this in a state that is not among those that allow it.
    pub(super) fn refuse_state(&self, allowed: &[Status]) -> Problem {
        let status = word_of(self.promotion.object.status);
        let words: Vec<&str> = allowed.iter().map(|status| word_of(*status)).collect();
        Problem::new(Code::InvalidState, format!("The promotion is {status}."))
            .with("state", status)
            .with("allowed", words)
            .in_workspace(&self.row.workspace_id)
    }

    /// Notes the workspace of a refusal.
    pub(super) fn refuse(&self, problem: Problem) -> Problem {
        problem.in_workspace(&self.row.workspace_id)
    }

    /// Writes what was done under its name, calls for a look, and answers with the promotion.
    pub(super) async fn finish(mut self, happened: &str) -> Result<Answer, Problem> {
        let now = stamp(self.time);
        let actor = Actor::from(&self.caller);
        let revision = Revision { actor: &actor, happened, now: &now };
        let number = record_as(&mut self.transaction, &mut self.promotion, &revision).await?;
        call(&mut self.transaction, &self.promotion.id, &now).await?;
        let row = store::find(&mut *self.transaction, &PROMOTION, &self.caller, &self.promotion.id).await?;
        let row = present(&PROMOTION, row)?;
        self.transaction.commit().await?;
        Ok(Answer { etag: Some(row.etag), revision: Some(number), ..Answer::json(row.document) })
    }

    /// Answers with the promotion as it is.
    pub(super) fn leave(self) -> Answer {
        Answer { etag: Some(self.row.etag), ..Answer::json(self.row.document) }
    }
}

/// Reads a body.
pub(super) fn read<T>(body: Document, read: impl FnOnce(&mut Fields<'_>) -> T) -> Result<T, Problem> {
    let mut errors = Errors::default();
    let value = Fields::read(body, "", &mut errors, read);
    errors.into_result()?;
    Ok(value)
}
