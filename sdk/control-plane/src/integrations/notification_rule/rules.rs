//! What only notification rules do: their channels are of the same workspace.

use crate::{
    database::{Connection, Statement},
    document::Fields,
    http::{
        problem::{FieldError, Problem},
        query::Query,
    },
    integrations::notification_rule::{NOTIFICATION_RULE, NotificationRule},
    object::{Archival, Earlier, Object, Shape, Subject},
};

impl Object for NotificationRule {
    const SHAPE: &'static Shape = &NOTIFICATION_RULE;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let ids: Vec<&str> = self.channel_ids.iter().map(String::as_str).collect();
        let mut query = Statement::new("SELECT id FROM notification_channels WHERE workspace_id = ");
        query.push_bind(subject.workspace_id).push(" AND id IN (").push_list(&ids).push(")");
        let found: Vec<(String,)> = query.fetch_all(connection).await?;
        let unknown = |(index, id): (usize, &&str)| {
            let detail = "There is no such notification channel in this workspace.".to_owned();
            let pointer = format!("/channel_ids/{index}");
            let is_known = found.iter().any(|(known,)| known == id);
            (!is_known).then_some(FieldError { pointer, code: "not_found", detail })
        };
        let errors: Vec<FieldError> = ids.iter().enumerate().filter_map(unknown).collect();
        if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Ok(Archival::Delete)
    }
}
