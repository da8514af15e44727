//! What only releases do: they take over what a build has made, and are known by a digest.

use crate::{
    database::Connection,
    delivery::{
        build::{Build, BuildStatus},
        deployment::{UnderWay, under_way},
        release::{RELEASE, Release},
    },
    document::{Fields, choice::word_of},
    http::{problem::Problem, query::Query},
    object::{
        Archival, Earlier, Object, Shape, Subject, delete::refuse_dependents, standing::read_document, store,
    },
};

impl Object for Release {
    const SHAPE: &'static Shape = &RELEASE;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        if let (Some(build_id), None) = (self.build_id, subject.earlier) {
            let build: Option<Build> = read_document(connection, "builds", &build_id.to_string()).await?;
            let build = build.filter(|build| build.project_id == self.project_id).ok_or_else(|| {
                Problem::invalid("/build_id", "not_found", "There is no such build of this project.")
            })?;
            self.take(build)?;
        }
        self.digest = self.content_digest();
        Ok(())
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        refuse_dependents(under_way(connection, UnderWay::Of(subject.id)).await?)?;
        store::delete_children(connection, &RELEASE, subject.id).await?;
        Ok(Archival::Delete)
    }
}

impl Release {
    /// Takes over what a build has made.
    fn take(&mut self, build: Build) -> Result<(), Problem> {
        if build.status != BuildStatus::Success {
            let detail =
                format!("Only a build that succeeded can be released; it is {}.", word_of(build.status));
            return Err(Problem::invalid("/build_id", "not_successful", detail));
        }
        if !self.commit_sha.is_empty() && self.commit_sha != build.commit_sha {
            let detail = format!("The build is of {}. Leave the commit out.", build.commit_sha);
            return Err(Problem::invalid("/commit_sha", "conflict", detail));
        }
        if build.artifacts.is_empty() {
            return Err(Problem::invalid(
                "/build_id",
                "no_artifacts",
                "The build has made nothing to release.",
            ));
        }
        self.commit_sha = build.commit_sha;
        self.artifacts = build.artifacts;
        if self.branch.is_none() {
            self.branch = build.branch;
        }
        Ok(())
    }
}
