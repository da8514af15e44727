//! What only variable sets do: they stay while they are attached.

use crate::{
    database::Connection,
    document::Fields,
    http::{problem::Problem, query::Query},
    object::{
        Archival, Earlier, Object, Shape, Subject,
        delete::{refuse_dependents, refuse_in_use},
        store::Dependent,
    },
    variables::variable_set::{VARIABLE_SET, VariableSet},
};

impl Object for VariableSet {
    const SHAPE: &'static Shape = &VARIABLE_SET;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        let attachments: Vec<Dependent> = sqlx::query_as(
            "SELECT 'variable_set_attachment' AS kind, id, COALESCE(environment_id, project_id) AS name \
             FROM variable_set_attachments WHERE variable_set_id = $1 ORDER BY created_at, id LIMIT 20",
        )
        .bind(subject.id)
        .fetch_all(&mut *connection)
        .await?;
        refuse_dependents(attachments)?;
        refuse_in_use(connection, &VARIABLE_SET, subject.id).await?;
        Ok(Archival::Delete)
    }
}
