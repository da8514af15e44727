//! What only pipeline schedules do: they wait for their time.

use serde_json::json;

use crate::{
    access::Scope,
    database::Connection,
    delivery::{
        pipeline::PIPELINE,
        pipeline_schedule::{PipelineSchedule, model::PIPELINE_SCHEDULE, store, work::JOB},
        project::Project,
    },
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject, id::Id, standing::read_document},
    work::enqueue,
};

/// The part of a pipeline that says where builds of it are.
#[derive(serde::Deserialize)]
struct Place {
    project_id: Id<Project>,
}

impl Object for PipelineSchedule {
    const SHAPE: &'static Shape = &PIPELINE_SCHEDULE;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.require_building(connection, subject).await?;
        match subject.earlier.map(read_earlier).transpose()? {
            Some(earlier) => {
                self.last_run.clone_from(&earlier.last_run);
                if self.goes_like(&earlier) {
                    // A time that has come, and that nobody has seen to yet, must not be passed over.
                    self.next_runs = earlier.next_runs;
                } else {
                    self.look_ahead(subject.time());
                }
            }
            None => self.look_ahead(subject.time()),
        }
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let earlier = subject.earlier.map(read_earlier).transpose()?;
        if earlier.is_some_and(|earlier| self.goes_like(&earlier)) {
            return Ok(());
        }
        // The job of the times before finds that it is not its turn any more.
        let turn = store::next_turn(connection, subject.id).await?;
        let Some(at) = self.next_run() else { return Ok(()) };
        Ok(enqueue(connection, JOB, &json!({"schedule_id": subject.id, "turn": turn}), at).await?)
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}

impl PipelineSchedule {
    /// Refuses whoever may not build: the schedule would build for them.
    async fn require_building(
        &self,
        connection: &mut Connection,
        subject: &Subject<'_>,
    ) -> Result<(), Problem> {
        let pipeline_id = self.pipeline_id.to_string();
        let place: Option<Place> = read_document(connection, PIPELINE.table, &pipeline_id).await?;
        let place = place.ok_or_else(|| Problem::not_found(PIPELINE.kind))?;
        let project_id = place.project_id.to_string();
        let scope =
            Scope { workspace_id: subject.workspace_id, project_id: Some(&project_id), environment_id: None };
        subject.caller.access.require("build:create", &scope)
    }

    fn goes_like(&self, earlier: &Self) -> bool {
        (&self.cron, &self.timezone, self.enabled) == (&earlier.cron, &earlier.timezone, earlier.enabled)
    }
}

fn read_earlier(document: &Document) -> Result<PipelineSchedule, Problem> {
    let earlier = serde_json::from_value(json!(document));
    Ok(earlier.map_err(|error| sqlx::Error::Decode(error.into()))?)
}
