//! Builds that no request has brought along.

use crate::{
    audit::{self, Entry},
    database::Connection,
    delivery::{
        build::{
            BUILD, Build,
            model::{BuildStatus, BuildTrigger},
        },
        pipeline::Pipeline,
    },
    document::Document,
    http::problem::Problem,
    object::{
        ParentId,
        id::Id,
        store::{self, Record},
        write::{Stamps, assemble, render},
    },
};

impl Build {
    /// A build that a schedule asks for; what the pipeline and the project say about it is not settled yet.
    pub(crate) fn scheduled(pipeline_id: Id<Pipeline>, commit_sha: String, branch: String) -> Self {
        Self {
            pipeline_id,
            project_id: Id::nil(),
            commit_sha,
            branch: Some(branch),
            trigger: BuildTrigger::Schedule,
            status: BuildStatus::Queued,
            simulated: true,
            reason: None,
            started_at: None,
            completed_at: None,
            artifacts: Vec::new(),
            detected: None,
            steps: Vec::new(),
            pipeline_version: 0,
            configuration_digest: String::new(),
            concurrency_group: None,
            requested_by: None,
            operation_id: None,
            on_conflict: None,
        }
    }

    /// Stores the build and starts the work on it; has to run in a turn.
    pub(crate) async fn store(
        &self,
        connection: &mut Connection,
        place: (&str, &str),
        now: &str,
    ) -> Result<(), Problem> {
        let (workspace_id, id) = place;
        let stamps = Stamps { id, created_at: now, updated_at: now };
        let document = assemble(self, Document::new(), &stamps)?;
        let (text, etag) = render(&document, 1);
        let record =
            Record { id, workspace_id, key: id, document: &text, etag: &etag, version: 1, updated_at: now };
        let pipeline_id = self.pipeline_id.to_string();
        let parent = ParentId { field: "pipeline_id", id: &pipeline_id };
        store::insert(connection, &BUILD, Some(parent), &record).await?;
        let mut entry = Entry::event(BUILD.kind, "create", "success").of(workspace_id, id, 1);
        if let Some(actor) = &self.requested_by {
            entry = entry.by_actor(actor);
        }
        audit::append(connection, entry.with_diff(&Document::new(), &document), now).await?;
        self.launch(connection, id, now).await
    }
}
