//! What only builds do: they take their steps from the pipeline and go on in the background.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    audit::Actor,
    database::Connection,
    delivery::{
        build::{
            BUILD, Build, group,
            model::{Step, StepStatus},
            work,
        },
        pipeline::{Concurrency, timeout_seconds},
        project::{Project, notice},
    },
    document::Fields,
    http::{
        problem::{Code, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject, id::Id, standing::read_document},
    operation::{self, Opening},
    work::enqueue,
};

/// The part of a pipeline that a build is made from.
#[derive(Deserialize)]
struct Plan {
    project_id: Id<Project>,
    enabled: bool,
    version: i64,
    configuration: Value,
    configuration_digest: String,
    concurrency: Option<Concurrency>,
}

/// The part of a project that a build is made from.
#[derive(Deserialize)]
struct Source {
    default_branch: String,
}

impl Object for Build {
    const SHAPE: &'static Shape = &BUILD;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.settle(connection, Actor::from(subject.caller), subject.now).await
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        if let Some(found) = &self.detected {
            notice(connection, self.project_id, found, (&Actor::from(subject.caller), subject.now)).await?;
        }
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
        Err(Problem::new(Code::InvalidState, "A build stays as long as its pipeline."))
    }
}

impl Build {
    /// Takes from the pipeline and the project what they say about the build.
    pub(crate) async fn settle(
        &mut self,
        connection: &mut Connection,
        actor: Actor,
        now: &str,
    ) -> Result<(), Problem> {
        let pipeline_id = self.pipeline_id.to_string();
        let plan: Plan = read_document(connection, "pipelines", &pipeline_id)
            .await?
            .ok_or_else(|| Problem::not_found("pipeline"))?;
        if self.simulated && !plan.enabled {
            return Err(Problem::new(
                Code::InvalidState,
                "The pipeline is disabled. Enable it, or report the build.",
            )
            .with("state", "disabled")
            .with("allowed", json!(["enabled"])));
        }
        if self.branch.is_none() {
            let source: Option<Source> =
                read_document(connection, "projects", &plan.project_id.to_string()).await?;
            self.branch = source.map(|source| source.default_branch);
        }
        self.project_id = plan.project_id;
        self.pipeline_version = plan.version;
        self.configuration_digest = plan.configuration_digest;
        self.requested_by = Some(actor);
        if self.simulated {
            self.steps = steps(&plan.configuration);
            if let Some(Concurrency { group, on_conflict }) = plan.concurrency {
                (self.concurrency_group, self.on_conflict) = (Some(group), Some(on_conflict));
            }
            self.operation_id = Some(Id::generate());
        } else {
            self.started_at.get_or_insert_with(|| now.to_owned());
            self.completed_at.get_or_insert_with(|| now.to_owned());
        }
        Ok(())
    }

    /// Makes room for a build that was just stored and starts the work on it; on one that is reported there is none.
    pub(super) async fn launch(
        &self,
        connection: &mut Connection,
        id: &str,
        now: &str,
    ) -> Result<(), Problem> {
        let Some(operation) = self.operation() else { return Ok(()) };
        let opening = Opening { id: &operation, resource: (&BUILD, id), stage: "queued", now };
        operation::open(connection, &opening).await?;
        group::make_room(connection, self, id, now).await?;
        let due_at = now.parse().expect("the server writes times that can be read");
        Ok(enqueue(connection, work::JOB, &json!({"build_id": id}), due_at).await?)
    }
}

/// The steps of a configuration that was checked when it was stored.
fn steps(configuration: &Value) -> Vec<Step> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut steps = Vec::new();
    for stage in list(&configuration["stages"]) {
        for step in list(&stage["steps"]) {
            steps.push(Step {
                stage: text(&stage["name"]),
                name: text(&step["name"]),
                command: text(&step["command"]),
                retry: step["retry"].as_i64().unwrap_or_default(),
                timeout_seconds: step["timeout"].as_str().and_then(timeout_seconds),
                status: StepStatus::Queued,
                attempts: 0,
            });
        }
    }
    steps
}
