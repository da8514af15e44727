//! What only release blocks do: there is one for a release and an environment.

use crate::{
    database::Connection,
    delivery::release_block::{RELEASE_BLOCK, ReleaseBlock, store},
    document::Fields,
    http::{
        problem::{Code, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject},
};

impl Object for ReleaseBlock {
    const SHAPE: &'static Shape = &RELEASE_BLOCK;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let release_id = self.release_id.to_string();
        let environment_id = self.environment_id.map(|id| id.to_string());
        if let Some(environment_id) = &environment_id
            && !store::is_of_project(connection, environment_id, &release_id).await?
        {
            let detail = "This is not an environment of the release's project.";
            return Err(Problem::invalid("/environment_id", "not_found", detail));
        }
        match store::existing(connection, &release_id, environment_id.as_deref()).await? {
            Some(existing) if existing != subject.id => {
                Err(Problem::new(Code::AlreadyExists, "The release is blocked there already.")
                    .with("existing_id", existing))
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}
