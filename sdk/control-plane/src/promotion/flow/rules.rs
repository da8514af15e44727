//! What only flows do: there is one for a project, and one for all that have none of their own.

use crate::{
    database::{Connection, Statement},
    document::Fields,
    http::{
        problem::{Code, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject},
    promotion::flow::{PromotionFlow, model::PROMOTION_FLOW},
};

impl Object for PromotionFlow {
    const SHAPE: &'static Shape = &PROMOTION_FLOW;

    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields, earlier)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let workspace_id = self.workspace_id.to_string();
        let project_id = self.project_id.map(|id| id.to_string());
        if let Some(project_id) = &project_id {
            let found: Option<i64> =
                sqlx::query_scalar("SELECT 1 FROM projects WHERE id = $1 AND workspace_id = $2")
                    .bind(project_id)
                    .bind(&workspace_id)
                    .fetch_optional(&mut *connection)
                    .await?;
            if found.is_none() {
                let detail = "There is no such project in the workspace.";
                return Err(Problem::invalid("/project_id", "not_found", detail));
            }
        }
        let mut query = Statement::new("SELECT id FROM promotion_flows WHERE workspace_id = ");
        query.push_bind(&workspace_id).push(" AND id <> ").push_bind(subject.id);
        match &project_id {
            None => query.push(" AND project_id IS NULL"),
            Some(project_id) => query.push(" AND project_id = ").push_bind(project_id),
        };
        match query.fetch_optional::<(String,)>(connection).await? {
            None => Ok(()),
            Some((existing,)) => {
                let detail = "There already is a flow for this. Change that one.";
                Err(Problem::new(Code::AlreadyExists, detail).with("existing_id", existing))
            }
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
