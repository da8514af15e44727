//! What only promotions do: they carry out a plan, and only as long as the world is as the plan has it.

use crate::{
    audit::Actor,
    database::Connection,
    document::Fields,
    http::{
        problem::{Code, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject},
    promotion::{
        plan::{differences, stale},
        process::{
            Promotion,
            create::{Asked, plan_for},
            model::PROMOTION,
        },
    },
};

impl Object for Promotion {
    const SHAPE: &'static Shape = &PROMOTION;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let workspace_id: String = sqlx::query_scalar("SELECT workspace_id FROM environments WHERE id = $1")
            .bind(self.environment_id.to_string())
            .fetch_one(&mut *connection)
            .await?;
        let actor = Actor::from(subject.caller);
        let asked = Asked { workspace_id: &workspace_id, actor, now: subject.time() };
        let plan = plan_for(connection, self, &asked).await?;
        if plan.digest != self.plan_digest {
            return Err(stale(&differences(connection, &self.plan_digest, &plan).await?));
        }
        self.take(plan, &asked)
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.launch(connection, subject.id, subject.now).await
    }

    fn operation(&self) -> Option<String> {
        self.operation_id.map(|id| id.to_string())
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Err(Problem::new(Code::InvalidState, "A promotion stays as long as its environment."))
    }
}
