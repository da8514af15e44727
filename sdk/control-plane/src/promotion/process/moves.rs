//! What a look leaves to be done, and the moves that looks share.

use jiff::{SignedDuration, Timestamp};

use crate::{
    audit::Actor,
    clock::stamp,
    database::Connection,
    http::problem::Problem,
    object::standing::Standing,
    promotion::process::{Promotion, ask::Inquiry, machine::Event, model::Failure, record::record, store},
};

/// How often somebody looks at a promotion where nothing says when.
pub(super) const POLL: SignedDuration = SignedDuration::from_secs(30);

/// What a look leaves to be done.
#[derive(Debug)]
pub(super) enum Left {
    /// Nothing, until the next look is due.
    Nothing,
    /// Whatever is next, at once.
    More,
    /// Webhooks to be asked.
    Ask(Vec<Inquiry>),
}

/// A promotion that is being looked at.
pub(super) struct Turn<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) promotion: Standing<Promotion>,
    pub(super) time: Timestamp,
}

impl Turn<'_> {
    pub(super) fn now(&self) -> String {
        stamp(self.time)
    }

    /// Moves by an event and writes that down.
    pub(super) async fn go(&mut self, event: Event) -> Result<Left, Problem> {
        if !self.promotion.object.move_by(event) {
            tracing::error!(
                component = "promotion",
                promotion = self.promotion.id,
                "a promotion cannot move on"
            );
            return self.wait_until(self.time + POLL).await;
        }
        self.write().await?;
        Ok(Left::More)
    }

    /// Moves by an event, for a reason.
    pub(super) async fn fail(&mut self, event: Event, failure: Failure) -> Result<Left, Problem> {
        self.promotion.object.failure = Some(failure);
        self.go(event).await
    }

    /// Writes what has changed.
    pub(super) async fn write(&mut self) -> Result<(), Problem> {
        let now = self.now();
        record(self.connection, &mut self.promotion, &Actor::server(), &now).await?;
        Ok(())
    }

    /// Leaves the promotion alone until a time.
    pub(super) async fn wait_until(&mut self, at: Timestamp) -> Result<Left, Problem> {
        store::call_at(self.connection, &self.promotion.id, at).await?;
        Ok(Left::Nothing)
    }
}
