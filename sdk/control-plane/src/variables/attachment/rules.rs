//! What only attachments do: both ends are in one workspace.

use crate::{
    database::Connection,
    document::Fields,
    http::{problem::Problem, query::Query},
    object::{Archival, Earlier, Object, Shape, Subject},
    variables::attachment::{VARIABLE_SET_ATTACHMENT, VariableSetAttachment},
};

impl Object for VariableSetAttachment {
    const SHAPE: &'static Shape = &VARIABLE_SET_ATTACHMENT;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let found: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM variable_sets WHERE id = $1 AND workspace_id = $2")
                .bind(self.variable_set_id.to_string())
                .bind(subject.workspace_id)
                .fetch_optional(connection)
                .await?;
        match found {
            Some(_) => Ok(()),
            None => Err(Problem::invalid(
                "/variable_set_id",
                "not_found",
                "There is no such variable set in this workspace.",
            )),
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
